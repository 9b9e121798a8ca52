"""Pages of months and invoices: energy to euros line by line, issuing, the paper, taking back."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mine_de_soleil.core.answers import see_other
from production.judgement import days_in_month
from production.models import SaleInvoice
from production.permissions import can_decide_sales, can_see_sales
from production.revenue.stored import invoice_from
from production.sales_book import books
from production.sales_forms import CancelForm, IssueForm
from production.sales_tables import invoice_csv
from production.services.sales.invoices import cancel_invoice, invoice_paper, issue_invoice
from production.services.sales.words import SaleRefused
from production.views.sales import contract_of, show_contract
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor
from shareholders.services.certificates import NoCertificate


@page_for(can_see_sales)
@require_safe
def month(request: HttpRequest, actor: Actor, pk: int, year: int, number: int) -> HttpResponse:
    """One month of a contract: each line with its energy, price, coefficient and amount."""
    found = contract_of(actor, pk)
    if not (1990 <= year <= 2150 and 1 <= number <= 12):
        raise Http404
    first = dt.date(year, number, 1)
    last = first.replace(day=days_in_month(first))
    [book] = books([found], first, last, timezone.localdate())
    if not book.months and not book.problem:
        raise Http404
    context = {"book": book, "entry": book.months[0] if book.months else None, "day": first}
    return render(request, "production/sale_month.html", context)


@page_for(can_decide_sales)
@require_POST
def issue(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Issue an invoice: 303 to it, or 422 with the reason on the contract's page."""
    found = contract_of(actor, pk)
    form = IssueForm(request.POST, auto_id="issue_%s")
    if not form.is_valid():
        return show_contract(request, actor, found, status=422, issue=form)
    said = form.cleaned_data
    try:
        made = issue_invoice(
            actor=user_of(actor),
            contract=found,
            first=said["first"],
            last=said["last"],
            today=timezone.localdate(),
            incomplete_agreed=said["incomplete_agreed"],
            seen_net=form.seen,
        )
    except SaleRefused as refusal:
        form.add_error(None, str(refusal))
        return show_contract(request, actor, found, status=422, issue=form)
    return _to(actor, made)


@page_for(can_see_sales)
@require_safe
def invoice(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """An issued invoice as it was: lines, VAT, total, and what must be known beside it."""
    return _show(request, actor, _invoice(actor, pk), CancelForm())


@page_for(can_see_sales)
@require_POST
def invoice_pdf(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The sealed paper, made when first asked for."""
    found = _invoice(actor, pk)
    try:
        paper = invoice_paper(actor=user_of(actor), issued=found, language=get_language() or "fr")
    except NoCertificate:
        messages.error(request, _("La société n’a pas encore de certificat pour sceller ses documents."))
        return _to(actor, found)
    name = f"facture-{found.label}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(paper.content), content_type="application/pdf", headers=headers)


@page_for(can_see_sales)
@require_safe
def invoice_lines(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The lines of an invoice as a file."""
    found = _invoice(actor, pk)
    headers = {"Content-Disposition": f'attachment; filename="facture-{found.label}.csv"'}
    return HttpResponse(invoice_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


@page_for(can_decide_sales)
@require_POST
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take an invoice back: 303 to the credit note, or 422 with the reason."""
    found, form = _invoice(actor, pk), CancelForm(request.POST)
    if not form.is_valid():
        return _show(request, actor, found, form, status=422)
    reason, today = form.cleaned_data["reason"], timezone.localdate()
    try:
        note = cancel_invoice(actor=user_of(actor), target=found, reason=reason, today=today)
    except SaleRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, actor, found, form, status=422)
    return _to(actor, note)


def _show(
    request: HttpRequest, actor: Actor, found: SaleInvoice, form: CancelForm, *, status: int = 200
) -> HttpResponse:
    taken_back = getattr(found, "cancelled_by", None)
    context = {
        "invoice": found,
        "frozen": invoice_from(found.content),
        "taken_back": taken_back,
        "form": form,
        "may_cancel": can_decide_sales(actor) and found.cancels_id is None and taken_back is None,
    }
    return render(request, "production/sale_invoice.html", context, status=status)


def _invoice(actor: Actor, pk: int) -> SaleInvoice:
    own = SaleInvoice.objects.of(actor.cooperative).select_related("cooperative", "issued_by")
    found: SaleInvoice = get_object_or_404(own, pk=pk)
    return found


def _to(actor: Actor, found: SaleInvoice) -> HttpResponse:
    return see_other("sale_invoice", actor.cooperative.slug, found.pk)

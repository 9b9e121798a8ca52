"""Pages of the buyer's statements: received, compared line by line, settled."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mine_de_soleil.core.answers import see_other
from production.formats import FileRefused
from production.models import BuyerStatement
from production.permissions import can_bring_statements, can_decide_sales, can_see_sales
from production.revenue import StatementLine
from production.revenue.statement_file import read_statement
from production.sales_comparison import Compared, compared, statement_of
from production.sales_forms import LineFormSet, SettleForm, StatementForm
from production.sales_tables import comparison_csv
from production.services.sales.statements import Receipt, receive_statement, settle_statement
from production.services.sales.words import SaleRefused
from production.views.sales import contract_of, show_contract
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_bring_statements)
@require_POST
def drop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Receive a statement, a file or typed lines: 303 to the comparison, or 422 with what is wrong."""
    found = contract_of(actor, pk)
    form = StatementForm(request.POST, request.FILES, auto_id="statement_%s")
    typed = LineFormSet(request.POST, prefix="lignes") if "lignes-TOTAL_FORMS" in request.POST else None
    if not form.is_valid() or (typed is not None and not typed.is_valid()):
        lines = {"lines": typed} if typed is not None else {}
        return show_contract(request, actor, found, status=422, statement=form, **lines)
    try:
        lines_read, receipt = _read(form, typed)
        user = user_of(actor)
        kept, is_new = receive_statement(actor=user, contract=found, lines=lines_read, receipt=receipt)
    except FileRefused as refusal:
        context = {"name": refusal.filename, "sentences": refusal.sentences, "contract": found}
        return render(request, "production/sale_statement_refused.html", context, status=422)
    except SaleRefused as refusal:
        form.add_error(None, str(refusal))
        return show_contract(request, actor, found, status=422, statement=form)
    if not is_new:
        messages.info(request, _("Ce relevé est déjà reçu\u202f: rien n’a changé."))
    return _to(actor, kept)


def _read(form: StatementForm, typed: Any) -> tuple[tuple[StatementLine, ...], Receipt]:
    """The lines of the file, or those typed, and how they came. Raises FileRefused."""
    said, file = form.cleaned_data, form.cleaned_data["file"]
    day = said["received_on"] or timezone.localdate()
    if file:
        content = file.read()
        lines = read_statement(content, file.name)
        return lines, Receipt(day, said["reference"], file.name[:255], content)
    return tuple(one.line for one in typed or () if one.line is not None), Receipt(day, said["reference"])


@page_for(can_see_sales)
@require_safe
def statement(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A statement against ours, line by line, each difference explained."""
    return _show(request, actor, _compared(actor, pk), SettleForm())


@page_for(can_see_sales)
@require_safe
def statement_csv(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The comparison as a file."""
    text = comparison_csv(_compared(actor, pk))
    headers = {"Content-Disposition": f'attachment; filename="comparaison-{pk}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@page_for(can_decide_sales)
@require_POST
def settle(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say what is decided of a statement."""
    found, form = _compared(actor, pk), SettleForm(request.POST)
    if not form.is_valid():
        return _show(request, actor, found, form, status=422)
    settle_statement(actor=user_of(actor), statement=found.statement, **form.cleaned_data)
    messages.success(request, _("La suite donnée est enregistrée."))
    return _to(actor, found.statement)


def _show(
    request: HttpRequest, actor: Actor, found: Compared, form: SettleForm, *, status: int = 200
) -> HttpResponse:
    context = {"page": found, "form": form, "may_decide": can_decide_sales(actor)}
    return render(request, "production/sale_statement.html", context, status=status)


def _compared(actor: Actor, pk: int) -> Compared:
    """A statement of the actor's cooperative, compared. Raises Http404."""
    kept = statement_of(actor.cooperative, pk)
    if kept is None:
        raise Http404
    return compared([kept], timezone.localdate())[0]


def _to(actor: Actor, kept: BuyerStatement) -> HttpResponse:
    return see_other("sale_statement", actor.cooperative.slug, kept.pk)

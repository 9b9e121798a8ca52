"""Pages of sale contracts: the year, a new contract, one contract and what is entered into it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.index_forms import index_form
from production.models import SaleContract
from production.permissions import can_bring_statements, can_decide_sales, can_see_sales
from production.revenue import Figure
from production.revenue.terms import OWN, R1, R2, HeatTerms, Terms, terms_from
from production.sales_forms import (
    CoefficientForm,
    ContractForm,
    EndForm,
    IssueForm,
    LineFormSet,
    MarketForm,
    StatementForm,
    TermsForm,
    WhatForm,
)
from production.sales_pages import ContractPage, contract_page, sales_page, year_asked
from production.sales_tables import months_csv
from production.sales_terms import propose, said_terms, stands, subscribed_kw
from production.services.sales.contracts import (
    MarketEntry,
    NewContract,
    change_terms,
    end_contract,
    enter_coefficient,
    enter_contract,
    enter_market_price,
)
from production.services.sales.words import SaleRefused
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_sales)
@require_safe
def sales(request: HttpRequest, actor: Actor) -> HttpResponse:
    """This year's revenue per roof and month, and what is missing."""
    today = timezone.localdate()
    page = sales_page(actor.cooperative, year_asked(request.GET.get("annee", ""), today), today)
    context = {"page": page, "may_decide": can_decide_sales(actor)}
    return render(request, "production/sales.html", context)


@page_for(can_see_sales)
@require_safe
def sales_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The months of a year, a line a contract and month."""
    today = timezone.localdate()
    year = year_asked(request.GET.get("annee", ""), today)
    headers = {"Content-Disposition": f'attachment; filename="ventes-{year}.csv"'}
    page = sales_page(actor.cooperative, year, today)
    return HttpResponse(months_csv(page), content_type="text/csv; charset=utf-8", headers=headers)


@page_for(can_decide_sales)
@require_http_methods(["GET", "HEAD", "POST"])
def contract_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter a contract: what is sold, then its figures beside those the law proposes."""
    asked = request.POST if request.method == "POST" else request.GET
    # A link that names the roof alone is no answered form.
    what = WhatForm(actor.cooperative, asked if "vente" in asked else None, initial=_roof(request))
    if not what.is_valid():
        status = 422 if what.is_bound else 200
        return render(request, "production/sale_new.html", {"what": what}, status=status)
    plant, kind, power_w = _chosen(what)
    form, notes = _proposed(what, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = _enter(actor, what, form, power_w)
        if made is not None:
            messages.success(request, _("Le contrat est enregistré."))
            return _to(actor, made)
    context = {"what": what, "form": form, "plant": plant, "kind": SaleContract.Kind(kind), "notes": notes}
    return render(request, "production/sale_new_terms.html", context, status=422 if form.is_bound else 200)


def _proposed(what: WhatForm, data: Any) -> tuple[ContractForm, tuple[str, ...]]:
    """The form of step two with the law's figures in it, and what the law doesn't know."""
    plant, kind, power_w = _chosen(what)
    starts_on, requested_on = what.cleaned_data["debut"], what.cleaned_data["demande"]
    known = propose(kind, requested_on=requested_on, peak_power_w=power_w, starts_on=starts_on)
    first: dict[str, Any] = {"since": starts_on, "is_indexed": known.is_indexed, "last_day": known.last_day}
    return ContractForm(plant, kind, known.figures, data, initial=first), known.notes


def _roof(request: HttpRequest) -> dict[str, str]:
    return {"toit": request.GET.get("toit", "")}


def _chosen(what: WhatForm) -> tuple[Plant, str, int]:
    """Roof, kind of sale, and the power that decides [W]: the roof's own where none was said."""
    plant, kwc = what.cleaned_data["toit"], what.cleaned_data["kwc"]
    return plant, what.cleaned_data["vente"], int(kwc * 1000) if kwc else plant.peak_power_w


def _enter(actor: Actor, what: WhatForm, form: ContractForm, power_w: int) -> SaleContract | None:
    """The contract that was said; None, with the reason in the form, where it can't be."""
    said = form.cleaned_data
    plant, kind, _power = _chosen(what)
    new = NewContract(
        kind=kind,
        buyer=said["buyer"],
        buyer_address=said["buyer_address"],
        reference=said["reference"],
        first_day=what.cleaned_data["debut"],
        last_day=said["last_day"],
        belongs={name: said[name] for name in ("participant", "meter") if said.get(name)},
    )
    terms = said_terms(form, requested_on=what.cleaned_data["demande"], power_w=power_w)
    try:
        return enter_contract(actor=user_of(actor), plant=plant, new=new, terms=terms, reason=said["reason"])
    except SaleRefused as refusal:
        form.add_error(None, str(refusal))
        return None


@page_for(can_see_sales)
@require_safe
def contract(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One contract: its figures with their sources, its months, what can be done."""
    return show_contract(request, actor, contract_of(actor, pk))


def contract_of(actor: Actor, pk: int) -> SaleContract:
    """A contract of the actor's cooperative. Raises Http404."""
    found: SaleContract = get_object_or_404(SaleContract.objects.of(actor.cooperative), pk=pk)
    return found


def show_contract(
    request: HttpRequest, actor: Actor, found: SaleContract, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The contract's page, with forms that were refused in place of fresh ones."""
    today = timezone.localdate()
    latest = min(max(today, found.first_day), found.last_day)
    page = contract_page(found, year_asked(request.GET.get("annee", ""), latest), today)
    fresh = {
        "issue": _issue(page),
        "coefficient": CoefficientForm(_series(page), auto_id="coefficient_%s"),
        "index": index_form(page.book.loaded.terms, found.first_day),
        "market": MarketForm(auto_id="market_%s"),
        "end": EndForm(initial={"last_day": found.last_day}, auto_id="end_%s"),
        "statement": StatementForm(initial={"received_on": today}, auto_id="statement_%s"),
        "lines": LineFormSet(prefix="lignes"),
    }
    rights = {"may_decide": can_decide_sales(actor), "may_bring": can_bring_statements(actor)}
    context = {"page": page, **fresh, **rights, **forms}
    return render(request, "production/sale_contract.html", context, status=status)


def _issue(page: ContractPage) -> IssueForm | None:
    """A form for the first months that wait, filled in; None where none does."""
    waiting = page.book.to_invoice
    if not waiting:
        return None
    net = sum(entry.month.net for entry in waiting)
    first, last = waiting[0].month.first, waiting[-1].month.last
    told = {"first": first, "last": last, "seen_first": f"{first}", "seen_last": f"{last}", "seen_net": net}
    form = IssueForm(initial=told, auto_id="issue_%s")
    if all(entry.month.is_complete for entry in waiting):
        form.fields["incomplete_agreed"].widget = HiddenInput()
    return form


def _series(page: ContractPage) -> tuple[str, ...]:
    terms = page.book.loaded.terms
    return (R1, R2) if isinstance(terms, HeatTerms) else (OWN,)


@page_for(can_decide_sales)
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a contract's terms: a new edition; invoices keep the one they were made of."""
    found = contract_of(actor, pk)
    edition = found.editions.order_by("-number")[:1].get()
    before = terms_from(edition.terms)
    first = _as_it_stands(before) | {"since": found.first_day, "seen": edition.number}
    form = TermsForm(found.kind, stands(before), request.POST or None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            _change(actor, found, form, before)
            told = _("Les conditions sont enregistrées. Les factures émises gardent les leurs.")
            messages.success(request, told)
            return _to(actor, found)
        except SaleRefused as refusal:
            form.add_error(None, str(refusal))
    status = 422 if request.method == "POST" else 200
    return render(request, "production/sale_terms.html", {"contract": found, "form": form}, status=status)


def _as_it_stands(terms: Terms) -> dict[str, Any]:
    """What a form of terms shows beside their figures."""
    is_indexed = terms.r1_indexed or terms.r2_indexed if isinstance(terms, HeatTerms) else terms.is_indexed
    return {"is_indexed": is_indexed, "subscribed_kw": subscribed_kw(terms)}


def _change(actor: Actor, found: SaleContract, form: TermsForm, before: Terms) -> None:
    """Keep what the form says as a new edition. Raises SaleRefused."""
    said = form.cleaned_data
    power_w = getattr(before, "peak_power_w", None) or _peak_power_w(found)
    wanted = said_terms(form, before=before, power_w=power_w)
    user = user_of(actor)
    change_terms(actor=user, contract=found, terms=wanted, reason=said["reason"], seen=said["seen"])


def _peak_power_w(found: SaleContract) -> int:
    return Plant.objects.filter(pk=found.plant_id).with_peak_power().get().peak_power_w


@page_for(can_decide_sales)
@require_POST
def coefficient(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Enter an index coefficient: back to the contract, or 422 with what to correct."""
    found = contract_of(actor, pk)
    edition = found.editions.order_by("-number")[:1].get()
    is_heat = isinstance(terms_from(edition.terms), HeatTerms)
    form = CoefficientForm((R1, R2) if is_heat else (OWN,), request.POST, auto_id="coefficient_%s")
    if form.is_valid():
        said = form.cleaned_data
        figure = Figure(said["value"], said["source"], "C")
        try:
            enter_coefficient(
                actor=user_of(actor),
                contract=found,
                since=said["since"],
                figure=figure,
                series=said.get("series") or OWN,
            )
            messages.success(request, _("Le coefficient est enregistré."))
            return _to(actor, found)
        except SaleRefused as refusal:
            form.add_error(None, str(refusal))
    return show_contract(request, actor, found, status=422, coefficient=form)


@page_for(can_decide_sales)
@require_POST
def market(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Enter a month's reference price: back to the contract, or 422 with what to correct."""
    found = contract_of(actor, pk)
    form = MarketForm(request.POST, auto_id="market_%s")
    if form.is_valid():
        said = form.cleaned_data
        entry = MarketEntry(
            said["month"],
            said["reference"],
            said["source"],
            "C",
            said["market"],
            int((said["excluded_kwh"] or 0) * 1000),
        )
        try:
            enter_market_price(actor=user_of(actor), contract=found, entry=entry)
            messages.success(request, _("Le prix de référence est enregistré."))
            return _to(actor, found)
        except SaleRefused as refusal:
            form.add_error(None, str(refusal))
    return show_contract(request, actor, found, status=422, market=form)


@page_for(can_decide_sales)
@require_POST
def end(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Move a contract's last day."""
    found = contract_of(actor, pk)
    form = EndForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        last_day: dt.date = form.cleaned_data["last_day"]
        try:
            end_contract(actor=user_of(actor), contract=found, last_day=last_day)
            messages.success(request, _("Le dernier jour du contrat est enregistré."))
            return _to(actor, found)
        except SaleRefused as refusal:
            form.add_error(None, str(refusal))
    return show_contract(request, actor, found, status=422, end=form)


def _to(actor: Actor, found: SaleContract) -> HttpResponse:
    return see_other("sale_contract", actor.cooperative.slug, found.pk)

"""From forms to terms and back: what the law proposes, what was said, and a change on top of what stands."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from production.models import SaleContract
from production.revenue import Cap, Dated, EnergyContract, Figure, propose_purchase
from production.revenue.errors import RevenueError
from production.revenue.figures import of_law
from production.revenue.tariffs import Sale, tariff
from production.revenue.terms import ComplementTerms, EnergyTerms, HeatTerms, Terms
from production.sales_forms import TermsForm

Kind = SaleContract.Kind
SALES = {Kind.PURCHASE: Sale.TOTAL, Kind.SURPLUS: Sale.SURPLUS}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the law proposes for a sale, figure by figure; `notes` say what it doesn't know."""

    figures: Mapping[str, Figure]
    is_indexed: bool = False
    last_day: dt.date | None = None
    notes: tuple[str, ...] = ()


def propose(kind: str, *, requested_on: dt.date | None, peak_power_w: int, starts_on: dt.date) -> Proposal:
    """The law's figures of such a sale, with source and mark; without them, why."""
    if kind == Kind.SHARED:
        return _shared(starts_on)
    sale = SALES.get(Kind(kind))
    if sale is None or requested_on is None:
        return Proposal({})
    said: dict[str, Any] = {"peak_power_w": peak_power_w, "requested_on": requested_on}
    try:
        made = propose_purchase(sale, reference="?", starts_on=starts_on, **said)
    except RevenueError as error:
        return Proposal(_tariff_alone(sale, said), notes=(str(error),))
    return Proposal(_figures(made), made.coefficients is not None, made.ends_on)


def _tariff_alone(sale: Sale, said: Mapping[str, Any]) -> dict[str, Figure]:
    """The tariff where the law's other figures aren't known for that day; nothing where it isn't either."""
    try:
        return {"price": tariff(sale, **said)}
    except RevenueError:
        return {}


def _figures(made: EnergyContract) -> dict[str, Figure]:
    assert made.cap is not None  # the law's proposals have one
    return {"price": made.prices[0].figure, "cap_hours": made.cap.hours, "excess": made.cap.excess}


def _shared(starts_on: dt.date) -> Proposal:
    try:
        return Proposal({"vat": of_law("sale.electricity_vat_percent", starts_on)})
    except RevenueError as error:
        return Proposal({}, notes=(str(error),))


def stands(terms: Terms) -> dict[str, Figure]:
    """The figures of terms as a form shows them: of dated ones, the latest."""
    if isinstance(terms, ComplementTerms):
        return {"strike": terms.strike} | ({"vat": terms.vat} if terms.vat else {})
    if isinstance(terms, HeatTerms):
        return {
            "r1": terms.r1[-1].figure,
            "r2": terms.r2[-1].figure,
            "renewable": terms.renewable[-1].figure,
        }
    found = {"price": terms.prices[-1].figure}
    if terms.cap:
        found |= {"cap_hours": terms.cap.hours, "excess": terms.cap.excess}
    return found | ({"vat": terms.vat[-1].figure} if terms.vat else {})


def said_terms(
    form: TermsForm, *, before: Terms | None = None, requested_on: dt.date | None = None, power_w: int = 0
) -> Terms:
    """The terms a valid form says; from its day on, on top of those `before`. Power for the cap [W]."""
    since, is_indexed = form.cleaned_data["since"], form.cleaned_data["is_indexed"]
    if form.kind == Kind.COMPLEMENT:
        vat = form.figure("vat")
        tender = before if isinstance(before, ComplementTerms) else ComplementTerms(_must(form, "strike"))
        return replace(tender, strike=_must(form, "strike"), is_indexed=is_indexed, vat=vat)
    if form.kind == Kind.HEAT:
        return _heat(form, since, is_indexed, before)
    old = before if isinstance(before, EnergyTerms) else None
    vat = form.figure("vat")
    made = EnergyTerms(
        prices=_on_top(old.prices if old else (), since, _must(form, "price")),
        is_indexed=is_indexed,
        cap=_cap(form, old, since, power_w),
        vat=_on_top(old.vat or () if old else (), since, vat) if vat else None,
        requested_on=requested_on,
        peak_power_w=power_w or None,
    )
    if old is None:
        return made
    return replace(
        made,
        letter=old.letter,
        requested_on=old.requested_on,
        peak_power_w=old.peak_power_w,
        formula=old.formula,
    )


def _heat(form: TermsForm, since: dt.date, is_indexed: bool, before: Terms | None) -> HeatTerms:
    old = before if isinstance(before, HeatTerms) else None
    return HeatTerms(
        r1=_on_top(old.r1 if old else (), since, _must(form, "r1")),
        r2=_on_top(old.r2 if old else (), since, _must(form, "r2")),
        subscribed_w=int(form.cleaned_data["subscribed_kw"] * 1000),
        renewable=_on_top(old.renewable if old else (), since, _must(form, "renewable")),
        r1_indexed=is_indexed,
        r2_indexed=is_indexed,
    )


def _cap(form: TermsForm, old: EnergyTerms | None, since: dt.date, power_w: int) -> Cap | None:
    hours, excess = form.figure("cap_hours"), form.figure("excess")
    if hours is None or excess is None:
        return None
    if old and old.cap:
        return replace(old.cap, hours=hours, excess=excess)
    return Cap(hours, excess, power_w, since.month, since.day)


def _on_top(steps: tuple[Dated, ...], since: dt.date, figure: Figure) -> tuple[Dated, ...]:
    """`figure` from `since` on: in place of what began that day, unless it changes nothing."""
    before = [step for step in steps if step.since < since]
    if before and before[-1].figure == figure and not any(step.since >= since for step in steps):
        return steps
    kept = [step for step in steps if step.since != since]
    return tuple(sorted([*kept, Dated(since, figure)], key=lambda step: step.since))


def _must(form: TermsForm, name: str) -> Figure:
    found = form.figure(name)
    assert found is not None  # a required field of a valid form
    return found


def subscribed_kw(terms: Terms) -> Decimal | None:
    """The power a heat customer subscribed to [kW]."""
    return Decimal(terms.subscribed_w) / 1000 if isinstance(terms, HeatTerms) else None

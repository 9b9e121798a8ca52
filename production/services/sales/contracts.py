"""Sale contracts: entered, changed by a new edition, ended; coefficients and market prices entered."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import told_as
from production.models import ContractTerms, IndexCoefficient, MarketPrice, SaleContract
from production.revenue.errors import RevenueError
from production.revenue.figures import MOST, Figure
from production.revenue.terms import OWN, R1, R2, HeatTerms, Terms, check_terms, terms_from, terms_json
from production.services.sales.words import SENTENCES, SaleRefused

Kind = SaleContract.Kind
# The coefficient's column holds as many digits before the dot.
MOST_COEFFICIENT = Decimal(100)
SORTS: Mapping[str, str] = {
    Kind.PURCHASE: "energy",
    Kind.SURPLUS: "energy",
    Kind.SHARED: "energy",
    Kind.COMPLEMENT: "complement",
    Kind.HEAT: "heat",
}


@dataclass(frozen=True, slots=True)
class NewContract:
    """What identifies a contract; its terms stand apart."""

    kind: str
    buyer: str
    reference: str
    first_day: dt.date
    last_day: dt.date
    buyer_address: str = ""
    belongs: Mapping[str, Any] = field(default_factory=dict)


def enter_contract(
    *, actor: User | None, plant: Plant, new: NewContract, terms: Terms, reason: str
) -> SaleContract:
    """Enter a contract of `plant` with its first terms. Raises SaleRefused, with the sentence."""
    _check(new.kind, new.reference, new.first_day, new.last_day, terms)
    with told_as(SaleRefused, SENTENCES):
        # Of two contracts entered at once, the second sees the first.
        locked = Plant.objects.select_for_update(of=("self",)).select_related("cooperative").get(pk=plant.pk)
        _check_whole_or_shared(locked, new)
        contract = SaleContract.objects.create(
            plant=locked,
            kind=new.kind,
            buyer=new.buyer,
            buyer_address=new.buyer_address,
            reference=new.reference,
            first_day=new.first_day,
            last_day=new.last_day,
            entered_by=actor,
            **new.belongs,
        )
        ContractTerms.objects.create(
            contract=contract, number=1, terms=terms_json(terms), reason=reason, entered_by=actor
        )
        scope = locked.cooperative.slug
        record(
            actor, "enter_sale_contract", contract, scope=scope, plant=locked.slug, reference=new.reference
        )
    return contract


def change_terms(
    *, actor: User | None, contract: SaleContract, terms: Terms, reason: str, seen: int | None = None
) -> ContractTerms:
    """A new edition of a contract's terms; invoices already issued keep theirs. The same terms again: none.

    seen: number of the edition that was read. Raises SaleRefused.
    """
    _check(contract.kind, contract.reference, contract.first_day, contract.last_day, terms)
    with transaction.atomic():
        locked = locked_contract(contract)
        last = locked.editions.order_by("-number")[:1].get()
        if seen is not None and seen != last.number:
            raise SaleRefused(_("Quelqu’un a changé ce contrat depuis que vous l’avez lu. Relisez-le."))
        if terms_from(last.terms) == terms:
            return last
        edition = ContractTerms.objects.create(
            contract=locked,
            number=last.number + 1,
            terms=terms_json(terms),
            reason=reason,
            entered_by=actor,
        )
        scope = locked.plant.cooperative.slug
        detail = {"plant": locked.plant.slug, "edition": edition.number, "reason": reason}
        record(actor, "change_sale_terms", locked, scope=scope, **detail)
    return edition


def end_contract(*, actor: User | None, contract: SaleContract, last_day: dt.date) -> SaleContract:
    """Move a contract's last day; days already invoiced must stay within. Raises SaleRefused."""
    with told_as(SaleRefused, SENTENCES):
        locked = locked_contract(contract)
        if locked.last_day == last_day:
            return locked
        before, locked.last_day = locked.last_day, last_day
        if last_day < locked.first_day:
            raise SaleRefused(str(SENTENCES["sale_contract_days_in_order"]))
        locked.save(update_fields=["last_day"])
        scope, days = locked.plant.cooperative.slug, {"before": f"{before}", "after": f"{last_day}"}
        record(actor, "end_sale_contract", locked, scope=scope, plant=locked.plant.slug, **days)
    return locked


def enter_coefficient(
    *, actor: User | None, contract: SaleContract, since: dt.date, figure: Figure, series: str = OWN
) -> IndexCoefficient:
    """An index coefficient from `since` on; of the same day, the later entered holds. Raises SaleRefused."""
    if not (figure.value.is_finite() and 0 < figure.value < MOST_COEFFICIENT):
        raise SaleRefused(_("Un coefficient est un nombre positif, plus petit que 100."))
    with transaction.atomic():
        locked = locked_contract(contract)
        _check_indexed(locked, series)
        if not locked.first_day <= since <= locked.last_day:
            raise SaleRefused(_("Ce jour n’est pas dans le contrat."))
        row = IndexCoefficient.objects.create(
            contract=locked,
            series=series,
            since=since,
            value=figure.value,
            source=figure.source,
            mark=figure.confidence,
            entered_by=actor,
        )
        detail = {"plant": locked.plant.slug, "since": f"{since}", "value": f"{figure.value:f}"}
        record(actor, "enter_coefficient", locked, scope=locked.plant.cooperative.slug, **detail)
    return row


@dataclass(frozen=True, slots=True)
class MarketEntry:
    """What is entered of a month of complement: M0 and market price [€/MWh], energy left out [Wh]."""

    month: dt.date
    reference: Decimal
    source: str
    mark: str
    market: Decimal | None = None
    excluded_wh: int = 0


def enter_market_price(*, actor: User | None, contract: SaleContract, entry: MarketEntry) -> MarketPrice:
    """A month's reference price of a complement; entered again, the later holds. Raises SaleRefused."""
    if contract.kind != Kind.COMPLEMENT:
        raise SaleRefused(_("Seul un contrat avec complément de rémunération a un prix de référence."))
    for price in (entry.reference, entry.market):
        if price is not None and not (price.is_finite() and abs(price) < MOST):
            raise SaleRefused(_("Ce prix n’est pas un nombre possible."))
    if not 0 <= entry.excluded_wh <= 10**15:
        raise SaleRefused(_("L’énergie sans complément est négative, ou plus grande que possible."))
    with transaction.atomic():
        locked = locked_contract(contract)
        row = MarketPrice.objects.create(
            contract=locked,
            month=entry.month.replace(day=1),
            reference=entry.reference,
            market=entry.market,
            excluded_wh=entry.excluded_wh,
            source=entry.source,
            mark=entry.mark,
            entered_by=actor,
        )
        detail = {"plant": locked.plant.slug, "month": f"{entry.month:%Y-%m}", "m0": f"{entry.reference:f}"}
        record(actor, "enter_market_price", locked, scope=locked.plant.cooperative.slug, **detail)
    return row


def locked_contract(contract: SaleContract) -> SaleContract:
    """The contract's row, held until the transaction ends, with its plant and cooperative."""
    rows = SaleContract.objects.select_for_update(of=("self",))
    return rows.select_related("plant__cooperative", "participant").get(pk=contract.pk)


def _check(kind: str, reference: str, first_day: dt.date, last_day: dt.date, terms: Terms) -> None:
    if terms_json(terms)["sort"] != SORTS.get(kind):
        raise SaleRefused(_("Ces conditions ne vont pas avec ce genre de vente."))
    try:
        check_terms(kind, reference, first_day, last_day, terms)
    except RevenueError as error:
        raise SaleRefused(str(error)) from error


def _check_whole_or_shared(plant: Plant, new: NewContract) -> None:
    """What is shared with participants can't be sold whole as well: only its surplus can."""
    whole = {Kind.PURCHASE.value, Kind.COMPLEMENT.value}
    against = {Kind.SHARED.value} if new.kind in whole else whole if new.kind == Kind.SHARED else set()
    others = SaleContract.objects.filter(plant=plant, kind__in=against)
    if against and others.touching(new.first_day, new.last_day).exists():
        raise SaleRefused(
            _("Ce toit ne peut pas vendre toute sa production et la partager. Vendez-en le surplus.")
        )


def _check_indexed(contract: SaleContract, series: str) -> None:
    edition = ContractTerms.objects.filter(contract=contract)
    number = edition.aggregate(last=Max("number"))["last"]
    terms = terms_from(edition.get(number=number).terms)
    if isinstance(terms, HeatTerms):
        known = [name for name, told in ((R1, terms.r1_indexed), (R2, terms.r2_indexed)) if told]
    else:
        known = [OWN] if terms.is_indexed else []
    if series not in known:
        raise SaleRefused(_("Ce contrat n’est pas indexé. Changez d’abord ses conditions."))

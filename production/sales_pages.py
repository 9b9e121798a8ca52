"""What the pages of sales show: the year so far, one contract, one month, one statement."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.models import Plant
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.models import (
    ContractTerms,
    IndexCoefficient,
    MarketPrice,
    SaleContract,
    SaleInvoice,
)
from production.revenue import Figure, RevenueSum, add_up
from production.revenue.terms import ComplementTerms, HeatTerms, Terms, terms_from
from production.revenue_words import euros, priced
from production.sales_book import Book, BookMonth, books
from production.sales_comparison import Compared, compared, statements_of
from shareholders.models import Cooperative

Kind = SaleContract.Kind
OLDEST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that waits for somebody: a sentence and where to do it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class RoofSales:
    """One roof's contracts over the year."""

    plant: Plant
    books: tuple[Book, ...]

    @property
    def total(self) -> RevenueSum:
        return add_up(entry.month for book in self.books for entry in book.months)


@dataclass(frozen=True, slots=True)
class SalesPage:
    """The year's revenue per roof and month, and what is missing."""

    year: int
    years: tuple[int, ...]
    is_current: bool
    roofs: tuple[RoofSales, ...]
    total: RevenueSum
    to_do: tuple[ToDo, ...]
    months: tuple[tuple[dt.date, Decimal, int], ...]
    sources: tuple[str, ...]
    has_contracts: bool
    invoices: tuple[SaleInvoice, ...]


def sales_page(cooperative: Cooperative, year: int, today: dt.date) -> SalesPage:
    """The page of sales: a number of queries that doesn't grow with roofs, contracts or invoices."""
    plants = list(Plant.objects.filter(cooperative=cooperative).order_by("name", "pk"))
    contracts = list(SaleContract.objects.of(cooperative))
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    own = [one for one in contracts if one.first_day <= last and first <= one.last_day]
    found = books(own, first, last, today)
    roofs = _roofs(plants, found)
    every = [entry for book in found for entry in book.months]
    return SalesPage(
        year=year,
        years=_years(contracts, today),
        is_current=year == today.year,
        roofs=roofs,
        total=add_up(entry.month for entry in every),
        to_do=tuple(_to_do(cooperative, plants, contracts, found, today)),
        months=_by_month(every),
        sources=_sources(found),
        has_contracts=bool(contracts),
        invoices=tuple(SaleInvoice.objects.of(cooperative)[:12]),
    )


def year_asked(text: str, today: dt.date) -> int:
    """The year of `?annee=`, this one where it can't be understood."""
    # By its length first: thousands of digits are no number to Python.
    is_year = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if is_year and OLDEST_YEAR <= int(text) <= today.year else today.year


def _roofs(plants: Sequence[Plant], found: Sequence[Book]) -> tuple[RoofSales, ...]:
    by_plant: dict[int, list[Book]] = defaultdict(list)
    for book in found:
        by_plant[book.row.plant_id].append(book)
    return tuple(RoofSales(plant, tuple(by_plant[plant.pk])) for plant in plants if by_plant[plant.pk])


def _years(contracts: Sequence[SaleContract], today: dt.date) -> tuple[int, ...]:
    begins = min((contract.first_day.year for contract in contracts), default=today.year)
    return tuple(range(today.year, max(OLDEST_YEAR, min(begins, today.year)) - 1, -1))


def _by_month(entries: Sequence[BookMonth]) -> tuple[tuple[dt.date, Decimal, int], ...]:
    """Each month with its euros and watt-hours, all roofs together."""
    grouped: dict[dt.date, list[BookMonth]] = defaultdict(list)
    for entry in entries:
        grouped[entry.month.first.replace(day=1)].append(entry)
    return tuple(
        (
            key,
            sum((e.month.net for e in grouped[key]), Decimal()),
            sum(e.month.energy_wh for e in grouped[key]),
        )
        for key in sorted(grouped)
    )


def _sources(found: Sequence[Book]) -> tuple[str, ...]:
    """Where the euros come from, in sentences."""
    doubtful = {
        figure.caution
        for book in found
        for entry in book.months
        for line in entry.month.lines
        for figure in line.figures
        if figure.caution
    }
    told = [
        _(
            "Énergie\u202f: somme des jours lus au compteur de chaque toit. "
            "Un jour non lu n’est jamais complété."
        ),
        _(
            "Prix, coefficients et plafonds\u202f: les contrats saisis ici\u202f; "
            "chaque mois montre les siens."
        ),
        _("Les mois facturés sont ceux des factures émises, tels qu’ils étaient."),
    ]
    return (*told, *sorted(doubtful))


def _to_do(
    cooperative: Cooperative,
    plants: Sequence[Plant],
    contracts: Sequence[SaleContract],
    found: Sequence[Book],
    today: dt.date,
) -> list[ToDo]:
    slug = cooperative.slug
    waiting = [one for one in compared(statements_of(cooperative), today) if one.awaits]
    return [
        *_contracts_missing(slug, plants, contracts, today),
        *(
            ToDo(_statement_words(one), reverse("sale_statement", args=[slug, one.statement.pk]))
            for one in waiting
        ),
        *_to_invoice(slug, found),
        *(todo for book in found for todo in _of_book(slug, book)),
    ]


def _contracts_missing(
    slug: str, plants: Sequence[Plant], contracts: Sequence[SaleContract], today: dt.date
) -> list[ToDo]:
    in_force = {one.plant_id for one in contracts if one.first_day <= today <= one.last_day}
    bare = [p for p in plants if p.pk not in in_force and not p.under_study and p.commissioned_on <= today]
    return [
        ToDo(
            _("%(plant)s n’a pas de contrat de vente en cours\u202f: saisissez-le.") % {"plant": plant.name},
            reverse("sale_contract_new", args=[slug]) + f"?toit={plant.slug}",
        )
        for plant in bare
    ]


def _to_invoice(slug: str, found: Sequence[Book]) -> list[ToDo]:
    """One line for all the months that wait for an invoice."""
    waiting = [book for book in found if book.months_to_invoice]
    if not waiting:
        return []
    words = ngettext(
        "%(n)s mois à facturer, sur un contrat.",
        "%(n)s mois à facturer, sur %(contracts)s contrats.",
        len(waiting),
    )
    counts = {"n": sum(book.months_to_invoice for book in waiting), "contracts": len(waiting)}
    url = reverse("sale_contract", args=[slug, waiting[0].row.pk]) + "#facturer"
    return [ToDo(words % counts, "#toits" if len(waiting) > 1 else url)]


def _of_book(slug: str, book: Book) -> list[ToDo]:
    url = reverse("sale_contract", args=[slug, book.row.pk])
    names = {"plant": book.row.plant.name, "reference": book.row.reference}
    told = []
    if book.problem:
        told.append(f"{book.row.plant.name}, {book.row.reference}. {book.problem}")
    if any(entry.month.unpriced_wh for entry in book.months):
        told.append(
            _("%(plant)s, %(reference)s\u202f: il manque un coefficient ou un prix de référence.") % names
        )
    return [ToDo(words, url) for words in told]


def _statement_words(one: Compared) -> str:
    return _("%(plant)s\u202f: le relevé reçu le %(day)s diffère de %(amount)s.") % {
        "plant": one.statement.contract.plant.name,
        "day": short_day(one.statement.received_on),
        "amount": euros(one.difference, sign=True),
    }


# One contract


@dataclass(frozen=True, slots=True)
class TermRow:
    """One figure of a contract: what it is, since when, its value in words, its figure."""

    label: str
    words: str
    figure: Figure
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ContractPage:
    """One contract: its terms with their sources, its months, invoices and statements."""

    contract: SaleContract
    edition: ContractTerms
    editions: tuple[ContractTerms, ...]
    terms: tuple[TermRow, ...]
    coefficients: tuple[IndexCoefficient, ...]
    market: tuple[MarketPrice, ...]
    book: Book
    years: tuple[int, ...]
    year: int
    invoices: tuple[SaleInvoice, ...]
    statements: tuple[Compared, ...]
    is_indexed: bool
    requested_on: dt.date | None

    @property
    def doubts(self) -> int:
        return sum(not row.figure.is_sure for row in self.terms)


def contract_page(contract: SaleContract, year: int, today: dt.date) -> ContractPage:
    """One contract and one year of its months."""
    editions = tuple(contract.editions.select_related("entered_by").order_by("-number"))
    terms = terms_from(editions[0].terms)
    [book] = books([contract], dt.date(year, 1, 1), dt.date(year, 12, 31), today)
    own = [one for one in statements_of(contract.plant.cooperative) if one.contract_id == contract.pk]
    first_year = contract.first_day.year
    last_year = max(first_year, min(today.year, contract.last_day.year))
    return ContractPage(
        contract=contract,
        edition=editions[0],
        editions=editions,
        terms=tuple(term_rows(terms)),
        coefficients=tuple(contract.coefficients.order_by("series", "-since", "-pk")),
        market=tuple(contract.market_prices.order_by("-month", "-pk")),
        book=book,
        years=tuple(range(last_year, first_year - 1, -1)),
        year=year,
        invoices=tuple(SaleInvoice.objects.of(contract.plant.cooperative).filter(contract=contract)),
        statements=tuple(compared(own, today)),
        is_indexed=_is_indexed(terms),
        requested_on=getattr(terms, "requested_on", None),
    )


def _is_indexed(terms: Terms) -> bool:
    if isinstance(terms, HeatTerms):
        return terms.r1_indexed or terms.r2_indexed
    return terms.is_indexed


def term_rows(terms: Terms) -> list[TermRow]:
    """The figures of a contract, each with its unit."""
    if isinstance(terms, ComplementTerms):
        return _complement_rows(terms)
    if isinstance(terms, HeatTerms):
        return _heat_rows(terms)
    rows = [TermRow(_("Prix"), priced(s.figure, "c€/kWh"), s.figure, s.since) for s in terms.prices]
    if terms.cap:
        rows.append(TermRow(_("Heures plafonnées par an"), priced(terms.cap.hours, "h"), terms.cap.hours))
        excess = terms.cap.excess
        rows.append(TermRow(_("Prix au-delà du plafond"), priced(excess, "c€/kWh"), excess))
    rows += [TermRow(_("TVA"), priced(s.figure, "%"), s.figure, s.since) for s in terms.vat or ()]
    return rows


def _complement_rows(terms: ComplementTerms) -> list[TermRow]:
    rows = [TermRow(_("Prix de l’offre"), priced(terms.strike, "€/MWh"), terms.strike)]
    for label, figure in ((_("TVA du complément"), terms.vat), (_("TVA de la vente"), terms.market_vat)):
        if figure is not None:
            rows.append(TermRow(label, priced(figure, "%"), figure))
    return rows


def _heat_rows(terms: HeatTerms) -> list[TermRow]:
    groups = (
        (_("R1, la chaleur"), "€/MWh", terms.r1),
        (_("R2, l’abonnement"), "€/kW/an", terms.r2),
        (_("Part renouvelable ou récupérée"), "%", terms.renewable),
    )
    return [
        TermRow(label, priced(step.figure, unit), step.figure, step.since)
        for label, unit, steps in groups
        for step in steps
    ]

"""The months of sale contracts as they stand: what was invoiced stays as it was, the rest is computed now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from production.judgement import days_in_month
from production.models import SaleContract, SaleInvoice
from production.revenue import MonthRevenue, RevenueSum, add_up
from production.revenue.stored import invoice_from
from production.revenue_rows import Loaded, load_contracts, months_of

# As long a stretch as somebody may ask for at once.
LONGEST = dt.timedelta(days=366 * 3)


@dataclass(frozen=True, slots=True)
class BookMonth:
    """One contract in one month: invoiced as it was, or computed from today's readings.

    `now`: what today's readings and terms give for an invoiced month, None where that can't be said.
    """

    month: MonthRevenue
    is_over: bool
    invoice: SaleInvoice | None = None
    now: MonthRevenue | None = None

    @property
    def moved(self) -> Decimal:
        """What was changed since the invoice [€]: late readings, corrected terms."""
        return self.now.net - self.month.net if self.now else Decimal()

    @property
    def can_be_invoiced(self) -> bool:
        return self.is_over and self.invoice is None and not self.month.unpriced_wh

    @property
    def days_missing(self) -> int:
        return self.month.days - self.month.days_read


@dataclass(frozen=True, slots=True)
class Book:
    """The months of one contract, in order, or the sentence why they can't be computed."""

    loaded: Loaded
    months: tuple[BookMonth, ...]
    problem: str = ""

    @property
    def row(self) -> SaleContract:
        return self.loaded.row

    @property
    def total(self) -> RevenueSum:
        """All the months together, of what was read and has a price."""
        return add_up(entry.month for entry in self.months)

    @property
    def months_to_invoice(self) -> int:
        """How many months are over, have a price, and are in no invoice."""
        return sum(entry.can_be_invoiced for entry in self.months)

    @property
    def to_invoice(self) -> tuple[BookMonth, ...]:
        """The first stretch of months in a row that are over and in no invoice."""
        found: list[BookMonth] = []
        for entry in self.months:
            if entry.can_be_invoiced:
                found.append(entry)
            elif found:
                break
        return tuple(found)


def books(contracts: Sequence[SaleContract], first: dt.date, last: dt.date, today: dt.date) -> list[Book]:
    """The books of contracts between two days; the days from `today` on aren't there yet.

    A number of queries that doesn't grow with the contracts. Months of an invoice that `first` cuts are told
    whole, as they were invoiced.
    """
    loaded = load_contracts(contracts)
    until = min(last, today - dt.timedelta(days=1))
    earned = months_of(loaded, first, until)
    invoiced = _invoiced([one.row for one in loaded], first, until)
    found = []
    for one in loaded:
        own = earned[one.row.pk]
        kept = invoiced[one.row.pk]
        found.append(Book(one, _entries(own.months, kept, today), own.problem))
    return found


def _invoiced(
    contracts: Iterable[SaleContract], first: dt.date, last: dt.date
) -> dict[int, dict[dt.date, tuple[MonthRevenue, SaleInvoice]]]:
    """Invoiced months by contract and first day of the month."""
    standing = SaleInvoice.objects.standing().filter(contract__in=list(contracts))
    rows = standing.filter(first_day__lte=last, last_day__gte=first).order_by("first_day")
    found: dict[int, dict[dt.date, tuple[MonthRevenue, SaleInvoice]]] = defaultdict(dict)
    for row in rows:
        for month in invoice_from(row.content).months:
            if month.first <= last and first <= month.last:
                found[row.contract_id][month.first.replace(day=1)] = (month, row)
    return found


def _entries(
    months: Sequence[MonthRevenue],
    invoiced: dict[dt.date, tuple[MonthRevenue, SaleInvoice]],
    today: dt.date,
) -> tuple[BookMonth, ...]:
    now = {month.first.replace(day=1): month for month in months}
    entries = []
    for key in sorted(now.keys() | invoiced.keys()):
        is_over = key.replace(day=days_in_month(key)) < today
        if key in invoiced:
            month, row = invoiced[key]
            # Cut by the period asked for, a month computed now can't be held against the whole.
            same = key in now and (now[key].first, now[key].last) == (month.first, month.last)
            entries.append(BookMonth(month, is_over, row, now[key] if same else None))
        else:
            entries.append(BookMonth(now[key], is_over))
    return tuple(entries)

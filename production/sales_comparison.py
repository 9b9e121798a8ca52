"""Statements of buyers against our books: each with its lines, its causes, and what was decided."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from production.models import BuyerStatement, BuyerStatementLine, StatementSettlement
from production.revenue import Comparison, compare, sentences
from production.sales_book import books
from production.services.sales.statements import lines_of, months_within
from shareholders.models import Cooperative

Outcome = StatementSettlement.Outcome


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line of a comparison, with the sentences that explain it."""

    comparison: Comparison
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement held against our months. `problem`: why ours can't be computed."""

    statement: BuyerStatement
    lines: tuple[ComparedLine, ...]
    settlement: StatementSettlement | None
    problem: str = ""

    @property
    def expected(self) -> Decimal:
        return sum((line.comparison.expected_amount for line in self.lines), Decimal())

    @property
    def received(self) -> Decimal:
        return sum((line.comparison.received_amount for line in self.lines), Decimal())

    @property
    def difference(self) -> Decimal:
        """Received less expected [€]."""
        return self.received - self.expected

    @property
    def agrees(self) -> bool:
        """To the cent, or to what rounding does."""
        return not self.problem and all(line.comparison.agrees for line in self.lines)

    @property
    def awaits(self) -> bool:
        """Whether somebody still has to answer: it differs, and isn't accepted nor settled."""
        closed = self.settlement is not None and self.settlement.outcome != Outcome.CLAIMED
        return not self.agrees and not closed


def statements_of(cooperative: Cooperative) -> list[BuyerStatement]:
    """Statements of a cooperative with lines and decisions, without their bytes: three queries."""
    rows = BuyerStatement.objects.filter(contract__plant__cooperative=cooperative)
    return _with_all(rows)


def statement_of(cooperative: Cooperative, pk: int) -> BuyerStatement | None:
    """One statement of the cooperative, likewise."""
    rows = BuyerStatement.objects.filter(contract__plant__cooperative=cooperative, pk=pk)
    return next(iter(_with_all(rows)), None)


def _with_all(rows: object) -> list[BuyerStatement]:
    found = rows.defer("content").select_related(  # type: ignore[attr-defined]
        "contract__plant__cooperative", "contract__participant", "contract__meter", "entered_by"
    )
    lines = Prefetch("lines", BuyerStatementLine.objects.order_by("number"))
    settled = Prefetch(
        "settlements", StatementSettlement.objects.select_related("decided_by").order_by("-pk")
    )
    return list(found.prefetch_related(lines, settled).order_by("-pk"))


def compared(statements: Sequence[BuyerStatement], today: dt.date) -> list[Compared]:
    """Each statement against the books of its contract, all books at once."""
    if not statements:
        return []
    lines = {statement.pk: lines_of(statement) for statement in statements}
    spans = [line for own in lines.values() for line in own]
    contracts = {statement.contract_id: statement.contract for statement in statements}
    # There is nothing of ours outside the contracts, whatever days a statement names.
    begins = min(contract.first_day for contract in contracts.values())
    first = max(min(line.first for line in spans), begins).replace(day=1)
    last = max(line.last for line in spans)
    by_contract = {book.row.pk: book for book in books(list(contracts.values()), first, last, today)}
    found = []
    for statement in statements:
        book, own = by_contract[statement.contract_id], lines[statement.pk]
        months = months_within([entry.month for entry in book.months], own)
        told = [ComparedLine(one, tuple(sentences(one))) for one in compare(months, own)]
        decisions = list(statement.settlements.all())
        found.append(Compared(statement, tuple(told), decisions[0] if decisions else None, book.problem))
    return found

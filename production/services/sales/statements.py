"""The buyer's statements: received once, compared with what was invoiced, settled."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.models import (
    BuyerStatement,
    BuyerStatementLine,
    SaleContract,
    StatementSettlement,
)
from production.revenue import MonthRevenue, Part, StatementLine, check_lines
from production.revenue.errors import RevenueError
from production.services.sales.words import SaleRefused


@dataclass(frozen=True, slots=True)
class Receipt:
    """What arrived: a file's name and bytes, or nothing of both for typed lines."""

    received_on: dt.date
    reference: str = ""
    file_name: str = ""
    content: bytes = b""


def receive_statement(
    *, actor: User | None, contract: SaleContract, lines: Sequence[StatementLine], receipt: Receipt
) -> tuple[BuyerStatement, bool]:
    """Keep a statement of a contract and whether it is new; the same content again is the same one.

    Raises SaleRefused with the line that can't be.
    """
    if not lines:
        raise SaleRefused("Le relevé n’a aucune ligne.")
    try:
        check_lines(lines)
    except RevenueError as error:
        raise SaleRefused(str(error)) from error
    content = receipt.content or _typed(lines)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        locked = SaleContract.objects.select_for_update(of=("self",)).select_related("plant__cooperative")
        held = locked.get(pk=contract.pk)
        known = BuyerStatement.objects.filter(contract=held, sha256=sha256).first()
        if known is not None:
            return known, False
        statement = BuyerStatement.objects.create(
            contract=held,
            file_name=receipt.file_name,
            sha256=sha256,
            content=content,
            reference=receipt.reference,
            received_on=receipt.received_on,
            entered_by=actor,
        )
        BuyerStatementLine.objects.bulk_create(_rows(statement, lines))
        scope, detail = held.plant.cooperative.slug, {"plant": held.plant.slug, "lines": len(lines)}
        record(actor, "receive_buyer_statement", statement, scope=scope, **detail)
    return statement, True


def _typed(lines: Sequence[StatementLine]) -> bytes:
    """Typed lines as text: equal lines give equal bytes."""
    told = [
        [
            f"{line.first}",
            f"{line.last}",
            line.part.value,
            f"{line.amount:f}",
            *(
                None if value is None else f"{value.normalize():f}"
                for value in (line.price, line.coefficient, line.reference)
            ),
            line.energy_wh,
        ]
        for line in lines
    ]
    return json.dumps(told).encode()


def _rows(statement: BuyerStatement, lines: Sequence[StatementLine]) -> list[BuyerStatementLine]:
    return [
        BuyerStatementLine(
            statement=statement,
            number=number,
            first_day=line.first,
            last_day=line.last,
            part=line.part.value,
            amount=line.amount,
            energy_wh=line.energy_wh,
            price=line.price,
            coefficient=line.coefficient,
            reference_price=line.reference,
        )
        for number, line in enumerate(lines, start=1)
    ]


def settle_statement(
    *, actor: User | None, statement: BuyerStatement, outcome: str, note: str = ""
) -> StatementSettlement:
    """Say what was decided of a statement; said again alike, nothing is written twice."""
    with transaction.atomic():
        rows = BuyerStatement.objects.select_related("contract__plant__cooperative")
        # The contract's row stands for the statement's, which is written once and can't be locked.
        SaleContract.objects.select_for_update().get(pk=statement.contract_id)
        held = rows.get(pk=statement.pk)
        last = StatementSettlement.objects.filter(statement=held).order_by("-pk").first()
        if last is not None and (last.outcome, last.note) == (outcome, note):
            return last
        settled = StatementSettlement.objects.create(
            statement=held, outcome=outcome, note=note, decided_by=actor
        )
        plant = held.contract.plant
        detail = {"plant": plant.slug, "outcome": outcome}
        record(actor, "settle_buyer_statement", held, scope=plant.cooperative.slug, **detail)
    return settled


def lines_of(statement: BuyerStatement) -> list[StatementLine]:
    """The statement's lines as the comparison takes them."""
    return [
        StatementLine(
            row.first_day,
            row.last_day,
            Part(row.part),
            row.amount,
            row.energy_wh,
            row.price,
            row.coefficient,
            row.reference_price,
        )
        for row in statement.lines.all()
    ]


def months_within(months: Sequence[MonthRevenue], lines: Sequence[StatementLine]) -> list[MonthRevenue]:
    """Of our months, those the statement speaks of: the others aren't missing from it."""
    first, last = min(line.first for line in lines), max(line.last for line in lines)
    return [month for month in months if month.first <= last and first <= month.last]

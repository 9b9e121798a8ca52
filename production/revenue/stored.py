"""Months and invoices as JSON and back, exactly: decimals are texts, days are ISO days. Pure.

What is kept is read for ever, so a field is added, never renamed. An unknown or damaged text raises KeyError,
ValueError or InvalidContract: it was changed by somebody else than us.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from production.revenue.invoice import Invoice, VatLine
from production.revenue.kept import Json, figure_from, figure_json, sure_figure
from production.revenue.lines import Line, MonthRevenue, Part, Unit


def line_json(line: Line) -> Json:
    """A line of revenue, with every figure it rests on."""
    return {
        "first": line.first.isoformat(),
        "last": line.last.isoformat(),
        "part": line.part.value,
        "energy_wh": line.energy_wh,
        "price": figure_json(line.price),
        "unit": line.unit.value,
        "coefficient": figure_json(line.coefficient),
        "amount": f"{line.amount:f}",
        "vat": figure_json(line.vat),
        "reference": figure_json(line.reference),
        "subscribed_w": line.subscribed_w,
    }


def line_from(kept: Mapping[str, Any]) -> Line:
    """The line that was kept."""
    return Line(
        first=dt.date.fromisoformat(kept["first"]),
        last=dt.date.fromisoformat(kept["last"]),
        part=Part(kept["part"]),
        energy_wh=kept["energy_wh"],
        price=sure_figure(kept["price"]),
        unit=Unit(kept["unit"]),
        coefficient=figure_from(kept["coefficient"]),
        amount=Decimal(kept["amount"]),
        vat=figure_from(kept["vat"]),
        reference=figure_from(kept["reference"]),
        subscribed_w=kept["subscribed_w"],
    )


def month_json(month: MonthRevenue) -> Json:
    """A month, as it was when it was invoiced."""
    return {
        "contract": month.contract,
        "first": month.first.isoformat(),
        "last": month.last.isoformat(),
        "lines": [line_json(line) for line in month.lines],
        "energy_wh": month.energy_wh,
        "days": month.days,
        "days_read": month.days_read,
        "unpriced_wh": month.unpriced_wh,
        "notes": list(month.notes),
    }


def month_from(kept: Mapping[str, Any]) -> MonthRevenue:
    """The month that was kept."""
    return MonthRevenue(
        contract=kept["contract"],
        first=dt.date.fromisoformat(kept["first"]),
        last=dt.date.fromisoformat(kept["last"]),
        lines=tuple(line_from(line) for line in kept["lines"]),
        energy_wh=kept["energy_wh"],
        days=kept["days"],
        days_read=kept["days_read"],
        unpriced_wh=kept["unpriced_wh"],
        notes=tuple(kept["notes"]),
    )


@dataclass(frozen=True, slots=True)
class FrozenInvoice:
    """An issued invoice as it was: its months, and what was computed from them that day."""

    months: tuple[MonthRevenue, ...]
    invoice: Invoice


def invoice_json(months: Sequence[MonthRevenue], made: Invoice) -> Json:
    """An invoice and the months it was made of."""
    vat = [{"percent": f"{v.percent:f}", "base": f"{v.base:f}", "amount": f"{v.amount:f}"} for v in made.vat]
    return {
        "version": 1,
        "months": [month_json(month) for month in months],
        "vat": vat,
        "mention": made.mention,
        "cautions": list(made.cautions),
    }


def invoice_from(kept: Mapping[str, Any]) -> FrozenInvoice:
    """The invoice that was kept."""
    months = tuple(month_from(month) for month in kept["months"])
    vat = tuple(VatLine(Decimal(v["percent"]), Decimal(v["base"]), Decimal(v["amount"])) for v in kept["vat"])
    made = Invoice(
        contract=months[0].contract,
        first=months[0].first,
        last=months[-1].last,
        lines=tuple(line for month in months for line in month.lines),
        vat=vat,
        mention=kept["mention"],
        cautions=tuple(kept["cautions"]),
    )
    return FrozenInvoice(months, made)


def negated(frozen: FrozenInvoice) -> FrozenInvoice:
    """What takes an invoice back: every energy and amount with the opposite sign."""
    months = tuple(
        replace(
            month,
            lines=tuple(
                replace(line, energy_wh=-line.energy_wh, amount=-line.amount) for line in month.lines
            ),
            energy_wh=-month.energy_wh,
            unpriced_wh=-month.unpriced_wh,
        )
        for month in frozen.months
    )
    vat = tuple(replace(line, base=-line.base, amount=-line.amount) for line in frozen.invoice.vat)
    lines = tuple(line for month in months for line in month.lines)
    return FrozenInvoice(months, replace(frozen.invoice, lines=lines, vat=vat))

"""Figures of sale as a reader writes them: prices with their unit, coefficients, amounts, marks."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.revenue import Figure, Line, Part
from production.revenue.lines import PART_NAMES, Unit
from production.wording import language


def plain(value: Decimal) -> str:
    """A price or coefficient with all its decimals: `7,92`."""
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    return figures.number(value, decimals, language=language())


def euros(amount: Decimal, *, sign: bool = False) -> str:
    """Euros with their cents, for columns: `481,50 €`."""
    return f"{figures.number(amount, 2, language=language(), sign=sign)}{figures.NARROW}€"


def priced(figure: Figure | None, unit: str) -> str:
    """`7,92 c€/kWh`; empty for nothing."""
    return f"{plain(figure.value)}{figures.NARROW}{unit}" if figure else ""


def part_name(part: Part) -> str:
    """What a line pays for."""
    return _(PART_NAMES[part])


def quantity(line: Line) -> str:
    """Energy of a line, or the subscribed power."""
    if line.unit is Unit.EUROS_PER_KW_YEAR:
        return f"{figures.number(line.subscribed_w / 1000, language=language())}{figures.NARROW}kW"
    # A meter's watt-hours, so that the line can be computed again.
    kwh = Decimal(line.energy_wh) / 1000
    decimals = 0 if kwh == int(kwh) else 3
    return f"{figures.number(kwh, decimals, language=language())}{figures.NARROW}kWh"


def line_price(line: Line) -> str:
    """The price of a line; of a complement, what is taken off as well."""
    told = priced(line.price, line.unit.value)
    return f"{told} − {plain(line.reference.value)} (M0)" if line.reference else told


def coefficient(figure: Figure | None) -> str:
    """`1,01325`, or a dash where nothing is indexed."""
    return plain(figure.value) if figure else "–"


def period(first: dt.date, last: dt.date) -> str:
    """`1er juin 2026 – 30 juin 2026`."""
    return f"{short_day(first)} – {short_day(last)}"

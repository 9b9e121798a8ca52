"""The invoice to be issued: lines of following months, VAT rate by rate, and what must be said beside it.

Amounts are rounded once a line; VAT once a rate, on the sum of its lines. A negative total is a credit note.
Sales to the buyer under purchase obligation: VAT by reverse charge (fact sheet, from memory, to be checked).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from mine_de_soleil.core.money import round_to_cent
from production.formats.errors import typeset
from production.revenue.energy import DAY
from production.revenue.errors import NotInvoiceable
from production.revenue.lines import Line, MonthRevenue, Part

REVERSE_CHARGE = "Autoliquidation"
REVERSE_CHARGE_CAUTION = typeset(
    "TVA : l’autoliquidation par l’acheteur est à vérifier dans votre contrat (règle citée de mémoire)."
)


UNKNOWN_VAT_CAUTION = typeset(
    "TVA : le régime du complément et de la vente au marché n’est pas établi ici. Aucune TVA n’est comptée."
)


@dataclass(frozen=True, slots=True)
class VatLine:
    """VAT at one rate [%] on the lines that have it: base and amount [€]."""

    percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """What to issue for one contract; `cautions` are for the treasurer, not for the paper."""

    contract: str
    first: dt.date
    last: dt.date
    lines: tuple[Line, ...]
    vat: tuple[VatLine, ...]
    mention: str | None
    cautions: tuple[str, ...]

    @property
    def net(self) -> Decimal:
        """Euros before VAT."""
        return sum((line.amount for line in self.lines), Decimal())

    @property
    def vat_amount(self) -> Decimal:
        return sum((line.amount for line in self.vat), Decimal())

    @property
    def total(self) -> Decimal:
        """Euros, VAT included."""
        return self.net + self.vat_amount

    @property
    def is_credit_note(self) -> bool:
        return self.net < 0


def invoice(months: Sequence[MonthRevenue], *, incomplete_agreed: bool = False) -> Invoice:
    """The invoice of these months of one contract, in order and in a row. Raises NotInvoiceable.

    Months with missing days or energy without price are refused unless `incomplete_agreed`, and named in the
    cautions then.
    """
    _check(months, incomplete_agreed)
    lines = tuple(line for month in months for line in month.lines)
    return Invoice(
        contract=months[0].contract,
        first=months[0].first,
        last=months[-1].last,
        lines=lines,
        vat=_vat_lines(lines),
        mention=REVERSE_CHARGE if _is_reverse(lines) else None,
        cautions=_cautions(months, lines),
    )


def _check(months: Sequence[MonthRevenue], incomplete_agreed: bool) -> None:
    if not months:
        raise NotInvoiceable("Il n’y a aucun mois à facturer.")
    if len({month.contract for month in months}) > 1:
        raise NotInvoiceable("Une facture porte sur un seul contrat.")
    for before, after in pairwise(months):
        if after.first != before.last + DAY:
            raise NotInvoiceable(f"Les mois à facturer ne se suivent pas après le {before.last:%d/%m/%Y}.")
    short = [month for month in months if not month.is_complete]
    if short and not incomplete_agreed:
        named = ", ".join(f"{month.first:%m/%Y}" for month in short)
        raise NotInvoiceable(
            f"Ces mois sont incomplets : {named}. Complétez les relevés, ou acceptez une facture partielle."
        )


def _vat_lines(lines: Iterable[Line]) -> tuple[VatLine, ...]:
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        if line.vat is not None:
            bases[line.vat.value] = bases.get(line.vat.value, Decimal()) + line.amount
    return tuple(
        VatLine(percent, base, round_to_cent(base * percent / 100)) for percent, base in sorted(bases.items())
    )


def _is_reverse(lines: Iterable[Line]) -> bool:
    return any(line.vat is None and line.part in (Part.ENERGY, Part.EXCESS) for line in lines)


def _cautions(months: Sequence[MonthRevenue], lines: Sequence[Line]) -> tuple[str, ...]:
    """Every gap with its month, then every unverified figure, once each."""
    said = [typeset(f"{month.first:%m/%Y} : {note}") for month in months for note in month.notes]
    doubts = [figure.caution for line in lines for figure in line.figures if figure.caution]
    if _is_reverse(lines):
        doubts.append(REVERSE_CHARGE_CAUTION)
    if any(line.vat is None and line.part in (Part.MARKET, Part.COMPLEMENT) for line in lines):
        doubts.append(UNKNOWN_VAT_CAUTION)
    return tuple(dict.fromkeys([*said, *doubts]))

"""A coefficient made of published indices: the contract's formula kept, the sum written beside its result."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from production.models import IndexCoefficient, SaleContract
from production.revenue import Figure, IndexFormula, coefficient
from production.revenue.errors import RevenueError
from production.revenue.indexation import arithmetic
from production.revenue.terms import OWN, HeatTerms, terms_from
from production.services.sales.contracts import (
    MOST_COEFFICIENT,
    change_terms,
    enter_coefficient,
    locked_contract,
)
from production.services.sales.words import SaleMoved, SaleRefused

MOST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Indexed:
    """A formula and the values of its series, as said: `source` tells where the values were read."""

    formula: IndexFormula
    values: Mapping[str, Decimal]
    source: str


def compute(said: Indexed) -> Figure:
    """The coefficient these values make, its source being the sum itself. Raises SaleRefused."""
    try:
        found = coefficient(said.formula, said.values)
    except RevenueError as error:
        raise SaleRefused(str(error)) from error
    if not 0 < found.value < MOST_COEFFICIENT:
        raise SaleRefused(_("Ce calcul donne un coefficient impossible\u202f: relisez chaque nombre."))
    series = ", ".join(term.series for term in said.formula.terms)
    told = f"{arithmetic(said.formula, said.values)} (INSEE {series})\u202f; {said.source}"
    if len(told) > MOST_SOURCE:
        raise SaleRefused(_("La source est trop longue\u202f: raccourcissez-la."))
    return Figure(found.value, told, found.confidence)


def index_contract(
    *, actor: User | None, contract: SaleContract, since: dt.date, said: Indexed, seen: Decimal
) -> IndexCoefficient:
    """Keep the formula in the terms, and the coefficient it gives from `since` on; said again, the same row.

    seen: the result that was read; another one is refused. Raises SaleRefused, SaleMoved.
    """
    figure = compute(said)
    if figure.value != seen:
        raise SaleMoved(_("Le résultat a changé depuis que vous l’avez lu. Relisez-le, puis enregistrez."))
    with transaction.atomic():
        locked = locked_contract(contract)
        terms = terms_from(locked.editions.order_by("-number")[:1].get().terms)
        if isinstance(terms, HeatTerms):
            raise SaleRefused(_("Les coefficients de la chaleur se saisissent, ils ne se calculent pas ici."))
        last = locked.coefficients.filter(series=OWN, since=since).order_by("-pk").first()
        if last is not None and (last.value, last.source) == (figure.value, figure.source):
            return last
        row = enter_coefficient(actor=actor, contract=locked, since=since, figure=figure)
        wanted = replace(terms, formula=said.formula)
        change_terms(actor=actor, contract=locked, terms=wanted, reason=_("formule d’indexation"))
    return row

"""The index coefficient of a contract (L, K): a constant and published indices, weighted.

coefficient = constant + Σ weight × index of the year / index at the start. The weights are the contract's;
`usual_weights` proposes those from memory, marked so. INSEE series: 001565183 (ICHTrev-TS) and 010534796
(FM0ABE0000), according to the buyer's public pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from production.formats.errors import typeset
from production.revenue.errors import InvalidContract, NoCoefficient
from production.revenue.figures import CONTRACT, Dated, Figure, latest, of_law
from production.revenue.kept import Json, figure_json, sure_figure

LABOUR, PRODUCER = "001565183", "010534796"
MOST_DECIMALS = 12
DAYS_OF_A_YEAR = 366


@dataclass(frozen=True, slots=True)
class Term:
    """One index: its INSEE `series`, its `weight` [1], and its value when the contract started [1]."""

    series: str
    weight: Figure
    at_start: Decimal


@dataclass(frozen=True, slots=True)
class IndexFormula:
    """How a contract is indexed; `decimals` is where the coefficient is rounded, as the contract says."""

    constant: Figure
    terms: tuple[Term, ...]
    decimals: int

    def __post_init__(self) -> None:
        total = self.constant.value + sum((term.weight.value for term in self.terms), Decimal())
        if total != 1:
            written = f"{total:f}".replace(".", ",")
            raise InvalidContract("index", f"Les poids de l’indexation font {written}, et non 1.")
        if any(not term.at_start.is_finite() or term.at_start <= 0 for term in self.terms):
            raise InvalidContract("index", "La valeur de départ d’un indice doit être positive.")
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise InvalidContract("index", "L’arrondi du coefficient va de 0 à 12 décimales.")


def usual_weights(requested_on: dt.date) -> tuple[Figure, Figure, Figure]:
    """Constant, labour and producer-price weights [1] to be checked. Raises UnknownRate."""
    names = ("index_constant", "index_labour_weight", "index_producer_weight")
    constant, labour, producer = (of_law(f"sale.{name}", requested_on) for name in names)
    return constant, labour, producer


def coefficient(formula: IndexFormula, values: Mapping[str, Decimal]) -> Figure:
    """The coefficient for these values of the series [1], rounded once. Raises InvalidContract."""
    exact = formula.constant.value
    for term in formula.terms:
        value = values.get(term.series)
        if value is None or not value.is_finite() or value <= 0:
            raise InvalidContract("index", f"Il manque la valeur de l’indice INSEE {term.series}.")
        exact += term.weight.value * value / term.at_start
    rounded = exact.quantize(Decimal(1).scaleb(-formula.decimals), rounding=ROUND_HALF_UP)
    weights = [formula.constant, *(term.weight for term in formula.terms)]
    doubtful = [figure for figure in weights if not figure.is_sure]
    mark = doubtful[0].confidence if doubtful else CONTRACT
    return Figure(rounded, "formule d’indexation : " + weights[0].source, mark)


def arithmetic(formula: IndexFormula, values: Mapping[str, Decimal]) -> str:
    """The sum a pencil would write: `0,8 + 0,1 × 126 / 120 + 0,1 × 121 / 110`."""
    parts = [_written(formula.constant.value)]
    for term in formula.terms:
        weight, value, start = term.weight.value, values[term.series], term.at_start
        parts.append(f"{_written(weight)} × {_written(value)} / {_written(start)}")
    return " + ".join(parts)


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def formula_json(formula: IndexFormula | None) -> Json | None:
    """The formula as kept."""
    if formula is None:
        return None
    terms = [
        {"series": t.series, "weight": figure_json(t.weight), "at_start": f"{t.at_start:f}"}
        for t in formula.terms
    ]
    return {"constant": figure_json(formula.constant), "terms": terms, "decimals": formula.decimals}


def formula_from(kept: Mapping[str, Any] | None) -> IndexFormula | None:
    """The formula that was kept. Raises KeyError, ValueError."""
    if kept is None:
        return None
    terms = tuple(
        Term(term["series"], sure_figure(term["weight"]), Decimal(term["at_start"])) for term in kept["terms"]
    )
    return IndexFormula(sure_figure(kept["constant"]), terms, kept["decimals"])


def coefficient_on(steps: Sequence[Dated], day: dt.date, letter: str) -> Figure:
    """The coefficient in force on `day`. Raises NoCoefficient before the first."""
    found = latest(steps, day)
    if found is None:
        raise NoCoefficient(letter, day)
    return found.figure


def stale(steps: Sequence[Dated], day: dt.date, letter: str) -> str | None:
    """One French sentence if the coefficient of `day` is older than a year, else None."""
    found = latest(steps, day)
    if found is None or (day - found.since).days < DAYS_OF_A_YEAR:
        return None
    return typeset(
        f"Le coefficient {letter} date du {found.since:%d/%m/%Y} : plus d’un an. "
        "Vérifiez qu’il n’a pas changé."
    )

"""What a contract says beside its days, as it is kept and changed: an edition of its terms. Pure.

Coefficients and market prices come month by month and stand apart: terms plus those make a contract of
`contracts`. Each kind keeps only what it uses; `terms_json` and `terms_from` are each other's inverse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from production.revenue.contracts import (
    Cap,
    ComplementContract,
    EnergyContract,
    HeatContract,
    Kind,
)
from production.revenue.errors import InvalidContract
from production.revenue.figures import Dated, Figure
from production.revenue.indexation import IndexFormula, formula_from, formula_json
from production.revenue.kept import dated_from, dated_json, figure_from, figure_json, sure_figure

Contract = EnergyContract | ComplementContract | HeatContract


@dataclass(frozen=True, slots=True)
class EnergyTerms:
    """Electricity for a price [c€/kWh]; `vat` None: reverse charge. `requested_on` decided the tariff."""

    prices: tuple[Dated, ...]
    is_indexed: bool = False
    letter: str = "L"
    cap: Cap | None = None
    vat: tuple[Dated, ...] | None = None
    requested_on: dt.date | None = None
    peak_power_w: int | None = None
    formula: IndexFormula | None = None


@dataclass(frozen=True, slots=True)
class ComplementTerms:
    """A tender with complement: `strike` [€/MWh]. `formula`: how its coefficient is made, where told."""

    strike: Figure
    is_indexed: bool = False
    letter: str = "K"
    vat: Figure | None = None
    market_vat: Figure | None = None
    formula: IndexFormula | None = None


@dataclass(frozen=True, slots=True)
class HeatTerms:
    """Heat: R1 [€/MWh], R2 [€/kW a year] on subscribed_w [W], renewable share [%]."""

    r1: tuple[Dated, ...]
    r2: tuple[Dated, ...]
    subscribed_w: int
    renewable: tuple[Dated, ...]
    r1_indexed: bool = False
    r2_indexed: bool = False


Terms = EnergyTerms | ComplementTerms | HeatTerms
# Which coefficient is meant: the contract's own letter, or one of heat's two.
OWN, R1, R2 = "", "R1", "R2"
Coefficients = Mapping[str, tuple[Dated, ...]]


def contract_of(
    kind: str, reference: str, starts_on: dt.date, ends_on: dt.date, terms: Terms, known: Coefficients
) -> Contract:
    """The contract these terms and coefficients make. Raises InvalidContract."""
    own = known.get(OWN, ())
    if isinstance(terms, ComplementTerms):
        return ComplementContract(
            reference,
            starts_on,
            ends_on,
            terms.strike,
            own if terms.is_indexed else None,
            terms.vat,
            terms.market_vat,
            terms.letter,
        )
    if isinstance(terms, HeatTerms):
        return _heat(reference, starts_on, ends_on, terms, known)
    if kind not in set(Kind):
        raise InvalidContract("kind", "Ce genre de vente ne va pas avec ces conditions.")
    return EnergyContract(
        Kind(kind),
        reference,
        starts_on,
        ends_on,
        terms.prices,
        own if terms.is_indexed else None,
        terms.cap,
        terms.vat,
        terms.letter,
    )


def _heat(
    reference: str, starts_on: dt.date, ends_on: dt.date, terms: HeatTerms, known: Coefficients
) -> HeatContract:
    return HeatContract(
        reference,
        starts_on,
        ends_on,
        terms.r1,
        terms.r2,
        terms.subscribed_w,
        terms.renewable,
        known.get(R1, ()) if terms.r1_indexed else None,
        known.get(R2, ()) if terms.r2_indexed else None,
    )


def check_terms(kind: str, reference: str, starts_on: dt.date, ends_on: dt.date, terms: Terms) -> None:
    """Refuse terms no month could be computed with, before they are kept. Raises InvalidContract."""
    if isinstance(terms, HeatTerms):
        # Coefficients are entered later; without them the rest must hold by itself.
        terms = replace(terms, r1_indexed=False, r2_indexed=False)
    contract_of(kind, reference, starts_on, ends_on, terms, {})


def terms_json(terms: Terms) -> dict[str, Any]:
    """The terms as kept."""
    if isinstance(terms, ComplementTerms):
        return {
            "sort": "complement",
            "strike": figure_json(terms.strike),
            "is_indexed": terms.is_indexed,
            "letter": terms.letter,
            "vat": figure_json(terms.vat),
            "market_vat": figure_json(terms.market_vat),
            "formula": formula_json(terms.formula),
        }
    if isinstance(terms, HeatTerms):
        return {
            "sort": "heat",
            "r1": dated_json(terms.r1),
            "r2": dated_json(terms.r2),
            "subscribed_w": terms.subscribed_w,
            "renewable": dated_json(terms.renewable),
            "r1_indexed": terms.r1_indexed,
            "r2_indexed": terms.r2_indexed,
        }
    return {
        "sort": "energy",
        "prices": dated_json(terms.prices),
        "is_indexed": terms.is_indexed,
        "letter": terms.letter,
        "cap": _cap_json(terms.cap),
        "vat": None if terms.vat is None else dated_json(terms.vat),
        "requested_on": terms.requested_on.isoformat() if terms.requested_on else None,
        "peak_power_w": terms.peak_power_w,
        "formula": formula_json(terms.formula),
    }


def terms_from(kept: Mapping[str, Any]) -> Terms:
    """The terms that were kept. Raises KeyError, ValueError."""
    if kept["sort"] == "complement":
        return ComplementTerms(
            sure_figure(kept["strike"]),
            kept["is_indexed"],
            kept["letter"],
            figure_from(kept["vat"]),
            figure_from(kept["market_vat"]),
            formula_from(kept.get("formula")),
        )
    if kept["sort"] == "heat":
        return HeatTerms(
            dated_from(kept["r1"]),
            dated_from(kept["r2"]),
            kept["subscribed_w"],
            dated_from(kept["renewable"]),
            kept["r1_indexed"],
            kept["r2_indexed"],
        )
    asked = kept["requested_on"]
    return EnergyTerms(
        dated_from(kept["prices"]),
        kept["is_indexed"],
        kept["letter"],
        _cap_from(kept["cap"]),
        None if kept["vat"] is None else dated_from(kept["vat"]),
        dt.date.fromisoformat(asked) if asked else None,
        kept["peak_power_w"],
        formula_from(kept.get("formula")),
    )


def _cap_json(cap: Cap | None) -> dict[str, Any] | None:
    if cap is None:
        return None
    return {
        "hours": figure_json(cap.hours),
        "excess": figure_json(cap.excess),
        "peak_power_w": cap.peak_power_w,
        "month": cap.month,
        "day": cap.day,
    }


def _cap_from(kept: Mapping[str, Any] | None) -> Cap | None:
    if kept is None:
        return None
    hours, excess = sure_figure(kept["hours"]), sure_figure(kept["excess"])
    return Cap(hours, excess, kept["peak_power_w"], kept["month"], kept["day"])

"""Purchase tariffs by size and day of the complete grid request, from `rules/law/tariffs/*.toml`.

Source: the quarterly tables of the CRE, as far as they were read (`docs/algorithms/revenue.md`). A hole is
never bridged with the quarter before: the operator reads the price in the contract.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from mine_de_soleil.rules.law import LAW_DIR, Parameter, parameters
from production.revenue.errors import InvalidContract, NoTariff, UnknownTariff
from production.revenue.figures import Figure, of_law

TARIFFS_DIR = LAW_DIR / "tariffs"


class Sale(StrEnum):
    """What of the output is sold: all of it, or what the building doesn't take."""

    TOTAL = "total"
    SURPLUS = "surplus"


# Upper ends of the size classes [kW of peak power], as the parameters name them.
CLASSES_KW = {"total": (3, 9, 36, 100, 500), "surplus": (9, 100), "bonus": (3, 9, 36, 100)}


def tariff(sale: Sale, *, peak_power_w: int, requested_on: dt.date) -> Figure:
    """The purchase tariff [c€/kWh before VAT]. Raises NoTariff, UnknownTariff, InvalidContract.

    peak_power_w: the power that decides, others on the same site included where the law counts them.
    """
    return _on(_parameter(sale.value, peak_power_w), requested_on, peak_power_w)


def bonus(*, peak_power_w: int, requested_on: dt.date) -> Figure:
    """The investment bonus of a plant that sells its surplus [€/kWp]. Raises as `tariff` does."""
    return _on(_parameter("bonus", peak_power_w), requested_on, peak_power_w)


def _parameter(table: str, peak_power_w: int) -> Parameter:
    if peak_power_w <= 0:
        raise InvalidContract("peak_power_w", "La puissance crête doit être positive.")
    for upper_kw in CLASSES_KW[table]:
        if peak_power_w <= upper_kw * 1000:
            return parameters(TARIFFS_DIR)[f"{table}.up_to_{upper_kw}_kw"]
    raise NoTariff(
        f"Au-delà de {CLASSES_KW[table][-1]} kWc, aucun tarif de ce tableau ne s’applique : "
        "le prix vient d’un appel d’offres ou d’un autre contrat."
    )


def _on(known: Parameter, day: dt.date, peak_power_w: int) -> Figure:
    past = [step for step in known.steps if step.since <= day]
    size = f"{peak_power_w / 1000:g}".replace(".", ",")
    asked = f"pour {size} kWc et une demande de raccordement du {day:%d/%m/%Y}"
    if not past or (past[-1].value is None and past[-1].confidence == "M"):
        raise UnknownTariff(f"Le tarif {asked} n’est pas connu ici : saisissez celui de votre contrat.")
    if past[-1].value is None:
        raise NoTariff(f"Il n’y a plus de tarif {asked} : {past[-1].source}.")
    return of_law(known, day)

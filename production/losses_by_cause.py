"""Where the energy that was expected went, cause by cause, to be checked with a pencil. No Django, no clock.

Whole watt-hours that add up exactly: expected − metered is the sum of all causes. Performance ratio and
specific yield are those of IEC 61724-1:2021 (confidence S: read in secondary texts), availability that of
IEC TS 61724-3:2016 and IEC 63019 by energy (confidence M).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

STANDARD_LIGHT_W_M2 = 1000
STANDARD_CELL_C = 25.0


class Cause(StrEnum):
    """Why energy is missing; the order is that in which a page names them."""

    WEATHER = "weather"
    OUTAGE = "outage"
    GRID = "grid"
    CURTAILMENT = "curtailment"
    CLIPPING = "clipping"
    DEGRADATION = "degradation"
    SOILING = "soiling"
    UNKNOWN = "unknown"


KNOWN_CAUSES = tuple(cause for cause in Cause if cause not in (Cause.WEATHER, Cause.UNKNOWN))


class LossesRefused(ValueError):
    """Figures no balance is made of; `field` names the one at fault, `str()` is a French sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

    def __reduce__(self) -> tuple[type[LossesRefused], tuple[str, str]]:
        return type(self), (self.field, str(self))


@dataclass(frozen=True, slots=True)
class Lost:
    """Energy lost by one cause [Wh]: below zero, gained."""

    cause: Cause
    energy_wh: int


@dataclass(frozen=True, slots=True)
class Balance:
    """From expected to metered [Wh]; `causes` holds each `Cause` once, in order, zeros too."""

    expected_wh: int
    metered_wh: int
    causes: tuple[Lost, ...]

    @property
    def lost_wh(self) -> int:
        """All that is missing [Wh]: the sum of the causes, exactly."""
        return self.expected_wh - self.metered_wh

    def of(self, cause: Cause) -> int:
        """Energy lost by one cause [Wh]."""
        return next(lost.energy_wh for lost in self.causes if lost.cause is cause)


def lost_by_cause(
    *, expected_wh: int, weather_wh: int | None, metered_wh: int, losses_wh: Mapping[Cause, int]
) -> Balance:
    """Sort what is missing by cause, over one period and the same complete days.

    expected_wh: forecast [Wh]; weather_wh: expected under the weather that was [Wh], None where nobody knows
    it, and the weather's part then stays unknown; losses_wh: what each other cause is thought to have taken
    [Wh], weather and unknown apart. What no cause explains is `UNKNOWN`: below zero where the causes claim
    more than is missing, and said so rather than hidden. Raises LossesRefused.
    """
    _check(expected_wh, weather_wh, metered_wh, losses_wh)
    by_weather = 0 if weather_wh is None else expected_wh - weather_wh
    found: dict[Cause, int] = {cause: losses_wh.get(cause, 0) for cause in KNOWN_CAUSES}
    found[Cause.WEATHER] = by_weather
    found[Cause.UNKNOWN] = expected_wh - metered_wh - sum(found.values())
    return Balance(expected_wh, metered_wh, tuple(Lost(cause, found[cause]) for cause in Cause))


def chain_wh(expected_wh: int, fractions: Mapping[Cause, float]) -> dict[Cause, int]:
    """Losses that are fractions of what is left [1], taken one after the other in the order of `Cause` [Wh].

    A roof at 1 % of dirt and 2 % of ageing doesn't lose 3 %: the second takes of what the first left. The sum
    is rounded once, and each cause is the difference of two rounded sums, so that they add up. Raises
    LossesRefused.
    """
    for cause, fraction in fractions.items():
        if cause not in KNOWN_CAUSES:
            raise LossesRefused(cause.value, "Cette cause se calcule : elle ne se donne pas.")
        if not 0 <= fraction <= 1:
            raise LossesRefused(cause.value, "Une part perdue va de 0 à 1.")
    taken: dict[Cause, int] = {}
    left, before = Fraction(expected_wh), expected_wh
    for cause in (cause for cause in KNOWN_CAUSES if cause in fractions):
        left *= 1 - Fraction(fractions[cause])
        taken[cause] = before - round(left)
        before = round(left)
    return taken


def performance_ratio(*, energy_wh: float, peak_power_w: float, plane_wh_m2: float) -> float | None:
    """Final yield over reference yield [1], IEC 61724-1: (E / P) / (H / 1 kW/m²).

    energy_wh: at the meter [Wh]; plane_wh_m2: light on the panels over the same time [Wh/m²], weighted by
    power where planes differ. None without light. Raises LossesRefused.
    """
    _positive("peak_power_w", peak_power_w)
    _not_negative("energy_wh", energy_wh)
    _not_negative("plane_wh_m2", plane_wh_m2)
    if plane_wh_m2 == 0:
        return None
    return energy_wh / peak_power_w * STANDARD_LIGHT_W_M2 / plane_wh_m2


def corrected_performance_ratio(
    *,
    energy_wh: float,
    peak_power_w: float,
    plane_wh_m2: tuple[float, ...],
    cell_c: tuple[float, ...],
    gamma_per_k: float,
) -> float | None:
    """Performance ratio as if the cells had been at 25 °C [1], IEC 61724-1's temperature-corrected ratio.

    Each step's reference power is that of its cells: P × (1 + γ (T − 25 °C)). plane_wh_m2 [Wh/m²] and cell_c
    [°C], one of each a step; gamma_per_k: of the panels' power [1/K], below zero. None without light. Raises
    LossesRefused.
    """
    if len(plane_wh_m2) != len(cell_c):
        raise LossesRefused("cell_c", "Il faut une température par intervalle.")
    if not -0.02 < gamma_per_k <= 0:
        raise LossesRefused("gamma_per_k", "Le coefficient de température est hors de toute plage connue.")
    for light in plane_wh_m2:
        _not_negative("plane_wh_m2", light)
    at_their_warmth = sum(
        light * (1 + gamma_per_k * (warmth - STANDARD_CELL_C))
        for light, warmth in zip(plane_wh_m2, cell_c, strict=True)
    )
    return performance_ratio(energy_wh=energy_wh, peak_power_w=peak_power_w, plane_wh_m2=at_their_warmth)


def specific_yield(*, energy_wh: float, peak_power_w: float) -> float:
    """Energy per installed power [kWh/kWp], IEC 61724-1's final yield. Raises LossesRefused."""
    _positive("peak_power_w", peak_power_w)
    _not_negative("energy_wh", energy_wh)
    return energy_wh / peak_power_w


def availability(*, metered_wh: float, outage_wh: float) -> float | None:
    """Energy delivered over what would have been without outages [1]; None where there was none to deliver.

    outage_wh: lost while the plant stood, in part or whole [Wh]; the grid's outages are the caller's choice.
    Raises LossesRefused.
    """
    _not_negative("metered_wh", metered_wh)
    _not_negative("outage_wh", outage_wh)
    possible = metered_wh + outage_wh
    return metered_wh / possible if possible > 0 else None


def _check(expected: int, weather: int | None, metered: int, losses: Mapping[Cause, int]) -> None:
    for field, value in (("expected_wh", expected), ("weather_wh", weather or 0), ("metered_wh", metered)):
        _not_negative(field, value)
    for cause, value in losses.items():
        if cause not in KNOWN_CAUSES:
            raise LossesRefused(cause.value, "Cette cause se calcule : elle ne se donne pas.")
        _not_negative(cause.value, value)


def _not_negative(field: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        raise LossesRefused(field, "Une énergie manque, est négative ou n’est pas un nombre.")


def _positive(field: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise LossesRefused(field, "La puissance crête doit être positive.")

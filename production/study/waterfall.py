"""Where the light goes: whole watt-hours from stage to stage, that add up to the last one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from production.study.errors import StudyError


@dataclass(frozen=True, slots=True)
class Stage:
    """Energy left after a stage and what it added or took [Wh]; share: that change over the stage before [1].

    code: a name of `fleet.stages.STAGES`.
    """

    code: str
    energy_wh: int
    change_wh: int
    share: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From the light on flat ground to the inverter's output, a year; the first stage changes nothing."""

    stages: tuple[Stage, ...]

    @property
    def start_wh(self) -> int:
        """Light on flat ground, as energy of modules under standard conditions [Wh]."""
        return self.stages[0].energy_wh

    @property
    def output_wh(self) -> int:
        """What the inverter delivers [Wh]."""
        return self.stages[-1].energy_wh

    @property
    def losses(self) -> tuple[Stage, ...]:
        """The stages that change something; the others were set to nothing."""
        return tuple(stage for stage in self.stages[1:] if stage.change_wh)


def waterfall(codes: Sequence[str], energy_wh: Iterable[float], output_wh: int) -> Waterfall:
    """Stages from the energy after each [Wh]; output_wh is the year's energy as it is told elsewhere [Wh].

    Both ways of summing the year may differ by a rounded watt-hour: the last stage takes it. Raises
    StudyError where they differ by more.
    """
    left = [round(wh) for wh in energy_wh]
    if len(left) != len(codes) or not left:
        raise StudyError(f"{len(left)} energies for {len(codes)} stages")
    if abs(left[-1] - output_wh) > 1:
        raise StudyError(f"stages end at {left[-1]} Wh, the year at {output_wh} Wh")
    left[-1] = output_wh
    before = [left[0], *left[:-1]]
    return Waterfall(
        tuple(
            Stage(code, after, after - start, (after - start) / start if start else 0.0)
            for code, start, after in zip(codes, before, left, strict=True)
        )
    )

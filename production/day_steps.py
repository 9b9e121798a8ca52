"""One day of one roof, reading by reading: mean power metered, under its weather, and under a clear sky.

Neither curve is stored: that of the weather is computed again from what told the day, that of the clear sky
from the sun's position alone.
"""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.db.models import Q

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import day_bounds
from production.described import described
from production.fleet import FleetError, build_fleet, expected_energy_wh
from production.formats.series import Bools
from production.hours import HOUR, HourlyCurve
from production.models import Reading
from production.neighbours.levels import clear_sky_ghi

log = logging.getLogger(__name__)
# A finer meter is drawn at this step: a screen has no more columns. The file has every reading.
FINEST_S, COARSEST_S = 300, 3600
# Air and wind for the clear sky: a mild day, so that the curve says what the sun alone allows.
MILD_C, MILD_M_S = 15.0, 2.0


@dataclass(frozen=True, slots=True)
class DaySteps:
    """Mean power [W] at each step of a local day: metered, expected, clear sky; None where unknown.

    `start`: local starts; `step_s`: their distance; `is_coarse`: readings last longer than an hour;
    `in_part`: at how many steps of daylight a meter of the roof was silent while another spoke.
    """

    start: tuple[dt.datetime, ...]
    step_s: int
    metered_w: tuple[float | None, ...]
    expected_w: tuple[float | None, ...]
    clear_w: tuple[float | None, ...]
    metered_wh: int
    is_coarse: bool
    in_part: int

    @property
    def clear_wh(self) -> float:
        """What a clear sky would have given on the steps that were metered [Wh]."""
        seen = zip(self.metered_w, self.clear_w, strict=True)
        return sum(clear or 0.0 for metered, clear in seen if metered is not None) * self.step_s / 3600


# Start, length [s], energy [Wh], meter.
Stored = Sequence[tuple[dt.datetime, int, int, int]]


def day_steps(plant: Plant, day: dt.date, curve: HourlyCurve | None) -> DaySteps:
    """The day of `plant`; `curve`: its hours under the weather that told the day, if any."""
    start, end = day_bounds(day, plant.zone)
    rows = Reading.objects.filter(meter__plant=plant, start__gte=start, start__lt=end).order_by(
        "start", "meter"
    )
    stored = list(rows.values_list("start", "length_s", "energy_wh", "meter_id"))
    step_s = min(max(min((length for _start, length, *_rest in stored), default=600), FINEST_S), COARSEST_S)
    times = pd.date_range(start, end, freq=f"{step_s}s", inclusive="left")
    metered, spoke = _metered(stored, start, step_s, len(times))
    clear = _clear(plant, day, times, step_s)
    return DaySteps(
        start=tuple(instant.to_pydatetime() for instant in times.tz_convert(plant.zone)),
        step_s=step_s,
        metered_w=metered,
        expected_w=_expected(times, curve),
        clear_w=clear,
        metered_wh=sum(wh for _start, _length, wh, _meter in stored),
        is_coarse=any(length > COARSEST_S for _start, length, *_rest in stored),
        in_part=_in_part(plant, day, spoke, clear),
    )


def _in_part(plant: Plant, day: dt.date, spoke: Mapping[int, Bools], clear: Sequence[float | None]) -> int:
    """Of the steps with light and a reading, those at which a meter that serves all day was silent."""
    whole_day = (
        Meter.objects.filter(plant=plant).in_service(day).exclude(Q(installed_on=day) | Q(removed_on=day))
    )
    lit_up = np.array([bool(power) for power in clear], dtype=bool)
    nobody = np.zeros(len(clear), dtype=bool)
    anybody = np.logical_or.reduce([nobody, *spoke.values()])
    silent = [~spoke.get(meter, nobody) for meter in whole_day.values_list("pk", flat=True)]
    return int((anybody & np.logical_or.reduce([nobody, *silent]) & lit_up).sum())


def _metered(
    stored: Stored, start: dt.datetime, step_s: int, count: int
) -> tuple[tuple[float | None, ...], dict[int, Bools]]:
    """Each reading's energy on the steps it lasts, as mean power; meters of one roof add up.

    And at which steps each meter spoke, shape (count,), by key.
    """
    energy = np.zeros(count)
    spoke: dict[int, Bools] = {meter: np.zeros(count, dtype=bool) for *_rest, meter in stored}
    for at, length_s, wh, meter in stored:
        first = int((at - start).total_seconds()) // step_s
        steps = max(1, round(length_s / step_s))
        energy[first : first + steps] += wh / steps
        spoke[meter][first : first + steps] = True
    known = np.logical_or.reduce([np.zeros(count, dtype=bool), *spoke.values()])
    watts = energy * 3600 / step_s
    return tuple(float(power) if told else None for power, told in zip(watts, known, strict=True)), spoke


def _expected(times: pd.DatetimeIndex, curve: HourlyCurve | None) -> tuple[float | None, ...]:
    """The hour's energy as mean power at each of its steps."""
    known: Mapping[dt.datetime, float] = curve.energy_wh if curve else {}
    hours = times.floor("h").to_pydatetime()
    return tuple(known.get(hour.astimezone(dt.UTC)) for hour in hours)


def _clear(plant: Plant, day: dt.date, times: pd.DatetimeIndex, step_s: int) -> tuple[float | None, ...]:
    step = dt.timedelta(seconds=step_s)
    try:
        fleet = build_fleet([described(plant, on=day)])
        weather = pd.DataFrame(
            {"ghi": clear_sky_ghi(fleet, times, step), "temp_air": MILD_C, "wind_speed": MILD_M_S},
            index=times,
        )
        energy = expected_energy_wh(fleet, weather, step).iloc[:, 0]
    except FleetError as reason:
        log.warning("no clear sky of %s on %s: %s", plant, day, reason)
        return (None,) * len(times)
    return tuple(float(wh) for wh in energy * (HOUR / step))


def lit(steps: DaySteps) -> range:
    """The steps from the first to the last with any light or energy."""
    shown = [
        n
        for n, powers in enumerate(zip(steps.metered_w, steps.expected_w, steps.clear_w, strict=True))
        if any(power and power > 0 for power in powers)
    ]
    return range(shown[0], shown[-1] + 1) if shown else range(0)

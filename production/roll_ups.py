"""Daily sums of readings, written in the transaction that changes the readings.

Two ways to the same figures: from the table (`roll_up`), or from the rows just stored where they are all that
is there of their days (`sum_up`), at a tenth of the time.
"""

import datetime as dt

import numpy as np
import pandas as pd
from django.db.backends.utils import CursorWrapper

from installations.models import Meter
from mine_de_soleil.core.calendar import day_bounds, days
from production.copying import Columns, copy_columns
from production.day_sums import day_sums
from production.daylight import daylight


def roll_up(cursor: CursorWrapper, meter: Meter, first: dt.date, last: dt.date) -> None:
    """Rebuild the daily sums of `meter` from `first` to `last` (local days, both included)."""
    span = days(first, last)
    starts = _midnights(meter, span)
    sunrise, sunset = daylight(span, meter.plant.latitude_deg, meter.plant.longitude_deg)
    _forget_days(cursor, meter, first, last)
    cursor.execute(
        _ROLL_UP,
        {
            "meter": meter.pk,
            "days": span,
            "starts": starts[:-1],
            "first": starts[0],
            "end": starts[-1],
            "sunrise_s": _epoch_s(sunrise),
            "sunset_s": _epoch_s(sunset),
        },
    )


def sum_up(
    cursor: CursorWrapper, meter: Meter, readings: pd.DataFrame, first: dt.date, last: dt.date
) -> None:
    """What `roll_up` does, where `readings` are all there is of these days: nothing is read again."""
    span = days(first, last)
    sunrise, sunset = daylight(span, meter.plant.latitude_deg, meter.plant.longitude_deg)
    sums = day_sums(readings, _midnights(meter, span)[:-1], sunrise, sunset)
    _forget_days(cursor, meter, first, last)
    columns: Columns = {
        "meter_id": ("bigint", meter.pk),
        "day": ("date", np.array(span, "M8[D]")[sums.number]),
        "energy_wh": ("bigint", sums.energy_wh),
        "covered_s": ("integer", sums.covered_s),
        "daylight_s": ("integer", sums.daylight_s),
    }
    copy_columns(cursor, "production_dailyenergy", columns)


def _forget_days(cursor: CursorWrapper, meter: Meter, first: dt.date, last: dt.date) -> None:
    cursor.execute(
        "DELETE FROM production_dailyenergy WHERE meter_id = %s AND day BETWEEN %s AND %s",
        [meter.pk, first, last],
    )


def _midnights(meter: Meter, span: list[dt.date]) -> list[dt.datetime]:
    """The instants at which these days begin, and the one at which the last ends."""
    zone = meter.plant.zone
    return [day_bounds(day, zone)[0] for day in span] + [day_bounds(span[-1], zone)[1]]


def _epoch_s(instants: pd.DatetimeIndex) -> list[float]:
    return [instant.timestamp() for instant in instants.to_pydatetime().tolist()]


# Days are found by bisection in the array of their starts: a join on time ranges would be planned as if the
# meter had one row while it has no statistics yet, and compare every reading with every day. Seconds are
# counted as plain numbers: `extract` would count them in decimals, at twice the time.
_ROLL_UP = """
WITH numbered AS MATERIALIZED (
    SELECT date_part('epoch', r.start) AS start_s, r.length_s, r.energy_wh,
           width_bucket(r.start, %(starts)s::timestamptz[]) AS n
    FROM production_reading r
    WHERE r.meter_id = %(meter)s AND r.start >= %(first)s AND r.start < %(end)s)
INSERT INTO production_dailyenergy (meter_id, day, energy_wh, covered_s, daylight_s)
SELECT %(meter)s, (%(days)s::date[])[n], sum(energy_wh),
    round(sum(greatest(0, least(start_s + length_s, (%(sunset_s)s::float8[])[n])
                          - greatest(start_s, (%(sunrise_s)s::float8[])[n])))),
    (%(sunset_s)s::float8[])[n] - (%(sunrise_s)s::float8[])[n]
FROM numbered GROUP BY n
"""

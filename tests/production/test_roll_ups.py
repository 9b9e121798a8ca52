"""Daily sums: from the rows at hand and from the table, the same figures."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from production.day_sums import day_sums
from production.formats.series import readings_frame
from production.models import DailyEnergy, ReadingImport
from production.roll_ups import roll_up
from production.storage import keep_file, store_readings
from tests.factories import plant_with_meter
from tests.production.deliveries import bring

UTC = dt.UTC
MIDNIGHT = dt.datetime(2025, 6, 9, 22, tzinfo=UTC)  # in Paris
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def test_a_day_sums_what_starts_on_it_and_covers_what_lies_in_its_daylight():
    # Days of 24 h from 22:00; sun from 4:00 to 18:00. Readings of 8 h from 20:00, 4:00, 12:00, 20:00:
    # the first starts on the day before the one it covers 0 h of; the last starts on day 1, in its dark.
    starts = [MIDNIGHT - DAY, MIDNIGHT]
    sunrise = pd.DatetimeIndex([start + 6 * HOUR for start in starts])
    sunset = pd.DatetimeIndex([start + 20 * HOUR for start in starts])
    begins = [MIDNIGHT - 2 * HOUR, MIDNIGHT + 6 * HOUR, MIDNIGHT + 14 * HOUR, MIDNIGHT + 22 * HOUR]
    readings = pd.DataFrame({"start": begins, "length_s": 8 * 3600, "energy_wh": [1, 10, 100, 1000]})
    found = day_sums(readings, starts, sunrise, sunset)
    assert found.number.tolist() == [0, 1]
    assert found.energy_wh.tolist() == [1, 1110]
    assert found.covered_s.tolist() == [0, (8 + 6) * 3600]
    assert found.daylight_s.tolist() == [14 * 3600] * 2


@pytest.mark.django_db
@settings(max_examples=15)
@given(
    first_s=st.integers(1_709_251_200, 1_763_000_000),  # March 2024 to November 2025
    steps=st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 5_000)), min_size=1, max_size=60),
    zone=st.sampled_from(["Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "UTC"]),
)
def test_both_ways_to_a_daily_sum_agree(first_s: int, steps: list[tuple[int, int]], zone: str):
    meter = plant_with_meter(time_zone=zone)
    keep_file(meter.code, b"")
    target = ReadingImport.objects.create(meter=meter, file_id=meter.code)
    lengths = np.array([length_s for length_s, _wh in steps])
    starts = first_s + np.cumsum(lengths) - lengths
    energy_wh, lines = np.array([wh for _length_s, wh in steps]), np.arange(len(steps))
    store_readings(target, meter, readings_frame(starts, lengths, energy_wh, lines))  # from the rows at hand
    at_hand = list(DailyEnergy.objects.filter(meter=meter).order_by("day").values())
    with connection.cursor() as cursor:
        roll_up(cursor, meter, at_hand[0]["day"], at_hand[-1]["day"])
    assert at_hand and list(DailyEnergy.objects.filter(meter=meter).order_by("day").values()) == at_hand


@pytest.mark.django_db
def test_a_second_file_on_a_day_adds_to_what_the_first_brought():
    meter = plant_with_meter()
    bring(meter, {MIDNIGHT + n * HOUR: 1000 for n in range(12)})
    bring(meter, {MIDNIGHT + n * HOUR: 1000 for n in range(12, 36)})
    sums = DailyEnergy.objects.filter(meter=meter).order_by("day").values_list("energy_wh", flat=True)
    assert list(sums) == [24_000, 12_000]

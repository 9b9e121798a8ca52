"""Missing readings: a cut line told apart from a stopped roof, and the unknown said to be so."""

import numpy as np
import pandas as pd

from production.quality import Counted, Finding, State
from tests.production.quality.roofs import LAST, at, between, said_of, sound, troubled, verdicts

FROM, TO = at("2025-06-05", 0), at("2025-06-07", 0)


def without(readings: pd.DataFrame, first: pd.Timestamp = FROM, last: pd.Timestamp = TO) -> pd.DataFrame:
    return readings[~between(readings, first, last)].reset_index(drop=True)


def by_day_only(readings: pd.DataFrame) -> pd.DataFrame:
    """As portals export: nothing while the inverter sleeps."""
    return readings[readings["energy_wh"] > 0].reset_index(drop=True)


def test_a_meter_that_speaks_by_night_and_falls_silent_has_lost_its_line():
    found = verdicts(without(sound()))
    assert troubled(found) == ["2025-06-05", "2025-06-06"]
    assert said_of("2025-06-05", found) == ("lost", ["mute", "no_reading"])


def test_a_portal_that_is_silent_by_night_leaves_it_unknown():
    found = verdicts(without(by_day_only(sound())))
    assert said_of("2025-06-05", found) == ("silent", ["no_reading"])


def test_a_hole_between_two_files_is_a_file_that_is_missing_not_a_line():
    readings = without(sound())
    readings.loc[readings["start"] >= TO, "source"] = 2
    assert said_of("2025-06-05", verdicts(readings)) == ("silent", ["no_reading"])


def test_all_the_energy_in_the_first_reading_after_it_tells_a_cut_line():
    readings = sound()
    gone = by_day_only(readings)
    missing = float(gone.loc[between(gone, FROM, TO), "energy_wh"].sum())
    gone = without(gone)
    first_after = gone.index[gone["start"] >= TO][0]
    gone.loc[first_after, "energy_wh"] += missing
    found = verdicts(gone)
    assert said_of("2025-06-05", found) == ("lost", ["counter", "no_reading"])
    # The day that received it holds energy of two others: its sum isn't its own.
    assert said_of("2025-06-07", found) == ("doubtful", ["caught_up"])


def test_zeros_made_up_for_by_one_huge_reading_are_a_cut_line_not_an_outage():
    readings = sound()
    dead = between(readings, at("2025-06-05", 9), at("2025-06-05", 15))
    lost = float(readings.loc[dead, "energy_wh"].sum())
    readings.loc[dead, "energy_wh"] = 0.0
    readings.loc[readings["start"] == at("2025-06-05", 15), "energy_wh"] = lost
    state, kinds = said_of("2025-06-05", verdicts(readings))
    assert (state, set(kinds)) == ("doubtful", {"counter", "caught_up"})


def test_a_counter_that_knows_more_than_the_readings_tells_a_cut_line():
    readings = by_day_only(sound())
    missing = float(readings.loc[between(readings, FROM, TO), "energy_wh"].sum())
    whole = Counted(int(at("2025-05-01", 0).timestamp()), int(at("2025-07-01", 0).timestamp()), missing)
    assert said_of("2025-06-05", verdicts(without(readings), counted=[whole])) == (
        "lost",
        ["counter", "no_reading"],
    )


def test_a_counter_that_agrees_with_the_readings_proves_nothing():
    whole = Counted(int(at("2025-05-01", 0).timestamp()), int(at("2025-07-01", 0).timestamp()), 40.0)
    found = verdicts(without(by_day_only(sound())), counted=[whole])
    assert said_of("2025-06-05", found)[0] == "silent"


def test_two_hours_missing_are_said_and_leave_the_rest_of_the_day_incomplete():
    readings = by_day_only(sound())
    found = verdicts(without(readings, at("2025-06-05", 10), at("2025-06-05", 12)))
    assert said_of("2025-06-05", found) == ("partial", ["gap"])
    gap = next(one for one in found if one.findings).findings[0]
    assert (gap.first, gap.last, gap.value) == (at("2025-06-05", 10), at("2025-06-05", 12), 2.0)


def test_ten_minutes_missing_are_said_but_leave_the_day_good():
    readings = by_day_only(sound())
    found = verdicts(without(readings, at("2025-06-05", 10), at("2025-06-05", 10.1)))
    assert said_of("2025-06-05", found) == ("good", ["gap"])


def test_days_since_the_last_reading_are_awaited_not_lost():
    found = verdicts(without(sound(), at("2025-06-28", 0), at("2025-07-01", 0)))
    assert [one.state for one in found[-3:]] == [State.SILENT] * 3
    waited = [f.value for one in found[-3:] for f in one.findings if f.kind is Finding.AWAITED]
    assert waited == [1, 2, 3]


def test_no_reading_at_all_is_silence_from_the_first_day_on():
    found = verdicts(sound().iloc[:0])
    assert {one.state for one in found} == {State.SILENT}
    assert len(found) == (LAST - found[0].day).days + 1


def test_the_autumn_day_of_25_hours_is_whole():
    import datetime as dt

    from production.quality import judge_days, meter_series
    from tests.production.quality.roofs import PARIS, ROOF

    first, last = dt.date(2025, 10, 20), dt.date(2025, 11, 1)
    series = meter_series(sound(ROOF, first, last), ROOF, first, last)
    assert np.bincount(series.day)[6] == 25 * 6 and series.sun.days[6] == dt.date(2025, 10, 26)
    assert {one.state for one in judge_days(series, first)} == {State.GOOD}
    assert PARIS.key == "Europe/Paris"

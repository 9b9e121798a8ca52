"""What neighbours say: a part stopped, two meters swapped."""

import numpy as np
import pytest

from production.quality import Finding, Profile, clearness, swapped
from production.quality.peers import far_from_own_roof, hour_profile
from tests.production.quality.roofs import ROOF, at, between, said_of, series_of, site, sound, verdicts


def sky(readings=None) -> dict:  # type: ignore[no-untyped-def,type-arg]
    series = series_of(sound() if readings is None else readings)
    return dict(zip(series.sun.days, clearness(series).tolist(), strict=True))


def test_half_a_roof_stopped_for_a_week_is_an_outage():
    readings = sound()
    readings.loc[between(readings, at("2025-06-10", 0), at("2025-06-17", 0)), "energy_wh"] *= 0.5
    found = verdicts(readings, town=sky())
    parts = {one.day.day: f.value for one in found for f in one.findings if f.kind is Finding.PART_STOPPED}
    assert set(parts) == {10, 11, 12, 13, 14, 15, 16}
    assert parts[12] == pytest.approx(0.5, abs=0.03)
    assert said_of("2025-06-12", found)[0] == "outage"


def test_a_lasting_half_never_becomes_the_usual():
    readings = sound()
    readings.loc[readings["start"] >= at("2025-05-20", 0), "energy_wh"] *= 0.5
    assert said_of("2025-06-30", verdicts(readings, town=sky())) == ("outage", ["part_stopped"])


def test_a_roof_that_is_a_fifth_under_the_others_all_along_is_not_broken():
    readings = sound()
    readings["energy_wh"] *= 0.8
    assert all(one.state == "good" for one in verdicts(readings, town=sky()))


def test_one_day_alone_is_local_snow_or_scaffolding_not_an_outage():
    readings = sound()
    readings.loc[between(readings, at("2025-06-10", 0), at("2025-06-11", 0)), "energy_wh"] *= 0.5
    assert said_of("2025-06-10", verdicts(readings, town=sky())) == ("good", [])


def profile(metered, roof, scale: float = 0.6) -> Profile:  # type: ignore[no-untyped-def]
    """What the meter of `metered` counted, taken for that of `roof`."""
    own, other = series_of(sound(metered), metered), series_of(sound(roof), roof)
    days = np.arange(30)
    return Profile(scale * hour_profile(own, days, own.clear_wh), hour_profile(other, days, other.clear_wh))


EAST, WEST, LARGE = site(azimuth_deg=90.0), site(azimuth_deg=270.0), site(peak_power_w=120_000.0)


def test_two_meters_of_one_size_that_look_east_and_west_are_told_apart_when_swapped():
    found = swapped(
        {
            "E": profile(WEST, EAST),
            "W": profile(EAST, WEST),
            "S": profile(ROOF, ROOF),
            "L": profile(LARGE, LARGE, 0.62),
        }
    )
    assert {code: other for code, (other, _better) in found.items()} == {"E": "W", "W": "E"}


def test_two_meters_of_different_sizes_are_told_apart_when_swapped():
    found = swapped({"S": profile(LARGE, ROOF), "L": profile(ROOF, LARGE), "E": profile(EAST, EAST)})
    assert set(found) == {"S", "L"}


def test_meters_in_their_places_are_left_alone_however_dull_the_month():
    roofs = {"E": EAST, "W": WEST, "S": ROOF, "L": LARGE}
    for scale in (0.2, 0.9):
        assert swapped({code: profile(roof, roof, scale) for code, roof in roofs.items()}) == {}


def test_one_roof_that_runs_at_half_is_not_taken_for_a_swap():
    roofs = {"E": EAST, "W": WEST, "L": LARGE}
    profiles = {code: profile(roof, roof) for code, roof in roofs.items()}
    assert swapped(profiles | {"S": profile(ROOF, ROOF, 0.3)}) == {}


def test_a_month_is_asked_about_only_where_the_meter_fits_its_roof_badly():
    town = np.array(list(sky().values()))
    assert far_from_own_roof(series_of(sound()), town) == []
    wrong = series_of(sound(LARGE), ROOF)
    assert far_from_own_roof(wrong, town) == [(2025, 5), (2025, 6)]

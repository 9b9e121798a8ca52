"""Sun paths and what hides the sun."""

from production.study.horizon import sun_path

from ..studies import roof, study

LOOS, REUNION, POLE = (50.456, 2.795, 55.0), (-21.33, 55.48, 60.0), (80.0, 2.0, 0.0)


def test_the_sun_of_june_is_higher_and_longer_than_that_of_december():
    june, december = sun_path(LOOS, 2025, 6), sun_path(LOOS, 2025, 12)
    assert round(max(point.height_deg for point in june)) == 63
    assert round(max(point.height_deg for point in december)) == 16
    assert len(june) > len(december)


def test_at_noon_the_sun_is_in_the_south_north_of_the_tropics():
    top = max(sun_path(LOOS, 2025, 3), key=lambda point: point.height_deg)
    assert abs(top.azimuth_deg - 180) < 6


def test_in_la_reunion_it_passes_north():
    top = max(sun_path(REUNION, 2025, 6), key=lambda point: point.height_deg)
    assert min(top.azimuth_deg, 360 - top.azimuth_deg) < 6


def test_the_polar_night_has_no_path():
    assert sun_path(POLE, 2025, 12) == ()


def test_hidden_hours_are_part_of_the_sun_s():
    months = study().shading.months
    assert all(0 < month.hidden_hours < month.sun_hours for month in months)
    # A hill of 20° in the south-west hides the low sun of winter.
    assert months[11].hidden_hours / months[11].sun_hours > months[5].hidden_hours / months[5].sun_hours


def test_the_year_has_about_4_400_hours_of_sun():
    assert 4350 < sum(month.sun_hours for month in study(roof(horizon_deg=())).shading.months) < 4550

"""Monthly climate: the stations, the blend, the altitude, and what is refused."""

import numpy as np
import pytest

from production import climate

LOOS = (50.456, 2.795, 55.0)

YEARLY_GHI_KWH_M2 = {
    "Trappes": 1160,
    "Nancy": 1127,
    "Mâcon": 1188,
    "Rennes": 1199,
    "La Rochelle": 1357,
    "Agen": 1324,
    "Carpentras": 1524,
    "Nice": 1532,
    "Uccle": 1113,
}


@pytest.mark.parametrize(("station", "expected"), YEARLY_GHI_KWH_M2.items())
def test_stations_sum_to_their_published_year(station, expected):
    table = climate.read_stations()
    assert table[table["station"] == station]["ghi_kwh_m2"].sum() == pytest.approx(expected, abs=1)


def test_nine_stations_have_twelve_months_each():
    table = climate.read_stations()
    assert table.groupby("station")["month"].apply(list).map(lambda m: m == list(range(1, 13))).all()
    assert table["station"].nunique() == 9


def test_a_site_on_a_station_has_that_station_s_irradiation():
    monthly, meta = climate.get_monthly_climate(48.8, 2.0)
    trappes = climate.read_stations().query("station == 'Trappes'")
    assert [part.station for part in meta.stations] == ["Trappes"]
    np.testing.assert_allclose(monthly["ghi_kwh_m2"], trappes["ghi_kwh_m2"], rtol=1e-12)
    np.testing.assert_allclose(monthly["dhi_kwh_m2"], trappes["dhi_kwh_m2"], rtol=1e-12)


def test_loos_is_mostly_uccle_and_its_stations_are_named():
    _, meta = climate.get_monthly_climate(*LOOS)
    assert [part.station for part in meta.stations] == ["Uccle", "Trappes", "Nancy"]
    assert meta.stations[0].distance_km == pytest.approx(117, abs=1)
    assert meta.stations[0].weight == pytest.approx(0.665, abs=0.001)
    assert sum(part.weight for part in meta.stations) == pytest.approx(1)


def test_weights_fall_with_the_square_of_the_distance():
    _, meta = climate.get_monthly_climate(*LOOS)
    near, far = meta.stations[0], meta.stations[1]
    assert near.weight / far.weight == pytest.approx((far.distance_km / near.distance_km) ** 2)


def test_a_thousand_metres_cost_six_and_a_half_degrees():
    low, _ = climate.get_monthly_climate(45.2, 5.7, 0.0)
    high, _ = climate.get_monthly_climate(45.2, 5.7, 1000.0)
    np.testing.assert_allclose(low["temp_mean_c"] - high["temp_mean_c"], 6.5)
    np.testing.assert_allclose(low["ghi_kwh_m2"], high["ghi_kwh_m2"])


def test_unknown_altitude_is_sea_level():
    unknown, meta = climate.get_monthly_climate(45.2, 5.7)
    sea, _ = climate.get_monthly_climate(45.2, 5.7, 0.0)
    assert meta.altitude_m == 0.0
    assert unknown.equals(sea)


def test_clearness_is_irradiation_over_extraterrestrial():
    monthly, _ = climate.get_monthly_climate(*LOOS)
    ratio = monthly["ghi_kwh_m2"] / climate.monthly_extraterrestrial_kwh_m2(LOOS[0])
    np.testing.assert_allclose(monthly["kt_mean"], ratio)


@pytest.mark.parametrize("place", [(95.0, 2.8), (50.0, 200.0), (float("nan"), 2.8), (50.0, 2.8, 20_000.0)])
def test_absurd_coordinates_are_refused_by_name(place):
    with pytest.raises(climate.InvalidCoordinates, match=r"latitude|longitude|altitude"):
        climate.get_monthly_climate(*place)


def test_a_place_far_from_every_station_is_refused():
    with pytest.raises(climate.OutsideClimateArea, match="km from the nearest"):
        climate.get_monthly_climate(-21.333, 55.483)

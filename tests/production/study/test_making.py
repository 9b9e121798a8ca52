"""A whole study: what must be equal to what, and what is refused."""

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from production.fleet import (
    ArrayWithoutPower,
    InvalidPlace,
    Losses,
    PvArray,
    build_fleet,
    expected_energy_wh,
)
from production.study import NotOneYear, make_study
from production.uncertainty import YEARLY_ITEMS, UncertaintyItem
from production.weather import MissingColumn, MissingValues

from ..studies import ARRAYS, DAY, SUBJECT, loos, roof, study

HOUR = dt.timedelta(hours=1)
AGEING = tomllib.loads((Path(__file__).parents[2] / "cases" / "yield_study.toml").read_text("utf-8"))[
    "ageing"
]


def made(plant=None, data=None, meta=None, **options):
    own_data, own_meta = loos()
    weather = own_data if data is None else data
    return make_study(SUBJECT, plant or roof(), weather, meta or own_meta, made_on=DAY, **options)


def test_hours_months_year_waterfall_and_p50_are_one_number():
    found = study()
    assert len(found.energy_wh) == len(found.starts()) == 8760
    assert sum(found.energy_wh) == found.year_wh == found.waterfall.output_wh == found.band(1).at(0.5)


def test_the_year_is_the_engine_s():
    data, _meta = loos()
    exact = expected_energy_wh(build_fleet([roof()]), data, HOUR)[0]
    assert study().year_wh == pytest.approx(exact.sum(), abs=1)
    assert np.abs(np.array(study().energy_wh) - exact.to_numpy()).max() <= 1


def test_each_month_has_its_band_in_order():
    for month in study().months:
        assert 0 < month.p90_wh < month.p75_wh < month.p50_wh < month.p10_wh
        assert month.yield_kwh_kwp == pytest.approx(month.p50_wh / 36_000)
        assert 0.3 < month.performance_ratio < 1


def test_a_month_is_less_sure_than_the_year():
    found = study()
    year = found.band(1).at(0.9) / found.year_wh
    assert all(month.p90_wh / month.p50_wh < year for month in found.months)


def test_light_on_flat_ground_is_that_of_the_weather():
    data, _meta = loos()
    flat = sum(month.horizontal_kwh_m2 for month in study().months)
    assert flat == pytest.approx(data["ghi"].sum() / 1000, rel=1e-9)


@pytest.mark.parametrize("case", AGEING, ids=lambda case: case["name"])
def test_the_worked_ageing_comes_out(case):
    plant = roof(inverter_power_w=40_000, losses=Losses(degradation_per_year=case["rate"]))
    found = made(plant)
    # At part load the inverter loses a little more: a quarter of a per cent over twenty years.
    assert found.life[0].p50_wh / found.year_wh == pytest.approx(case["first"], abs=2e-4)
    assert found.life[-1].p50_wh / found.year_wh == pytest.approx(case["last"], abs=3e-3)


def test_ten_years_with_ageing_are_the_mean_of_ten_years_of_life():
    found = study()
    mean = sum(year.p50_wh for year in found.life[:10]) / 10
    assert found.band(10, with_ageing=True).at(0.5) == pytest.approx(mean, abs=1)
    assert found.band(10).at(0.5) == found.year_wh


def test_the_ageing_table_goes_on_as_long_as_asked():
    assert len(made(life=30).life) == 30
    assert len(made(life=3).life) == 20


def test_a_plant_already_old_starts_from_its_age():
    old = made(roof(age_years=10.0))
    assert old.year_wh < study().year_wh
    assert old.life[0].p50_wh < old.year_wh


def test_the_horizon_costs_what_its_absence_would_give():
    bare = study(roof(horizon_deg=()))
    assert study().shading.lost_wh == pytest.approx(bare.year_wh - study().year_wh, abs=24)
    assert bare.shading.lost_wh == 0
    assert all(month.hidden_hours == 0 for month in bare.shading.months)


def test_own_items_take_the_place_of_the_published_ones():
    sure = made(items=[UncertaintyItem("weather from year to year", 0.03, "ours", True, "V")])
    assert sure.band(1).deviation == pytest.approx(0.03)
    assert sure.items[0].is_verified


def test_items_of_the_months_may_be_given():
    items = [UncertaintyItem("weather of the month", 0.2, "ours", True)] * 12
    assert {month.weather_deviation for month in made(month_items=items).months} == {0.2}


def test_the_typical_items_are_the_published_ones():
    assert study().items == YEARLY_ITEMS


def test_ten_minutes_are_told_by_the_hour():
    data, meta = loos()
    # The same light over each sixth of an hour: the sun moves a little, the year hardly.
    fine = data.loc[data.index.repeat(6)].set_axis(
        pd.date_range(data.index[0], periods=len(data) * 6, freq="10min")
    )
    found = made(data=fine, meta=replace(meta, step_s=600))
    assert found.step_s == 3600
    assert len(found.energy_wh) == 8760
    assert found.year_wh == pytest.approx(study().year_wh, rel=0.03)


# A leap year, too: its February of 29 days would be asked of every year.
@pytest.mark.parametrize("hours", [24, 8736, 8784, 8784 + 24])
def test_what_is_not_one_year_is_refused(hours):
    data, _meta = loos()
    wrong = pd.concat([data, data]).head(hours)
    with pytest.raises(NotOneYear, match="one whole year"):
        made(data=wrong.set_axis(pd.date_range("2025-01-01", periods=hours, freq="h", tz="UTC")))


def test_a_hole_in_the_weather_is_refused():
    data, _meta = loos()
    holed = data.copy()
    holed.iloc[4000, 0] = float("nan")
    with pytest.raises(MissingValues):
        made(data=holed)
    with pytest.raises(MissingColumn):
        made(data=data.drop(columns="temp_air"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"latitude": 95.0}, InvalidPlace),
        ({"arrays": (PvArray(20, 180, 0.0),)}, ArrayWithoutPower),
    ],
)
def test_what_the_engine_refuses_no_study_has(changes, error):
    with pytest.raises(error):
        made(roof(**changes))


def test_another_weather_number_is_no_obstacle():
    assert made(roof(weather=3)).year_wh == study().year_wh


def test_two_arrays_are_two_marks():
    marks = study().orientation.marks
    assert [(mark.tilt_deg, mark.azimuth_deg) for mark in marks] == [
        (a.tilt_deg, a.azimuth_deg) for a in ARRAYS
    ]
    assert sum(mark.power_share for mark in marks) == pytest.approx(1)


def test_a_sensor_in_the_plane_leaves_the_map_to_the_model():
    data, _meta = loos()
    # A sensor that always saw half: the plant makes about half, the map of slopes is what it was.
    halved = data.assign(poa_global=data["ghi"] / 2)
    found = made(data=halved)
    assert found.year_wh < 0.6 * study().year_wh
    assert found.orientation.relative == study().orientation.relative

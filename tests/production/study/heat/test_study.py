"""The study of a heat network: what must be equal to what, and what is refused."""

import datetime as dt
import json
from functools import lru_cache
from itertools import pairwise

import pytest

from production.heat import demonstration_network, reference_climate
from production.study import AlteredStudy, NotOneYear, Subject, UnknownStudy
from production.study.heat import HeatStudy, make_heat_study
from tests.production.studies import loos

HOUR = dt.timedelta(hours=1)
SUBJECT = Subject("Centre-ville", "Loos-en-Gohelle", "Mine de Soleil", "Mine de Soleil", "heat 1")


@lru_cache(maxsize=2)
def study(day: dt.date = dt.date(2026, 11, 21)) -> HeatStudy:
    data, meta = loos()
    network = demonstration_network(reference_climate(data, HOUR))
    return make_heat_study(SUBJECT, network, data, meta, made_on=day)


def test_hours_months_and_year_add_up_to_the_watt_hour():
    found = study()
    assert sum(found.energy_wh) == sum(month.p50_wh for month in found.months) == found.year_wh
    assert found.year_wh == found.band(1).at(0.5)
    assert len(found.starts()) == len(found.energy_wh) == 8760


def test_what_is_sent_is_what_buildings_take_and_pipes_lose():
    for month in study().months:
        assert month.p50_wh + month.gas_heat_wh == pytest.approx(month.demand_wh + month.loss_wh, abs=3)


def test_figures_are_those_of_the_engine_s_documentation():
    found = study()
    assert round(found.year_wh / 1e9, 2) == 2.00
    assert found.coverage == pytest.approx(0.945, abs=0.001)
    assert round(found.full_load_hours) == 4001
    assert round(found.band(1).at(0.75) / 1e6) == 1829
    assert round(found.band(1).at(0.9) / 1e6) == 1675
    assert {need.humidity: round(need.tonnes) for need in found.wood}[0.3] == 724
    assert found.density and found.density.reaches_threshold
    assert found.carbon and round(found.carbon.avoided_g / 1e6) == 432


def test_a_month_is_less_sure_than_the_year_and_summer_hangs_on_no_winter():
    found = study()
    winter = found.months[0]
    assert winter.weather_deviation > found.items[0].standard_deviation
    assert found.months[6].weather_deviation < 0.001
    assert all(month.p90_wh <= month.p75_wh <= month.p50_wh <= month.p10_wh for month in found.months)


def test_months_taken_together_vary_as_the_index_of_winters_says():
    found = study()
    heating = [month.demand_wh * month.weather_deviation for month in found.months]
    together = sum(wh**2 for wh in heating) ** 0.5
    # 8.6 % of the heating, as `heat_items` has it of the whole demand.
    assert together / found.demand_wh == pytest.approx(found.items[0].standard_deviation, rel=0.01)


def test_ten_years_are_surer_than_one():
    assert study().band(10).deviation < study().band(1).deviation


def test_larger_boilers_cover_more_with_a_store():
    covered = [size.coverage for size in study().sizes]
    assert covered == sorted(covered)


def test_the_curve_of_loads_falls_and_wood_stays_under_it():
    load = study().load
    assert all(a.load_w >= b.load_w for a, b in pairwise(load))
    assert all(point.wood_w <= point.load_w + 1 for point in load)
    assert load[0].load_w == pytest.approx(study().peak_w, abs=1)


def test_it_comes_back_from_json_as_it_was():
    stored = json.loads(json.dumps(study().as_json()))
    assert HeatStudy.from_json(stored) == study()
    assert HeatStudy.from_json(stored).fingerprint == stored["fingerprint"]


def test_an_altered_study_is_noticed():
    stored = study().as_json()
    stored["full_load_hours"] += 1
    with pytest.raises(AlteredStudy):
        HeatStudy.from_json(stored)


@pytest.mark.parametrize("change", [{"kind": "solar"}, {"version": 9}, {"network": 3}, {"months": None}])
def test_what_is_no_study_of_heat_is_told_by_name(change: dict):
    with pytest.raises(UnknownStudy):
        HeatStudy.from_json({**study().as_json(), **change})
    with pytest.raises(UnknownStudy):
        HeatStudy.from_json({})


def test_before_any_factor_was_read_carbon_and_density_are_left_out():
    early = study(dt.date(2020, 1, 1))
    assert early.carbon is None and early.density is None
    assert HeatStudy.from_json(json.loads(json.dumps(early.as_json()))) == early


def test_half_a_year_is_refused():
    data, meta = loos()
    network = demonstration_network(reference_climate(data, HOUR))
    with pytest.raises(NotOneYear):
        make_heat_study(SUBJECT, network, data.iloc[:4000], meta, made_on=dt.date(2026, 11, 21))

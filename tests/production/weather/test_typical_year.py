"""The embedded year with its stations."""

import json

import pytest

from production import climate, weather
from tests.production.weather import HOUR


def test_the_typical_year_passes_its_own_check(loos):
    data, _ = loos
    weather.check_weather(data, HOUR)
    assert tuple(data.columns) == weather.COLUMNS


def test_the_typical_year_names_its_stations_source_and_licence(loos):
    _, meta = loos
    assert "Uccle 66%" in meta.name
    assert [part.station for part in meta.stations] == ["Uccle", "Trappes", "Nancy"]
    assert sum(part.weight for part in meta.stations) == pytest.approx(1.0)
    assert [round(part.distance_km) for part in meta.stations] == [117, 193, 314]
    assert "EN ISO 15927-4" in meta.source
    assert "BSD" in meta.licence


def test_the_meta_says_kind_period_and_step(loos):
    _, meta = loos
    assert (meta.kind, meta.method, meta.step_s) == ("typical", "typical-year", 3600)
    assert f"{meta.start:%Y-%m-%d %H:%M} {meta.end:%Y-%m-%d %H:%M}" == "2024-12-31 23:00 2025-12-31 23:00"
    assert meta.code == "typical-year 50.456 2.795 55 m"


def test_months_keep_the_blended_sums_exactly(loos):
    data, _ = loos
    monthly, _ = climate.get_monthly_climate(50.456, 2.795, 55.0)
    months = data["ghi"].groupby(data.index.tz_convert("Etc/GMT-1").month).sum() / 1000
    assert months.to_numpy() == pytest.approx(monthly["ghi_kwh_m2"].to_numpy(), rel=1e-6)


def test_height_corrects_the_temperature_and_says_that_irradiation_is_not():
    low, _ = weather.get_typical_year(45.9, 6.87, 0.0)
    high, meta = weather.get_typical_year(45.9, 6.87, 1000.0)
    assert low["temp_air"].mean() - high["temp_air"].mean() == pytest.approx(6.5, abs=0.01)
    assert high["ghi"].sum() == pytest.approx(low["ghi"].sum(), rel=1e-6)
    assert [(remark.code, remark.number) for remark in meta.remarks] == [
        ("irradiation-not-corrected-for-height", 1000.0)
    ]


def test_latitude_95_is_refused():
    with pytest.raises(climate.InvalidCoordinates, match="latitude 95"):
        weather.get_typical_year(95.0, 2.8, 0.0)


def test_a_meta_comes_back_whole_from_json(loos):
    data, meta = loos
    _, joined = weather.join_weather((data[["ghi"]], meta), (data, meta.seen_from(50.5, 3.0)))
    for one in (meta, joined):
        stored = json.loads(json.dumps(one.as_json()))
        assert weather.WeatherMeta.from_json(stored) == one
    assert joined.parts[1].plant_distance_km == pytest.approx(15.3, abs=0.1)


def test_a_meta_of_another_version_is_refused(loos):
    with pytest.raises(ValueError, match="version 99"):
        weather.WeatherMeta.from_json({**loos[1].as_json(), "version": 99})


def test_what_is_embedded_was_fetched_from_nowhere(loos):
    _, meta = loos
    assert (meta.retrieved_at, meta.file_sha256, meta.plant_distance_km) == (None, "", 0.0)

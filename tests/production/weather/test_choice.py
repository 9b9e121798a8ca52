"""Which weather is used when the one wanted can't be had, and two weathers side by side."""

from datetime import UTC, datetime
from functools import partial

import pandas as pd
import pytest

from production import climate, weather
from production.formats.errors import refuse
from production.weather import Candidate, Wanted, best_weather
from tests.production.weather import LENS, as_json, open_meteo_answer
from tests.production.weather.conftest import says


def failing(error):
    def load():
        raise error

    return load


def given(loos):
    return lambda: loos


JUNE = {"start": datetime(2025, 6, 1, tzinfo=UTC), "end": datetime(2025, 7, 1, tzinfo=UTC)}


def test_the_first_that_answers_is_used(loos):
    chosen = best_weather(
        Wanted(), [Candidate("a", given(loos)), Candidate("b", failing(AssertionError("never asked")))]
    )
    assert (chosen.source, chosen.is_fallback, chosen.attempts) == ("a", False, ())
    assert chosen.meta is loos[1]


def test_why_the_others_could_not_be_had_is_told_in_order(loos):
    candidates = [
        Candidate("archive", failing(weather.SourceUnreachable("archive-api", "timeout"))),
        Candidate("pvgis", failing(weather.SourceRefused("pvgis", "Location over the sea"))),
        Candidate("sensor", failing(refuse("a.csv", "le fichier est vide", "recommencez"))),
        Candidate("abroad", failing(climate.OutsideClimateArea("too far"))),
        Candidate("typical-year", given(loos)),
    ]
    chosen = best_weather(Wanted(**JUNE), candidates)
    assert [(one.source, one.code, one.reason) for one in chosen.attempts[:2]] == [
        ("archive", "unreachable", "timeout"),
        ("pvgis", "refused", "Location over the sea"),
    ]
    assert [one.code for one in chosen.attempts[2:]] == ["file-refused", "outside-climate"]
    assert (chosen.source, chosen.is_fallback) == ("typical-year", True)


def test_a_weather_that_stops_too_early_is_passed_over(loos, service, fetch):
    service.gives(says(as_json(open_meteo_answer(datetime(2025, 6, 1, tzinfo=UTC).date(), 20))))
    archive = partial(
        weather.get_open_meteo_archive,
        *LENS,
        JUNE["start"].date(),
        datetime(2025, 6, 30, tzinfo=UTC).date(),
        fetch=fetch,
        url=service.url,
    )
    chosen = best_weather(
        Wanted(**JUNE), [Candidate("archive", archive), Candidate("typical-year", given(loos))]
    )
    assert [(one.code, one.reason) for one in chosen.attempts] == [
        ("does-not-cover", "ends 2025-06-20 23:00 UTC, wanted 2025-07-01 00:00")
    ]
    assert chosen.source == "typical-year"


def test_no_network_falls_back_to_the_embedded_year(loos, fetch):
    forecast = partial(weather.get_open_meteo_forecast, *LENS, fetch=fetch, url="http://127.0.0.1:9/")
    chosen = best_weather(Wanted(), [Candidate("forecast", forecast), Candidate("typical-year", given(loos))])
    assert [(one.source, one.reason) for one in chosen.attempts] == [("forecast", "connection")]


def test_a_kind_that_is_not_wanted_is_passed_over(loos):
    with pytest.raises(weather.NoWeather, match="kind typical") as caught:
        best_weather(Wanted(kinds=("past", "sensor")), [Candidate("typical-year", given(loos))])
    assert [one.source for one in caught.value.attempts] == ["typical-year"]


def test_no_candidate_is_no_weather():
    with pytest.raises(weather.NoWeather, match="no candidate"):
        best_weather(Wanted(), [])


def test_a_fault_of_ours_is_not_taken_for_a_refusal(loos):
    with pytest.raises(ZeroDivisionError):
        best_weather(Wanted(), [Candidate("a", failing(ZeroDivisionError())), Candidate("b", given(loos))])


def test_weathers_are_joined_where_both_have_intervals(loos):
    data, meta = loos
    plane = pd.DataFrame({"poa_global": data["ghi"].iloc[100:300], "ghi": 1.0})
    joined, told = weather.join_weather((plane, meta), (data.iloc[200:], meta))
    assert list(joined.columns) == ["poa_global", "ghi", "dni", "dhi", "temp_air", "wind_speed"]
    assert (len(joined), joined["ghi"].unique().tolist()) == (100, [1.0])
    assert told.sha256 == weather.fingerprint(joined)
    assert told.start == data.index[200]


def test_weathers_of_other_steps_or_days_are_not_joined(loos):
    data, meta = loos
    with pytest.raises(weather.DifferentSteps, match="no interval"):
        weather.join_weather((data.iloc[:10], meta), (data.iloc[20:], meta))
    halves = data.resample("30min").ffill()
    told = weather.WeatherMeta("halves", "test", "none", "", 50.0, 2.8, 55.0, step_s=1800)
    with pytest.raises(weather.DifferentSteps, match="1800"):
        weather.join_weather(loos, (halves, told))

"""Studies: computed as often as one likes, frozen once, then for ever."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import JournalEntry
from production.climate import OutsideClimateArea
from production.fleet import ArrayWithoutPower
from production.models import Forecast, FrozenWeather
from production.reports import expectations
from production.services.studies import JudgedAlready, StudyMoved, draft_study, freeze_study
from production.services.study_papers import NoStudy, study_of
from production.services.weather import keep_weather
from production.study import AlteredStudy, NotOneYear, Study, UnknownStudy
from production.weather import get_typical_year
from production.weather.meta import describe
from tests.factories import PlantFactory, PVArrayFactory, flat_forecast, frozen_study

pytestmark = pytest.mark.django_db

TODAY = dt.date(2025, 6, 16)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: TODAY)


def roof(**fields: Any) -> Plant:
    plant = PlantFactory(**fields)
    PVArrayFactory(plant=plant, tilt_deg=35)
    return plant


def fresh(plant: Plant) -> Plant:
    """The plant as another request would read it."""
    return Plant.objects.select_related("cooperative", "sheet").prefetch_related("arrays").get(pk=plant.pk)


def frozen(plant: Plant, **said: Any) -> Forecast:
    return freeze_study(actor=None, plant=fresh(plant), **said)


def kept_year(method: str = "open-meteo-archive", days: int = 365) -> FrozenWeather:
    """A year that was, as an archive gives it: a little brighter than the typical one."""
    data, meta = get_typical_year(50.456, 2.795, 55)
    part = data.iloc[: days * 24].copy()
    part[["ghi", "dni", "dhi"]] *= 1.02
    return keep_weather(part, replace(describe(part, meta), method=method, kind="past"))


def test_what_is_frozen_is_what_was_drafted_figure_by_figure():
    plant = roof()
    draft = draft_study(fresh(plant), made_on=TODAY)
    forecast = frozen(plant, seen=draft.fingerprint)
    kept = study_of(Forecast.objects.get(pk=forecast.pk))
    assert kept == draft
    assert forecast.year_p50_wh == draft.year_wh == sum(m.p50_wh for m in forecast.months.all())
    assert forecast.year_p90_wh < forecast.year_p75_wh < forecast.year_p50_wh < forecast.year_p10_wh
    assert forecast.weather is not None and forecast.weather.sha256 == draft.weather.sha256


@pytest.mark.parametrize(
    "fields",
    [
        {"latitude_deg": 43.3, "longitude_deg": 5.4, "altitude_m": 0.0},
        {"latitude_deg": 47.0, "longitude_deg": -1.5, "altitude_m": -3.0},
        {"latitude_deg": 45.1, "longitude_deg": 6.0, "altitude_m": 1_850.5},
    ],
)
def test_the_database_gives_back_the_same_study_wherever_the_roof_is(fields: dict[str, float]):
    plant = roof(**fields)
    PVArrayFactory(plant=plant, tilt_deg=0, azimuth_deg=0)
    TechnicalSheet.objects.create(
        plant=plant,
        losses={"soiling": [0.01] * 11 + [0.05]},
        physics={},
        horizon_deg=[0, 0, 5, 9.5, 12, 3, 1, 0],
    )
    forecast = frozen(plant)
    assert study_of(Forecast.objects.get(pk=forecast.pk)).fingerprint == forecast.study["fingerprint"]


def test_a_draft_stores_nothing():
    draft_study(fresh(roof()), made_on=TODAY)
    assert not Forecast.objects.exists() and not FrozenWeather.objects.exists()


def test_the_first_judges_from_the_first_month_and_the_next_from_today():
    plant = roof(commissioned_on=dt.date(2024, 5, 17))
    first = frozen(plant)
    second = frozen(plant, weather=kept_year())
    assert (first.valid_from, second.valid_from) == (dt.date(2024, 5, 1), TODAY)
    assert expectations([plant], dt.date(2025, 6, 1))[plant.pk].forecast.pk == first.pk
    assert expectations([plant], dt.date(2025, 7, 1))[plant.pk].forecast.pk == second.pk


def test_days_already_judged_stay_judged():
    plant = roof()
    flat_forecast(plant)
    with pytest.raises(JudgedAlready) as refused:
        frozen(plant, valid_from=dt.date(2025, 6, 15))
    assert refused.value.earliest == TODAY
    assert Forecast.objects.count() == 1
    assert frozen(plant, valid_from=TODAY).valid_from == TODAY


def test_a_first_study_may_begin_when_one_likes():
    assert frozen(roof(), valid_from=dt.date(2021, 1, 1)).valid_from == dt.date(2021, 1, 1)


def test_frozen_twice_alike_there_is_one():
    plant = roof()
    said = {"valid_from": dt.date(2020, 3, 1), "seen": draft_study(fresh(plant), made_on=TODAY).fingerprint}
    assert frozen(plant, **said).pk == frozen(plant, **said).pk
    assert frozen(plant).pk == frozen(plant, **said).pk
    assert Forecast.objects.count() == 1
    assert JournalEntry.objects.filter(act="make_forecast").count() == 1


def test_frozen_again_another_day_there_is_still_one(monkeypatch: pytest.MonkeyPatch):
    plant = roof()
    seen = draft_study(fresh(plant), made_on=TODAY).fingerprint
    first = frozen(plant, seen=seen)
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: TODAY + dt.timedelta(days=1))
    assert frozen(plant).pk == frozen(plant, seen=seen).pk == first.pk
    assert Forecast.objects.count() == 1


def test_a_draft_opened_before_midnight_is_frozen_after_it():
    plant = roof()
    yesterday = draft_study(fresh(plant), made_on=TODAY - dt.timedelta(days=1))
    assert Study.from_json(frozen(plant, seen=yesterday.fingerprint).study).made_on == TODAY


def test_a_draft_of_last_month_must_be_shown_again():
    plant = roof()
    old = draft_study(fresh(plant), made_on=TODAY - dt.timedelta(days=30))
    with pytest.raises(StudyMoved):
        frozen(plant, seen=old.fingerprint)


def test_a_leap_year_of_weather_is_refused_with_its_days():
    data, meta = get_typical_year(50.456, 2.795, 55)
    leap = pd.concat([data, data.tail(24)])
    leap = leap.set_axis(pd.date_range("2023-12-31 23:00", periods=8784, freq="h", tz="UTC"))
    with pytest.raises(NotOneYear) as refused:
        frozen(roof(), weather=keep_weather(leap, replace(describe(leap, meta), kind="past")))
    assert refused.value.days == 366


def test_a_sheet_changed_since_it_was_shown_freezes_nothing():
    plant = roof()
    seen = draft_study(fresh(plant), made_on=TODAY).fingerprint
    TechnicalSheet.objects.create(plant=plant, losses={"soiling": 0.2}, physics={}, horizon_deg=[])
    with pytest.raises(StudyMoved):
        frozen(plant, seen=seen)
    assert not Forecast.objects.exists()


def test_half_a_year_of_weather_is_refused_with_its_days():
    with pytest.raises(NotOneYear) as refused:
        frozen(roof(), weather=kept_year(days=180))
    assert refused.value.days == 180
    assert not Forecast.objects.exists()


def test_a_roof_overseas_has_no_typical_year_but_may_have_a_file():
    plant = roof(latitude_deg=-21.3, longitude_deg=55.5)
    plant.cooperative.latitude_deg, plant.cooperative.longitude_deg = -21.3, 55.5
    plant.cooperative.save()
    with pytest.raises(OutsideClimateArea):
        frozen(plant)
    assert not Forecast.objects.exists()


def test_a_roof_without_panels_is_named_so():
    with pytest.raises(ArrayWithoutPower):
        frozen(PlantFactory())
    assert not Forecast.objects.exists()


def test_a_frozen_study_cant_be_changed():
    forecast = frozen(roof())
    for act in (
        lambda: Forecast.objects.filter(pk=forecast.pk).update(year_p50_wh=1),
        lambda: Forecast.objects.filter(pk=forecast.pk).update(study=None),
        lambda: Forecast.objects.filter(pk=forecast.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert study_of(Forecast.objects.get(pk=forecast.pk)).year_wh == forecast.year_p50_wh


def test_a_study_that_somebody_altered_is_never_read_as_one():
    forecast = frozen_study(roof())
    altered = forecast.study | {"name": "Ailleurs"}
    with pytest.raises(AlteredStudy):
        study_of(Forecast(study=altered))
    with pytest.raises(UnknownStudy):
        study_of(Forecast(study=forecast.study | {"version": 99}))
    with pytest.raises(NoStudy):
        study_of(flat_forecast(roof()))
    assert isinstance(study_of(forecast), Study)


@pytest.mark.django_db(transaction=True)
def test_of_two_freezes_at_once_one_is_kept():
    plant = roof()
    made = at_once(2, lambda: frozen(plant).pk)
    assert len(made) == 2 and len(set(made)) == 1
    assert Forecast.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_different_first_studies_at_once_only_one_judges_the_past():
    plant, weathers = roof(), [None, kept_year()]
    made = at_once(2, lambda: frozen(plant, weather=weathers.pop()).valid_from)
    assert sorted(made) == [dt.date(2020, 3, 1), TODAY]


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What `act` returned in each of `count` threads that start it together."""
    together, results = threading.Barrier(count), []

    def run() -> None:
        try:
            together.wait(timeout=10)
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_a_study_that_was_replaced_is_frozen_anew():
    plant = roof()
    first, other = frozen(plant), kept_year()
    second = frozen(plant, weather=other)
    third = frozen(plant)
    assert len({first.pk, second.pk, third.pk}) == 3
    assert expectations([plant], dt.date(2025, 7, 1))[plant.pk].forecast.pk == third.pk
    assert frozen(plant).pk == third.pk


def test_a_twin_that_begins_later_isnt_the_one_that_judges():
    plant = roof()
    frozen(plant)
    frozen(plant, weather=kept_year())
    later = frozen(plant, valid_from=dt.date(2030, 1, 1))
    assert frozen(plant).valid_from == TODAY
    assert frozen(plant, valid_from=dt.date(2030, 1, 1)).pk == later.pk


def test_a_first_study_dated_too_late_can_be_followed_by_one_from_an_earlier_day():
    plant = roof(commissioned_on=dt.date(2024, 5, 17))
    frozen(plant, valid_from=dt.date(2031, 6, 1))
    assert frozen(plant, valid_from=dt.date(2025, 1, 1)).valid_from == dt.date(2025, 1, 1)
    with pytest.raises(JudgedAlready):
        frozen(plant, weather=kept_year(), valid_from=dt.date(2024, 6, 1))


def test_after_a_first_study_dated_too_late_the_next_judges_from_the_first_month():
    plant = roof(commissioned_on=dt.date(2024, 5, 17))
    frozen(plant, valid_from=dt.date(2031, 6, 1))
    assert frozen(plant).valid_from == dt.date(2024, 5, 1)

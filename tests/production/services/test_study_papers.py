"""A study's report: sealed, made once for each language, verifiable like any paper."""

from typing import Any

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.papers.seal import seals_of
from production.models import Forecast
from production.services.forecasts import make_forecasts
from production.services.studies import freeze_study
from production.services.study_papers import NoStudy, study_of, study_on_demand
from production.study import AlteredStudy
from shareholders.models import Paper
from shareholders.services.certificates import NoCertificate
from tests.core.papers.reading import says
from tests.factories import PlantFactory, PVArrayFactory, UserFactory
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import NOW, give_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def studied(*, is_sealing: bool = True) -> Forecast:
    plant = PlantFactory(cooperative=open_cooperative(), name="École Basly")
    PVArrayFactory(plant=plant)
    if is_sealing:
        give_certificate(plant.cooperative)
    return freeze_study(actor=None, plant=plant)


def paper_of(forecast: Forecast, actor: Any = None, language: str = "fr") -> Paper:
    return study_on_demand(actor=actor or UserFactory(), forecast=forecast, language=language)


def test_a_study_kept_in_the_database_is_the_one_that_was_made():
    forecast = Forecast.objects.get(pk=studied().pk)
    study = study_of(forecast)
    assert study.fingerprint == forecast.study["fingerprint"]
    assert study.year_wh == forecast.year_p50_wh


def test_the_report_says_what_the_study_says_and_is_sealed():
    forecast = studied()
    content = bytes(paper_of(forecast).content)
    assert says(content, "École Basly", study_of(forecast).fingerprint, "Étude de productible") == []
    [seal] = seals_of(content)
    assert seal.holds


def test_asked_for_twice_there_is_one():
    forecast, actor = studied(), UserFactory()
    assert paper_of(forecast, actor) == paper_of(forecast, actor)
    assert JournalEntry.objects.filter(act="make_paper").count() == 1


def test_each_language_has_its_own():
    forecast = studied()
    french, english = paper_of(forecast), paper_of(forecast, language="en")
    assert french != english
    assert says(bytes(english.content), "Yield study") == []
    assert set(Paper.objects.filter(cooperative=forecast.plant.cooperative)) == {french, english}


def test_a_forecast_without_study_has_no_report():
    plant = PlantFactory(cooperative=open_cooperative())
    PVArrayFactory(plant=plant)
    [forecast] = make_forecasts(actor=None, plants=[plant])
    with pytest.raises(NoStudy):
        paper_of(forecast)


def test_a_study_that_was_altered_is_not_printed():
    forecast = studied()
    forecast.study = {**forecast.study, "name": "Une autre école"}
    with pytest.raises(AlteredStudy):
        paper_of(forecast)
    assert not Paper.objects.exists()


def test_without_a_certificate_nothing_is_made():
    forecast = studied(is_sealing=False)
    with pytest.raises(NoCertificate):
        paper_of(forecast)
    assert not Paper.objects.exists()

"""The page of one roof."""

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from installations.models import Meter, Plant
from production.services.forecasts import make_forecasts
from tests.factories import PlantFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import Kind, a_weather, tell, tell_for_real

pytestmark = pytest.mark.django_db

JUNE_10 = dt.date(2025, 6, 10)


def page(client: Client, plant: Plant, query: str = "") -> HttpResponse:
    return client.get(f"/{plant.cooperative.slug}/toitures/{plant.slug}/{query}")


def figure(response: HttpResponse) -> dict[str, Any]:
    """The chart's figure, as the page carries it."""
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', response.text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture
def june_12(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """A day in the middle of a year, for pages that ask which day it is."""
    day = dt.date(2025, 6, 12)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    return day


@pytest.fixture
def meter() -> Meter:
    """A plant with 3,000 kWh expected each month, and 96 kWh metered on 10 June 2025."""
    found = plant_with_meter()
    flat_forecast(found.plant)
    bring(found, paris_day(JUNE_10, 4_000), "dix-juin.csv")
    return found


def test_before_any_reading_it_says_what_will_come(client: Client):
    response = page(client, PlantFactory())
    assert response.status_code == 200
    assert "n’a pas encore de relevé" in response.text
    assert "application/json" not in response.text


def test_numbers_are_readable_before_any_script_runs(client: Client, meter: Meter):
    text = page(client, meter.plant, "?pas=jour&periode=2025-06").text
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    assert '<th scope="row">10</th><td class="num">96,0</td><td class="num">100,0</td>' in table
    assert table.count("<tr>") == 30


def test_a_month_is_drawn_by_days(client: Client, meter: Meter):
    drawn = figure(page(client, meter.plant, "?pas=jour&periode=2025-06"))
    metered = drawn["data"][1]
    assert metered["x"] == [str(n) for n in range(1, 31)]
    assert metered["y"][9] == 96
    assert metered["y"][0] is None


def test_a_year_is_drawn_by_months_and_hatched_where_days_are_missing(client: Client, meter: Meter):
    metered = figure(page(client, meter.plant, "?pas=mois&periode=2025"))["data"][1]
    assert len(metered["x"]) == 12
    assert metered["y"][5] == 96
    assert metered["marker"]["pattern"]["shape"][5] == "/"


def test_all_years_are_drawn_by_year(client: Client, meter: Meter):
    metered = figure(page(client, meter.plant, "?pas=an"))["data"][1]
    assert metered["x"][-1] == "2025"


@pytest.mark.parametrize(
    "query",
    [
        "?pas=siecle",
        "?periode=jamais",
        "?pas=jour&periode=9999-99",
        "?pas=jour&periode=%00",
        "?pas=mois&periode=1",
    ],
)
def test_garbage_in_the_address_still_shows_a_chart(client: Client, meter: Meter, query: str):
    response = page(client, meter.plant, query)
    assert response.status_code == 200
    assert figure(response)["data"][1]["x"]


def test_arrows_lead_to_months_with_readings_only(client: Client, meter: Meter):
    bring(meter, paris_day(dt.date(2025, 7, 1), 4_000))
    june, july = (page(client, meter.plant, f"?pas=jour&periode=2025-0{n}").text for n in (6, 7))
    assert 'rel="prev"' not in june
    assert 'rel="next"' in june
    assert 'rel="prev"' in july
    assert "periode=2025-06#production" in html.unescape(july)


def test_the_tab_one_is_on_is_said_to_a_screen_reader(client: Client, meter: Meter):
    text = page(client, meter.plant, "?pas=jour&periode=2025-06").text
    tabs = text[text.index('class="tabs"') : text.index("</nav>", text.index('class="tabs"'))]
    assert tabs.count('aria-current="page"') == 1
    assert re.search(r'aria-current="page">Par jour', tabs)


def test_every_figure_can_be_traced(client: Client, meter: Meter):
    text = page(client, meter.plant).text
    source = meter.imports.get()
    for trace in ("« essai »", "0" * 12, "dix-juin.csv", source.file_id[:12], meter.code):
        assert trace in text


def test_a_file_that_changed_nothing_is_no_source(client: Client, meter: Meter):
    bring(meter, paris_day(JUNE_10, 4_000), "encore-dix-juin.csv")
    text = page(client, meter.plant).text
    assert "dix-juin.csv" in text
    assert "encore-dix-juin.csv" not in text
    assert "tous sont dans les pages de l’exploitant" in text


def test_the_forecast_of_the_engine_is_named_too(client: Client):
    plant = plant_with_meter().plant
    (forecast,) = make_forecasts(actor=None, plants=[plant])
    text = html.unescape(page(client, plant).text)
    assert "stations : Uccle" in text
    assert "calcul version 2, d’après Perez-Driesse" in text
    assert forecast.engine not in text
    assert forecast.weather_sha256[:12] in text


def test_a_year_begun_says_how_it_goes(client: Client, meter: Meter, june_12: dt.date):
    text = page(client, meter.plant).text
    assert '<span class="num">96,0\u202fkWh</span> cette année' in text
    assert "4\u202f% de moins que prévu" in text
    # From 1 January to 11 June: 162 days, one of them read.
    assert "161 jours sans relevé complet ne sont pas comptés dans la comparaison." in text


def test_the_roof_of_another_cooperative_is_not_there(client: Client, meter: Meter):
    other = PlantFactory()
    assert client.get(f"/{other.cooperative.slug}/toitures/{meter.plant.slug}/").status_code == 404


def test_more_readings_make_no_more_queries(client: Client, meter: Meter, assert_flat_queries):
    def grow() -> None:
        for n in range(9):
            bring(meter, paris_day(JUNE_10 + dt.timedelta(days=n + 1), 4_000))

    assert_flat_queries(lambda: page(client, meter.plant, "?pas=jour&periode=2025-06"), grow)


def test_a_sunny_month_of_a_tired_roof_is_told_in_one_sentence(client: Client, june_12: dt.date):
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    bring(meter, paris_day(JUNE_10, 4_000))  # 96 kWh where 100 are ordinary
    tell(meter.plant, {JUNE_10: 120_000}, a_weather())
    text = page(client, meter.plant, "?pas=jour&periode=2025-06").text
    assert (
        "4\u202f% de moins que prévu\u202f; le soleil y est pour +20\u202f%, le reste pour −20\u202f%" in text
    )
    assert (
        "Le soleil y est pour +20\u202f%, le reste pour −20\u202f%. En juin, 20\u202f% de moins que ce"
        in text
    )
    assert '<td class="num">120,0</td>' in text


def test_days_of_unknown_weather_are_said_rather_than_guessed(client: Client, meter: Meter, june_12: dt.date):
    bring(meter, paris_day(dt.date(2025, 6, 9), 4_000))
    tell(meter.plant, {JUNE_10: 120_000}, a_weather())
    text = page(client, meter.plant).text
    assert "sur 1 des 2 jours comparés" in text
    # June isn't told whole: there is no mark for it.
    assert len(figure(page(client, meter.plant, "?pas=mois&periode=2025"))["data"]) == 2


def test_the_weather_behind_the_split_is_named_with_its_hash_and_engine(client: Client, meter: Meter):
    for n in range(5):
        tell(meter.plant, {JUNE_10 - dt.timedelta(n): 9}, a_weather(f"{n}" * 64, name="Archive <b>essai"))
    text = page(client, meter.plant, "?pas=mois&periode=2025").text
    assert "temps passé, d’Open-Meteo («\u202fArchive &lt;b&gt;essai\u202f», licence CC-BY-4.0)" in text
    assert "444444444444" in text
    assert "et 2 autres." in text


def test_a_day_by_hours_has_the_curve_of_its_weather(client: Client, meter: Meter):
    kept = tell_for_real(meter.plant, JUNE_10, 1)
    (metered, curve) = figure(page(client, meter.plant, "?pas=heure&periode=2025-06-10"))["data"]
    assert metered["y"][:2] == [4, 4]
    told = meter.plant.expected_days.get()
    assert sum(wh or 0 for wh in curve["y"]) == pytest.approx(told.energy_wh / 1000, rel=1e-3)
    assert kept.sha256[:12] in page(client, meter.plant, "?pas=heure&periode=2025-06-10").text


def test_a_day_by_hours_of_unknown_weather_says_so(client: Client, meter: Meter):
    text = page(client, meter.plant, "?pas=heure&periode=2025-06-10").text
    assert "Le temps de cette journée n’est pas connu" in text


def test_numbers_changed_behind_our_back_draw_no_curve(client: Client, meter: Meter):
    tell(meter.plant, {JUNE_10: 9}, a_weather())
    text = page(client, meter.plant, "?pas=heure&periode=2025-06-10").text
    assert "Le temps de cette journée n’est pas connu" in text


def test_the_coming_week_names_its_best_day_and_its_weather(client: Client, meter: Meter, june_12: dt.date):
    energies = {june_12 + dt.timedelta(n): (n + 1) * 20_000 for n in range(8)}
    tell(meter.plant, energies, a_weather(kind="forecast", source="open-meteo-forecast"), Kind.AHEAD)
    text = page(client, meter.plant).text
    # Seven days: the eighth, of 160 kWh, isn't among them.
    assert "Le meilleur jour devrait être mercredi\u202f: 140\u202fkWh." in text
    assert "temps annoncé, par Open-Meteo, reçue le" in text
    assert "Un jour de juin ordinaire y donne 100\u202fkWh." in text


def test_without_an_announced_weather_an_ordinary_day_stands_in(
    client: Client, meter: Meter, june_12: dt.date
):
    text = page(client, meter.plant).text
    assert "Aucune météo annoncée n’est arrivée pour ce toit. Un jour de juin ordinaire y donne 100" in text


def test_more_told_days_make_no_more_queries(
    client: Client, meter: Meter, june_12: dt.date, assert_flat_queries
):
    tell(meter.plant, {JUNE_10: 9}, a_weather())
    tell(meter.plant, {june_12: 9}, a_weather("c" * 64, kind="forecast"), Kind.AHEAD)

    def grow() -> None:
        for n in range(9):
            tell(meter.plant, {JUNE_10 - dt.timedelta(n + 1): 9}, a_weather(f"{n:064d}"))
            tell(
                meter.plant,
                {june_12 + dt.timedelta(n): 9},
                a_weather(f"{n:063d}d", kind="forecast"),
                Kind.AHEAD,
            )

    assert_flat_queries(lambda: page(client, meter.plant, "?pas=jour&periode=2025-06"), grow)


def test_the_english_page_is_whole(client: Client, meter: Meter):
    client.post("/langue/", {"language": "en", "next": "/"})
    assert '<td class="num">96.0</td>' in page(client, meter.plant, "?pas=jour&periode=2025-06").text


def test_what_was_counted_on_no_known_day_is_said_and_in_no_sum(client: Client, meter: Meter):
    assert "sans jour connu" not in page(client, meter.plant).text
    before = page(client, meter.plant, "?pas=an").context["page"].since_start
    bring(meter, b"Date;Index (kWh)\n2025-01-01;1000\n2025-02-01;1310\n", "mois.csv")
    response = page(client, meter.plant, "?pas=an")
    text = html.unescape(response.text)
    assert "310,0\u202fkWh comptés entre" in text
    assert "sans jour connu" in text
    assert response.context["page"].since_start == before

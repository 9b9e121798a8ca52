"""GET …/plants/<plant>/days/."""

import datetime as dt
from base64 import b64encode

import pytest

from installations.models import Plant
from tests.api.clients import API, client_of, is_problem
from tests.factories import PlantFactory, flat_forecast, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db

BAD_SPANS = [
    "",
    "from=2025-06-01",
    "to=2025-06-01",
    "from=2025-06-02&to=2025-06-01",
    "from=2025-02-30&to=2025-03-01",
    "from=hier&to=demain",
    "from=2015-01-01&to=2025-01-01",
    "from=0001-01-01&to=0001-01-02",
    "from=9999-12-30&to=9999-12-31",
    "from=2025-06-01%00&to=2025-06-02",
]


def days(plant: Plant, query: str):
    return client_of().get(f"{API}/cooperatives/{plant.cooperative.slug}/plants/{plant.slug}/days/?{query}")


def test_anyone_reads_each_day_beside_an_ordinary_one():
    meter = plant_with_meter()
    flat_forecast(meter.plant)
    bring(meter, paris_day(dt.date(2025, 6, 10), 4_000))
    unknown = dict.fromkeys(("weather_wh", "weather_name", "weather_sha256"))
    read, silent = {"metered_wh": 96_000, "is_complete": True}, {"metered_wh": None, "is_complete": False}
    assert days(meter.plant, "from=2025-06-09&to=2025-06-10").json()["results"] == [
        {"day": "2025-06-09", "ordinary_wh": 100_000.0, **silent, **unknown},
        {"day": "2025-06-10", "ordinary_wh": 100_000.0, **read, **unknown},
    ]


def test_a_day_says_what_its_weather_allowed_and_which_it_was(assert_flat_queries):
    plant = plant_with_meter().plant
    tell(plant, {dt.date(2025, 6, 10): 99_000}, kept := a_weather())
    (day,) = days(plant, "from=2025-06-10&to=2025-06-10").json()["results"]
    assert (day["weather_wh"], day["weather_name"], day["weather_sha256"]) == (99_000, kept.name, kept.sha256)
    assert_flat_queries(
        lambda: days(plant, "from=2025-06-01&to=2025-06-30"),
        lambda: [tell(plant, {dt.date(2025, 6, n): 9}, a_weather(f"{n:064d}")) for n in range(11, 20)],
    )


@pytest.mark.parametrize("query", BAD_SPANS)
def test_a_span_without_a_sense_is_a_problem_document(query: str):
    response = days(PlantFactory(), query)
    assert is_problem(response, 400)
    assert set(response.json()["errors"]) <= {"from", "to"}


def test_five_years_are_allowed():
    plant = PlantFactory()
    page = days(plant, "from=2020-01-01&to=2024-12-31&page_size=1000").json()
    assert len(page["results"]) == 1000
    assert len(client_of().get(page["next"]).json()["results"]) == 827


def test_pages_lead_forth_and_back_without_a_day_lost_or_twice():
    pages = [days(PlantFactory(), "from=2025-06-01&to=2025-06-10&page_size=4").json()]
    assert pages[0]["previous"] is None
    while url := pages[-1]["next"]:
        pages.append(client_of().get(url).json())
    told = [day["day"] for page in pages for day in page["results"]]
    assert told == [f"2025-06-{n:02}" for n in range(1, 11)]
    assert client_of().get(pages[2]["previous"]).json()["results"] == pages[1]["results"]


# Not base64; a word; the day before and the day after those asked for.
@pytest.mark.parametrize("position", [None, "hier", "2025-05-31", "2025-06-11"])
def test_a_cursor_somebody_made_up_is_a_404(position: str | None):
    cursor = b64encode(f"p={position}".encode()).decode() if position else "%C3%A9"
    assert is_problem(days(PlantFactory(), f"from=2025-06-01&to=2025-06-10&cursor={cursor}"), 404)


def test_an_unknown_plant_is_a_404():
    plant = PlantFactory()
    plant.slug = "personne"
    assert is_problem(days(plant, "from=2025-06-09&to=2025-06-10"), 404)

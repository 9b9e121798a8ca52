"""The page of what a roof's readings are worth."""

import datetime as dt
import html
from collections.abc import Callable

import pytest
from django.test import Client

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.models import DayQuality, PlantTrend
from production.quality import Finding
from production.quality_words import _WHAT_TO_DO, _WHY, LETTERS, MEANINGS, trend_in_words, what_to_do, why
from shareholders.roles import Role
from tests.factories import MeterFactory, member, plant_with_meter
from tests.production.deliveries import bring, paris_day

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
FIRST = dt.date(2025, 6, 1)


@pytest.fixture
def meter() -> Meter:
    return plant_with_meter(name="École Lamendin")


@pytest.fixture
def operator(meter: Meter, signed_in: SignIn) -> Client:
    return signed_in(member(meter.plant.cooperative, Role.OPERATOR))


def address(meter: Meter) -> str:
    return f"/{meter.plant.cooperative.slug}/exploitation/toitures/{meter.plant.slug}/qualite/"


def said(kind: str, day: dt.date, value: float = 2.0, other: str = "") -> dict[str, object]:
    instant = dt.datetime.combine(day, dt.time(10), dt.UTC).isoformat()
    row: dict[str, object] = {"kind": kind, "first": instant, "last": instant, "value": value}
    return row | {"other": other} if other else row


def checked(meter: Meter, states: dict[int, tuple[str, list[str]]], days: int = 30) -> None:
    """June, good but for the days told."""
    DayQuality.objects.bulk_create(
        DayQuality(
            meter=meter,
            day=FIRST + dt.timedelta(days=n),
            state=states.get(n + 1, ("good", []))[0],
            findings=[said(kind, FIRST + dt.timedelta(days=n)) for kind in states.get(n + 1, ("", []))[1]],
        )
        for n in range(days)
    )


def read(client: Client, meter: Meter, query: str = "") -> str:
    return html.unescape(client.get(address(meter) + query).text)


def test_the_page_counts_the_days_that_ask_for_something(meter: Meter, operator: Client):
    checked(meter, {4: ("outage", ["stopped"]), 5: ("outage", ["stopped"]), 9: ("silent", ["no_reading"])})
    text = read(operator, meter)
    assert '<span class="num">3</span> jours de 2025 demandent votre attention.' in text
    assert "Un jour n’est pas relevé en entier\u202f: la somme est incomplète." in text
    assert "2,0\u202fh sans production en plein jour" in text.replace(" h sans", "\u202fh sans")


def test_runs_of_days_are_told_once_and_worst_first(meter: Meter, operator: Client):
    checked(
        meter,
        {
            2: ("partial", ["gap"]),
            4: ("outage", ["stopped"]),
            5: ("outage", ["stopped"]),
            9: ("silent", ["no_reading"]),
        },
    )
    text = read(operator, meter)
    assert "4 juin 2025 au 5 juin 2025 (2 jours)" in text
    places = [text.index(f'id="jour-2025-06-{day}"') for day in ("04", "09", "02")]
    assert places == sorted(places)
    assert 'id="jour-2025-06-05"' not in text
    # Both days of the run lead to the one line that tells it.
    assert text.count('href="#jour-2025-06-04"') == 2


def test_a_state_is_never_told_by_colour_alone(meter: Meter, operator: Client):
    checked(meter, {4: ("outage", ["stopped"])})
    text = read(operator, meter)
    assert '<span aria-hidden="true">P</span><span class="sr">4 juin 2025, panne</span>' in text
    letters = [str(letter) for letter in LETTERS.values()]
    assert len(set(letters)) == len(letters)


def test_a_line_leads_to_the_files_it_comes_from(meter: Meter, operator: Client):
    done = bring(meter, paris_day(dt.date(2025, 6, 4), 1_000), "juin.csv")
    bring(meter, paris_day(dt.date(2025, 6, 20), 1_000), "autre.csv")
    checked(meter, {4: ("outage", ["stopped"])})
    text = read(operator, meter)
    assert f"/exploitation/imports/{done.pk}/" in text
    assert "autre.csv" not in text


def test_before_any_check_the_page_says_what_will_be_here(meter: Meter, operator: Client):
    text = read(operator, meter)
    assert "Aucun jour n’est encore vérifié." in text
    assert "Déposer un fichier" in text


def test_a_good_year_is_said_to_be_good(meter: Meter, operator: Client):
    checked(meter, {})
    text = read(operator, meter)
    assert "En 2025, chaque jour vérifié est bon." in text
    assert "Rien à signaler cette année." in text


@pytest.mark.parametrize(
    "query",
    ["?annee=1900", "?annee=abc", "?annee=²", "?compteur=autre", "?annee=-1", f"?annee={'9' * 5000}"],
)
def test_what_the_address_makes_up_shows_the_latest_year(query: str, meter: Meter, operator: Client):
    checked(meter, {})
    assert "En 2025, chaque jour vérifié est bon." in read(operator, meter, query)


def test_each_meter_of_a_roof_has_its_own_year(meter: Meter, operator: Client):
    other = MeterFactory(plant=meter.plant, code="ZZ-9")
    checked(meter, {})
    checked(other, {4: ("outage", ["stopped"])})
    assert "chaque jour vérifié est bon" in read(operator, meter)
    assert "jour de 2025 demande" in read(operator, meter, "?compteur=ZZ-9")


def test_long_term_figures_are_told_with_their_band(meter: Meter, operator: Client):
    PlantTrend.objects.create(
        plant=meter.plant,
        first_day=dt.date(2023, 1, 1),
        last_day=dt.date(2025, 6, 1),
        days_used=700,
        figures={"degradation_percent": {"value": 0.5, "low": 0.2, "high": 0.8}},
        reasons={"soiling_percent": "nothing_seen", "availability_percent": "too_few"},
    )
    text = read(operator, meter)
    assert "Le toit perd environ 0,5 % par an, entre 0,2 et 0,8." in text.replace("\u202f%", " %")
    assert "La méthode n’a rien trouvé à mesurer dans ces relevés." in text
    assert "dix-neuf fois sur vingt" in text


def test_without_two_years_the_page_says_when_they_come(meter: Meter, operator: Client):
    assert "quand deux années sont relevées" in read(operator, meter)


def test_the_file_has_a_line_a_finding_and_one_a_good_day(meter: Meter, operator: Client):
    checked(meter, {2: ("doubtful", ["stuck", "night"])}, days=2)
    answer = operator.get(address(meter) + "jours.csv?du=2025-06-01&au=2025-06-30")
    lines = answer.text.splitlines()
    assert lines[0] == "meter,day,state,finding,first,last,value,other"
    assert lines[1] == f"{meter.code},2025-06-01,good,,,,,"
    assert [line.split(",")[3] for line in lines[2:]] == ["stuck", "night"]


def test_a_meters_code_is_no_formula_in_the_file(meter: Meter, operator: Client):
    checked(meter, {})
    Meter.objects.filter(pk=meter.pk).update(code="@SUM(A1)")
    answer = operator.get(address(meter) + "jours.csv?du=2025-06-01&au=2025-06-30")
    assert answer.text.splitlines()[1].startswith("'@SUM(A1),2025-")


@pytest.mark.parametrize("query", ["?du=2025-06-02&au=2025-06-01", "?du=x&au=y"])
def test_a_file_of_impossible_days_is_refused(query: str, meter: Meter, operator: Client):
    assert operator.get(address(meter) + "jours.csv" + query).status_code == 400


def test_another_cooperatives_roof_is_not_here(meter: Meter, signed_in: SignIn):
    stranger = signed_in(member(plant_with_meter().plant.cooperative, Role.OPERATOR))
    assert stranger.get(address(meter)).status_code == 404


def test_the_operators_page_leads_here(meter: Meter, operator: Client):
    text = operator.get(f"/{meter.plant.cooperative.slug}/exploitation/").text
    assert address(meter) in text


def test_a_hundred_troubles_make_no_more_queries_than_two(
    meter: Meter, operator: Client, assert_flat_queries: Callable[..., None]
):
    checked(meter, {1: ("outage", ["stopped"]), 3: ("outage", ["stopped"])}, days=4)
    bring(meter, paris_day(FIRST, 1_000), "un.csv")

    def grow() -> None:
        DayQuality.objects.all().delete()
        checked(meter, {2 * n + 1: ("outage", ["stopped"]) for n in range(100)}, days=200)
        for n in range(8):
            bring(meter, paris_day(FIRST + dt.timedelta(days=n), 1_000 + n), f"{n}.csv")

    assert_flat_queries(lambda: operator.get(address(meter)), grow)


@pytest.mark.parametrize("kind", list(Finding))
def test_every_finding_has_its_words_and_its_action(kind: Finding):
    assert why(said(kind.value, FIRST, other="AB-1"))
    assert kind is Finding.ALL_DARK or what_to_do({kind.value})
    assert set(_WHAT_TO_DO) <= set(_WHY)


def test_every_state_has_a_meaning():
    assert set(MEANINGS) == set(LETTERS) == set(DayQuality.State.values)


def test_a_band_around_nothing_is_said_to_be_nothing():
    words = trend_in_words("degradation_percent", 0.04, -0.4, 0.3)
    assert words == "Rien de mesurable\u202f: entre −0,4 et 0,3 % perdus par an."

"""A roof from one day's readings to a decade, with what happened on it."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from installations.models import Meter, Plant
from production.charts import Mark, marked, noted
from production.day_steps import day_steps, lit
from production.periods import Period, View, period_from
from production.plant_events import Event, events_of, latest_first
from shareholders.roles import Role
from tests.factories import MeterFactory, flat_forecast, member, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import tell_for_real
from tests.production.troubles import a_closed_alert, a_quality, an_alert, an_entry

pytestmark = pytest.mark.django_db

JUNE_10 = dt.date(2025, 6, 10)
JUNE = Period(View.DAY, dt.date(2025, 6, 1), dt.date(2025, 6, 30))


def june(day: int) -> dt.date:
    return dt.date(2025, 6, day)


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    """3,000 kWh expected a month; 600 Wh every ten minutes of 10 June 2025: 3.6 kW, 86.4 kWh."""
    monkeypatch.setattr(timezone, "localdate", lambda *_, **__: dt.date(2025, 7, 2))
    found = plant_with_meter()
    flat_forecast(found.plant)
    bring(found, paris_day(JUNE_10, 600, minutes=10))
    return found


def page(client: Client, plant: Plant, query: str) -> HttpResponse:
    return client.get(f"/{plant.cooperative.slug}/toitures/{plant.slug}/{query}")


def figure(response: HttpResponse) -> dict[str, Any]:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', response.text, re.DOTALL)
    assert found
    return json.loads(found[1])


# reading by reading


def test_readings_become_mean_power_at_the_meters_own_step(meter: Meter):
    steps = day_steps(meter.plant, JUNE_10, None)
    assert (steps.step_s, len(steps.start), steps.metered_wh) == (600, 144, 86_400)
    assert set(steps.metered_w) == {3_600.0}
    assert set(steps.expected_w) == {None}


def test_two_meters_of_one_roof_add_up(meter: Meter):
    other = MeterFactory(plant=meter.plant)
    bring(other, paris_day(JUNE_10, 1_200, minutes=60))
    assert set(day_steps(meter.plant, JUNE_10, None).metered_w) == {4_800.0}


def test_a_meter_that_is_silent_while_another_speaks_is_told(client: Client, meter: Meter):
    other = MeterFactory(plant=meter.plant)
    half = dict(list(paris_day(JUNE_10, 600, minutes=10).items())[:72])
    bring(other, half)
    assert day_steps(meter.plant, JUNE_10, None).in_part in range(40, 60)  # from noon to dusk
    text = page(client, meter.plant, "?pas=releve&periode=2025-06-10").text
    assert "il manque un compteur de ce toit" in text
    lines = client.get(
        f"/{meter.plant.cooperative.slug}/toitures/{meter.plant.slug}/releves.csv?jour=2025-06-10"
    ).text
    assert lines.splitlines()[0] == "start,length_s,energy_wh,meters_read,meters"
    assert [line.split(",")[2:] for line in lines.splitlines()[72:74]] == [
        ["1200", "2", "2"],
        ["600", "1", "2"],
    ]


def test_a_meter_that_did_not_serve_yet_is_not_missed(meter: Meter):
    MeterFactory(plant=meter.plant, installed_on=june(11))
    MeterFactory(plant=meter.plant, removed_on=june(9))
    assert day_steps(meter.plant, JUNE_10, None).in_part == 0


def test_a_meter_that_takes_over_at_noon_is_not_missed_in_the_morning(meter: Meter):
    half = list(paris_day(june(14), 600, minutes=10).items())
    taking_over = MeterFactory(plant=meter.plant, installed_on=june(14))
    Meter.objects.filter(pk=meter.pk).update(removed_on=june(14))
    bring(meter, dict(half[:72]), "matin.csv")
    bring(taking_over, dict(half[72:]), "soir.csv")
    assert day_steps(meter.plant, june(14), None).in_part == 0


def test_a_gap_stays_a_gap(meter: Meter):
    day = paris_day(june(11), 600, minutes=10)
    for start in list(day)[60:66]:
        del day[start]
    bring(meter, day, "11.csv")
    steps = day_steps(meter.plant, june(11), None)
    assert steps.metered_w[60:66] == (None,) * 6
    assert steps.metered_w[59] == steps.metered_w[66] == 3_600.0


def test_a_clear_sky_is_dark_at_night_and_stays_below_the_inverter(meter: Meter):
    steps = day_steps(meter.plant, JUNE_10, None)
    clear = [watts or 0.0 for watts in steps.clear_w]
    assert clear[0] == clear[143] == 0
    assert 30_000 < max(clear) <= meter.plant.inverter_power_w
    # A south roof of 50 kWp on a clear day of June, at 50° north: 300 to 400 kWh.
    assert 300_000 < steps.clear_wh < 400_000
    assert clear.index(max(clear)) in range(75, 90)  # solar noon is near 13:50 in summer time


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2025, 3, 30), 23), (dt.date(2025, 10, 26), 25)])
def test_days_of_clock_changes_have_their_own_length(meter: Meter, day: dt.date, hours: int):
    bring(meter, paris_day(day, 600, minutes=10), f"{day}.csv")
    steps = day_steps(meter.plant, day, None)
    assert len(steps.start) == 6 * hours
    assert None not in steps.metered_w


def test_a_fine_meter_is_drawn_at_five_minutes_and_a_coarse_one_says_so(meter: Meter):
    bring(meter, paris_day(june(12), 10, minutes=1), "12.csv")
    fine = day_steps(meter.plant, june(12), None)
    assert (fine.step_s, fine.metered_w[0], fine.is_coarse) == (300, 600.0, False)
    bring(meter, paris_day(june(13), 12_000, minutes=720), "13.csv")
    coarse = day_steps(meter.plant, june(13), None)
    assert (coarse.is_coarse, coarse.metered_w[12]) == (True, 1_000.0)


def test_a_day_without_readings_shows_its_clear_sky_alone(meter: Meter):
    steps = day_steps(meter.plant, june(20), None)
    assert steps.metered_wh == 0
    assert 60 < len(lit(steps)) < 144


def test_the_page_of_a_day_has_power_its_finding_and_its_file(client: Client, meter: Meter):
    tell_for_real(meter.plant, JUNE_10, 1)
    response = page(client, meter.plant, "?pas=releve&periode=2025-06-10")
    clear, expected, metered = figure(response)["data"]
    assert metered["y"][50] == 3.6
    assert any(expected["y"])
    assert max(y for y in clear["y"]) > 30
    text = response.text.replace("\u202f", " ")
    assert re.search(r"10 juin 2025 : 86,4 kWh mesurés, \d+ % de ce qu’un ciel clair aurait donné", text)
    assert '<th scope="row">12:00</th><td class="num">3,6</td>' in response.text
    found = re.search(r'href="([^"]*releves\.csv[^"]*)"', response.text)
    assert found
    lines = client.get(found[1]).text.splitlines()
    assert lines[:2] == ["start,length_s,energy_wh,meters_read,meters", "2025-06-09T22:00:00Z,600,600,1,1"]
    assert len(lines) == 145


@pytest.mark.parametrize(
    "query", ["?jour=hier", "?jour=", "?jour=0001-01-01", "?jour=2025-02-30", "?jour=%00"]
)
def test_a_file_of_no_day_is_refused(client: Client, meter: Meter, query: str):
    plant = meter.plant
    answer = client.get(f"/{plant.cooperative.slug}/toitures/{plant.slug}/releves.csv{query}")
    assert answer.status_code == 400
    assert "Indiquez un jour" in answer.text


def test_a_reading_of_a_day_counts_in_the_title_of_its_hours(client: Client, meter: Meter):
    days = paris_day(dt.date(2025, 7, 1), 90_000, minutes=1440)
    days |= paris_day(dt.date(2025, 7, 2), 80_000, minutes=1440)
    bring(meter, days, "juillet.csv")
    text = page(client, meter.plant, "?pas=heure&periode=2025-07-01").text.replace("\u202f", " ")
    assert "1er juillet 2025 : 90,0 kWh mesurés" in text


# a decade


def test_a_decade_has_a_column_a_month_from_the_first_reading_on():
    asked = period_from("decennie", "2025", first=dt.date(2018, 5, 3), last=dt.date(2025, 7, 1))
    assert asked == Period(View.DECADE, dt.date(2020, 1, 1), dt.date(2025, 12, 31))
    before = period_from("decennie", "2019", first=dt.date(2018, 5, 3), last=dt.date(2025, 7, 1))
    assert (before.first.year, before.last.year) == (2018, 2019)
    assert period_from("decennie", before.key, first=before.first, last=asked.last) == before


def test_the_page_of_a_decade_names_month_and_year(client: Client, meter: Meter):
    bring(meter, paris_day(dt.date(2023, 4, 4), 1_000), "2023.csv")
    response = page(client, meter.plant, "?pas=decennie")
    metered = figure(response)["data"][1]
    assert len(metered["x"]) == 3 * 12
    assert metered["x"][3] == "avr. 2023"
    assert metered["y"][metered["x"].index("juin 2025")] == pytest.approx(86.4)
    assert "De 2023 à 2025" in response.text


# what happened


def test_an_alert_is_marked_where_it_began_and_as_far_as_it_lasts(client: Client, meter: Meter):
    a_closed_alert(meter.plant, june(8), june(11), 90_000)
    response = page(client, meter.plant, "?pas=jour&periode=2025-06")
    drawn = figure(response)
    pins = drawn["data"][-1]
    assert pins["x"] == ["8"]
    assert "du 8 juin 2025 au 11 juin 2025" in pins["hovertext"][0]
    veil = next(shape for shape in drawn["layout"]["shapes"] if shape["type"] == "rect")
    # By position, the first column being 0: from the left edge of the 8th to the right edge of the 11th.
    assert (veil["x0"], veil["x1"]) == (6.5, 10.5)
    table = response.text[response.text.index("<tbody>") : response.text.index("</tbody>")]
    assert table.count("Panne d’onduleur ou de câble") == 1
    assert "90,0\u202fkWh perdus" in response.text


@pytest.mark.parametrize(
    ("view", "key", "label"), [("mois", "2025", "juin"), ("an", "", "2025"), ("decennie", "", "juin 2025")]
)
def test_longer_views_mark_the_column_it_fell_in(
    client: Client, meter: Meter, view: str, key: str, label: str
):
    an_alert(meter.plant, june(8), june(9))
    assert figure(page(client, meter.plant, f"?pas={view}&periode={key}"))["data"][-1]["x"] == [label]


def test_a_false_alarm_marks_nothing(client: Client, meter: Meter):
    a_closed_alert(meter.plant, june(8), june(9), 0, cause="false_alarm")
    assert "shapes" not in figure(page(client, meter.plant, "?pas=jour&periode=2025-06"))["layout"]


def test_doubtful_days_in_a_row_are_one_event(meter: Meter):
    for day, state in ((3, "doubtful"), (4, "doubtful"), (6, "doubtful"), (7, "good"), (8, "lost")):
        a_quality(meter, june(day), state)
    texts = [event.text for event in events_of(meter.plant, JUNE, sees_log=False)]
    assert texts == [
        "Relevés douteux, du 3 juin 2025 au 4 juin 2025",
        "Relevés douteux, le 6 juin 2025",
        "Communication perdue, le 8 juin 2025",
    ]


def test_what_was_written_in_the_log_is_for_who_operates(client: Client, signed_in, meter: Meter):
    an_entry(meter.plant, JUNE_10, "Onduleur 2 remplacé <b>")
    query = "?pas=jour&periode=2025-06"
    public = page(client, meter.plant, query).text
    assert "Entretien, le 10 juin 2025" in public
    assert "remplacé" not in public
    operator = signed_in(member(meter.plant.cooperative, Role.OPERATOR))
    assert "Onduleur 2 remplacé &lt;b&gt;" in page(operator, meter.plant, query).text


def test_what_lasts_is_said_to_last(meter: Meter):
    an_alert(meter.plant, june(8), kind="behind")
    (event,) = events_of(meter.plant, JUNE, sees_log=False)
    assert event.text == "Production en retrait, depuis le 8 juin 2025"
    before = Period(View.DAY, dt.date(2025, 5, 1), dt.date(2025, 5, 31))
    assert events_of(meter.plant, before, sees_log=False) == []


def test_a_long_list_is_cut_and_says_so():
    events = [Event(june(n), june(n), f"{n}") for n in range(1, 16)]
    listed, more = latest_first(events)
    assert (len(listed), listed[0].words, more) == (12, "15", 3)


def test_without_marks_a_figure_is_left_alone():
    bare = {"data": [], "layout": {}}
    assert marked(bare, [], ["8"], 1.0) is bare
    assert marked(bare, [Mark("40", "41", "hors du mois")], ["8"], 1.0) is bare
    two = [Mark("8", "9", "panne"), Mark("8", "8", "entretien")]
    assert noted("8", two) == "panne\u202f; entretien"
    assert marked(bare, two, ["8", "9"], 1.0)["data"][0]["x"] == ["8"]


@pytest.mark.parametrize(
    "query", ["?pas=releve&periode=2025-06-10", "?pas=decennie", "?pas=jour&periode=2025-06"]
)
def test_more_of_everything_makes_no_more_queries(
    client: Client, meter: Meter, assert_flat_queries, query: str
):
    an_alert(meter.plant, june(8), june(9))
    a_quality(meter, june(3))

    def grow() -> None:
        for n in range(9):
            a_closed_alert(meter.plant, june(n + 1), june(n + 2), 1_000)
            a_quality(meter, june(n + 11))
            an_entry(meter.plant, june(n + 1))
        bring(meter, paris_day(dt.date(2023, 4, 4), 1_000), "2023.csv")

    assert_flat_queries(lambda: page(client, meter.plant, query), grow)

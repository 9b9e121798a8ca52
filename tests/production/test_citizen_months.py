"""A month told from readings, weather, alerts and neighbours."""

import datetime as dt

import pytest

from installations.models import Meter
from production.citizen_months import latest_month, told_month, troubles_of
from tests.factories import flat_forecast, plant_with_meter
from tests.production.deliveries import read_month
from tests.production.told import a_weather, tell
from tests.production.troubles import a_closed_alert, an_alert, neighbours_say

pytestmark = pytest.mark.django_db

JUNE, JULY_2 = dt.date(2025, 6, 1), dt.date(2025, 7, 2)
JUNE_DAYS = [dt.date(2025, 6, n) for n in range(1, 31)]


def june(day: int) -> dt.date:
    return dt.date(2025, 6, day)


@pytest.fixture
def meter() -> Meter:
    """A school with 3,000 kWh expected in June, which made 2,880: 96 kWh a day."""
    found = plant_with_meter(name="École Lamendin")
    flat_forecast(found.plant)
    read_month(found, 4_000)
    return found


def sentence(*meters: Meter, month: dt.date = JUNE, today: dt.date = JULY_2) -> str:
    plants = [meter.plant for meter in meters]
    return told_month(plants[0].cooperative, plants, month, today).sentence.replace("\u202f", " ")


def test_sun_and_outage_share_the_deviation_out(meter: Meter):
    tell(meter.plant, dict.fromkeys(JUNE_DAYS, 102_000), a_weather())  # 3,060 of 3,000: +2 %
    a_closed_alert(meter.plant, june(10), june(12), 90_000)  # 90 of 3,000: −3 %
    # 2,880 of 3,000: −4 %; −4 − 2 + 3 = −3 is left.
    assert sentence(meter) == (
        "Juin : 2 880 kWh, 4 % de moins que prévu, le soleil compte pour 2 %, une panne pour −3 %, "
        "le reste pour −3 %."
    )


def test_among_several_roofs_the_broken_one_is_named(meter: Meter):
    other = plant_with_meter(name="Piscine", cooperative=meter.plant.cooperative)
    tell(meter.plant, dict.fromkeys(JUNE_DAYS, 100_000), a_weather())
    a_closed_alert(meter.plant, june(10), june(12), 90_000)
    said = sentence(meter, other)
    assert "une panne à l’école Lamendin pour −3 %" in said
    assert "30 jours sans relevé ne comptent pas." in said


def test_a_closed_loss_falls_on_its_days_of_the_month(meter: Meter):
    a_closed_alert(meter.plant, dt.date(2025, 5, 22), june(10), 200_000)
    (row,) = troubles_of([meter.plant], JUNE, june(30))
    assert row.trouble.lost_wh == 100_000  # 10 of its 20 days
    assert not row.trouble.is_estimated


def test_an_open_alert_costs_what_the_neighbours_made(meter: Meter):
    an_alert(meter.plant, june(10))
    neighbours_say(meter.plant, june(9), 100_000, -0.5)  # before it began
    neighbours_say(meter.plant, june(10), 100_000, -0.5)
    neighbours_say(meter.plant, june(11), 100_000, -0.25)
    (row,) = troubles_of([meter.plant], JUNE, june(30))
    assert (row.trouble.lost_wh, row.trouble.is_estimated) == (75_000, True)


def test_an_outage_and_a_lag_on_the_same_days_count_once(meter: Meter):
    an_alert(meter.plant, june(10), kind="behind")
    an_alert(meter.plant, june(10), june(10))
    neighbours_say(meter.plant, june(10), 100_000, -0.5)
    neighbours_say(meter.plant, june(11), 100_000, -0.1)
    lost = {row.trouble.cause: row.trouble.lost_wh for row in troubles_of([meter.plant], JUNE, june(30))}
    assert lost == {"outage": 50_000, "behind": 10_000}


def test_a_false_alarm_and_lost_contact_cost_nothing(meter: Meter):
    for cause in ("false_alarm", "communication"):
        a_closed_alert(meter.plant, june(10), june(12), 0, cause=cause)
    an_alert(meter.plant, june(20), kind="silent")
    assert troubles_of([meter.plant], JUNE, june(30)) == []


def test_an_alert_of_another_month_is_not_told(meter: Meter):
    a_closed_alert(meter.plant, dt.date(2025, 5, 1), dt.date(2025, 5, 31), 90_000)
    assert troubles_of([meter.plant], JUNE, june(30)) == []


def test_every_part_leads_to_where_it_can_be_checked(meter: Meter):
    other = plant_with_meter(name="Piscine", cooperative=meter.plant.cooperative)
    tell(meter.plant, dict.fromkeys(JUNE_DAYS, 102_000), a_weather())
    a_closed_alert(meter.plant, june(10), june(12), 90_000)
    told = told_month(meter.plant.cooperative, [meter.plant, other.plant], JUNE, JULY_2)
    texts = " ".join(line.text for line in told.lines).replace("\u202f", " ")
    assert "2 880 kWh mesurés, 3 000 kWh prévus" in texts
    assert "60,0 kWh de plus que la prévision" in texts
    assert "Une panne à l’école Lamendin : 90,0 kWh perdus, constatés" in texts
    assert "Piscine : 30 jours sans relevé complet." in texts
    urls = [line.url for line in told.lines if line.url]
    assert f"/{meter.plant.cooperative.slug}/toitures/{meter.plant.slug}/?pas=jour&periode=2025-06" in urls[0]


def test_a_running_month_stops_at_yesterday(meter: Meter):
    assert sentence(meter, today=june(15)).startswith("Juin, jusqu’au 14 : 1 344 kWh, 4 % de moins")


def test_the_latest_month_is_the_last_whole_one_with_readings(meter: Meter):
    assert latest_month([meter.plant], JULY_2) == JUNE
    assert latest_month([meter.plant], dt.date(2025, 9, 1)) == JUNE
    assert latest_month([meter.plant], june(20)) is None


def test_more_troubles_and_roofs_make_no_more_queries(meter: Meter, assert_flat_queries):
    plants = [meter.plant]
    an_alert(meter.plant, june(1))

    def grow() -> None:
        for n in range(7):
            more = plant_with_meter(cooperative=meter.plant.cooperative).plant
            plants.append(more)
            a_closed_alert(more, june(n + 1), june(n + 2), 1_000)
            neighbours_say(more, june(n + 1), 1_000, -0.1)

    assert_flat_queries(lambda: told_month(meter.plant.cooperative, plants, JUNE, JULY_2), grow)

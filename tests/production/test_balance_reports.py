"""A plant's balance: sums that add up, causes with their alerts, ratios with a pencil."""

import datetime as dt
from decimal import Decimal

import pytest

from installations.models import Plant
from production import prices
from production.balance_json import judged_by, shown
from production.balance_reports import judge_months, judge_spans, together
from production.losses_by_cause import Cause
from production.models import DayQuality, ExpectedDay, ExpectedLight
from production.revenue.figures import Figure
from production.services.alerts import close_alert
from shareholders.roles import Role
from tests.factories import an_alert, flat_forecast, member, plant_with_meter
from tests.production.deliveries import bring, paris_day
from tests.production.told import a_weather, tell

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MAY, JUNE = dt.date(2025, 5, 1), dt.date(2025, 6, 1)
NOW = dt.datetime(2025, 7, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def plant() -> Plant:
    """50 kWp; 100 kWh forecast for each day of June; 72 kWh read from 2 to 5 June, 96.774 a day of May."""
    meter = plant_with_meter()
    flat_forecast(meter.plant, 3_000_000)
    for n in range(4):
        bring(meter, paris_day(JUNE + DAY * (n + 1), 3_000 + n), name=f"{n}.csv")
    own = Plant.objects.select_related("cooperative", "sheet").prefetch_related("arrays")
    return own.get(pk=meter.plant.pk)


def light(plant: Plant) -> None:
    """Each told day had 2.4 kWh/m² on the panels, 2.5 as cells of that coolness convert it."""
    ExpectedLight.objects.bulk_create(
        ExpectedLight(expected_day=day, plane_wh_m2=2_400, warm_plane_wh_m2=2_500, clipped_wh=0)
        for day in ExpectedDay.objects.filter(plant=plant, light=None)
    )


def test_all_that_is_missing_is_sorted_to_the_watt_hour(plant: Plant):
    tell(plant, {JUNE + DAY: 90_000, JUNE + DAY * 2: 80_000}, a_weather())
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    metered = 24 * (3_000 + 3_001 + 3_002 + 3_003)
    assert (june.days, june.days_missing, june.days_told) == (4, 26, 2)
    assert (june.balance.expected_wh, june.balance.metered_wh) == (400_000, metered)
    # Told days: 200 expected of ordinary ones, 170 under their weather.
    assert june.balance.of(Cause.WEATHER) == 30_000
    assert sum(lost.energy_wh for lost in june.balance.causes) == 400_000 - metered


def test_ratios_are_over_the_days_of_known_light(plant: Plant):
    tell(plant, {JUNE + DAY: 90_000}, a_weather())
    light(plant)
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    assert june.days_lit == 1
    # 72 kWh of 50 kWp: 1.44 kWh/kWp; over 2.4 kWh/m²: 0.6; over 2.5: 0.576.
    assert june.performance_ratio == pytest.approx(0.6)
    assert june.warm_performance_ratio == pytest.approx(0.576)
    assert june.specific_yield == pytest.approx(24 * 12_006 / 50_000)


def test_without_light_there_is_no_ratio(plant: Plant):
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    assert (june.performance_ratio, june.warm_performance_ratio) == (None, None)


def test_a_closed_alert_gives_its_days_to_its_cause(plant: Plant):
    alert = an_alert(plant, began_on=JUNE + DAY, raised_on=JUNE + DAY * 2, ended_on=JUNE + DAY * 2)
    closed = close_alert(
        actor=member(plant.cooperative, Role.OPERATOR),
        alert=alert,
        cause="outage",
        note="",
        ended_on=None,
        accept=False,
        now=NOW,
        today=NOW.date(),
    )
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    assert june.balance.of(Cause.OUTAGE) == closed.lost_wh == 200_000 - 24 * 6_001
    metered = june.balance.metered_wh
    assert june.availability == pytest.approx(metered / (metered + closed.lost_wh))
    assert {loss.alert_id for loss in june.lost} == {alert.pk}
    outage = next(lost for lost in shown(june)["lost"] if lost["cause"] == "outage")
    assert outage["alerts"] == [alert.pk]


def test_days_that_readings_call_an_outage_count_before_anybody_answers(plant: Plant):
    DayQuality.objects.create(meter=plant.meters.get(), day=JUNE + DAY, state="outage")
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    assert june.balance.of(Cause.OUTAGE) == 100_000 - 72_000


def test_a_loss_of_unknown_cause_stays_unknown(plant: Plant):
    an_alert(plant, began_on=JUNE + DAY, raised_on=JUNE + DAY * 2, ended_on=JUNE + DAY * 2)
    (june,) = judge_months(plant, JUNE, JUNE + DAY * 29)
    assert june.balance.of(Cause.UNKNOWN) == june.balance.lost_wh


def test_a_year_is_the_sum_of_its_months(plant: Plant):
    bring(plant.meters.get(), paris_day(MAY + DAY, 2_500), name="mai.csv")
    months = judge_months(plant, MAY, JUNE + DAY * 29)
    year = together(months)
    assert year is not None
    assert year.balance.lost_wh == sum(month.balance.lost_wh for month in months)
    for cause in Cause:
        assert year.balance.of(cause) == sum(month.balance.of(cause) for month in months)
    assert judged_by(plant, MAY, JUNE + DAY * 29, "year") == [year]


def test_nothing_is_nothing():
    assert together([]) is None


def test_a_day_is_judged_like_a_month(plant: Plant):
    (day,) = judge_spans(plant, [(JUNE + DAY, JUNE + DAY)])
    assert (day.balance.expected_wh, day.balance.metered_wh, day.days) == (100_000, 72_000, 1)


def test_euros_need_a_price_for_every_month(plant: Plant, monkeypatch: pytest.MonkeyPatch):
    bring(plant.meters.get(), paris_day(MAY + DAY, 2_500), name="mai.csv")
    assert judge_months(plant, MAY, JUNE + DAY * 29)[0].amounts is None

    def of_days(_plant: Plant, days: list[dt.date]) -> dict[dt.date, Figure | None]:
        figure = Figure(Decimal("0.1"), "contrat d’essai", "C")
        return {day: figure if day >= JUNE else None for day in days}

    monkeypatch.setattr(prices, "prices_on", of_days)
    may, june = judge_months(plant, MAY, JUNE + DAY * 29)
    assert may.amounts is None
    assert june.euros_of(Cause.UNKNOWN) == (Decimal(june.balance.lost_wh) / 10_000).quantize(Decimal("0.01"))
    both = together([may, june])
    assert both is not None
    assert both.amounts is None


def test_queries_do_not_grow_with_the_months(plant: Plant, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        judge_months(plant, dt.date(2021, 1, 1), JUNE + DAY * 29)


def test_before_commissioning_nothing_is_judged(plant: Plant):
    assert judge_months(plant, dt.date(2019, 1, 1), dt.date(2019, 12, 31)) == []

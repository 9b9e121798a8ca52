"""A plant's chart over ten years of 10-minute readings: its page's data, drawn from the daily sums.

The peer is the same sum by year of the single readings, in one query.
"""

import datetime as dt
import statistics
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks._meter_years import ROWS_A_YEAR, bench_meter, bench_plant, file_of, seconds, sunny_year_wh
from benchmarks._scratch import scratch_database
from installations.models import Meter, Plant
from mine_de_soleil.core.charts import Chart
from production.models import Forecast, ForecastMonth
from production.periods import Period, View, period_from
from production.plant_charts import plant_chart
from production.reports import days_with_readings, outlooks
from production.services.imports import Delivery
from production.services.many_imports import import_many

YEARS = range(2016, 2026)
TODAY = dt.date(2026, 1, 15)
RUNS = 7
LONGEST_S = 0.2


def run() -> dict[str, Any]:
    """Median seconds of the chart. Raises AssertionError above 200 ms, or if ten years ask more than one."""
    with scratch_database():
        return _run()


def _run() -> dict[str, Any]:
    plant, short = bench_plant(), bench_plant("short")
    meter = _filled(plant, YEARS)
    _filled(short, YEARS[-1:])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE production_dailyenergy")
    _chart(plant)  # the first draws on caches that the site has long filled
    ours_s = statistics.median(seconds(lambda: _chart(plant)) for _n in range(RUNS))
    months_s = statistics.median(seconds(lambda: _chart(plant, View.MONTH)) for _n in range(RUNS))
    peer_s = statistics.median(seconds(lambda: _sum_of_readings(meter)) for _n in range(RUNS))
    queries, few = _queries(plant), _queries(short)
    assert ours_s < LONGEST_S, ours_s
    assert queries == few, (queries, few)
    return {
        "case": "a plant’s ten years",
        "done": f"{len(YEARS)} years of {ROWS_A_YEAR} readings, judged and drawn from the daily sums in"
        f" {queries} queries, as many as for one year; one year by months {months_s:.3f} s",
        "ours_s": ours_s,
        "peer": "one query that sums the single readings by year",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": f"ours under {LONGEST_S * 1000:.0f} ms",
    }


def _filled(plant: Plant, years: range) -> Meter:
    meter = bench_meter(plant, f"BENCH-{plant.slug}")
    _forecast(plant)
    files = ((meter, Delivery(f"{y}.csv", file_of(sunny_year_wh() + plant.pk, y))) for y in years)
    assert all(outcome.stored for outcome in import_many(actor=None, deliveries=files, now=timezone.now()))
    return meter


def _forecast(plant: Plant) -> None:
    month_wh = 5_000_000
    forecast = Forecast.objects.create(
        plant=plant,
        valid_from=plant.commissioned_on,
        weather_name="bench",
        weather_sha256="0" * 64,
        engine="bench",
        year_p50_wh=12 * month_wh,
        year_p10_wh=13 * month_wh,
        year_p75_wh=11 * month_wh,
        year_p90_wh=10 * month_wh,
        assumptions={},
    )
    ForecastMonth.objects.bulk_create(
        ForecastMonth(forecast=forecast, month=n, p50_wh=month_wh, p10_wh=month_wh + 1, p90_wh=month_wh - 1)
        for n in range(1, 13)
    )


def _chart(plant: Plant, view: View = View.YEAR) -> Chart:
    """What the page of a plant does for its chart."""
    found = days_with_readings([plant])
    assert found
    period: Period = period_from(view, "2025", first=found[0], last=found[1])
    return plant_chart(plant, period, outlooks([plant])[plant.pk], TODAY)


def _queries(plant: Plant) -> int:
    with CaptureQueriesContext(connection) as asked:
        _chart(plant)
    return len(asked)


def _sum_of_readings(meter: Meter) -> list[tuple[Decimal, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(year FROM start), sum(energy_wh) FROM production_reading WHERE meter_id = %s"
            " GROUP BY 1 ORDER BY 1",
            [meter.pk],
        )
        return list(cursor.fetchall())

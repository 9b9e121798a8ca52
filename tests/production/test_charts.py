"""Charts of output: what they draw, and the table that says the same without a script."""

import datetime as dt
import json

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from mine_de_soleil.core.charts import Chart
from production.charts import Bar, day_bars, energy_chart, month_bar, view_name, year_bar
from production.judgement import NOTHING, Result
from production.models import Forecast
from production.periods import View
from production.reports import Expectation, PlantDay, PlantMonth

BARS = st.lists(
    st.builds(
        Bar,
        label=st.text(max_size=6),
        metered_wh=st.one_of(st.none(), st.integers(0, 10**10)),
        low_wh=st.integers(0, 10**9).map(float),
        middle_wh=st.integers(0, 10**9).map(float),
        high_wh=st.integers(0, 10**9).map(float),
        is_complete=st.booleans(),
        weather_wh=st.one_of(st.none(), st.integers(0, 10**9).map(float)),
    ),
    max_size=6,
)
JUNE = dt.date(2025, 6, 1)
BLANK = Bar("c", None, 0, 0, 0)
FLAT = Expectation(
    forecast=Forecast(year_p50_wh=36_000_000, year_p10_wh=39_000_000, year_p90_wh=33_000_000),
    p50_wh=dict.fromkeys(range(1, 13), 3_000_000),
    p10_wh=dict.fromkeys(range(1, 13), 3_300_000),
    p90_wh=dict.fromkeys(range(1, 13), 2_700_000),
)


def chart(*bars: Bar) -> Chart:
    return energy_chart(bars, identifier="essai", title="Titre", summary="Résumé", csv_url="/x.csv")


def metered_trace(drawn: Chart) -> dict:
    return drawn.figure_json["data"][1]


def test_the_table_has_the_metered_kilowatt_hours_with_one_decimal():
    drawn = chart(Bar("juin", 3_731_649, 3e6, 3.5e6, 4e6))
    assert drawn.rows == (("juin", "3\u202f731,6", "3\u202f500,0", "+7\u202f%"),)


def test_without_a_reading_the_table_has_a_dash_and_the_chart_a_hole():
    drawn = chart(Bar("juin", None, 1e6, 2e6, 3e6))
    assert drawn.rows == (("juin", "–", "2\u202f000,0", "–"),)
    assert metered_trace(drawn)["y"] == [None]


def test_without_a_forecast_there_is_nothing_to_compare():
    assert chart(Bar("juin", 1000, 0, 0, 0)).rows == (("juin", "1,0", "–", "–"),)


def test_an_incomplete_column_is_hatched_and_not_compared():
    drawn = chart(Bar("a", 900_000, 1e6, 1e6, 1e6), Bar("b", 500_000, 1e6, 1e6, 1e6, is_complete=False))
    assert metered_trace(drawn)["marker"]["pattern"]["shape"] == ["", "/"]
    assert [row[-1] for row in drawn.rows] == ["−10\u202f%", "–"]


def test_the_total_adds_what_was_metered():
    assert (
        chart(Bar("a", 1_500, 0, 0, 0), Bar("b", None, 0, 0, 0), Bar("c", 2_600, 0, 0, 0)).total_row[1]
        == "4,1"
    )


def test_large_energies_are_drawn_in_megawatt_hours():
    small, large = chart(Bar("a", 9_999_999, 0, 0, 0)), chart(Bar("a", 10_000_000, 0, 0, 0))
    assert small.figure_json["layout"]["yaxis"]["title"]["text"] == "kWh"
    assert large.figure_json["layout"]["yaxis"]["title"]["text"] == "MWh"
    assert metered_trace(large)["y"] == [10.0]


@settings(max_examples=20, deadline=None)
@given(BARS)
def test_the_figure_is_plain_json(bars: list[Bar]):
    drawn = chart(*bars)
    assert json.loads(json.dumps(drawn.figure_json, allow_nan=False)) == drawn.figure_json
    assert len(drawn.rows) == len(bars)


def test_a_day_still_running_is_not_compared():
    today = dt.date(2025, 6, 2)
    days = [PlantDay(JUNE, 100, 100.0, True), PlantDay(today, 40, 100.0, True)]
    assert [bar.is_complete for bar in day_bars(days, today)] == [True, False]


def test_a_month_to_come_has_its_forecast_and_no_column():
    bar = month_bar(JUNE, Result(0, 0, 0, 0, 30), FLAT, dt.date(2025, 5, 31))
    assert (bar.metered_wh, bar.low_wh, bar.high_wh) == (None, 2_700_000, 3_300_000)


@pytest.mark.parametrize(
    ("first", "days_read", "today", "compared"),
    [
        (JUNE, 30, dt.date(2025, 7, 1), True),
        (JUNE, 29, dt.date(2025, 7, 1), False),  # a day is missing
        (JUNE, 30, dt.date(2025, 6, 30), False),  # its last day is still running
        (dt.date(2025, 6, 16), 15, dt.date(2025, 7, 1), False),  # commissioned on the 16th
    ],
)
def test_only_a_whole_month_is_held_against_its_forecast(
    first: dt.date, days_read: int, today: dt.date, compared: bool
):
    missing = 31 - first.day - days_read
    bar = month_bar(first, Result(1_500_000, 1_500_000, 1_500_000, days_read, missing), FLAT, today)
    assert bar.is_complete is compared


def test_a_year_has_its_own_band_around_what_its_months_expected():
    months = [PlantMonth(1, dt.date(2025, n, 1), NOTHING, FLAT) for n in range(1, 13)]
    bar = year_bar(2025, months)
    assert (bar.low_wh, bar.middle_wh, bar.high_wh) == (33_000_000, 36_000_000, 39_000_000)
    assert not bar.is_complete


def test_a_year_judged_by_two_forecasts_adds_up_both():
    double = Expectation(Forecast(year_p50_wh=72, year_p10_wh=72, year_p90_wh=72), *[{12: 6_000_000}] * 3)
    months = [
        PlantMonth(1, dt.date(2025, 11, 1), NOTHING, FLAT),
        PlantMonth(1, dt.date(2025, 12, 1), NOTHING, double),
    ]
    assert year_bar(2025, months).middle_wh == 9_000_000


def test_tabs_and_titles_have_english_words():
    with translation.override("en"):
        assert all(view_name(view) for view in View)
        assert chart(Bar("June", 1_234_500, 0, 0, 0)).rows[0][1] == "1,234.5"


def test_the_weather_is_a_line_of_marks_broken_where_it_is_not_known():
    drawn = chart(
        Bar("a", 900_000, 1e6, 1e6, 1e6, weather_wh=950_000), Bar("b", 900_000, 1e6, 1e6, 1e6), BLANK
    )
    line = drawn.figure_json["data"][2]
    assert (line["y"], line["marker"]["symbol"], line["connectgaps"]) == (
        [950.0, None, None],
        "diamond",
        False,
    )
    assert drawn.columns[-1] == "Selon la météo (kWh)"
    assert [row[-1] for row in drawn.rows] == ["950,0", "–", "–"]
    assert len({len(row) for row in (*drawn.rows, drawn.columns, drawn.total_row)}) == 1


def test_without_any_weather_the_table_has_no_empty_column():
    assert len(chart(BLANK).columns) == 4
    assert len(chart(BLANK).figure_json["data"]) == 2


def test_a_year_and_a_month_carry_what_their_weather_allowed():
    assert month_bar(JUNE, NOTHING, FLAT, dt.date(2025, 7, 1), 5).weather_wh == 5
    assert year_bar(2025, [PlantMonth(1, JUNE, NOTHING, FLAT)], 7.0).weather_wh == 7
    assert day_bars([PlantDay(JUNE, 1, 1.0, True)], JUNE, {JUNE: 9})[0].weather_wh == 9

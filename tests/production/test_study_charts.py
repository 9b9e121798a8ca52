"""Charts of a study: plain JSON, and a table that says the same."""

import json
from itertools import pairwise

import pytest
from django.utils import translation

from production.study_charts import (
    _grouped,
    life_chart,
    months_chart,
    orientation_chart,
    study_charts,
    sun_chart,
    waterfall_chart,
)
from production.study_words import hidden_words

from .studies import roof, study

ALL = (months_chart, life_chart, waterfall_chart, orientation_chart, sun_chart)
# Traces of Plotly's basic bundle, the only one the site carries.
BASIC = {"bar", "scatter", "pie"}
REUNION = {"latitude": -21.33, "longitude": 55.48, "horizon_deg": ()}


@pytest.mark.parametrize("make", ALL)
def test_a_figure_is_plain_json_of_the_basic_bundle(make):
    figure = make(study()).figure_json
    assert json.loads(json.dumps(figure, allow_nan=False))
    assert {trace["type"] for trace in figure["data"]} <= BASIC


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("make", ALL)
def test_every_row_of_a_table_has_a_cell_for_each_column(make, language):
    with translation.override(language):
        chart = make(study(), "/etude.csv")
    assert {len(row) for row in chart.rows} == {len(chart.columns)}
    assert not chart.total_row or len(chart.total_row) == len(chart.columns)
    assert chart.title and chart.summary and chart.csv_url == "/etude.csv"


def test_identifiers_differ():
    assert len({chart.id for chart in study_charts(study())}) == len(ALL)


def test_groups_of_the_waterfall_add_up_to_the_output():
    fall = study().waterfall
    assert fall.start_wh + sum(change for _name, change in _grouped(fall)) == fall.output_wh


def test_bars_of_the_waterfall_hang_together():
    bars = waterfall_chart(study()).figure_json["data"][0]
    ends = [sum(pair) for pair in zip(bars["base"], bars["x"], strict=True)]
    for low, high, next_low, next_high in zip(bars["base"], ends, bars["base"][1:], ends[1:], strict=False):
        assert {round(low, 6), round(high, 6)} & {round(next_low, 6), round(next_high, 6)}


def test_the_table_of_the_waterfall_has_every_stage():
    assert len(waterfall_chart(study()).rows) == len(study().waterfall.stages)


def test_months_are_twelve_and_their_bands_not_added():
    chart = months_chart(study())
    assert len(chart.rows) == 12
    assert chart.total_row[2:4] == ("–", "–")


def test_the_best_tile_is_full_and_the_worst_is_faint():
    found = study().orientation
    colours = [
        tile
        for trace in orientation_chart(study()).figure_json["data"][:-1]
        for tile in trace["marker"]["color"]
    ]
    shares = [share for row in found.relative for share in row]
    assert colours[shares.index(max(shares))] == "rgba(242,169,0,1.000)"
    assert len(colours) == len(shares)


def test_without_a_horizon_the_chart_says_so():
    bare = study(roof(horizon_deg=()))
    assert sun_chart(bare).title == "Aucun relevé d’horizon"
    assert not any(trace.get("fill") for trace in sun_chart(bare).figure_json["data"])


def test_a_path_that_passes_north_crosses_nothing():
    paths = [t for t in sun_chart(study(roof(**REUNION))).figure_json["data"] if t["mode"] == "lines"]
    for path in paths:
        azimuths = path["x"]
        jumps = [b - a for a, b in pairwise(azimuths) if None not in (a, b)]
        assert max(map(abs, jumps)) < 180
        assert len(path["x"]) == len(path["y"]) == len(path["customdata"])


def test_a_sun_hidden_for_no_hour_is_not_said_to_be_hidden_zero_hours():
    bare = sun_chart(study(roof(horizon_deg=())))
    assert bare.summary.endswith("Rien ne le cache dans ce calcul.")
    assert "1 heure par an" in hidden_words(1.2) and "heures par an" in hidden_words(12)


def test_the_best_orientation_is_said_by_a_direction_and_the_years_have_a_name():
    assert "vers le sud" in orientation_chart(study()).summary
    assert life_chart(study()).figure_json["layout"]["xaxis"]["title"]["text"] == "Année de vie"


def test_the_losses_tell_what_100_kwh_are_and_the_part_given_back():
    chart = waterfall_chart(study())
    assert "des panneaux à plat, sans aucune perte" in chart.title
    assert f"{100 * study().performance_ratio:.1f}".replace(".", ",") in chart.summary

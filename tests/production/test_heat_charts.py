"""Charts of a heat study say what their tables say, in either language."""

from django.utils import translation

from production.heat_charts import heat_charts, sizes_chart, waterfall_chart, wood_chart
from production.heat_words import item_rows, kind_name, limits, lorries, sources
from tests.production.study.heat.test_study import study


def test_every_chart_has_a_finding_and_a_table_as_wide_as_its_columns():
    with translation.override("fr"):
        for chart in heat_charts(study()):
            assert chart.title and chart.summary
            assert all(len(row) == len(chart.columns) for row in chart.rows)
            assert not chart.total_row or len(chart.total_row) == len(chart.columns)


def test_the_size_chosen_is_marked_among_the_others():
    (_curve, chosen) = sizes_chart(study()).figure_json["data"]
    assert list(chosen["x"]) == [500.0]
    assert round(chosen["y"][0]) == 94


def test_the_waterfall_ends_at_the_buildings():
    with translation.override("fr"):
        assert waterfall_chart(study()).title == "Sur 100 kWh de bois, 75 chauffent les bâtiments"


def test_the_waterfall_leaves_room_for_what_is_written_beside_its_bars():
    figure = waterfall_chart(study()).figure_json
    longest = max(
        start + length
        for start, length in zip(figure["data"][0]["base"], figure["data"][0]["x"], strict=True)
    )
    assert figure["layout"]["xaxis"]["range"][1] > 1.2 * longest


def test_wood_is_told_in_tonnes_and_lorries():
    with translation.override("fr"):
        assert "724 tonnes de bois par an, soit 29 camions" in wood_chart(study()).title
    assert [lorries(tonnes) for tonnes in (0, 0.1, 25, 25.1)] == [0, 1, 1, 2]


def test_figures_that_nobody_published_are_marked():
    with translation.override("fr"):
        rows = {row[0]: row for row in item_rows(study())}
        assert rows["Arrêts de la chaudière"][2:] == ("estimation, sans publication", "à vérifier")
        assert "calculé ici" in rows["Rigueur de l’hiver, d’une année à l’autre"][3]
        assert sum("À vérifier." in line for line in sources(study())) == 3
        assert any("vague de froid" in line for line in limits(study()))


def test_a_kind_nobody_worded_stays_as_it_is():
    assert kind_name("castle") == "castle"

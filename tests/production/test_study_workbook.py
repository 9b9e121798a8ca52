"""The workbook: exact to the watt-hour, and no text that runs."""

import io
from dataclasses import replace

import openpyxl
import pytest
from django.utils import translation

from production.study_workbook import as_xlsx

from .studies import loos, study

SHEETS = ["Synthèse", "Mois", "Heures", "Pertes", "Incertitudes", "Météo"]


def opened(made: bytes, **options):
    return openpyxl.load_workbook(io.BytesIO(made), **options)


def book(**options):
    return opened(as_xlsx(study(), loos()[0]), **options)


def column(sheet, number: int) -> list:
    return [row[number] for row in sheet.iter_rows(values_only=True)]


def test_six_sheets_in_order():
    assert book().sheetnames == SHEETS


def test_hours_are_exact_and_their_total_is_the_year():
    sheet = book(data_only=True)["Heures"]
    assert column(sheet, 1)[1:-1] == list(study().energy_wh)
    assert column(sheet, 1)[-1] == study().year_wh
    assert sheet.cell(2, 1).value == study().first_start.replace(tzinfo=None)


def test_the_weather_stands_beside_the_hours():
    sheet = book()["Heures"]
    assert column(sheet, 2)[1:-1] == pytest.approx(loos()[0]["ghi"].tolist())
    assert column(sheet, 2)[0] == "Soleil à plat (W/m²)"


def test_without_weather_there_are_hours_of_energy_alone():
    assert opened(as_xlsx(study()))["Heures"].max_column == 2


def test_totals_count_again():
    live, told = book(), book(data_only=True)
    assert live["Mois"].cell(14, 2).value == "=SUM(B2:B13)"
    assert told["Mois"].cell(14, 2).value == sum(column(told["Mois"], 1)[1:13]) == study().year_wh
    assert live["Heures"].cell(8762, 2).value == "=SUM(B2:B8761)"


def test_stages_of_the_losses_close():
    sheet = book()["Pertes"]
    stages = len(study().waterfall.stages)
    left, change = (column(sheet, number)[1 : stages + 1] for number in (1, 2))
    assert left[0] + sum(change) == left[-1] == study().year_wh


def test_every_uncertainty_names_its_source():
    rows = list(book()["Incertitudes"].iter_rows(values_only=True))[1:]
    assert len(rows) == len(study().items) + 1
    assert all(row[3] and "à vérifier" in row[4] for row in rows[:-1])


def test_the_weather_s_hash_and_the_fingerprint_are_told():
    shown = book()
    assert study().weather.sha256 in column(shown["Météo"], 1)
    assert study().fingerprint in column(shown["Synthèse"], 1)


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1", "@SUM(A1)", "http://x.example", "a\x00b\uffff", "é" * 40_000]
)
def test_a_hostile_name_is_a_text(name):
    hostile = replace(study(), name=name, owner=name)
    cell = opened(as_xlsx(hostile))["Synthèse"]["B2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value[:5] == name.replace("\x00", "")[:5].replace("\uffff", "")


def test_equal_studies_give_equal_files():
    assert as_xlsx(study()) == as_xlsx(study())


def test_an_english_reader_gets_an_english_book():
    with translation.override("en"):
        assert len(opened(as_xlsx(study())).sheetnames) == 6


def test_the_owner_is_the_owner_and_figures_are_figures():
    rows = {row[0]: row[1] for row in book()["Synthèse"].iter_rows(values_only=True)}
    assert rows["Propriétaire"] == study().owner and "Exploitant" not in rows
    assert rows["Latitude (°)"] == study().plant.latitude
    assert rows["Longitude (°)"] == study().plant.longitude
    assert rows["Établie le"].date() == study().made_on
    assert rows["Calcul"] == "version 2"

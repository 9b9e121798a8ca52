"""The report of a study: what it says, in both languages, and its pictures' numbers."""

import re
from dataclasses import asdict, replace
from itertools import pairwise

import pytest
from django.utils import translation

from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.papers.typeset import typeset
from production.fleet import Losses
from production.sheet_words import label_of
from production.study_contents import study_contents
from production.study_words import confidence_words, item_name, limits, loss_rows, stage_name, weather_rows
from production.uncertainty import UncertaintyItem
from tests.core.papers.reading import pages, says, structure
from tests.core.papers.samples import COMPANY

from .studies import roof, study

NUMBERS = re.compile(r"(\d\.\d{4}( \d\.\d{4})*)?")


def report(told=None, language: str = "fr") -> contents.YieldStudy:
    with translation.override(language):
        return study_contents(
            told or study(), company=COMPANY, number="93", address="https://exemple.org/v/93", is_demo=True
        )


def drawn_in(paper: contents.YieldStudy) -> list[str]:
    lines = (*paper.months, *paper.steps, *paper.slopes)
    return [*(line.drawn for line in lines), *paper.sun_drawn, paper.horizon_drawn]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_is_printed_on_a_few_pages(language):
    paper = report(language=language)
    pdf = typeset(paper.template, asdict(paper))
    assert len(pages(pdf)) <= 5
    assert says(pdf, "École Basly", study().fingerprint, study().weather.sha256, "version 2") == []


def test_tables_are_tables_and_the_picture_has_words():
    paper = report()
    tags = structure(typeset(paper.template, asdict(paper)))
    assert tags["Table"] >= 8
    assert tags["Figure"] == 1


def test_it_says_who_when_and_how_sure():
    pdf = typeset("yield_study", asdict(report()))
    told = [
        "21 novembre 2026",
        "Mine de Soleil",
        "Dépassée neuf années sur dix (P90)",
        "à vérifier (Toronto)",
    ]
    assert says(pdf, *told, "Moyenne de 10 années, vieillissement compris", "Uccle 66") == []


def test_every_number_of_a_picture_is_one():
    assert all(NUMBERS.fullmatch(drawn) for drawn in drawn_in(report()))


def test_the_steps_of_the_picture_hang_together():
    ends = [line.drawn.split() for line in report().steps[:-1]]
    assert all(before[1] == after[0] for before, after in pairwise(ends))


def test_without_horizon_it_is_said_and_not_drawn():
    paper = report(study(roof(horizon_deg=())))
    assert "Aucun horizon" in paper.horizon
    assert paper.horizon_drawn == ""
    assert "Aucun relevé d’horizon" in paper.limits[0]
    assert typeset(paper.template, asdict(paper))


def test_where_the_sun_passes_north_the_path_is_cut():
    paper = report(study(roof(latitude=-21.33, longitude=55.48)))
    assert len(paper.sun_drawn) > 7
    assert typeset(paper.template, asdict(paper))


def test_a_hostile_name_is_printed_as_it_is():
    paper = report(replace(study(), name='#read("/etc/passwd") $x$ *a*', place="<b>"))
    assert says(typeset(paper.template, asdict(paper)), '#read("/etc/passwd") $x$ *a*') == []


def test_losses_by_month_are_told_as_a_range():
    rows = dict(loss_rows(roof()))
    assert rows["Poussière et salissures"] == "2,0\u202f% à 5,0\u202f% selon le mois"
    assert "Neige" not in rows


def test_a_lump_is_told_as_one():
    assert dict(loss_rows(roof(losses=Losses.lumped(0.14))))["Autres pertes, en bloc"] == "14,0\u202f%"


def test_what_is_not_ours_keeps_its_own_words():
    item = UncertaintyItem("grid outages", 0.01, "ours", confidence="V")
    assert (item_name(item), confidence_words(item)) == ("grid outages", "lu dans la publication")
    assert stage_name("new_stage") == "new_stage"


def test_verified_items_leave_no_mark():
    sure = replace(study(), items=(UncertaintyItem("soiling", 0.01, "ours", confidence="V"),))
    assert not any("à vérifier" in text for text in limits(sure))


def test_another_weather_names_its_origin():
    meta = replace(study().weather, method="epw", stations=(), source="Climate.OneBuilding", licence="free")
    rows = dict(weather_rows(meta))
    assert rows["Origine"] == "Climate.OneBuilding"
    assert "Stations" not in rows


def test_a_loss_has_one_name_in_the_study_and_in_the_sheet():
    assert {name: stage_name(name) for name in Losses.items} == {
        name: label_of(name) for name in Losses.items
    }
    assert all(stage_name(name) != name for name in Losses.items)

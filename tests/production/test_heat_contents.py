"""The report of a heat study: what it says, in both languages, and its pictures' numbers."""

import re
from dataclasses import asdict, replace

import pytest
from django.utils import translation

from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.papers.typeset import typeset
from production.heat import LossFraction, LossPerMetre, PipeLoss
from production.heat_contents import TOLD_POINTS, heat_contents
from production.study.heat import HeatStudy
from tests.core.papers.reading import pages, says, structure
from tests.core.papers.samples import COMPANY
from tests.production.study.heat.test_study import study

NUMBERS = re.compile(r"(\d\.\d{4}( \d\.\d{4})*)?")


def report(told: HeatStudy | None = None, language: str = "fr") -> contents.HeatStudy:
    with translation.override(language):
        return heat_contents(
            told or study(), company=COMPANY, number="94", address="https://exemple.org/v/94", is_demo=True
        )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_is_printed_on_a_few_pages(language: str):
    paper = report(language=language)
    pdf = typeset(paper.template, asdict(paper))
    assert len(pages(pdf)) <= 6
    assert says(pdf, "Centre-ville", study().fingerprint, study().weather.sha256) == []
    tags = structure(pdf)
    assert tags["Table"] >= 8 and tags["Figure"] == 1


def test_every_number_of_a_picture_is_one():
    paper = report()
    drawn = [*(line.drawn for line in (*paper.months, *paper.steps)), *paper.load_drawn]
    assert all(NUMBERS.fullmatch(numbers) for numbers in drawn)


def test_the_curve_is_told_from_end_to_end():
    told = report().load
    assert len(told) == min(TOLD_POINTS, len(study().load))
    hours = [int("".join(filter(str.isdigit, line.cells[0]))) for line in told]
    assert hours == sorted(hours) and (hours[0], hours[-1]) == (1, 8760)


@pytest.mark.parametrize(
    ("loss", "words"),
    [(LossPerMetre(12.5), "12,5 W par mètre"), (LossFraction(0.12), "de la chaleur envoyée")],
)
def test_losses_are_told_as_they_were_counted(loss: PipeLoss, words: str):
    pipes = replace(study().network.pipes, loss=loss)
    told = report(replace(study(), network=replace(study().network, pipes=pipes)))
    assert any(words in fact.text for fact in told.equipment)


def test_without_dated_factors_nothing_is_said_of_carbon():
    told = report(replace(study(), carbon=None, density=None))
    assert told.carbon == ()
    assert typeset(told.template, asdict(told)).startswith(b"%PDF")

"""The law by value: the right figure on the right day, and a loud refusal on any other."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.law import (
    LAW_DIR,
    NotInForce,
    Parameter,
    UnknownParameter,
    parameter,
    parameters,
)

CASES = Path(__file__).parent.parent / "cases" / "dividend_levies.toml"
WORKED = tomllib.loads(CASES.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
LEVIES = {
    "income_tax_prepayment": "dividends.income_tax_prepayment_percent",
    "csg": "dividends.csg_percent",
    "crds": "dividends.crds_percent",
    "solidarity": "dividends.solidarity_percent",
}
FIGURE = """
[figure]
label = "Un chiffre"
label_en = "A figure"
unit = "%"
decided_by = "payment"
checked_on = 2026-11-20
steps = [{steps}]
"""

every_parameter = pytest.mark.parametrize("figure", parameters().values(), ids=lambda figure: figure.name)


def read(directory: Path, *steps: str) -> Parameter:
    """The one parameter of a law folder whose steps are these."""
    (directory / "essai.toml").write_text(FIGURE.format(steps=", ".join(steps)), encoding="utf-8")
    return parameters(directory)["essai.figure"]


def step(since: str, value: str = "1.5", confidence: str = "V", source: str = "CGI art. 1") -> str:
    return f'{{ since = {since}, value = {value}, confidence = "{confidence}", source = "{source}" }}'


def test_csg_is_still_9_2_percent_on_the_last_day_of_2025():
    assert parameter("dividends.csg_percent").value_on(dt.date(2025, 12, 31)) == Decimal("9.2")


def test_csg_is_10_6_percent_from_the_first_day_of_2026():
    assert parameter("dividends.csg_percent").value_on(dt.date(2026, 1, 1)) == Decimal("10.6")


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_a_worked_dividend_gives_the_amounts_of_the_treasurer(case: dict[str, Any]):
    gross, paid_on = case["gross"], case["paid_on"]
    due = {levy: gross * parameter(name).value_on(paid_on) / 100 for levy, name in LEVIES.items()}
    assert due == {levy: case[levy] for levy in LEVIES}
    social = due["csg"] + due["crds"] + due["solidarity"]
    assert social == case["social"]
    assert gross - social - due["income_tax_prepayment"] == case["net"]
    assert gross - social == case["net_if_dispensed"]


def test_a_day_before_the_first_step_is_an_error_that_names_parameter_and_day():
    with pytest.raises(NotInForce, match=r"dividends\.csg_percent.*2017-12-31.*starts on 2018-01-01"):
        parameter("dividends.csg_percent").on(dt.date(2017, 12, 31))


def test_a_repealed_figure_has_no_value_from_its_repeal_on(tmp_path: Path):
    repeal = '{ since = 2024-01-01, confidence = "V", source = "LF 2024" }'
    figure = read(tmp_path, step("2020-01-01"), repeal)
    assert figure.value_on(dt.date(2023, 12, 31)) == Decimal("1.5")
    with pytest.raises(NotInForce, match=r"essai\.figure.*2024-01-01.*repealed"):
        figure.value_on(dt.date(2024, 1, 1))


def test_a_repealed_figure_may_come_back(tmp_path: Path):
    repeal = '{ since = 2024-01-01, confidence = "V", source = "LF 2024" }'
    figure = read(tmp_path, step("2020-01-01"), repeal, step("2025-01-01", "2"))
    assert figure.value_on(dt.date(2025, 1, 1)) == 2


@pytest.mark.parametrize("days", [("2024-01-01", "2023-01-01"), ("2024-01-01", "2024-01-01")])
def test_steps_out_of_order_are_refused(tmp_path: Path, days: tuple[str, str]):
    with pytest.raises(ValueError, match=r"essai\.figure: steps must be"):
        read(tmp_path, *(step(day) for day in days))


def test_a_figure_without_steps_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match=r"essai\.figure: steps must be there"):
        read(tmp_path)


@pytest.mark.parametrize("mark", ["", "v", "sure", "VS"])
def test_an_unknown_confidence_is_refused(tmp_path: Path, mark: str):
    with pytest.raises(ValueError, match=r"essai\.figure: confidence"):
        read(tmp_path, step("2024-01-01", confidence=mark))


def test_a_step_without_source_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="needs a date and a source"):
        read(tmp_path, step("2024-01-01", source=""))


@pytest.mark.parametrize("since", ['"2024-01-01"', "2024-01-01T00:00:00"])
def test_a_step_that_starts_on_no_day_is_refused(tmp_path: Path, since: str):
    with pytest.raises(ValueError, match="needs a date and a source"):
        read(tmp_path, step(since))


@pytest.mark.parametrize("value", ['"beaucoup"', "true", "nan", "inf"])
def test_a_value_that_is_no_number_is_refused_by_name(tmp_path: Path, value: str):
    with pytest.raises(ValueError, match=r"essai\.figure"):
        read(tmp_path, step("2024-01-01", value))


def test_a_name_nobody_wrote_is_refused():
    with pytest.raises(UnknownParameter, match=r"dividends\.nothing"):
        parameter("dividends.nothing")


def test_a_value_of_the_files_is_exactly_what_is_written(tmp_path: Path):
    assert read(tmp_path, step("2024-01-01", "0.1")).value_on(dt.date(2024, 1, 1)) == Decimal("0.1")


def test_every_table_of_every_law_file_is_loaded():
    written = {
        f"{path.stem}.{key}" for path in LAW_DIR.glob("*.toml") for key in tomllib.loads(path.read_text())
    }
    assert set(parameters()) == written


@every_parameter
def test_every_parameter_says_what_it_is_in_both_languages(figure: Parameter):
    assert figure.label and figure.label_en and figure.label != figure.label_en
    assert figure.unit and figure.decided_by


@every_parameter
def test_every_step_has_a_source_and_an_exact_value(figure: Parameter):
    assert all(step.source.strip() for step in figure.steps)
    assert all(step.value is None or type(step.value) is Decimal for step in figure.steps)


@every_parameter
def test_only_the_official_text_makes_a_step_verified(figure: Parameter):
    assert [step.is_verified for step in figure.steps] == [step.confidence == "V" for step in figure.steps]


@given(day=st.dates(dt.date(2018, 1, 1), dt.date(2100, 12, 31)))
def test_the_value_on_a_day_is_that_of_the_last_step_reached(day: dt.date):
    csg = parameter("dividends.csg_percent")
    reached = [step for step in csg.steps if step.since <= day]
    assert csg.on(day) == reached[-1]

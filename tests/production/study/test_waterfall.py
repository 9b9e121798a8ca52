"""Stages that add up to the last watt-hour."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.study import StudyError, waterfall

FILE = Path(__file__).parents[2] / "cases" / "yield_study.toml"
CASES = tomllib.loads(FILE.read_text("utf-8"))["waterfall"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_worked_stages_come_out(case):
    stages = waterfall(case["codes"], case["energy_wh"], case["output_wh"]).stages
    assert [stage.change_wh for stage in stages] == case["changes_wh"]
    assert [stage.share for stage in stages] == pytest.approx(case["shares"], abs=1e-6)


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=25))
def test_changes_add_up_to_the_output(energy_wh):
    found = waterfall([str(n) for n in range(len(energy_wh))], energy_wh, round(energy_wh[-1]))
    assert found.start_wh + sum(stage.change_wh for stage in found.stages) == found.output_wh
    assert found.output_wh == round(energy_wh[-1])


def test_only_what_changes_something_is_a_loss():
    found = waterfall(["a", "snow", "b"], [10.0, 10.0, 8.0], 8)
    assert [stage.code for stage in found.losses] == ["b"]


def test_a_year_that_is_not_that_of_the_stages_is_refused():
    with pytest.raises(StudyError, match="stages end at 8 Wh, the year at 12 Wh"):
        waterfall(["a", "b"], [10.0, 8.0], 12)


def test_a_night_without_end_divides_by_nothing():
    assert [stage.share for stage in waterfall(["a", "b"], [0.0, 0.0], 0).stages] == [0.0, 0.0]


@pytest.mark.parametrize("energy_wh", [[], [1.0]])
def test_as_many_energies_as_stages(energy_wh):
    with pytest.raises(StudyError, match="stages"):
        waterfall(["a", "b"], energy_wh, 1)

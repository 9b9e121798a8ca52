"""States and findings are the database's, and the libraries are opened without their plots."""

import subprocess
import sys

import pytest

from production.models import DayQuality
from production.quality import Finding, State
from production.quality.findings import state_of


def test_the_states_are_those_of_the_database():
    assert [state.value for state in State] == DayQuality.State.values


@pytest.mark.parametrize(
    ("kinds", "heard", "complete", "state"),
    [
        (set(), True, True, State.GOOD),
        ({Finding.GAP}, True, True, State.GOOD),
        ({Finding.GAP}, True, False, State.PARTIAL),
        ({Finding.GAP, Finding.MUTE}, True, False, State.LOST),
        ({Finding.GAP, Finding.STUCK}, True, False, State.DOUBTFUL),
        ({Finding.STOPPED, Finding.STUCK}, True, True, State.OUTAGE),
        ({Finding.NO_READING}, False, False, State.SILENT),
        ({Finding.NO_READING, Finding.COUNTER}, False, False, State.LOST),
        ({Finding.ALL_DARK}, True, True, State.GOOD),
    ],
)
def test_the_worst_finding_names_the_day(kinds: set[Finding], heard: bool, complete: bool, state: State):
    assert state_of(kinds, is_heard=heard, is_complete=complete) == state


def test_the_libraries_open_without_the_heavy_ones_they_ask_for():
    script = (
        "import sys; from production.quality.libraries import library\n"
        "library('pvanalytics.quality.gaps'); library('pvanalytics.quality.time')\n"
        "library('rdtools.degradation'); library('rdtools.soiling'); library('rdtools.availability')\n"
        "print(sorted({'matplotlib', 'sklearn', 'skimage', 'xgboost'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

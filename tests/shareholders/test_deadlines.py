"""Periods of days and months, transfers and withdrawals day by day."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.statutes import edition_text, read_statutes
from shareholders.deadlines import (
    TransferClock,
    TransferState,
    add_days,
    add_months,
    liable_until,
    withdrawal_dates,
)

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "transfers.toml").read_text(encoding="utf-8"))
STATUTES = read_statutes(edition_text("mine-de-soleil-2019-07-12"))
ASKED = dt.date(2026, 3, 2)
some_days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize("case", CASES["clock"], ids=lambda case: case["name"])
def test_a_worked_transfer_stands_where_the_calendar_says(case: dict[str, Any]):
    given_facts = {key: value for key, value in case.items() if key not in ("name", "states")}
    clock = TransferClock(**{"approval_days": None, **given_facts})
    assert [(day, clock.state_on(day)) for day, _ in case["states"]] == [tuple(s) for s in case["states"]]


@pytest.mark.parametrize("case", CASES["withdrawal"], ids=lambda case: case["name"])
def test_a_worked_withdrawal_has_the_days_of_the_calendar(case: dict[str, Any]):
    found = ("effective_on", "reimbursed_by", "liable_until")
    asked = {key: value for key, value in case.items() if key not in ("name", *found)}
    dates = withdrawal_dates(**asked)
    assert (dates.effective_on, dates.reimbursed_by) == (case["effective_on"], case["reimbursed_by"])
    assert liable_until(dates.effective_on) == case["liable_until"]


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_a_month_ends_on_the_same_number_or_the_last_day(day: str, months: int, end: str):
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(end)


def test_a_period_past_the_calendar_is_an_error_that_names_it():
    with pytest.raises(OverflowError, match="out of the calendar"):
        add_months(dt.date(9999, 12, 1), 1)


@given(some_days, st.integers(-600, 600))
def test_adding_months_keeps_the_number_or_takes_the_last(day: dt.date, months: int):
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + dt.timedelta(days=1)).day == 1)


@given(some_days, some_days, st.integers(0, 240))
def test_a_period_that_starts_later_never_ends_earlier(one: dt.date, other: dt.date, months: int):
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


def test_the_day_that_starts_a_period_is_not_counted():
    assert add_days(dt.date(2026, 11, 20), 30) == dt.date(2026, 12, 20)


def test_a_gift_to_a_child_is_free_under_the_demo_s_statutes():
    clock = TransferClock.under(STATUTES, ASKED, relation="descendant")
    assert clock.state_on(ASKED) is TransferState.FREE


@pytest.mark.parametrize("relation", [None, "sibling"])
def test_a_stranger_waits_for_the_others_and_the_board(relation: Any):
    clock = TransferClock.under(STATUTES, ASKED, relation=relation)
    assert clock.state_on(ASKED) is TransferState.PRE_EMPTION
    assert clock.pre_emption_ends_on == dt.date(2026, 4, 1)
    assert clock.approval_ends_on == dt.date(2026, 6, 30)


@pytest.mark.parametrize("fact", ["pre_emption_closed_on", "pre_empted_on", "decided_on"])
def test_nothing_happens_before_it_is_asked(fact: str):
    with pytest.raises(ValueError, match="before the request"):
        TransferClock(ASKED, 30, 90, "approval", **{fact: ASKED - dt.timedelta(days=1)})


def test_a_pre_emption_closed_after_its_end_ends_when_it_should():
    clock = TransferClock(ASKED, 30, 90, "approval", pre_emption_closed_on=dt.date(2026, 5, 1))
    assert clock.pre_emption_ends_on == dt.date(2026, 4, 1)
    assert clock.state_on(dt.date(2026, 4, 1)) is TransferState.PRE_EMPTION
    assert clock.state_on(dt.date(2026, 4, 2)) is TransferState.APPROVAL


clocks = st.builds(
    TransferClock,
    asked_on=st.just(ASKED),
    pre_emption_days=st.integers(0, 60),
    approval_days=st.none() | st.integers(1, 120),
    silence=st.sampled_from(["approval", "refusal", "nothing"]),
    pre_emption_closed_on=st.none() | st.dates(ASKED, dt.date(2026, 12, 31)),
    pre_empted_on=st.none() | st.dates(ASKED, dt.date(2026, 12, 31)),
    decided_on=st.none() | st.dates(ASKED, dt.date(2026, 12, 31)),
    approved=st.booleans(),
)
FINAL = {
    TransferState.APPROVED,
    TransferState.APPROVED_BY_SILENCE,
    TransferState.FREE,
    TransferState.REFUSED,
    TransferState.REFUSED_BY_SILENCE,
    TransferState.PRE_EMPTED,
}


@given(clocks)
def test_what_is_decided_stays_decided(clock: TransferClock):
    states = [clock.state_on(ASKED + dt.timedelta(days=n)) for n in range(500)]
    decided = [state for state in states if state in FINAL]
    assert len(set(decided)) <= 1
    if decided:
        assert states[-len(decided) :] == decided


@given(clocks)
def test_no_day_goes_back_to_an_earlier_stage(clock: TransferClock):
    stage = {TransferState.PRE_EMPTION: 0, TransferState.APPROVAL: 1, TransferState.OVERDUE: 2}
    states = [clock.state_on(ASKED + dt.timedelta(days=n)) for n in range(500)]
    stages = [stage.get(state, 3) for state in states]
    assert stages == sorted(stages)


@given(clocks, st.integers(0, 400))
def test_what_will_happen_later_changes_nothing_today(clock: TransferClock, days: int):
    day = ASKED + dt.timedelta(days=days)
    later = TransferClock(
        clock.asked_on,
        clock.pre_emption_days,
        clock.approval_days,
        clock.silence,
        pre_emption_closed_on=clock.pre_emption_closed_on,
        pre_empted_on=clock.pre_empted_on,
        decided_on=day + dt.timedelta(days=1),
    )
    blank = TransferClock(
        clock.asked_on,
        clock.pre_emption_days,
        clock.approval_days,
        clock.silence,
        pre_emption_closed_on=clock.pre_emption_closed_on,
        pre_empted_on=clock.pre_empted_on,
    )
    assert later.state_on(day) is blank.state_on(day)

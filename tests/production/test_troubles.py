"""Runs of bad days, and silence."""

import datetime as dt

from production.troubles import Heard, silences, troubles_of_days

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 3, 1)


def states(*names: str) -> dict[dt.date, str]:
    return {FIRST + DAY * n: name for n, name in enumerate(names)}


def of(*names: str):
    days = states(*names)
    return troubles_of_days(7, 8, days, max(days))


def test_one_day_of_outage_is_told():
    (found,) = of("good", "outage", "good")
    assert (found.kind, found.began_on, found.ended_on) == ("outage", FIRST + DAY, FIRST + DAY)


def test_two_doubtful_days_are_not_told_and_three_are():
    assert of("doubtful", "doubtful", "good") == []
    (found,) = of("doubtful", "doubtful", "doubtful", "good")
    assert (found.kind, found.raised_on, found.facts["days"]) == ("data", FIRST + DAY * 2, 3)


def test_a_run_that_reaches_the_last_day_goes_on():
    (found,) = of("good", "outage", "outage")
    assert found.ended_on is None


def test_lost_contact_and_silence_are_one_run():
    (found,) = of("lost", "silent", "lost", "good")
    assert (found.kind, found.facts["states"]) == ("silent", ["lost", "silent"])


def test_good_and_partial_days_are_no_trouble():
    assert of("good", "partial", "partial", "partial") == []


def test_a_meter_silent_alone_is_told_on_the_third_day():
    yesterday = FIRST + DAY * 10
    speaking = Heard(1, 1, yesterday, FIRST)
    for silent_days, told in ((2, 0), (3, 1)):
        quiet = Heard(2, 2, yesterday - DAY * silent_days, FIRST)
        assert len(silences([speaking, quiet], yesterday)) == told


def test_when_nobody_speaks_it_is_the_months_file_that_is_late():
    last = FIRST
    both = [Heard(1, 1, last, FIRST), Heard(2, 2, last, FIRST)]
    assert silences(both, last + DAY * 35) == []
    assert [found.facts["alone"] for found in silences(both, last + DAY * 40)] == [False, False]


def test_a_meter_not_yet_due_is_not_silent():
    yesterday = FIRST
    assert silences([Heard(1, 1, yesterday, FIRST), Heard(2, 2, None, FIRST + DAY)], yesterday) == []

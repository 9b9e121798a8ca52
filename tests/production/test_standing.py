"""Which plant the operator should look at first."""

import datetime as dt

from production.operation_pages import spark_path, why
from production.standing import ORDER, PlantFacts, Standing, standing_of, worst_first

TODAY = dt.date(2025, 6, 12)
YESTERDAY = TODAY - dt.timedelta(days=1)


def test_each_trouble_outranks_the_next():
    long_ago = dt.date(2025, 1, 1)
    facts = {
        Standing.SILENT: PlantFacts(None, long_ago, long_ago, 30, True, -0.9),
        Standing.OUTAGE: PlantFacts(YESTERDAY, TODAY, long_ago, 30, True, -0.9),
        Standing.BEHIND: PlantFacts(YESTERDAY, None, TODAY, 30, True, -0.9),
        Standing.DOUBTFUL: PlantFacts(YESTERDAY, None, None, 1, False, -0.9),
        Standing.BELOW: PlantFacts(YESTERDAY, deviation=-0.04),
        Standing.FINE: PlantFacts(YESTERDAY, deviation=-0.03),
    }
    assert {standing: standing_of(known, TODAY) for standing, known in facts.items()} == {
        standing: standing for standing in Standing
    }
    keys = [worst_first(facts[standing], TODAY) for standing in ORDER]
    assert keys == sorted(keys)


def test_two_days_are_not_yet_silence():
    two, three = (PlantFacts(TODAY - dt.timedelta(days=n)) for n in (2, 3))
    assert standing_of(two, TODAY) == Standing.FINE
    assert standing_of(three, TODAY) == Standing.SILENT


def test_of_two_alike_the_one_that_lasts_longest_is_worse():
    old, new = (PlantFacts(YESTERDAY, outage_since=dt.date(2025, 6, day)) for day in (1, 9))
    assert worst_first(old, TODAY) < worst_first(new, TODAY)
    low, lower = (PlantFacts(YESTERDAY, deviation=deviation) for deviation in (-0.1, -0.2))
    assert worst_first(lower, TODAY) < worst_first(low, TODAY)


def test_what_cannot_be_compared_is_said():
    assert why(Standing.FINE, PlantFacts(YESTERDAY), "").startswith("Rien à comparer")


def test_thirty_days_are_drawn_with_their_gaps():
    # Half the tallest, a gap, the tallest.
    assert spark_path([500, None, 1000]) == "M0.1 10v-5.0h.8V10zM2.1 10v-10.0h.8V10z"
    assert spark_path([0, None]) == ""
    assert spark_path([]) == ""

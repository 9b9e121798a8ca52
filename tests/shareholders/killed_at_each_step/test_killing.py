"""The killer itself: it sees an act that leaves its work half done, and one that fails."""

import pytest

from tests.factories import CooperativeFactory
from tests.killing import Killer
from tests.shareholders.killed_at_each_step import acts

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_half_done_act_is_seen(killer: Killer):
    act = f"{acts.__name__}:name_in_two_halves"
    steps = killer.kill_everywhere(act, cooperative=CooperativeFactory().pk)
    assert steps == [{"shareholders_cooperative"}, {"core_journalentry"}]


def test_an_act_that_fails_says_so(killer: Killer):
    with pytest.raises(AssertionError, match="no_such_act"):
        killer.kill_everywhere(f"{acts.__name__}:no_such_act")


def test_the_act_is_done_under_the_sites_own_role(killer: Killer):
    outcome = killer.run(f"{acts.__name__}:rewrite_the_register")
    assert "permission denied" in outcome.error and not outcome.was_killed

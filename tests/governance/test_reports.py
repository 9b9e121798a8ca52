"""What a holding weighs in its college: one person, one vote."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.reports import voice_of
from shareholders.capital import Stake
from shareholders.models import College, Shareholder
from shareholders.reports import Holding, holdings_of
from shareholders.services import issue_shares
from tests.factories import CollegeFactory, ShareholderFactory, UserFactory

DAY = dt.date(2025, 6, 14)


def holding(shares: int, college_members: int = 122) -> Holding:
    return Holding(
        shareholder=Shareholder(),
        college=College(name="Citoyens"),
        stake=Stake(shares, 2_000, Decimal("50.00")),
        college_members=college_members,
        day=DAY,
        last_movement=1,
    )


def test_one_of_122_citizens_has_one_vote_of_122():
    voice = voice_of(holding(shares=3))
    assert (voice.votes, voice.college_votes) == (1, 122)
    assert voice.college.name == "Citoyens"


@given(shares=st.integers(1, 2_000))
def test_more_shares_make_no_more_votes(shares: int):
    assert voice_of(holding(shares)).votes == 1


def test_who_holds_nothing_any_more_has_no_vote():
    assert voice_of(holding(shares=0, college_members=121)).votes == 0


@pytest.mark.django_db
def test_the_votes_of_a_college_are_those_of_its_members():
    college = CollegeFactory()
    users = UserFactory.create_batch(3)
    for number, user in enumerate(users):
        holder = ShareholderFactory(college=college, user=user)
        if number < 2:
            issue_shares(actor=None, shareholder=holder, quantity=10**number, dated=DAY)
    voices = [voice_of(one) for user in users for one in holdings_of(user, college.cooperative, DAY)]
    assert [voice.votes for voice in voices] == [1, 1, 0]
    assert sum(voice.votes for voice in voices) == voices[0].college_votes

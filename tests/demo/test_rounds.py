"""What the open round is planned to show, and that it issues nothing by itself."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.demo.rounds import OFFERS, PAST, REQUESTS, days_of


def test_paid_and_approved_shares_stay_below_the_minimum_even_if_the_board_takes_everybody_who_paid():
    paid = sum(one.shares for one in REQUESTS if one.paid in ("exact", "excess") and one.answer != "refused")
    assert 0 < paid < min(offer.minimum for offer in OFFERS)


def test_somebody_stands_at_every_step():
    assert {one.step for one in REQUESTS} == {"started", "identified", "read", "signed", "given_up"}
    signed = {(bool(one.paid), one.answer) for one in REQUESTS if one.step == "signed"}
    gates = {(False, ""), (False, "approved"), (True, ""), (True, "approved"), (True, "refused")}
    assert gates <= signed


def test_every_way_of_paying_is_there():
    assert {one.paid for one in REQUESTS} == {"", "exact", "partial", "excess", "no_reference"}


def test_a_child_a_company_a_gift_and_two_invited_people_ask():
    assert sum(bool(one.parent) for one in REQUESTS) == 1
    assert sum(bool(one.legal_name) for one in REQUESTS) == 1
    assert sum(one.invited for one in REQUESTS) == 2
    assert {one.step for one in REQUESTS if one.giver} == {"started", "signed"}


@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)))
def test_a_round_opened_today_is_open_and_has_two_months_to_go(today: dt.date):
    opens_on, closes_on = days_of(today)
    assert opens_on < today
    assert (closes_on - today).days > 60


def test_rounds_that_are_over_were_over_before_the_demo():
    assert all(past.closes_on < dt.date(2024, 1, 1) for past in PAST)
    assert len({offer.slug for offer in OFFERS}) == len(OFFERS)

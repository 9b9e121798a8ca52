"""The invented register adds up to what is known of the cooperative."""

from collections import Counter
from itertools import accumulate

from mine_de_soleil.demo import people
from mine_de_soleil.demo.people import FOUNDED_ON, LEGAL_PERSONS, register

CITIZENS = slice(len(LEGAL_PERSONS), None)


def test_122_citizens_hold_exactly_37_percent():
    held = register().holdings()
    assert len(held[CITIZENS]) == 122
    assert sum(held) == 2000
    assert sum(held[CITIZENS]) * 100 == 37 * 2000
    assert held[: len(LEGAL_PERSONS)] == [620, 400, 240]


def test_every_citizen_holds_between_one_and_forty_shares():
    held = register().holdings()[CITIZENS]
    assert min(held) == 1
    assert max(held) == 40


def test_holdings_are_skewed_as_in_real_registers():
    held = sorted(register().holdings()[CITIZENS])
    median = held[len(held) // 2]
    assert median < sum(held) / len(held)
    assert len(set(held)) > 8


def test_acts_come_in_order_of_date_from_the_foundation_on():
    days = [act.dated for act in register().acts]
    assert days == sorted(days)
    assert days[0] == FOUNDED_ON
    assert days[-1].year == 2025


def test_nobody_gives_more_than_is_held_on_any_day():
    held: Counter[int] = Counter()
    for act in register().acts:
        held[act.taker] += act.quantity
        if act.giver is not None:
            held[act.giver] -= act.quantity
            assert held[act.giver] >= 1


def test_several_campaigns_and_a_handful_of_transfers():
    acts = register().acts
    assert sum(act.kind == "transfer" for act in acts) == len(people.TRANSFER_DAYS)
    assert {act.dated.year for act in acts if act.kind == "issue"} == {2019, 2020, 2021, 2022, 2023, 2024}
    capital = list(accumulate(act.quantity for act in acts if act.kind == "issue"))
    assert capital[-1] == 2000


def test_the_citizen_one_signs_in_as_holds_four_shares():
    planned = register()
    place = next(n for n, person in enumerate(planned.people) if person.account == "citoyenne@demo.example")
    assert planned.people[place].last_name == "Delattre"
    assert planned.holdings()[place] == 4


def test_nobody_shares_a_name_or_an_address_of_mail():
    invented = register().people
    assert len({(p.first_names, p.last_name, p.legal_name) for p in invented}) == len(invented)
    assert len({p.email for p in invented}) == len(invented)


def test_every_address_of_mail_is_in_a_domain_nobody_can_own():
    assert all(p.email.isascii() and p.email.endswith("@demo.example") for p in register().people)


def test_the_register_is_the_same_at_every_draw():
    assert register.__wrapped__() == register.__wrapped__()

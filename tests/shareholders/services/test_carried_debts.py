"""What is left to pay on shares follows them to whoever has them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shareholders.amounts_due import asked_now, to_pay
from shareholders.ledger import net_of
from shareholders.models import CarriedDebt, MovementKind, Payment, Shareholder, StatementLine
from shareholders.services.carried_debts import check_within_debt
from shareholders.services.money_words import MoneyRefused
from shareholders.services.register import MovementRefused, cancel_shares, reverse_movement
from shareholders.services.statements import assign_line
from shareholders.unpaid import debts_in, debts_of, debts_of_subscription, moved_with, paid_up
from tests.shareholders.banking.statements import DAY, OUR_IBAN, Line
from tests.shareholders.instalment_scene import hand_over, partly_paid, pay
from tests.shareholders.money import bring
from tests.shareholders.village import TODAY, Village

pytestmark = pytest.mark.django_db
LATER = {"2027-06-14": "100.00", "2028-06-14": "100.00"}


def owed(holder: Shareholder) -> Decimal:
    return sum((debt.amount for debt in debts_of([holder])), Decimal(0))


def test_a_gift_takes_its_part_of_each_call_along(village: Village):
    later = {"2027-06-14": "33.34", "2028-06-14": "33.33", "2029-06-14": "33.33"}
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later=later)
    hand_over(village.jeanne, village.karim, 43)
    row = CarriedDebt.objects.get()
    assert (row.quantity, row.subscription, row.before, row.holder) == (3, part, None, village.karim)
    assert [call["amount"] for call in row.schedule] == ["25.01", "25.00", "25.00"]
    assert owed(village.jeanne) + owed(village.karim) == part.price - net_of(part)


def test_the_oldest_shares_go_first(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 40)
    assert not CarriedDebt.objects.exists()
    assert moved_with(village.jeanne, 1, TODAY)[0].amount == Decimal("25.00")


@pytest.mark.parametrize("kind", [MovementKind.TRANSFER, MovementKind.GIFT, MovementKind.INHERITANCE])
def test_whatever_moves_shares_moves_their_debt(village: Village, kind: MovementKind):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 44, kind=kind)
    assert (owed(village.jeanne), owed(village.karim)) == (0, Decimal("100.00"))


def test_a_debt_goes_on_with_the_shares_a_second_time(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 44)
    first = CarriedDebt.objects.get()
    hand_over(village.karim, village.paul, 71)
    second = CarriedDebt.objects.get(before=first)
    # Karim had 30 of his own and 40 paid ones of Jeanne's: one of the four not paid up goes on.
    assert (second.quantity, second.amount, second.holder) == (1, Decimal("25.00"), village.paul)
    assert [owed(one) for one in village.people] == [0, Decimal("75.00"), 0, Decimal("25.00")]
    assert [debt.holder for debt in debts_of_subscription(part)] == [
        village.jeanne,
        village.karim,
        village.paul,
    ]


def test_who_gave_stays_liable_for_two_years(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 44)
    assert CarriedDebt.objects.get().liable_until == TODAY.replace(year=TODAY.year + 2)


def test_each_reference_pays_its_own_part(village: Village):
    coop = village.cooperative
    coop.iban, coop.payment_prefix = OUR_IBAN, "MDS"
    coop.save()
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    row = CarriedDebt.objects.get()
    bring(coop, [Line("50.00", row.reference, on=DAY), Line("60.00", part.reference, on=DAY)])
    assert (owed(village.jeanne), owed(village.karim)) == (0, 0)
    assert Payment.objects.get(carried=row).amount == Decimal("50.00")
    # Ten euros too many wait for the treasurer: they pay nobody else's debt.
    assert net_of(part) == Decimal("200.00")


def test_the_treasurer_places_a_transfer_under_a_carried_reference(village: Village):
    coop = village.cooperative
    coop.iban = OUR_IBAN
    coop.save()
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    row = CarriedDebt.objects.get()
    bring(coop, [Line("80.00", "sans référence", on=DAY)])
    line = StatementLine.objects.get()
    with pytest.raises(MoneyRefused, match="il reste 50"):
        assign_line(actor=None, line=line, subscription=part, carried=row, amount=Decimal("80.00"))
    assign_line(actor=None, line=line, subscription=part, carried=row, amount=Decimal("50.00"))
    assert (owed(village.jeanne), owed(village.karim)) == (Decimal("50.00"), 0)
    with pytest.raises(MoneyRefused, match="il reste 0"):
        assign_line(actor=None, line=line, subscription=part, carried=row, amount=Decimal("10.00"))


def test_of_a_debt_owed_alone_too_much_is_not_refused(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    check_within_debt(part, None, Decimal("500.00"))


def test_the_giver_is_asked_for_her_own_part_only(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 43)
    assert asked_now(part, TODAY).amount == Decimal("25.00")
    pay(part, "25.00")
    assert to_pay(part, TODAY) == 0
    assert owed(village.karim) == Decimal("75.00")


def test_a_reversed_line_gives_the_debt_back_with_what_was_paid_on_it(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    line = hand_over(village.jeanne, village.karim, 44)
    pay(part, "30.00", carried=CarriedDebt.objects.get().pk)
    assert owed(village.karim) == Decimal("70.00")
    reverse_movement(actor=village.board, movement=line, dated=TODAY, reason="Erreur de saisie")
    assert (owed(village.jeanne), owed(village.karim)) == (Decimal("70.00"), 0)
    hand_over(village.jeanne, village.paul, 44)
    assert (owed(village.jeanne), owed(village.paul)) == (0, Decimal("70.00"))


def test_cancelled_shares_owe_nothing_more(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    cancel_shares(actor=None, shareholder=village.jeanne, quantity=44, dated=TODAY, reason="Annulation")
    assert debts_in(village.cooperative) == []


def test_a_line_the_register_refuses_carries_nothing(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    with pytest.raises(MovementRefused):
        hand_over(village.jeanne, village.karim, 45)
    assert not CarriedDebt.objects.exists()


def test_how_far_shares_are_paid_is_told_for_any_day(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    told = paid_up(village.jeanne, 44, Decimal("50.00"), TODAY)
    assert told is not None
    assert (told.paid, told.nominal) == (Decimal("2100.00"), Decimal("2200.00"))
    hand_over(village.jeanne, village.karim, 44, day=TODAY + dt.timedelta(days=3))
    assert paid_up(village.jeanne, 44, Decimal("50.00"), TODAY) == told
    assert paid_up(village.jeanne, 0, Decimal("50.00"), TODAY + dt.timedelta(days=3)) is None
    assert paid_up(village.karim, 30, Decimal("50.00"), TODAY - dt.timedelta(days=3)) is None


def test_a_line_reversed_later_changes_nothing_on_the_days_before(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    line = hand_over(village.jeanne, village.karim, 44)
    then = TODAY + dt.timedelta(days=1)
    before = [(debt.holder, debt.amount) for debt in debts_in(village.cooperative, then)]
    assert before == [(village.karim, Decimal("100.00"))]
    month_later = TODAY + dt.timedelta(days=30)
    reverse_movement(actor=village.board, movement=line, dated=month_later, reason="Erreur de saisie")
    assert [(debt.holder, debt.amount) for debt in debts_in(village.cooperative, then)] == before
    after = [(debt.holder, debt.amount) for debt in debts_in(village.cooperative, month_later)]
    assert after == [(village.jeanne, Decimal("100.00"))]


def forged(row: CarriedDebt, **changes: Any) -> Callable[[], Any]:
    fields = {
        "cooperative": row.cooperative,
        "number": 99,
        "reference": "RF99",
        "subscription": row.subscription,
        "movement": row.movement,
        "giver": row.giver,
        "holder": row.holder,
        "quantity": 1,
        "amount": Decimal("1.00"),
        "schedule": [{"due_on": "2027-06-14", "amount": "1.00"}],
        "before": row,
    }
    return lambda: CarriedDebt.objects.create(**fields | changes)


def refused(rule: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert refusal.value.__cause__ is not None
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[attr-defined]


def test_the_database_keeps_debts_within_what_is_owed(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    row = CarriedDebt.objects.get()
    line = hand_over(village.karim, village.paul, 10)
    big = [{"due_on": "2027-06-14", "amount": "60.00"}]
    own = {"movement": line, "giver": village.karim, "holder": village.paul}
    refused("debt_follows_its_line", forged(row))
    refused("debt_follows_its_line", forged(row, **own | {"quantity": 11}))
    refused("carried_calls_add_up", forged(row, **own | {"amount": Decimal("2.00")}))
    refused("carried_within_the_debt", forged(row, **own | {"amount": Decimal("60.00"), "schedule": big}))
    refused("carried_within_the_debt", forged(row, **own | {"quantity": 3}))
    pay(part, "50.00", carried=row.pk)
    refused("carried_within_the_debt", forged(row, **own))


@pytest.mark.parametrize("write", ["update", "delete"])
def test_what_was_carried_is_never_rewritten(village: Village, write: str):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    rows = CarriedDebt.objects.all()
    with pytest.raises(Error), transaction.atomic():
        rows.update(amount=1) if write == "update" else rows.delete()


def test_money_of_a_debt_is_money_of_its_subscription(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    other = partly_paid(village, village.paul, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    with pytest.raises(IntegrityError), transaction.atomic():
        pay(other, "5.00", carried=CarriedDebt.objects.get().pk)
        # The key is judged at the latest when the transaction ends.
        from django.db import connection

        connection.check_constraints()


def test_a_crowd_costs_no_more_queries_than_one(village: Village, django_assert_max_num_queries: Any):
    for holder in village.people:
        partly_paid(village, holder, 4, paid="100.00", later={"2027-06-14": "100.00"})
    hand_over(village.jeanne, village.karim, 42)
    with django_assert_max_num_queries(3):
        assert len(debts_of(village.people)) == 5


ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 30), st.integers(0, 4_000)), max_size=8
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_happens_debts_add_up_to_what_was_never_paid(village: Village, acts: list[tuple[int, ...]]):
    with transaction.atomic():
        parts = [
            partly_paid(village, village.jeanne, 7, paid="175.01", later={"2027-06-14": "174.99"}),
            partly_paid(
                village, village.lucie, 3, paid="50.00", later={"2027-06-14": "33.33", "2028-01-01": "66.67"}
            ),
        ]
        for giver, taker, quantity, paid_cents in acts:
            _act(village, village.people[giver], village.people[taker], quantity, Decimal(paid_cents) / 100)
            left = sum((debt.amount for debt in debts_in(village.cooperative)), Decimal(0))
            assert left == sum(part.price - net_of(part) for part in parts)
        transaction.set_rollback(True)


def _act(village: Village, giver: Shareholder, taker: Shareholder, quantity: int, paid: Decimal) -> None:
    debt = next((debt for debt in debts_of([giver]) if debt.calls), None)
    if debt is not None and paid:
        pay(debt.subscription, f"{min(paid, debt.amount)}", carried=debt.carried.pk if debt.carried else None)
    try:
        if giver != taker:
            hand_over(giver, taker, quantity)
    except MovementRefused:
        return

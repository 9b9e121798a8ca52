"""The rules the database itself holds the share register to, whoever writes."""

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from shareholders.capital import Movement, issued
from shareholders.models import CollegeMembership, Shareholder, ShareMovement
from shareholders.reports import capital_on
from shareholders.services import NotEnoughShares, enter_shareholder, issue_shares, transfer_shares
from tests.factories import FOUNDED_ON, CollegeFactory, ShareholderFactory, college_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2021, 6, 1)
TABLE = "shareholders_sharemovement"


def day(offset: int) -> dt.date:
    return DAY + dt.timedelta(days=offset)


def issue(holder: Shareholder, quantity: int = 10, dated: dt.date = DAY) -> ShareMovement:
    return issue_shares(actor=None, shareholder=holder, quantity=quantity, dated=dated)


def transfer(seller: Shareholder, buyer: Shareholder, quantity: int, dated: dt.date = DAY) -> ShareMovement:
    return transfer_shares(actor=None, seller=seller, buyer=buyer, quantity=quantity, dated=dated)


def refused(rule: str, act: Callable[[], object]) -> None:
    """The database refuses `act` by the constraint of that name."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


def oversold(seller: Shareholder, buyer: Shareholder, quantity: int, dated: dt.date = DAY) -> None:
    """The transfer is refused in words, on the judgement of the database."""
    with pytest.raises(NotEnoughShares, match="ne détient pas autant d’actions") as refusal:
        transfer(seller, buyer, quantity, dated)
    assert isinstance(refusal.value.__cause__, IntegrityError)


def write(holder: Shareholder, **fields: Any) -> ShareMovement:
    """A line written past the services: an issue of ten, unless said otherwise."""
    line = {
        "cooperative": holder.cooperative,
        "number": 1,
        "kind": "issue",
        "dated": DAY,
        "to_shareholder": holder,
        "quantity": 10,
        "nominal_value": Decimal("50.00"),
    }
    return ShareMovement.objects.create(**line | fields)


@pytest.fixture
def jeanne() -> Shareholder:
    return ShareholderFactory(number=1)


@pytest.fixture
def karim(jeanne: Shareholder) -> Shareholder:
    """Another holder of the same college."""
    return ShareholderFactory(number=2, college=college_of(jeanne))


# --- written once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE {TABLE} SET quantity = 1000",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
        f"INSERT INTO {TABLE} SELECT * FROM {TABLE} ON CONFLICT (id) DO UPDATE SET quantity = 1000",
        "TRUNCATE shareholders_shareholder CASCADE",
    ],
)
def test_no_sql_changes_a_line(jeanne: Shareholder, sql: str):
    line = issue(jeanne)
    connection.check_constraints()  # or PostgreSQL would refuse TRUNCATE for checks still to be made
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    line.refresh_from_db()
    assert line.quantity == 10


# --- numbers ----------------------------------------------------------------------------------------------


def test_lines_are_numbered_from_one_without_gap(jeanne: Shareholder, karim: Shareholder):
    lines = [issue(jeanne), issue(karim), transfer(jeanne, karim, 3)]
    assert [line.number for line in lines] == [1, 2, 3]


def test_a_line_refused_uses_no_number(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    oversold(jeanne, karim, 11)
    assert issue(karim).number == 2


@pytest.mark.parametrize("number", [0, 1, 3, 2_000])
def test_a_number_out_of_turn_is_refused(jeanne: Shareholder, number: int):
    issue(jeanne)
    refused("movement_numbers_have_no_gap", lambda: write(jeanne, number=number))


def test_each_cooperative_counts_for_itself(jeanne: Shareholder):
    assert (issue(jeanne).number, issue(ShareholderFactory()).number) == (1, 1)


# --- holdings ---------------------------------------------------------------------------------------------


def test_all_that_is_held_can_be_given(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    transfer(jeanne, karim, 10)
    assert capital_on(jeanne.cooperative, DAY).shares == 10


def test_nobody_gives_more_than_is_held(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    oversold(jeanne, karim, 11)


def test_whoever_writes_past_the_services_is_refused_as_well(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    line = {"kind": "transfer", "number": 2, "from_shareholder": jeanne, "quantity": 11}
    refused("no_holding_below_zero", lambda: write(karim, **line))


def test_shares_cannot_be_given_before_the_day_they_came(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    oversold(jeanne, karim, 1, day(-1))


def test_shares_may_be_given_the_day_they_came(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    assert transfer(jeanne, karim, 10, DAY).number == 2


def test_a_back_dated_transfer_cannot_empty_a_later_day(jeanne: Shareholder, karim: Shareholder):
    """Ten came on day 0 and eight left on day 20: on day 10 only two were free to go."""
    issue(jeanne)
    transfer(jeanne, karim, 8, day(20))
    oversold(jeanne, karim, 3, day(10))
    assert transfer(jeanne, karim, 2, day(10)).number == 3


def test_shares_that_come_back_later_do_not_help_earlier(jeanne: Shareholder, karim: Shareholder):
    issue(jeanne)
    transfer(jeanne, karim, 10, day(5))
    transfer(karim, jeanne, 10, day(20))
    oversold(jeanne, karim, 1, day(10))


# --- holders ----------------------------------------------------------------------------------------------


def test_a_taker_of_another_cooperative_is_refused(jeanne: Shareholder):
    refused("taker_of_own_cooperative", lambda: write(jeanne, to_shareholder=ShareholderFactory()))


def test_a_giver_of_another_cooperative_is_refused(jeanne: Shareholder):
    stranger = ShareholderFactory()
    issue(stranger)
    refused("giver_of_own_cooperative", lambda: write(jeanne, kind="transfer", from_shareholder=stranger))


def test_a_holder_cannot_be_moved_to_another_cooperative(jeanne: Shareholder):
    issue(jeanne)
    elsewhere = CollegeFactory()
    moved = Shareholder.objects.filter(pk=jeanne.pk)
    refused(
        "order_number_kept",
        lambda: moved.update(cooperative=elsewhere.cooperative),
    )


def test_a_college_of_another_cooperative_is_refused(jeanne: Shareholder):
    refused(
        "collegemembership_college_of_own_cooperative",
        lambda: CollegeMembership.objects.create(
            shareholder=jeanne, cooperative=jeanne.cooperative, college=CollegeFactory(), since=FOUNDED_ON
        ),
    )


@pytest.mark.parametrize("kind", ["issue", "transfer", "gift"])
def test_a_line_without_holders_is_refused(jeanne: Shareholder, kind: str):
    refused("movement_has_its_holders", lambda: write(jeanne, kind=kind, to_shareholder=None))


def test_a_transfer_from_nobody_is_refused(jeanne: Shareholder):
    refused("movement_has_its_holders", lambda: write(jeanne, kind="transfer"))


def test_an_issue_from_somebody_is_refused(jeanne: Shareholder, karim: Shareholder):
    issue(karim)
    refused("movement_has_its_holders", lambda: write(jeanne, number=2, from_shareholder=karim))


def test_a_transfer_to_oneself_is_refused(jeanne: Shareholder):
    issue(jeanne)
    refused("movement_changes_hands", lambda: transfer(jeanne, jeanne, 1))


def test_a_line_that_moves_nothing_is_refused(jeanne: Shareholder):
    refused("movement_moves_shares", lambda: issue(jeanne, 0))


def test_a_line_that_moves_less_than_nothing_is_refused(jeanne: Shareholder):
    with pytest.raises(IntegrityError), transaction.atomic():
        issue(jeanne, -1)


def test_a_holder_of_shares_cannot_be_deleted(jeanne: Shareholder):
    issue(jeanne)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM shareholders_shareholder WHERE id = %s", [jeanne.pk])


# --- every day of history ---------------------------------------------------------------------------------

acts = st.tuples(st.sampled_from([None, 0, 1, 2]), st.integers(0, 2), st.integers(1, 6), st.integers(0, 4))


@settings(max_examples=15, deadline=None)
@given(asked=st.lists(acts, max_size=10))
def test_whatever_is_asked_every_day_adds_up_and_nobody_is_below_zero(asked: list[Any]):
    """Invariant 1: lines asked in any order of days; those refused leave no trace."""
    with transaction.atomic():
        college = CollegeFactory()
        people = [ShareholderFactory(college=college, number=n + 1) for n in range(3)]
        for giver, taker, quantity, offset in asked:
            try:
                with transaction.atomic():
                    if giver is None:
                        issue(people[taker], quantity, day(offset))
                    else:
                        transfer(people[giver], people[taker], quantity, day(offset))
            except (IntegrityError, NotEnoughShares):
                continue
        lines = list(
            ShareMovement.objects.filter(cooperative=college.cooperative).order_by("dated", "number")
        )
        assert sorted(line.number for line in lines) == list(range(1, len(lines) + 1))
        for offset in range(5):
            _assert_adds_up(college.cooperative, day(offset), lines)
        transaction.set_rollback(True)


def _assert_adds_up(cooperative: Any, on: dt.date, lines: list[ShareMovement]) -> None:
    held = {
        holder.pk: holder.shares_held
        for holder in Shareholder.objects.filter(cooperative=cooperative).holding_on(on)
    }
    # Within a day the sums must hold at its close, whatever the order of its lines: issues first.
    so_far = sorted(
        (
            Movement(one.from_shareholder_id, one.to_shareholder_id, one.quantity)
            for one in lines
            if one.dated <= on
        ),
        key=lambda movement: movement.giver is not None,
    )
    assert min(held.values()) >= 0
    assert sum(held.values()) == issued(so_far)
    assert sum(held.values()) == capital_on(cooperative, on).shares


# --- two at once ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_issues_get_consecutive_numbers():
    jeanne = ShareholderFactory(number=1)
    numbers = at_once(4, lambda: issue(jeanne).number)
    assert sorted(numbers) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_transfers_cannot_both_give_the_same_shares():
    jeanne = ShareholderFactory(number=1)
    karim = ShareholderFactory(number=2, college=college_of(jeanne))
    issue(jeanne)

    def give_all() -> str:
        try:
            transfer(jeanne, karim, 10)
        except NotEnoughShares:
            return "refused"
        return "done"

    assert sorted(at_once(2, give_all)) == ["done", "refused"]


@pytest.mark.django_db(transaction=True)
def test_two_people_entered_at_once_get_their_own_order_number():
    college = CollegeFactory()

    def enter() -> int:
        person = {"kind": "natural", "first_names": "Jeanne", "last_name": "Delattre"}
        return enter_shareholder(actor=None, college=college, **person).number

    assert sorted(at_once(2, enter)) == [1, 2]


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What `act` returned in each of `count` threads that start it together."""
    together, results = threading.Barrier(count), []

    def run() -> None:
        try:
            together.wait(timeout=10)
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return results

"""The register read back from the database, held against the pure modules."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from shareholders.capital import Stake
from shareholders.models import Cooperative, MovementKind, Shareholder
from shareholders.register_chain import canonical_text, fingerprint
from shareholders.register_reports import by_commune, capital_history, holders_on, lines_of, verified
from shareholders.services.register import (
    MovementRefused,
    cancel_shares,
    change_nominal,
    issue_shares,
    reverse_movement,
    transfer_shares,
    withdraw_shares,
)
from tests.factories import FOUNDED_ON, CollegeFactory, ShareholderFactory
from tests.shareholders.bands import put_in_force

pytestmark = pytest.mark.django_db

DAY = dt.date(2020, 1, 1)


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.fixture
def jeanne() -> Shareholder:
    return ShareholderFactory(
        number=1, college=CollegeFactory(), address="3, rue des Terrils", postcode="62750", commune="Loos"
    )


@pytest.fixture
def karim(jeanne: Shareholder) -> Shareholder:
    college = jeanne.memberships.get().college
    return ShareholderFactory(number=2, college=college, last_name="Benali", commune="Lens")


@pytest.fixture
def cooperative(jeanne: Shareholder, karim: Shareholder) -> Cooperative:
    """Every kind of line, on nine days."""
    issue_shares(actor=None, shareholder=jeanne, quantity=10, dated=DAY)
    mistake = issue_shares(actor=None, shareholder=karim, quantity=5, dated=later(1))
    transfer_shares(actor=None, seller=jeanne, buyer=karim, quantity=2, dated=later(2))
    gift, heritage = MovementKind.GIFT, MovementKind.INHERITANCE
    transfer_shares(actor=None, seller=jeanne, buyer=karim, quantity=1, dated=later(3), kind=gift)
    transfer_shares(actor=None, seller=karim, buyer=jeanne, quantity=1, dated=later(4), kind=heritage)
    withdraw_shares(actor=None, shareholder=jeanne, quantity=3, dated=later(5))
    cancel_shares(actor=None, shareholder=jeanne, quantity=1, dated=later(6), reason="double saisie")
    reverse_movement(actor=None, movement=mistake, dated=later(7), reason="chèque sans provision")
    change_nominal(
        actor=None,
        cooperative=jeanne.cooperative,
        nominal_value=Decimal(60),
        dated=later(8),
        reason="réserves",
    )
    return jeanne.cooperative


def test_the_database_seals_lines_as_the_pencil_does(cooperative: Cooperative):
    lines = list(lines_of(cooperative))
    assert [line.kind for line in lines] == [
        *("issue", "issue", "transfer", "gift", "inheritance"),
        *("withdrawal", "cancellation", "reversal", "nominal_change"),
    ]
    assert [line.entry_sha256 for line in lines] == [fingerprint(line) for line in lines]
    assert [line.previous_sha256 for line in lines[1:]] == [line.entry_sha256 for line in lines[:-1]]
    assert "3, rue des Terrils, 62750 Loos" in canonical_text(lines[0])


def test_a_register_of_every_kind_of_line_is_sound(cooperative: Cooperative):
    report = verified(cooperative)
    assert (report.findings, report.lines) == ((), 9)
    assert (report.shares, report.holders, report.capital) == (6, 2, Decimal("360.00"))


@pytest.mark.parametrize(
    "change",
    [
        "quantity = quantity + 1",
        "dated = dated - 1",
        "taker_identity = 'DUPONT'",
        "reason = 'autre'",
        "nominal_value = nominal_value + 1",
        "entered_at = entered_at - interval '1 second'",
    ],
)
@pytest.mark.as_owner
def test_a_line_changed_past_every_guard_is_found(cooperative: Cooperative, change: str):
    """Whoever owns the table can disable its triggers; the chain tells all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE shareholders_sharemovement SET {change} WHERE number = 3")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert not verified(cooperative).is_sound


@pytest.mark.as_owner
def test_a_line_taken_out_past_every_guard_is_found(cooperative: Cooperative):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM shareholders_sharemovement WHERE number = 4")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "4" in verified(cooperative).findings[0].sentence


def test_who_held_what_is_known_for_any_day(cooperative: Cooperative):
    def held(days: int) -> dict[int, int]:
        return {row.number: row.stake.shares for row in holders_on(cooperative, later(days))}

    assert held(-1) == {}
    assert held(0) == {1: 10}
    assert held(2) == {1: 8, 2: 7}
    assert held(5) == {1: 5, 2: 7}
    assert held(7) == {1: 4, 2: 2}


def test_the_nominal_value_counts_from_its_day(cooperative: Cooperative):
    amounts = {(point.day - DAY).days: point.amount for point in capital_history(cooperative, later(9))}
    assert (amounts[0], amounts[1], amounts[7], amounts[8]) == (500, 750, 300, 360)
    assert holders_on(cooperative, later(7))[0].stake.value == 4 * 50
    assert holders_on(cooperative, later(8))[0].stake.value == 4 * 60


def test_communes_add_up_to_the_capital(cooperative: Cooperative):
    communes = by_commune(holders_on(cooperative, later(9)))
    assert [(share.commune, share.members, share.stake) for share in communes] == [
        ("Loos", 1, Stake(4, 6, Decimal(60))),
        ("Lens", 1, Stake(2, 6, Decimal(60))),
    ]


def test_an_export_on_a_day_is_a_piece_without_hole(cooperative: Cooperative, jeanne: Shareholder):
    """Entered late: line 10 is dated before line 3, and belongs to that day all the same."""
    issue_shares(actor=None, shareholder=jeanne, quantity=1, dated=later(0))
    assert [line.number for line in lines_of(cooperative, later(0))] == list(range(1, 11))
    assert [line.number for line in lines_of(cooperative, later(-1))] == []


def test_only_the_last_change_of_the_nominal_value_is_reversed(cooperative: Cooperative):
    first = cooperative.share_movements.get(kind="nominal_change")
    change = {"actor": None, "cooperative": cooperative, "dated": later(9), "reason": "réserves"}
    last = change_nominal(nominal_value=Decimal(70), **change)
    with pytest.raises(MovementRefused, match="dernier changement"):
        reverse_movement(actor=None, movement=first, dated=later(10), reason="erreur")
    reverse_movement(actor=None, movement=last, dated=later(10), reason="erreur")
    assert verified(cooperative).is_sound
    assert holders_on(cooperative, later(10))[0].stake.nominal_value == 60


def test_a_line_is_reversed_once(cooperative: Cooperative):
    mistake = cooperative.share_movements.get(number=2)
    with pytest.raises(MovementRefused, match="déjà été contre-passée"):
        reverse_movement(actor=None, movement=mistake, dated=later(9), reason="encore")


def test_a_withdrawal_stops_at_the_floor(cooperative: Cooperative, jeanne: Shareholder):
    put_in_force(cooperative, floor=300)
    with pytest.raises(MovementRefused, match="plancher"):
        withdraw_shares(actor=None, shareholder=jeanne, quantity=2, dated=later(9))
    withdraw_shares(actor=None, shareholder=jeanne, quantity=1, dated=later(9))


def test_shares_go_to_nobody_without_a_college(jeanne: Shareholder):
    with pytest.raises(MovementRefused, match="aucun collège"):
        issue_shares(actor=None, shareholder=jeanne, quantity=1, dated=FOUNDED_ON - dt.timedelta(days=1))

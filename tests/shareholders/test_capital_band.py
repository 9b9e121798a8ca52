"""Floor and ceiling of the capital: facts of each day’s statutes, held by services and database."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shareholders.capital_band import Band, band_on, least_shares, room_below_ceiling
from shareholders.models import Cooperative, Shareholder, ShareMovement, StatutesEdition
from shareholders.reports import capital_on
from shareholders.services.register import MovementRefused, change_nominal, issue_shares, withdraw_shares
from shareholders.services.register_import import import_register
from tests.factories import ShareholderFactory
from tests.shareholders.bands import edition_of, put_in_force
from tests.shareholders.register_texts import MOVEMENTS, text

pytestmark = pytest.mark.django_db
EARLY, LATE = dt.date(2021, 3, 1), dt.date(2023, 3, 1)


@pytest.fixture
def jeanne(db: None) -> Shareholder:
    return ShareholderFactory(college__cooperative__nominal_value=Decimal("50.00"))


@pytest.fixture
def cooperative(jeanne: Shareholder) -> Cooperative:
    return jeanne.cooperative


def issue(holder: Shareholder, quantity: int, day: dt.date) -> None:
    issue_shares(actor=None, shareholder=holder, quantity=quantity, dated=day)


def withdraw(holder: Shareholder, quantity: int, day: dt.date) -> None:
    withdraw_shares(actor=None, shareholder=holder, quantity=quantity, dated=day)


def test_without_statutes_there_is_no_band(cooperative: Cooperative):
    assert band_on(cooperative, EARLY) == Band()
    assert room_below_ceiling(cooperative, EARLY) is None
    assert least_shares(cooperative, EARLY) == 0


def test_the_band_is_that_of_the_statutes_in_force_on_the_day(cooperative: Cooperative):
    put_in_force(cooperative, floor=500, ceiling=2_000)
    put_in_force(cooperative, floor=1_000, ceiling=5_000, adopted_on=EARLY, effective_on=LATE)
    assert band_on(cooperative, LATE - dt.timedelta(days=1)) == Band(Decimal(500), Decimal(2_000))
    assert band_on(cooperative, LATE) == Band(Decimal(1_000), Decimal(5_000))
    assert band_on(cooperative, dt.date(2018, 1, 1)) == Band()


def test_a_past_withdrawal_is_judged_by_the_floor_of_its_day(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500)
    put_in_force(cooperative, floor=5_000, adopted_on=LATE)
    issue(jeanne, 20, EARLY)
    withdraw(jeanne, 10, EARLY + dt.timedelta(days=9))
    assert capital_on(cooperative, LATE).amount == 500
    with pytest.raises(MovementRefused, match="plancher"):
        withdraw(jeanne, 1, EARLY + dt.timedelta(days=10))


def test_statutes_to_come_leave_today_s_floor_alone(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500)
    put_in_force(cooperative, floor=5_000, adopted_on=EARLY, effective_on=LATE)
    issue(jeanne, 120, EARLY)
    withdraw(jeanne, 30, LATE - dt.timedelta(days=1))
    with pytest.raises(MovementRefused, match="plancher"):
        withdraw(jeanne, 1, LATE)


def test_a_past_withdrawal_leaves_later_days_above_their_floor(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500)
    put_in_force(cooperative, floor=1_000, adopted_on=LATE)
    issue(jeanne, 20, EARLY)
    issue(jeanne, 1, LATE)
    with pytest.raises(MovementRefused, match="plancher"):
        withdraw(jeanne, 2, EARLY)
    withdraw(jeanne, 1, EARLY)


def test_an_issue_stops_at_the_ceiling(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    issue(jeanne, 19, EARLY)
    assert room_below_ceiling(cooperative, EARLY) == 1
    with pytest.raises(MovementRefused, match="plafond"):
        issue(jeanne, 2, EARLY)
    issue(jeanne, 1, EARLY)
    assert room_below_ceiling(cooperative, EARLY) == 0
    assert ShareMovement.objects.count() == 2


def test_a_raised_ceiling_lets_issue_from_its_own_day(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    put_in_force(cooperative, floor=500, ceiling=2_000, adopted_on=EARLY, effective_on=LATE)
    with pytest.raises(MovementRefused, match="plafond"):
        issue(jeanne, 21, LATE - dt.timedelta(days=1))
    issue(jeanne, 40, LATE)
    # Entered late, an earlier issue would have carried the later days too high.
    with pytest.raises(MovementRefused, match="plafond"):
        issue(jeanne, 1, EARLY)


def test_a_nominal_value_does_not_rise_through_the_ceiling(jeanne: Shareholder, cooperative: Cooperative):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    issue(jeanne, 18, EARLY)
    with pytest.raises(MovementRefused, match="plafond"):
        change_nominal(
            actor=None, cooperative=cooperative, nominal_value=Decimal("60.00"), dated=LATE, reason="AG"
        )
    change_nominal(
        actor=None, cooperative=cooperative, nominal_value=Decimal("55.00"), dated=LATE, reason="AG"
    )


def test_an_old_register_below_today_s_floor_is_taken_over(cooperative: Cooperative):
    # 700 € of capital after the withdrawal of 2022: lawful then, below the floor of 2023.
    Cooperative.objects.filter(pk=cooperative.pk).update(nominal_value=100)
    cooperative.refresh_from_db()
    cooperative.colleges.update(code="citoyens", name="Citoyens")
    put_in_force(cooperative, floor=100)
    put_in_force(cooperative, floor=5_000, adopted_on=LATE)
    done = import_register(
        actor=None, cooperative=cooperative, file_name="registre.csv", content=text(*MOVEMENTS)
    )
    assert done.movements_new == 4
    assert done.after.amount < 5_000


def test_thousands_of_lines_are_held_to_the_ceiling_too(cooperative: Cooperative, jeanne: Shareholder):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    lines = [
        ShareMovement(
            cooperative=cooperative,
            number=number,
            kind="issue",
            dated=EARLY,
            to_shareholder=jeanne,
            quantity=1,
            nominal_value=50,
        )
        for number in range(1, 22)
    ]
    with pytest.raises(IntegrityError, match="the capital would rise"), transaction.atomic():
        ShareMovement.objects.bulk_create(lines)
    ShareMovement.objects.bulk_create(lines[:20])


@pytest.mark.as_owner
def test_not_even_sql_goes_through_the_band(cooperative: Cooperative, jeanne: Shareholder):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    issue(jeanne, 15, EARLY)
    insert = (
        "INSERT INTO shareholders_sharemovement (cooperative_id, number, kind, dated, entered_at, quantity,"
        " nominal_value, reason, previous_sha256, entry_sha256, giver_identity, taker_identity,"
        " to_shareholder_id, from_shareholder_id) VALUES"
        " (%s, 2, %s, '2021-03-02', now(), %s, 50, '', '', '', '', '', %s, %s)"
    )
    for kind, quantity, taker, giver, rule in (
        ("issue", 6, jeanne.pk, None, "would rise"),
        ("withdrawal", 6, None, jeanne.pk, "would fall"),
    ):
        with (
            pytest.raises(IntegrityError, match=rule),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(insert, [cooperative.pk, kind, quantity, taker, giver])


@pytest.mark.as_owner
def test_a_table_of_the_caller_s_own_does_not_stand_in_for_the_statutes(
    cooperative: Cooperative, jeanne: Shareholder
):
    put_in_force(cooperative, floor=500, ceiling=1_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE shareholders_statutesedition (LIKE public.shareholders_statutesedition)"
        )
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        try:
            with pytest.raises(MovementRefused, match="plafond"):
                issue(jeanne, 21, EARLY)
        finally:
            cursor.execute("SET LOCAL search_path = public")
            cursor.execute("DROP TABLE pg_temp.shareholders_statutesedition")


@pytest.mark.as_owner
@pytest.mark.parametrize("column", ["capital_floor", "capital_ceiling", "effective_on", "text"])
def test_an_edition_never_changes_even_for_the_owner(cooperative: Cooperative, column: str):
    edition = put_in_force(cooperative, floor=500)
    value = {"effective_on": LATE, "text": "x"}.get(column, 1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        StatutesEdition.objects.filter(pk=edition.pk).update(**{column: value})


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"effective_on": dt.date(2019, 7, 11)}, "edition_rules_once_adopted"),
        ({"capital_ceiling": Decimal(1)}, "edition_band_is_one"),
        ({"capital_floor": Decimal(0)}, "edition_band_is_one"),
    ],
)
def test_the_database_refuses_an_impossible_edition(cooperative: Cooperative, fields: dict, rule: str):
    sound = {
        "adopted_on": dt.date(2019, 7, 12),
        "effective_on": dt.date(2019, 7, 12),
        "capital_floor": Decimal(500),
        "capital_ceiling": Decimal(1_000),
        "text": edition_of(floor=500),
        "sha256": "0" * 64,
    }
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        StatutesEdition.objects.create(cooperative=cooperative, **(sound | fields))


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31))
MOVES = st.lists(st.tuples(st.sampled_from(["issue", "withdraw"]), st.integers(1, 12), DAYS), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_entered_the_capital_stays_in_the_band_of_each_day(
    cooperative: Cooperative, jeanne: Shareholder, moves: list[tuple[str, int, dt.date]]
):
    with transaction.atomic():
        put_in_force(cooperative, floor=500, ceiling=1_000)
        put_in_force(cooperative, floor=500, ceiling=1_500, adopted_on=dt.date(2022, 6, 1))
        issue(jeanne, 10, dt.date(2019, 12, 1))
        for kind, quantity, day in moves:
            act = issue if kind == "issue" else withdraw
            try:
                act(jeanne, quantity, day)
            except MovementRefused:
                continue
        for day in {day for _kind, _quantity, day in moves}:
            assert band_on(cooperative, day).holds(capital_on(cooperative, day).amount)
        transaction.set_rollback(True)

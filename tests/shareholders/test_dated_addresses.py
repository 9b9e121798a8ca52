"""Where holders lived is known for every day, whoever changed the address."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from shareholders.models import FormerAddress, Shareholder
from shareholders.register_reports import by_commune, holders_on
from shareholders.services.register import issue_shares
from tests.factories import ShareholderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(db: None) -> dt.date:
    """The database's own day at the seat: it writes the history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'Europe/Paris')::date")
        return cursor.fetchone()[0]


@pytest.fixture
def jeanne(today: dt.date) -> Shareholder:
    holder = ShareholderFactory(commune="Lens", postcode="62300", address="1 rue des Puits")
    issue_shares(actor=None, shareholder=holder, quantity=4, dated=today - dt.timedelta(days=30))
    return holder


def communes(holder: Shareholder, day: dt.date) -> list[tuple[str, int]]:
    found = by_commune(holders_on(holder.cooperative, day))
    return [(share.commune, share.stake.shares) for share in found]


def move(holder: Shareholder, commune: str) -> None:
    Shareholder.objects.filter(pk=holder.pk).update(commune=commune)


def test_figures_of_a_past_day_keep_its_address(jeanne: Shareholder, today: dt.date):
    move(jeanne, "Liévin")
    assert communes(jeanne, today) == [("Liévin", 4)]
    assert communes(jeanne, today - dt.timedelta(days=1)) == [("Lens", 4)]
    assert communes(jeanne, today - dt.timedelta(days=30)) == [("Lens", 4)]


def test_moved_twice_in_a_day_yesterdays_address_is_the_first(jeanne: Shareholder, today: dt.date):
    move(jeanne, "Liévin")
    move(jeanne, "Divion")
    assert communes(jeanne, today) == [("Divion", 4)]
    assert communes(jeanne, today - dt.timedelta(days=1)) == [("Lens", 4)]
    assert FormerAddress.objects.count() == 2


def test_a_change_of_something_else_leaves_no_address_behind(jeanne: Shareholder):
    Shareholder.objects.filter(pk=jeanne.pk).update(email="jeanne@essai.example")
    move(jeanne, "Lens")
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize(
    "change",
    ["UPDATE shareholders_formeraddress SET commune = 'Paris'", "DELETE FROM shareholders_formeraddress"],
)
@pytest.mark.parametrize("as_who", ["site", pytest.param("owner", marks=pytest.mark.as_owner)])
def test_a_former_address_never_changes(jeanne: Shareholder, change: str, as_who: str):
    move(jeanne, "Liévin")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert FormerAddress.objects.get().commune == "Lens"

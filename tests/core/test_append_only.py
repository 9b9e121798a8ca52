"""What is written once stays written: the database itself refuses, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry
from tests.factories import CooperativeFactory, UserFactory

# The triggers must hold against the tables' owner too.
pytestmark = [pytest.mark.django_db, pytest.mark.as_owner]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_journalentry SET act = 'autre'",
        "UPDATE core_journalentry SET id = id + 1",
        "DELETE FROM core_journalentry",
        "TRUNCATE core_journalentry",
        "TRUNCATE core_journalentry CASCADE",
    ],
)
def test_the_journal_refuses_every_change(sql: str):
    entry = record(None, "found", CooperativeFactory(), scope="")
    connection.check_constraints()  # or PostgreSQL would refuse TRUNCATE for checks still to be made
    with (
        pytest.raises(DatabaseError, match="core_journalentry is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    entry.refresh_from_db()
    assert entry.act == "found"


def test_the_journal_refuses_the_orm_too():
    entry = record(None, "found", CooperativeFactory(), scope="")
    entry.act = "autre"
    with pytest.raises(DatabaseError, match="UPDATE refused"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="DELETE refused"), transaction.atomic():
        JournalEntry.objects.all().delete()


def test_an_account_that_acted_cannot_be_deleted():
    user = UserFactory()
    record(user, "found", CooperativeFactory(), scope="")
    with pytest.raises(ProtectedError):
        user.delete()


@pytest.mark.parametrize("table", ["core_journalentry", "shareholders_sharemovement"])
def test_the_table_stays_closed_to_whoever_owns_it(table: str):
    """Triggers, not grants: they hold for the owner too, and always (`O` or `A`, never `D`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'forbid_change' AND t.tgrelid = %s::regclass",
            [table],
        )
        triggers = dict(cursor.fetchall())
    assert triggers == {f"{table}_append_only": "O", f"{table}_no_truncate": "O"}

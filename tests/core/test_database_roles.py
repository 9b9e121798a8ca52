"""The site's own database role: what it may do, and what it can't even ask."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from mine_de_soleil.core.checks import W001, site_role_owns_nothing
from mine_de_soleil.core.database_roles import APP_ROLE, closed_tables, give_rights
from shareholders.models import ShareMovement
from shareholders.services import issue_shares
from tests.factories import FOUNDED_ON, ShareholderFactory

pytestmark = pytest.mark.django_db


def as_the_site(statement: str) -> None:
    """One statement as the site's role, rolled back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
            cursor.execute(statement)
        transaction.set_rollback(True)


def test_what_is_written_once_is_closed_to_the_site():
    assert set(closed_tables()) >= {
        "core_journalentry",
        "production_readinghistory",
        "shareholders_payment",
        "shareholders_sharemovement",
        "shareholders_statementline",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET id = id",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "ALTER TABLE {0} DISABLE TRIGGER USER",
        "DROP TRIGGER {0}_append_only ON {0}",
        "DROP TABLE {0} CASCADE",
        "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION forbid_change()",
        "SET session_replication_role = replica",
    ],
)
def test_the_site_has_no_right_to_change_what_is_written_once(statement: str):
    for table in closed_tables():
        with pytest.raises(ProgrammingError):
            as_the_site(statement.format(table))


def test_the_site_writes_a_register_all_the_same():
    holder = ShareholderFactory()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        issue_shares(actor=None, shareholder=holder, quantity=3, dated=FOUNDED_ON)
        cursor.execute("RESET ROLE")
    assert ShareMovement.objects.get().quantity == 3


def test_every_table_is_open_to_reading_and_to_new_rows():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            f"AND NOT has_table_privilege('{APP_ROLE}', oid, 'SELECT, INSERT')"
        )
        assert cursor.fetchall() == []


def test_rights_may_be_given_again():
    assert give_rights()


def test_a_site_that_runs_as_the_owner_is_warned(settings):
    settings.AS_OWNER = False
    assert site_role_owns_nothing(["default"]) == [W001]


def test_the_owner_at_work_is_not(settings):
    settings.AS_OWNER = True
    assert site_role_owns_nothing(["default"]) == []

"""Shared fixtures, and guards that make hidden faults loud."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, sync_playwright

from mine_de_soleil.core.database_roles import APP_ROLE
from mine_de_soleil.core.models import User
from tests import chromium

# Playwright's synchronous API runs an event loop in this thread; the ORM is used by one thread at a time.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A loaded machine may take longer than Hypothesis allows for one example; the suite has its own time limit.
# What lands is judged by the same examples each time; everybody's own run goes on looking for others.
hypothesis.settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("house")

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


class LoudMissingVariable(str):
    """Stands for `string_if_invalid`: a template that names something unknown fails the test."""

    def __contains__(self, needle: object) -> bool:
        return needle == "%s"

    def __mod__(self, missing: Any) -> str:
        raise AssertionError(f"unknown template variable {getattr(missing, 'var', missing)}")


@pytest.fixture(autouse=True)
def _unknown_template_variables_fail(settings: Any) -> None:
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = LoudMissingVariable("%s")


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied_between_tests() -> Iterator[None]:
    """A browser test commits; its rows are flushed past the triggers that forbid it to the product."""
    flush = DatabaseOperations.execute_sql_flush

    def past_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        unlocked = [
            "SET session_replication_role = replica",
            *sql_list,
            # Not our models, so not in the list: a job left here would be another test's letter.
            "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE",
            "SET session_replication_role = DEFAULT",
        ]
        flush(self, unlocked)

    DatabaseOperations.execute_sql_flush = past_triggers  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _a_browsers_last_question_cannot_keep_the_database(
    _append_only_tables_can_be_emptied_between_tests: None,
) -> None:
    """A page may still be asking when its test ends: the database is dropped all the same."""

    def drop(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = drop  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _as_the_site(request: pytest.FixtureRequest) -> None:
    """Code runs under the site's own database role, as it does for real; `as_owner` tests may do more."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or marker.kwargs.get("transaction") or request.node.get_closest_marker("as_owner"):
        return
    request.getfixturevalue("db")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The one browser of a process: a second one beside it can't be opened."""
    with sync_playwright() as playwright, chromium.browser(playwright) as opened:
        yield opened


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files. Absent: skipped on a developer's own machine, an error where CI=true."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(f"{SHARED_DATA} must be there in CI")
        pytest.skip("../shared/data is not here")
    return SHARED_DATA


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """A test client signed in as somebody."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def assert_flat_queries(db: None) -> Callable[[Callable[[], object], Callable[[], object]], None]:
    """Fails when a page makes more queries after `grow` added rows: `check(page, grow)`."""

    def check(page: Callable[[], object], grow: Callable[[], object]) -> None:
        page()  # the first visit fills caches of content types and the like
        with CaptureQueriesContext(connection) as before:
            page()
        grow()
        with CaptureQueriesContext(connection) as after:
            page()
        added = [query["sql"] for query in after.captured_queries]
        assert len(after) <= len(before), f"{len(before)} queries became {len(after)}:\n" + "\n".join(added)

    return check

"""A process of its own that does one act of the product, and is killed (SIGKILL) in the middle of it.

    with Killer.running(database_url()) as killer:
        steps = killer.kill_everywhere("tests.some.acts:sign", cooperative=1, key="…")

An act is a function named by its module, given keywords that JSON holds. It is begun again and again, killed
one moment later each time, until it ends by itself; so the last run shows that the act can be done again.
A moment is: before an SQL statement (one in `stride`) or a piece of a COPY, after a write that commits by
itself, before COMMIT, once COMMIT is sent and nobody heard the answer, after COMMIT; before a question to
another server, once it is sent, and once it is answered.

One process starts Django once, connects to nothing, and forks itself for each act: the seconds that a start
takes are spent once and not at each kill. The act runs under the site's own database role, as it does
for real.
"""

import datetime as dt
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

from django.db import connection
from psycopg import Copy

from mine_de_soleil.core.database_roles import APP_ROLE

ROOT = Path(__file__).parents[1]
# How the victim's connections are called in PostgreSQL.
VICTIM = "mds-victim"
# An act that takes longer waits for something that never comes.
LONGEST_S = 60
# No act has so many moments: a test that comes here turns in a circle.
MOST_MOMENTS = 600
# Not what an act does: Django's own tables, and the cache.
_CONSTANT = ("django_migrations", "django_content_type", "auth_permission", "core_cache")

State = dict[str, tuple[str, ...]]


# What a test asks


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: killed, or by itself, with the error that it ended with."""

    was_killed: bool
    error: str = ""


class Killer:
    """Begins acts in processes of their own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin and process.stdout
        self._orders, self._told = process.stdin, process.stdout

    @classmethod
    @contextmanager
    def running(cls, database_url: str) -> Iterator["Killer"]:
        """A killer for the database of that address, ended with the block."""
        env = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "mine_de_soleil.settings",
            "PGAPPNAME": VICTIM,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "tests.killing"],
            env=env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process)
            assert process.stdin
            process.stdin.close()

    def run(
        self, act: str, *, moment: int = 0, stride: int = 1, now: dt.datetime | None = None, **told: Any
    ) -> Outcome:
        """Do `act`, killed at its `moment`th moment (0: never). `now`: what its clock shows, stopped."""
        order = {"act": act, "told": told, "moment": moment, "stride": stride}
        self._orders.write(json.dumps(order | {"now": now and now.isoformat()}) + "\n")
        self._orders.flush()
        outcome = Outcome(**json.loads(self._told.readline()))
        _wait_until_the_server_knows()
        return outcome

    def kill_everywhere(
        self,
        act: str,
        *,
        check: Callable[[], object] = lambda: None,
        until: Callable[[], bool] = lambda: False,
        refused_again: str = "",
        stride: int = 3,
        now: dt.datetime | None = None,
        **told: Any,
    ) -> list[set[str]]:
        """Kill `act` at its first moment, its second, and so on, until it ends by itself or `until` holds.

        Gives, for each state of the database that was met after the first, the tables that changed: an act
        done whole or not at all gives one. `check` is called in each of these states. `refused_again`: what
        an act that was done says when it is asked once more. `stride`: of the moments before a statement,
        only each so many-th counts.
        """
        steps, known = [], everything()
        for moment in range(1, MOST_MOMENTS):
            outcome = self.run(act, moment=moment, stride=stride, now=now, **told)
            before, known = known, everything()
            if known != before:
                steps.append(changed(before, known))
                check()
            if outcome.error:
                assert refused_again and refused_again in outcome.error, outcome.error
            if not outcome.was_killed or until():
                assert moment > 1, "killed nowhere"
                return steps
        raise AssertionError(f"{act} was never done")


def everything() -> State:
    """Every row of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) ORDER BY relname",
            [list(_CONSTANT)],
        )
        names = [name for (name,) in cursor.fetchall()]
        rows = " UNION ALL ".join(f"SELECT '{name}', t::text FROM \"{name}\" t" for name in names)
        cursor.execute(f"{rows} ORDER BY 1, 2")
        found: dict[str, list[str]] = {}
        for name, row in cursor.fetchall():
            found.setdefault(name, []).append(row)
    return {name: tuple(lines) for name, lines in found.items()}


def changed(before: State, after: State) -> set[str]:
    """The tables whose rows aren't the same."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _wait_until_the_server_knows() -> None:
    """A killed client's transaction ends when the server finds its connection closed."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE application_name = %s AND datname = current_database()",
                [VICTIM],
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.002)
    raise AssertionError("the server keeps a dead process's connection")


# The process that forks


def _warm() -> None:
    """Read once what every fork would read again: the addresses, the templates' tags, the translations."""
    from django.conf import settings
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    assert get_resolver().url_patterns and engines["django"]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Merci")


def _serve(orders: IO[str], told: IO[str]) -> None:
    for line in orders:
        order = json.loads(line)
        # Imported here once, and inherited by every fork.
        importlib.import_module(order["act"].partition(":")[0])
        told.write(json.dumps(_forked(order)) + "\n")
        told.flush()


def _forked(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(reading)
        _live(order, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        error = pipe.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1])
    if ended not in (0, -signal.SIGKILL):
        error += f"ended by signal {-ended}, after {LONGEST_S} s at most"
    return {"was_killed": ended == -signal.SIGKILL, "error": error}


def _live(order: dict[str, Any], report: int) -> None:
    """The victim's whole life."""
    signal.alarm(LONGEST_S)
    try:
        moments = _Moments(order["moment"], order["stride"])
        if order["now"]:
            _stop_the_clock(dt.datetime.fromisoformat(order["now"]))
        _watch_the_database(moments)
        _watch_questions_to_others(moments)
        module, _, name = order["act"].partition(":")
        getattr(importlib.import_module(module), name)(**order["told"])
        connection.close()
    except BaseException:
        os.write(report, traceback.format_exc().encode())
    # Nothing of the process it was forked from is tidied up twice.
    os._exit(0)


class _Moments:
    """Counts them, and kills at the one that was asked for."""

    def __init__(self, deadly: int, stride: int) -> None:
        self._deadly, self._stride = deadly, stride
        self._count = self._statements = 0

    def statement(self) -> None:
        self._statements += 1
        if self._statements % self._stride == 0:
            self.reached()

    def reached(self) -> None:
        if self.is_next_deadly():
            die()

    def is_next_deadly(self) -> bool:
        """Count one more, and say whether it is the last."""
        self._count += 1
        return self._count == self._deadly


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop_the_clock(now: dt.datetime) -> None:
    from django.utils import timezone

    timezone.now = lambda: now


def _watch_the_database(moments: _Moments) -> None:
    from django.db.backends.signals import connection_created

    def as_the_site(connection: Any, **_: Any) -> None:
        # Below the wrappers: it is no moment of the act.
        connection.connection.execute(f"SET ROLE {APP_ROLE}")

    def around(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        moments.statement()
        done = execute(sql, params, many, context)
        if not connection.in_atomic_block and not _only_reads(str(sql)):
            moments.reached()
        return done

    genuine_commit = connection._commit

    def commit() -> None:
        moments.reached()
        if moments.is_next_deadly():
            _send_commit_and_die()
        genuine_commit()
        moments.reached()

    def writing(self: Copy, piece: Any) -> None:
        moments.reached()
        write(self, piece)

    write = Copy.write
    Copy.write = writing  # type: ignore[method-assign]
    connection_created.connect(as_the_site, weak=False)
    connection.execute_wrappers.append(around)
    connection._commit = commit  # type: ignore[method-assign]


def _only_reads(sql: str) -> bool:
    # A job is queued by a function of the database, so by a SELECT.
    return sql.lstrip().upper().startswith("SELECT") and "procrastinate" not in sql


def _send_commit_and_die() -> None:
    wire = connection.connection.pgconn
    wire.send_query(b"COMMIT")
    while wire.flush():
        time.sleep(0.001)
    die()


def _watch_questions_to_others(moments: _Moments) -> None:
    ask, hear = HTTPConnection.endheaders, HTTPConnection.getresponse

    def asking(self: HTTPConnection, *args: Any, **kwargs: Any) -> None:
        moments.reached()
        ask(self, *args, **kwargs)

    def hearing(self: HTTPConnection) -> Any:
        moments.reached()
        answer = hear(self)
        moments.reached()
        return answer

    HTTPConnection.endheaders = asking  # type: ignore[method-assign]
    HTTPConnection.getresponse = hearing  # type: ignore[method-assign]


if __name__ == "__main__":
    import django

    django.setup()
    _warm()
    _serve(sys.stdin, sys.stdout)

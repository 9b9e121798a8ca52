"""`make demo`: a running cooperative, from an empty machine to a page, until Ctrl-C."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from mine_de_soleil.core.embedded_postgres.server import embedded_url
from mine_de_soleil.demo.accounts import ACCOUNTS
from mine_de_soleil.demo.loading import is_loaded

HOST = "127.0.0.1"
# Two processes for two cores: one computing a chart doesn't make the other visitor wait.
WEB_PROCESSES, WEB_THREADS = 2, 4
STOP_WITHIN_S = 15
WORKER_PAUSE_S = 2.0
MIGRATION_LOCK = 20_190_712  # any number, the same for all


class Command(BaseCommand):
    help = "Loads the demo cooperative once and runs the site and its worker until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        port = int(os.environ.get("PORT", "8000"))
        _refuse_taken(port)
        self._say("Préparation de la base de données…")
        with _alone():
            call_command("migrate", verbosity=0)
        known = is_loaded()
        if not known:
            self._say("Chargement de la coopérative de démonstration (une minute)…")
            _load()
        children = _start(port)
        stopping = _Stop(children)
        try:
            _wait_until_up(port, children, stopping)
            if not stopping.asked:
                self._welcome(port)
            if known and not stopping.asked:
                children.append(_load_meanwhile())
            _wait_for_end(children, stopping)
        finally:
            _end(children)
        if not stopping.asked:
            raise CommandError("Le site s’est arrêté tout seul : voyez les lignes ci-dessus.")
        self._say("Arrêté. Les données sont gardées dans var/.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _welcome(self, port: int) -> None:
        self._say(f"\n  Mine de Soleil tourne : http://localhost:{port}/mine-de-soleil/\n")
        self._say("  Comptes de démonstration, mot de passe « mine-de-soleil » :")
        for account in ACCOUNTS:
            self._say(f"    {account.email:26} {', '.join(str(role.label) for role in account.roles)}")
        self._say("\n  Ctrl-C pour arrêter.\n")


def _load() -> None:
    call_command("demo_load", stdout=io.StringIO())


def _load_meanwhile() -> "_Child":
    """The days since, while the site answers; stopped with it, the next start goes on."""
    return _Child(
        [sys.executable, "manage.py", "demo_load", "--json"], _environment(), output=subprocess.DEVNULL
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Of two demos started at the same moment on one database, the second waits for the first's tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


class _Child:
    """A program of the site, in a process group of its own.

    Ctrl-C reaches the launcher alone, which stops its children in order: a web server whose workers also
    heard it would leave some of them behind.
    """

    def __init__(self, command: list[str], environment: dict[str, str], output: int | None = None) -> None:
        self._command, self._environment, self._output = command, environment, output
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            self._command,
            cwd=settings.BASE_DIR,
            env=self._environment,
            stdout=self._output,
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def terminate(self) -> None:
        if self.runs:
            self.process.terminate()

    def end(self, within_s: float) -> None:
        """Wait for it to stop, then stop what is left of its group."""
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(ProcessLookupError):  # nobody is left of the group: that's what we want
            os.killpg(self.process.pid, signal.SIGKILL)


class _Stop:
    """Remembers that somebody asked to stop, and passes it on once."""

    def __init__(self, children: list[_Child]) -> None:
        self.asked = False
        self._children = children
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        for child in self._children:
            child.terminate()


def _refuse_taken(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandError(f"Le port {port} est déjà pris. Que faire : PORT=8001 make demo") from None


def _environment() -> dict[str, str]:
    """Of the site's programs: on the database this process holds open."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mine_de_soleil.settings"}
    if not environment.get("DATABASE_URL"):
        environment["DATABASE_URL"] = embedded_url()
    return environment


def _start(port: int) -> list[_Child]:
    """The web server and the worker, on the database this process holds open."""
    environment = _environment()
    environment.setdefault("MDS_SITE_URL", f"http://localhost:{port}")  # printed on papers and invitations
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--log-level", "warning"]
    web += ["--respawn-failed-workers"]
    worker = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]
    worker += ["--delete-jobs", "successful"]
    commands = ([*web, "mine_de_soleil.wsgi:application"], worker)
    return [_Child(command, environment) for command in commands]


def _wait_until_up(port: int, children: list[_Child], stopping: _Stop) -> None:
    while not stopping.asked and all(child.runs for child in children):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/sante/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)


def _wait_for_end(children: list[_Child], stopping: _Stop) -> None:
    """Until somebody asks to stop, or the web server ends. The worker gives up when its database restarts."""
    web, worker, *_load = children
    while not stopping.asked and web.runs:
        time.sleep(0.2)
        if not worker.runs and not stopping.asked:
            time.sleep(WORKER_PAUSE_S)
            worker.start()


def _end(children: list[_Child]) -> None:
    """Stop what still runs, kindly, then firmly."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN_S
    for child in children:
        child.end(max(0.1, deadline - time.monotonic()))

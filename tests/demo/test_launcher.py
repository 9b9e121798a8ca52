"""`make demo`: the worker is started again when it ends; stopping leaves nobody behind."""

import os
import sys
from contextlib import nullcontext
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from mine_de_soleil.demo.management.commands import demo

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
AT_ONCE = [sys.executable, "-c", ""]


class StopAfter:
    """Asks to stop once the worker was started `starts` times."""

    def __init__(self, worker: demo._Child, starts: int) -> None:
        self.starts = 1
        start = worker.start

        def counted() -> None:
            self.starts += 1
            start()

        worker.start = counted  # type: ignore[method-assign]
        self.wanted = starts

    @property
    def asked(self) -> bool:
        return self.starts >= self.wanted


@pytest.fixture
def web():
    child = demo._Child(FOREVER, dict(os.environ))
    yield child
    child.terminate()
    child.end(5)


def test_a_worker_that_ended_is_started_again(web: demo._Child, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo, "WORKER_PAUSE_S", 0)
    worker = demo._Child(AT_ONCE, dict(os.environ))
    stop = StopAfter(worker, starts=3)
    demo._wait_for_end([web, worker], stop)  # type: ignore[arg-type]
    assert stop.starts == 3
    worker.end(5)


def test_stopping_leaves_nobody_behind(web: demo._Child):
    worker = demo._Child(FOREVER, dict(os.environ))
    demo._end([web, worker])
    assert not web.runs
    assert not worker.runs


@pytest.mark.parametrize(
    ("known", "order"), [(False, ["load", "start", "up"]), (True, ["start", "up", "load"])]
)
def test_a_demo_that_is_there_answers_before_the_days_since_are_added(
    known: bool, order: list[str], monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []
    monkeypatch.setattr(demo, "is_loaded", lambda: known)
    monkeypatch.setattr(demo, "_refuse_taken", lambda port: None)
    monkeypatch.setattr(demo, "_alone", nullcontext)
    monkeypatch.setattr(demo, "_load", lambda: done.append("load"))
    monkeypatch.setattr(
        demo, "_load_meanwhile", lambda: done.append("load") or demo._Child(AT_ONCE, dict(os.environ))
    )
    monkeypatch.setattr(demo, "_start", lambda port: done.append("start") or [])
    monkeypatch.setattr(demo, "_wait_until_up", lambda *_: done.append("up"))
    monkeypatch.setattr(demo, "_wait_for_end", lambda children, stopping: setattr(stopping, "asked", True))
    monkeypatch.setattr(demo, "_Stop", lambda children: SimpleNamespace(asked=False))
    monkeypatch.setattr(demo, "call_command", lambda *_, **__: None)
    call_command(demo.Command(stdout=StringIO()))
    assert done == order

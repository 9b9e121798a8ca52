"""`make demo`: the worker is started again when it ends; stopping leaves nobody behind."""

import os
import sys

import pytest

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

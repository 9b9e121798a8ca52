"""The worker's nightly work on people."""

import pytest

from shareholders import tasks
from shareholders.services import forgetting, newborns


def test_requests_that_cannot_be_forgotten_keep_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch):
    done = []

    def fail(*, now):
        raise RuntimeError("no database")

    monkeypatch.setattr(newborns, "forget_unconfirmed", fail)
    monkeypatch.setattr(forgetting, "forget_ended", lambda *, now: done.append(now.year))
    with pytest.raises(RuntimeError):
        tasks.forget_people.func.__wrapped__(1_780_000_000)
    assert done == [2026]

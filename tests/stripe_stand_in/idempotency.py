"""The same key does the same thing once, however often and however close together it is asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.stripe_stand_in.wire import Answer, Refused


@dataclass
class Kept:
    """A key in use (`answer` is None) or used."""

    asked: str
    answer: Answer | None = None


class Idempotency:
    """Answers by key. As at Stripe's: an act that began is remembered, refusals included; a form that was
    refused before anything began is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}

    def once(self, key: str, asked: str, act: Callable[[], Answer]) -> Answer:
        """`act`'s answer, or the first one given under `key`."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                mine = self._kept[key] = Kept(asked)
        if kept is not None:
            return _replayed(kept, asked)
        try:
            mine.answer = act()
        except Refused as refusal:
            if not refusal.kept:
                self._forget(key)
                raise
            mine.answer = refusal.answer
        except BaseException:
            self._forget(key)
            raise
        return mine.answer

    def _forget(self, key: str) -> None:
        with self._lock:
            del self._kept[key]


def _replayed(kept: Kept, asked: str) -> Answer:
    if kept.asked != asked:
        raise Refused(
            "Keys for idempotent requests can only be used again with the same parameters.",
            kind="idempotency_error",
        )
    if kept.answer is None:
        raise Refused(
            "There is currently another in-progress request using this idempotency key.",
            status=409,
            code="idempotency_key_in_use",
            kind="idempotency_error",
        )
    return Answer(kept.answer.status, kept.answer.body, {"Idempotent-Replayed": "true"})

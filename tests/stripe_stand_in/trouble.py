"""Trouble asked for in advance: the next requests fail, drag, or are done without an answer."""

import threading
from dataclasses import dataclass

from tests.stripe_stand_in.wire import Answer


@dataclass(frozen=True)
class OneTrouble:
    """For one request: an error `status` instead of any work, a delay [s], or the line cut after the work."""

    status: int = 0
    slow_s: float = 0.0
    cut: bool = False


class Trouble:
    """Consumed request by request, in the order it was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead: list[OneTrouble] = []

    def add(self, one: OneTrouble, times: int) -> None:
        with self._lock:
            self._ahead += [one] * times

    def next(self) -> OneTrouble:
        with self._lock:
            return self._ahead.pop(0) if self._ahead else OneTrouble()

    def answer(self, one: OneTrouble) -> Answer:
        """Stripe's body for such a failure."""
        error = {"type": "api_error", "message": "An unknown error occurred."}
        if one.status == 429:
            error = {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}
        return Answer(one.status, {"error": error})

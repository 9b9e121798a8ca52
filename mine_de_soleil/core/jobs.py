"""How a job of the worker uses the database."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")


def fresh_connection(job: Callable[P, R]) -> Callable[P, R]:
    """Drop connections that are broken or too old before and after a job.

    A web request does so by itself; a worker's thread would keep a connection that a restart of the
    database has cut, and fail at every job from then on.
    """

    @wraps(job)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return job(*args, **kwargs)
        finally:
            close_old_connections()

    return wrapper

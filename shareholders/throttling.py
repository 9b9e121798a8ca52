"""Counting what an address does on public pages; the count is in the cache, shared by all machines."""

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle


class _ByAddress(SimpleRateThrottle):
    """So many acts of one sort by one address; `rate` is like « 20/hour »."""

    def __init__(self, act: str, rate: str) -> None:
        self.scope, self.rate = act, rate
        super().__init__()

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}  # type: ignore[arg-type]


def is_too_often(request: HttpRequest, act: str, rate: str) -> bool:
    """Whether this address has done `act` more often than `rate`; this time counts too."""
    return not _ByAddress(act, rate).allow_request(request, None)  # type: ignore[arg-type]

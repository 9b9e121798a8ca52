"""One careful GET: a deadline, a size limit, a few tries, and errors that name the service, not the address.

An address may hold a key: it never goes into an error.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, ReadTimeoutError

from production.weather.errors import SourceRefused, SourceUnreachable

Fetch = Callable[[str], bytes]

TIMEOUT_S = 10.0
# A server that drips one byte a second never times out by itself.
DEADLINE_S = 30.0
MAX_ANSWER_BYTES = 32 * 1024 * 1024  # twenty years of PVGIS hours are about 20 MB of JSON
PAUSES_S = (0.5, 2.0)  # before the second and the third try
CHUNK_BYTES = 64 * 1024
MAX_REASON_CHARACTERS = 200
HEADERS = {"User-Agent": "mine-de-soleil", "Accept": "application/json, text/csv"}
_SAYS_WHY = (400, 404, 422)
_MAY_PASS = ("timeout", "connection", "cut-short", "http-5")


def http_fetch(
    url: str,
    *,
    timeout_s: float = TIMEOUT_S,
    deadline_s: float = DEADLINE_S,
    max_bytes: int = MAX_ANSWER_BYTES,
    pauses_s: tuple[float, ...] = PAUSES_S,
) -> bytes:
    """The whole answer of a GET, redirects not followed. Raises SourceUnreachable, SourceRefused.

    Failures that may pass (no connection, timeout, cut answer, HTTP 5xx) are tried again after each pause.
    """
    for pause_s in pauses_s:
        try:
            return _fetch_once(url, timeout_s, deadline_s, max_bytes)
        except SourceUnreachable as error:
            if not error.reason.startswith(_MAY_PASS):
                raise
        time.sleep(pause_s)
    return _fetch_once(url, timeout_s, deadline_s, max_bytes)


def _fetch_once(url: str, timeout_s: float, deadline_s: float, max_bytes: int) -> bytes:
    source = urlsplit(url).hostname or "?"
    last = time.monotonic() + deadline_s
    try:
        with requests.get(
            url, timeout=timeout_s, stream=True, allow_redirects=False, headers=HEADERS
        ) as answer:
            content = _read_within(answer, source, last, max_bytes)
            status = int(answer.status_code)
    except (requests.Timeout, ReadTimeoutError):
        raise SourceUnreachable(source, "timeout") from None
    except (ProtocolError, DecodeError):
        raise SourceUnreachable(source, "cut-short") from None
    except (requests.RequestException, HTTPError):
        raise SourceUnreachable(source, "connection") from None
    if status != 200:
        raise _refusal(source, status, content)
    return content


def _read_within(answer: requests.Response, source: str, last: float, max_bytes: int) -> bytes:
    parts, size = [], 0
    # What has come, however little: `iter_content` would wait for a whole chunk, past the deadline.
    while part := answer.raw.read1(CHUNK_BYTES, decode_content=True):
        size += len(part)
        if size > max_bytes:
            raise SourceUnreachable(source, "too-large")
        if time.monotonic() > last:
            raise SourceUnreachable(source, "timeout")
        parts.append(part)
    return b"".join(parts)


def _refusal(source: str, status: int, content: bytes) -> SourceUnreachable | SourceRefused:
    """Open-Meteo says why in `reason`, PVGIS in `message`, both with HTTP 400."""
    if status == 429:
        return SourceUnreachable(source, "busy")
    if status not in _SAYS_WHY:
        return SourceUnreachable(source, f"http-{status}")
    try:
        told = json.loads(content)
        reason = str(told.get("reason") or told["message"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return SourceUnreachable(source, f"http-{status}")
    visible = "".join(c if c.isprintable() else " " for c in reason[:MAX_REASON_CHARACTERS])
    return SourceRefused(source, visible)

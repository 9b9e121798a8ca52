"""Webhooks: signed as Stripe signs them, delivered when a test says so, again until they are accepted."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from tests.stripe_stand_in.wire import Json

Receiver = Callable[[bytes, str], int]


@dataclass(frozen=True)
class Endpoint:
    """Where webhooks go: an address, or a function of body and signature that gives a status."""

    target: str | Receiver
    secret: str


@dataclass(frozen=True)
class Delivery:
    """One event sent to one endpoint; `status` 0 when nobody answered."""

    event: str
    type: str
    status: int


def signed(payload: bytes, secret: str, *, at: int | None = None) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 of time and body."""
    at = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def payload_of(event: Json) -> bytes:
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


def send(endpoint: Endpoint, event: Json) -> Delivery:
    """Deliver once. A redirection isn't followed, as at Stripe's."""
    payload = payload_of(event)
    signature = signed(payload, endpoint.secret)
    if isinstance(endpoint.target, str):
        status = _posted(endpoint.target, payload, signature)
    else:
        status = endpoint.target(payload, signature)
    return Delivery(event["id"], event["type"], status)


def _posted(url: str, payload: bytes, signature: str) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), payload, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()

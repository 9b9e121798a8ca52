"""Columns that only the running site can read: bank accounts, keys of providers.

Fernet (AES-128-CBC with an HMAC) under the keys of `MDS_DATA_KEYS`, the first of which encrypts; older ones
still open what they closed. A copy of the database alone tells nobody's IBAN.
"""

import base64
import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """A secret was closed with a key that this site doesn't have."""


@cache
def _keyring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_stretched(key)) for key in keys])


def _stretched(key: str) -> bytes:
    # Keys are long random texts (see docs/deploy.md), so one round gives Fernet its 32 bytes.
    return base64.urlsafe_b64encode(hashlib.sha256(b"mine-de-soleil data " + key.encode()).digest())


def closed(text: str) -> bytes:
    """`text` encrypted under the first key."""
    return closed_bytes(text.encode())


def opened(token: bytes) -> str:
    """The text of a token. Raises Unreadable."""
    return opened_bytes(token).decode()


def closed_bytes(content: bytes) -> bytes:
    """A file encrypted under the first key; a third longer."""
    return _keyring(tuple(settings.DATA_KEYS)).encrypt(content)


def opened_bytes(token: bytes | memoryview) -> bytes:
    """The file of a token. Raises Unreadable."""
    try:
        return _keyring(tuple(settings.DATA_KEYS)).decrypt(bytes(token))
    except InvalidToken as error:
        raise Unreadable("this secret was closed with another key: see MDS_DATA_KEYS") from error


def fingerprint(text: str) -> str:
    """What tells equal secrets without opening them (hex of an HMAC-SHA256); useless without the last key.

    The last key, not the first: a new first key must not change the fingerprints already stored.
    """
    key = _stretched(settings.DATA_KEYS[-1])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class SecretField(models.Field):  # type: ignore[type-arg]
    """A text kept encrypted; empty is kept as no bytes. It can't be searched: store a `fingerprint` too."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: bytes | memoryview | None, expression: object, connection: object) -> str:
        return opened(bytes(value)) if value else ""

    def get_db_prep_value(self, value: str, connection: Any, prepared: bool = False) -> Any:
        return connection.Database.Binary(closed(value) if value else b"")

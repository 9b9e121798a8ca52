"""Was this paper made here, and is it still as it was? Answered without a word about whom it concerns."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import QuerySet

from mine_de_soleil.core.papers.seal import Seal, UnreadablePdf
from shareholders.models import Cooperative, Paper
from shareholders.paper_keys import number_of
from shareholders.seal_reader import guarded_seals_of
from shareholders.services.certificates import sealer_of

MOST_BYTES = 10 * 1024 * 1024
# Strangers' files read at the same moment, whatever the number of web processes.
READERS = 2
READING = 20_190_714  # any number, the same for all: names the locks of the readers
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GAPS = re.compile(r"[\s:]+")


class Finding(StrEnum):
    """What was found out."""

    GENUINE = "genuine"  # these very bytes were made here
    PRINTED_CODE = "printed_code"  # a paper of that code was made here; its bytes weren't seen
    ALTERED = "altered"  # sealed, then changed
    ELSEWHERE = "elsewhere"  # soundly sealed, by a certificate that isn't ours
    UNLISTED = "unlisted"  # soundly sealed by one of ours, and not among our papers
    UNSEALED = "unsealed"  # a PDF without a seal
    UNREADABLE = "unreadable"  # no PDF, or too damaged
    UNKNOWN = "unknown"  # a code or fingerprint of no paper
    MALFORMED = "malformed"  # neither a code nor a fingerprint


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `sealer` is the name in a foreign or broken seal: anybody can write any name there."""

    finding: Finding
    paper: Paper | None = None
    sha256: str = ""
    company: Cooperative | None = None
    sealer: str = ""
    sealed_at: dt.datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.finding is Finding.GENUINE


def verdict_on_text(text: str) -> Verdict:
    """On a code or a fingerprint, however it was typed."""
    plain = _GAPS.sub("", text)
    if _SHA256.fullmatch(plain.lower()):
        return _on_fingerprint(plain.lower())
    number = number_of(plain)
    if number is None:
        looks_right = re.fullmatch(r"\d{1,18}-[0-9A-Za-z]{10}", plain)
        return Verdict(Finding.UNKNOWN if looks_right else Finding.MALFORMED)
    paper = _papers().filter(pk=number).first()
    if paper is None:
        return Verdict(Finding.UNKNOWN)
    return Verdict(Finding.PRINTED_CODE, paper, paper.sha256, paper.cooperative)


def _on_fingerprint(sha256: str) -> Verdict:
    paper = _papers().filter(sha256=sha256).first()
    if paper is None:
        return Verdict(Finding.UNKNOWN, sha256=sha256)
    return Verdict(Finding.GENUINE, paper, sha256, paper.cooperative)


class TooManyReaders(Exception):
    """As many files as the machine can bear are being read."""


@contextmanager
def _a_reader() -> Iterator[None]:
    """One of the few places to read a file in; given back whatever happens. Raises TooManyReaders."""
    with transaction.atomic(), connection.cursor() as cursor:
        for place in range(READERS):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [READING, place])
            if cursor.fetchone() == (True,):
                break
        else:
            raise TooManyReaders
        yield


def verdict_on_file(content: bytes) -> Verdict:
    """On a file: ours to the last byte, or what its seal says. The file is kept nowhere.

    Raises TooManyReaders.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = _on_fingerprint(sha256)
    if known.is_good:
        return known
    try:
        with _a_reader():
            seals = guarded_seals_of(content)
    except UnreadablePdf:
        return Verdict(Finding.UNREADABLE, sha256=sha256)
    if not seals:
        return Verdict(Finding.UNSEALED, sha256=sha256)
    return _on_seal(seals[0], sha256, is_only=len(seals) == 1)


def _on_seal(seal: Seal, sha256: str, *, is_only: bool) -> Verdict:
    company = sealer_of(seal.certificate_fingerprint)
    if not seal.is_intact or not is_only or not seal.covers_whole_file:
        finding = Finding.ALTERED
    else:
        finding = Finding.UNLISTED if company else Finding.ELSEWHERE
    return Verdict(finding, None, sha256, company, seal.name[:120], seal.sealed_at)


def _papers() -> QuerySet[Paper]:
    return Paper.objects.defer("content").select_related("cooperative")

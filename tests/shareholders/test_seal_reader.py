"""Seals of strangers' files, read in a process of its own."""

import zlib

import pytest

from mine_de_soleil.core.papers.seal import UnreadablePdf, seal, seals_of
from shareholders import seal_reader
from shareholders.seal_reader import guarded_seals_of
from tests.pages.test_verify import unsealed
from tests.shareholders.sealed import NOW, shared_certificate


def test_it_says_what_the_reader_in_this_process_says():
    sealed = seal(unsealed(), shared_certificate(), reason="Panneau n° 41 « Léonie »", at=NOW)
    assert guarded_seals_of(sealed) == seals_of(sealed)
    assert guarded_seals_of(unsealed()) == []


def test_a_file_that_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seal_reader, "WAIT_S", 0.02)
    with pytest.raises(UnreadablePdf):
        guarded_seals_of(unsealed())


def bomb(unfolded_bytes: int) -> bytes:
    """A small PDF whose table of contents unfolds to gigabytes."""
    squeeze, chunk = zlib.compressobj(9), bytes(1 << 20)
    table = b"".join(squeeze.compress(chunk) for _ in range(unfolded_bytes >> 20)) + squeeze.flush()
    head = b"%PDF-1.5\n"
    start = b"1 0 obj\n<</Type/XRef/W[1 2 1]/Size 9/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
    return head + start % len(table) + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def test_a_file_that_unfolds_to_gigabytes_dies_alone():
    with pytest.raises(UnreadablePdf):
        guarded_seals_of(bomb(1_200 << 20))

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from mine_de_soleil.core.papers.certificates import self_signed
from mine_de_soleil.core.papers.seal import AlreadySealed, CertificateRefused, UnreadablePdf, seal, seals_of
from mine_de_soleil.core.papers.typeset import typeset

from . import samples
from .reading import metadata, pages, reader, structure, text_of

AT = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
OURS = self_signed("Mine de Soleil (démonstration)", at=AT)
PAPER = typeset("certificate", asdict(samples.certificate()))
SEALED = seal(PAPER, OURS, reason="Attestation A-2026-0007", at=AT)


def verdict(pdf: bytes) -> str:
    """What somebody who brings a file is told."""
    try:
        seals = seals_of(pdf)
    except UnreadablePdf:
        return "unreadable"
    return "holds" if seals and all(found.holds for found in seals) else "doesn't hold"


def test_a_seal_tells_who_when_why_and_that_it_holds():
    (found,) = seals_of(SEALED)
    assert (found.name, found.sealed_at, found.reason) == (OURS.name, AT, "Attestation A-2026-0007")
    assert found.is_intact
    assert found.covers_whole_file
    assert found.holds
    assert found.is_of(OURS)


def test_a_certificate_of_the_same_name_is_told_from_ours():
    impostor = self_signed(OURS.name, at=AT)
    (found,) = seals_of(seal(PAPER, impostor, reason="", at=AT))
    assert found.name == OURS.name
    assert found.holds
    assert not found.is_of(OURS)


def test_a_paper_without_seal_has_none():
    assert seals_of(PAPER) == []


def test_the_paper_under_the_seal_is_left_byte_for_byte():
    assert SEALED.startswith(PAPER)
    assert text_of(SEALED) == text_of(PAPER)
    assert structure(SEALED) == structure(PAPER)


def test_a_sealed_paper_is_still_accessible():
    root = reader(SEALED).root
    assert 'pdfuaid:part="1"' in metadata(SEALED)
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/Version" not in root
    assert "/StructTreeRoot" in root


def test_the_field_of_the_seal_needs_no_tag():
    """Hidden, outside the page, named, on a page in the order of its structure (ISO 14289-1, 7.18)."""
    (field,) = (item.get_object() for item in reader(SEALED).root["/AcroForm"]["/Fields"])
    hidden = 2
    assert int(field["/F"]) & hidden
    assert all(float(side) < 0 for side in field["/Rect"])
    assert field["/TU"] == f"Sceau de {OURS.name}"
    assert pages(SEALED)[0]["/Tabs"] == "/S"


def test_a_seal_is_a_certification_that_allows_no_change():
    root = reader(SEALED).root
    certification = root["/Perms"]["/DocMDP"]
    assert certification["/SubFilter"] == "/ETSI.CAdES.detached"
    assert certification["/Reference"][0]["/TransformParams"]["/P"] == 1


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_one_altered_byte_is_noticed(place, change):
    altered = bytearray(SEALED)
    altered[place] ^= change
    assert verdict(bytes(altered)) != "holds"


@pytest.mark.parametrize("tail", [b" ", b"\n%%EOF", b"rien"])
def test_bytes_added_at_the_end_are_noticed(tail):
    assert verdict(SEALED + tail) != "holds"


@pytest.mark.parametrize("length", [0, 1, 100, len(PAPER), len(SEALED) // 2, len(SEALED) - 7])
def test_a_file_cut_short_is_noticed(length):
    assert verdict(SEALED[:length]) != "holds"


def test_another_letter_case_where_the_seal_is_written_is_noticed():
    start = SEALED.rindex(b"/Contents <") + len(b"/Contents <")
    at = next(i for i in range(start, len(SEALED)) if SEALED[i : i + 1] in b"abcdefABCDEF")
    altered = SEALED[:at] + SEALED[at : at + 1].swapcase() + SEALED[at + 1 :]
    assert verdict(altered) != "holds"


def test_a_page_changed_afterwards_is_noticed():
    writer = IncrementalPdfFileWriter(BytesIO(SEALED))
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = NumberObject(90)
    writer.mark_update(page)
    changed = BytesIO()
    writer.write(changed)
    (found,) = seals_of(changed.getvalue())
    assert not found.covers_whole_file
    assert not found.holds


def test_a_sealed_paper_takes_no_second_seal():
    with pytest.raises(AlreadySealed, match="porte déjà un sceau"):
        seal(SEALED, OURS, reason="Encore", at=AT)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\x00" * 1000, b"%PDF-1.7\n" + b"(" * 5000]
)
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(UnreadablePdf, match="PDF"):
        seal(data, OURS, reason="", at=AT)
    with pytest.raises(UnreadablePdf, match="PDF"):
        seals_of(data)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    assert verdict(b"%PDF-1.7\n" + data) == "unreadable" or seals_of(b"%PDF-1.7\n" + data) == []


def test_a_certificate_past_its_days_seals_nothing():
    with pytest.raises(CertificateRefused, match="n’est valable que"):
        seal(PAPER, OURS, reason="", at=AT + timedelta(days=4000))


def test_an_instant_without_time_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="time zone"):
        seal(PAPER, OURS, reason="", at=AT.replace(tzinfo=None))


@pytest.mark.parametrize("reason", ["", "é (parenthèses) \\ 😀", "x" * 10_000])
def test_any_reason_is_kept(reason):
    (found,) = seals_of(seal(PAPER, OURS, reason=reason, at=AT))
    assert found.reason == reason
    assert found.holds

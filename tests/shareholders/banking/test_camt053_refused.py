"""Files no statement is taken from: each gets a French sentence with its place, and nothing is kept."""

import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.banking.camt053 import StatementRefused, envelope, read_statements, reader
from tests.shareholders.banking.statements import (
    DAY,
    OTHER_IBAN,
    OUR_IBAN,
    Line,
    balance,
    camt053,
    document,
    statement,
    zipped,
)

GOOD = camt053([Line("100.00", name="LEFEBVRE JEANNE"), Line("50.00")])
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Document>&c;</Document>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>'


def refusal(data: bytes, **options: object) -> StatementRefused:
    with pytest.raises(StatementRefused) as found:
        read_statements(data, **options)
    return found.value


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b" \n\t ", "vide"),
        (LAUGHS, "définitions cachées"),
        (OUTSIDE, "définitions cachées"),
        (b"%PDF-1.7\n...", "document PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien format .xls"),
        (zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), "classeur"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "classeur"),
        (b"Date;Libelle;Montant\n02/03/2026;VIR;100,00\n", "tableau (CSV)"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n", "OFX"),
        (b"!Type:Bank\nD02/03/2026\n", "QIF"),
        (b":20:STARTUMS\n:25:FR76\n", "MT940"),
        (b"0130004    00417EUR2 00012345678  020326", "CFONB"),
        (b'{"amount": 100}', "JSON"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b"bonjour", "commence par « bonjour »"),
        (b"\x00\x01\x02\x03", "Ce n’est pas un fichier XML"),
        (b"<a><b></a>", "abîmé ou coupé"),
        (b"<a/>", "n’est pas un relevé de compte"),
        (GOOD[:-40], "abîmé ou coupé"),
        (GOOD.replace(b"camt.053.001.02", b"camt.052.001.02"), "relevé du jour en cours (CAMT.052)"),
        (GOOD.replace(b"camt.053.001.02", b"camt.054.001.08"), "avis d’opérations (CAMT.054)"),
        (GOOD.replace(b"camt.053.001.02", b"pain.001.001.09"), "ordre de virement"),
        (GOOD.replace(b"camt.053.001.02", b"pacs.008.001.08"), "pacs.008.001.08"),
        (GOOD.replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', b""), "relevé CAMT.053"),
        (document([]), "aucun relevé"),
        (GOOD.replace(b"UTF-8", b"klingon"), "encodage"),
        (GOOD.replace(b"JEANNE", b"JEANN\xc9"), "abîmé ou coupé"),
        (b"PK\x03\x04 not an archive at all", "archive est abîmée"),
        (zipped({}), "archive est vide"),
        (zipped({"a.xml": GOOD, "notice.pdf": b"%PDF-1.7"}), "« notice.pdf » : c’est un document PDF"),
    ],
)
def test_what_is_no_statement_is_named(data: bytes, said: str):
    assert said in str(refusal(data))


def test_a_cut_archive_is_refused():
    assert "abîmée" in str(refusal(zipped({"a.xml": GOOD})[:-30]))
    whole = zipped({"a.xml": GOOD * 50})
    middle = len(whole) // 2
    assert refusal(whole[:middle] + b"\xff\xff\xff\xff" + whole[middle + 4 :])


def test_a_locked_archive_is_refused():
    data = bytearray(zipped({"a.xml": GOOD}))
    data[6] |= 1  # the flag in the local header, then in the directory
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "mot de passe" in str(refusal(bytes(data)))


def test_a_file_too_big_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(envelope, "MAX_BYTES", len(GOOD) - 1)
    assert "trop gros" in str(refusal(GOOD))


def test_an_archive_that_swells_is_refused_whatever_sizes_it_announces():
    data = zipped({"a.xml": b" " * (envelope.MAX_BYTES + 1)})
    assert len(data) < 100_000
    assert "trop gros" in str(refusal(data))


def test_an_archive_of_too_many_files_is_refused():
    data = zipped({f"{i}.xml": b"<a/>" for i in range(envelope.MAX_PARTS + 1)})
    assert "trop de fichiers" in str(refusal(data))


def test_too_many_entries_are_refused_over_all_files(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_ENTRIES", 3)
    assert "200 000 écritures" in str(refusal(zipped({"a.xml": GOOD, "b.xml": GOOD})))


def test_too_many_statements_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_STATEMENTS", 2)
    assert "2 000 relevés" in str(refusal(document([statement([])] * 3)))


def test_a_bottomless_document_is_refused():
    data = b"<Document>" * 100_000
    assert refusal(data)
    assert "démesuré" in str(refusal(b"<a>" * 100_000))


def test_a_swarm_of_empty_elements_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 1000)
    assert "démesuré" in str(refusal(GOOD.replace(b"<Stmt>", b"<Stmt>" + b"<a/>" * 1000)))


def test_an_endless_text_is_refused_with_its_place():
    found = refusal(camt053([Line("1.00"), Line("1.00", "x" * 10_000)]))
    assert "Écriture 2, RmtInf/Ustrd : le texte est démesuré" in str(found)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b">100.00<", b">100.001<", "Écriture 1, Amt : le montant « 100.001 » a plus de deux décimales"),
        (b">100.00<", b">100,00<", "Écriture 1, Amt : le montant est illisible : « 100,00 »"),
        (b">100.00<", b">-100.00<", "illisible"),
        (b">100.00<", b">1e2<", "illisible"),
        (b">100.00<", b">NaN<", "illisible"),
        (b">100.00<", b"><", "illisible"),
        (b">100.00<", b">" + b"9" * 400 + b"<", "illisible"),
        (b">100.00<", ">١٠٠<".encode(), "illisible"),
        (b'Ccy="EUR">100.00', b">100.00", "devise"),
        (b'<Amt Ccy="EUR">100.00</Amt>', b"", "Écriture 1, Amt : le montant manque"),
        (b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<Sts>", "Écriture 1, CdtDbtInd : le sens"),
        (b"<Sts>BOOK</Sts>", b"<Sts>MAYBE</Sts>", "Écriture 1, Sts : l’état de l’écriture est inconnu"),
        (b"<Sts>BOOK</Sts>", b"", "Sts"),
        (
            b"<BookgDt><Dt>2026-03-02",
            b"<BookgDt><Dt>2026-02-30",
            "Écriture 1, BookgDt : la date est illisible",
        ),
        (b"<BookgDt><Dt>2026-03-02", b"<BookgDt><Dt>02/03/2026", "« 02/03/2026 »"),
        (b"<IBAN>" + OUR_IBAN.encode(), b"<IBAN>", "Acct : le relevé ne dit pas de quel compte"),
        (b"OPBD", b"ITBD", "Bal : le solde de départ manque (OPBD ou PRCD)"),
        (b"CLBD", b"ITBD", "Bal : le solde de fin manque (CLBD)"),
        (b"<ToDtTm>2026-03-02T23:59:59", b"<ToDtTm>hier", "FrToDt/ToDtTm : la date est illisible"),
    ],
)
def test_a_fault_is_told_with_its_entry_and_its_element(before: bytes, after: bytes, said: str):
    assert before in GOOD
    assert said in str(refusal(GOOD.replace(before, after)))


def test_balances_that_do_not_add_up_are_refused_with_the_sums():
    found = str(refusal(camt053([Line("100.00"), Line("50.00")], closing=Decimal("1160.00"))))
    for sum_said in ("1 000 €", "150 €", "1 150 €", "1 160 €", "écart : 10 €"):
        assert sum_said in found


def test_an_entry_taken_out_of_a_statement_is_seen():
    start, end = GOOD.index(b"<Ntry>"), GOOD.index(b"</Ntry>") + len(b"</Ntry>")
    assert "incomplet ou modifié" in str(refusal(GOOD[:start] + GOOD[end:]))


def test_the_statement_of_another_account_is_refused_with_both_accounts_masked():
    found = str(refusal(camt053([], OTHER_IBAN), ibans=[OUR_IBAN]))
    assert f"•••• {OTHER_IBAN[-4:]}" in found
    assert f"•••• {OUR_IBAN[-4:]}" in found
    assert OTHER_IBAN not in found


def test_one_foreign_statement_refuses_the_whole_archive():
    data = zipped({"a.xml": GOOD, "b.xml": camt053([], OTHER_IBAN)})
    assert refusal(data, ibans=[OUR_IBAN]).faults[0].file == "b.xml"


def test_balances_in_two_currencies_are_refused():
    body = statement([]).replace(balance("CLBD", Decimal("1000.00"), DAY, "EUR"), "")
    mixed = body.replace("</Acct>", "</Acct>" + balance("CLBD", Decimal("1000.00"), DAY, "USD"))
    assert "deux devises" in str(refusal(document([mixed])))


def test_all_faults_are_told_at_once_and_the_sums_are_not_blamed_for_them():
    lines = [Line("1.001"), Line("2.00"), Line("3.003")]
    found = refusal(camt053(lines))
    assert [(fault.entry, fault.element) for fault in found.faults] == [(1, "Amt"), (3, "Amt")]
    assert str(found).endswith("(Et une autre erreur.)")


def test_beyond_twenty_faults_the_others_are_counted():
    found = refusal(camt053([Line("1.001")] * 30))
    assert (len(found.faults), found.fault_count) == (20, 30)
    assert str(found).endswith("(Et 29 autres erreurs.)")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(data: bytes):
    assert str(refusal(data))


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_statement_is_read_whole_or_refused(place: int, noise: bytes):
    try:
        (found,) = read_statements(GOOD[:place] + noise + GOOD[place + len(noise) :])
    except StatementRefused as refused:
        assert all(refused.sentences)
    else:
        assert found.opening + sum(e.amount for e in found.booked) == found.closing or not found.is_checked


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_archive_is_read_or_refused(place: int, noise: bytes):
    data = zipped({"a.xml": GOOD})
    try:
        read_statements(data[:place] + noise + data[place + len(noise) :])
    except StatementRefused as refused:
        assert all(refused.sentences)


def test_an_unknown_compression_is_refused():
    data = bytearray(zipped({"a.xml": GOOD}))
    data[data.rindex(b"PK\x01\x02") + 10] = zipfile.ZIP_LZMA + 80
    assert "abîmée" in str(refusal(bytes(data)))

"""Refusals of a register file in another language: every word can be translated, the place is kept."""

import pytest

from shareholders.register_files import RegisterFileRefused
from tests.shareholders.register_files.files import (
    HOLDERS,
    MOVEMENTS,
    Table,
    changed,
    csv_file,
    read,
    xlsx_file,
)
from tests.shareholders.shouting import forgotten, shout

BAD: dict[str, bytes] = {
    "empty": b"",
    "pdf": b"%PDF-1.7",
    "meter readings": b"Horodate;Valeur",
    "a statement": b"x BkToCstmrStmt x",
    "own export": b"Empreinte de la ligne;x",
    "binary": b"\x00\x01\x02",
    "no headings": b"a;b\n1;2\n",
    "headings alone": csv_file(HOLDERS[:1]),
    "open quote": csv_file(HOLDERS) + b'"x;1\n',
    "wide line": csv_file([*HOLDERS, [*HOLDERS[1], "x", "y"]]),
    "two sheets": xlsx_file(A=HOLDERS, B=HOLDERS),
    "twice": csv_file([*HOLDERS, HOLDERS[1]]),
    "no shares": csv_file(changed(HOLDERS, 2, "Nombre d’actions", "")),
    "shares in letters": csv_file(changed(HOLDERS, 2, "Nombre d’actions", "VINGT")),
    "too many shares": csv_file(changed(HOLDERS, 2, "Nombre d’actions", 10**12)),
    "no college": csv_file(changed(HOLDERS, 2, "Collège", "")),
    "strange college": csv_file(changed(HOLDERS, 2, "Collège", "AMIS")),
    "day that isn't": csv_file(changed(HOLDERS, 2, "Date de naissance", "31/02/1980")),
    "short year": csv_file(changed(HOLDERS, 2, "Date de naissance", "03/03/80")),
    "no day": csv_file(changed(HOLDERS, 2, "Date de naissance", "HIER")),
    "day to come": csv_file(changed(HOLDERS, 2, "Date de naissance", "03/03/2980")),
    "siren": csv_file(changed(HOLDERS, 4, "SIREN", "216202704")),
    "email": csv_file(changed(HOLDERS, 2, "E-mail", "NOWHERE")),
    "broken formula": csv_file(changed(HOLDERS, 2, "Commune", "#REF!")),
    "long text": csv_file(changed(HOLDERS, 2, "Commune", "X" * 200)),
    "two values": csv_file(changed(HOLDERS, 3, "Valeur nominale", "60")),
    "no name": csv_file(changed(HOLDERS, 2, "Nom", "")),
    "hole": csv_file(changed(MOVEMENTS, 3, "N°", 9)),
    "strange kind": csv_file(changed(MOVEMENTS, 3, "Nature", "TROC")),
    "no kind": csv_file(changed(MOVEMENTS, 3, "Nature", "")),
    "reversal": csv_file(changed(MOVEMENTS, 3, "Nature", "Extourne")),
    "nobody gives": csv_file(changed(MOVEMENTS, 4, "Cédant", "")),
    "nobody takes": csv_file(changed(MOVEMENTS, 4, "Cessionnaire", "")),
    "stranger gives": csv_file(changed(MOVEMENTS, 4, "Cédant", "NOBODY")),
    "gives too much": csv_file(changed(MOVEMENTS, 4, "Nombre d’actions", 500)),
    "issue by somebody": csv_file(changed(MOVEMENTS, 3, "Cédant", "DURAND Élise")),
    "other value": csv_file(changed(MOVEMENTS, 4, "Valeur nominale", "60")),
    "no day of movement": csv_file(changed(MOVEMENTS, 4, "Date", "")),
}


def refusal(content: bytes) -> RegisterFileRefused:
    with pytest.raises(RegisterFileRefused) as caught:
        read(content)
    return caught.value


def words_in(*tables: Table) -> str:
    return " ".join(str(cell) for table in tables for row in table for cell in row)


@pytest.mark.parametrize("name", BAD)
def test_every_word_of_a_refusal_can_be_translated(name: str):
    known = words_in(HOLDERS, MOVEMENTS) + " Citoyens SEM Commune utf"
    for told in refusal(BAD[name]).told(shout):
        assert forgotten(told, known) == set()


def test_the_line_and_the_column_stay_where_they_were():
    found = refusal(BAD["siren"])
    (fault,) = found.faults
    assert (fault.line, fault.column) == (4, "SIREN")
    assert "LIGNE 4, COLONNE «\u202fSIREN\u202f»" in fault.told(shout)


def test_without_a_translation_it_is_told_in_french():
    found = refusal(BAD["siren"])
    assert found.told(str) == found.sentences


def test_a_percent_sign_in_a_cell_is_only_shown():
    found = refusal(csv_file(changed(HOLDERS, 2, "E-mail", "%(name)s %d")))
    assert "%(name)s %d" in found.sentences[0]

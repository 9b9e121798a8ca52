"""Refusals of a statement in another language: every word can be translated, the entry is kept."""

from decimal import Decimal

import pytest

from shareholders.banking.camt053 import StatementRefused, read_statements
from tests.shareholders.banking.statements import OTHER_IBAN, OUR_IBAN, Line, camt053, zipped
from tests.shareholders.shouting import forgotten, shout

GOOD = camt053([Line("100.00"), Line("50.00")])
BAD: dict[str, bytes] = {
    "empty": b" ",
    "pdf": b"%PDF-1.7",
    "table": b"a;b;c\n1;2;3",
    "text": b"HELLO",
    "broken archive": b"PK\x03\x04",
    "empty archive": zipped({}),
    "office": zipped({"mimetype": b"x"}),
    "stranger in an archive": zipped({"A.XML": GOOD, "B.PDF": b"%PDF-1.7"}),
    "cut": GOOD[:-40],
    "hidden definitions": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "not a statement": b"<a/>",
    "another message": GOOD.replace(b"camt.053", b"camt.052"),
    "an unknown message": GOOD.replace(b"camt.053", b"abcd.999"),
    "another account": camt053([], OTHER_IBAN),
    "a gap in the sums": camt053([Line("100.00")], closing=Decimal("1160.00")),
    "thirty faults": camt053([Line("1.001")] * 30),
    "unknown state": GOOD.replace(b"BOOK", b"BUUK"),
    "unknown side": GOOD.replace(b"CRDT", b"CRAT"),
    "no opening": GOOD.replace(b"OPBD", b"ZZZZ"),
    "no closing": GOOD.replace(b"CLBD", b"ZZZZ"),
}
# What the messages call themselves, and the elements of the standard.
FROM_THE_FILE = "urn:iso:std:iso:20022:tech:xsd:abcd camt pain"


def refusal(data: bytes) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read_statements(data, ibans=[OUR_IBAN])
    return caught.value


@pytest.mark.parametrize("name", BAD)
def test_every_word_of_a_refusal_can_be_translated(name: str):
    found = refusal(BAD[name])
    known = FROM_THE_FILE + " ".join(fault.element for fault in found.faults)
    for told in found.told(shout):
        # In the middle of a sentence the first letter of a reason is made small.
        assert {word for word in forgotten(told, known) if len(word) > 3} == set()


def test_the_summary_counts_the_others_in_the_readers_language():
    assert refusal(BAD["thirty faults"]).summary(shout).endswith("(ET 29 AUTRES ERREURS.)")


def test_the_entry_and_the_element_stay_where_they_were():
    found = refusal(BAD["thirty faults"])
    assert [(fault.entry, fault.element) for fault in found.faults[:2]] == [(1, "Amt"), (2, "Amt")]
    assert found.faults[1].told(shout).startswith("ÉCRITURE 2, Amt")


def test_without_a_translation_it_is_told_in_french():
    found = refusal(BAD["a gap in the sums"])
    assert found.told(str) == found.sentences
    assert found.summary() == str(found)

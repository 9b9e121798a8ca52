"""The QR code of a transfer: what a banking application reads in it, and what it refuses to carry."""

import re
from decimal import Decimal

import pytest
import segno
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from segno.helpers import make_epc_qr

from shareholders.banking.iban import IbanRefused
from shareholders.banking.references import reference_for
from shareholders.banking.transfer_code import (
    MAX_AMOUNT,
    MAX_PAYLOAD_BYTES,
    TransferCodeRefused,
    payload,
    transfer_code_svg,
)
from tests.shareholders.banking.statements import OUR_IBAN

REFERENCE = reference_for("MDS", 42)
SVG = "{http://www.w3.org/2000/svg}"


def code(name: str = "SAS Mine de Soleil", amount: str = "100.00", reference: str = REFERENCE) -> list[str]:
    data = payload(name=name, iban=OUR_IBAN, amount=Decimal(amount), reference=reference)
    return data.decode().split("\n")


def drawing(title: str = "Virement de 100 €") -> str:
    return transfer_code_svg(
        name="SAS Mine de Soleil", iban=OUR_IBAN, amount=Decimal(100), reference=REFERENCE, title=title
    )


def test_the_code_says_what_the_guidelines_ask_line_by_line():
    assert code() == [
        "BCD", "002", "1", "SCT", "", "SAS Mine de Soleil", OUR_IBAN, "EUR100.00", "", REFERENCE,
    ]  # fmt: skip


def test_the_drawing_is_the_one_another_library_makes_of_the_same_transfer():
    ours = payload(name="Mine de Soleil", iban=OUR_IBAN, amount=Decimal("99.99"), reference=REFERENCE)
    theirs = make_epc_qr("Mine de Soleil", OUR_IBAN, "99.99", reference=REFERENCE, encoding="utf-8")
    assert segno.make_qr(ours, error="m", boost_error=False) == theirs


def test_the_drawing_obeys_a_strict_content_policy():
    svg = drawing()
    assert "style=" not in svg
    assert "<script" not in svg
    assert not re.search(r"\son\w+=", svg)


def test_the_drawing_has_a_name_and_a_light_ground():
    root = fromstring(drawing("Virement de 100 € <à> « nous »"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Virement de 100 € <à> « nous »"
    assert root.find(f"{SVG}path").get("fill") == "#fff"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "plus grand que zéro"),
        ("-5", "plus grand que zéro"),
        ("NaN", "plus grand que zéro"),
        ("Infinity", "plus grand que zéro"),
        ("1000000000", "trop grand"),
        ("1e30", "trop grand"),
        ("10.001", "deux décimales"),
    ],
)
def test_an_impossible_amount_is_refused(amount: str, said: str):
    with pytest.raises(TransferCodeRefused, match=said):
        code(amount=amount)


@pytest.mark.parametrize(
    ("amount", "written"), [("0.01", "0.01"), ("1E+2", "100.00"), (str(MAX_AMOUNT),) * 2]
)
def test_an_amount_is_written_with_its_cents(amount: str, written: str):
    assert code(amount=amount)[7] == f"EUR{written}"


def test_a_name_cannot_smuggle_another_account_in():
    hostile = "Mine de Soleil\nFR7630006000011234567890189\r\nEUR9\u2028x"
    assert code(name=hostile)[5:7] == ["Mine de Soleil FR7630006000011234567890189 EUR9 x", OUR_IBAN]


def test_a_long_name_is_cut_between_two_words():
    name = "Société par actions simplifiée à capital variable Mine de Soleil de Loos-en-Gohelle"
    assert code(name=name)[5] == "Société par actions simplifiée à capital variable Mine de Soleil de"
    assert code(name="S" * 100)[5] == "S" * 70


def test_a_missing_name_a_wrong_reference_and_a_wrong_account_are_refused():
    with pytest.raises(TransferCodeRefused, match="nom"):
        code(name=" \n ")
    with pytest.raises(TransferCodeRefused, match="référence"):
        code(reference="RF37MDS0000042")
    with pytest.raises(IbanRefused):
        payload(name="Mine", iban="FR00", amount=Decimal(1), reference=REFERENCE)


@given(
    st.text(min_size=1, max_size=200).filter(lambda name: name.isprintable() and name.strip()),
    st.decimals("0.01", MAX_AMOUNT, places=2),
)
def test_the_code_always_has_ten_lines_and_fits(name: str, amount: Decimal):
    data = payload(name=name, iban=OUR_IBAN, amount=amount, reference=REFERENCE)
    assert data.count(b"\n") == 9
    assert len(data) <= MAX_PAYLOAD_BYTES

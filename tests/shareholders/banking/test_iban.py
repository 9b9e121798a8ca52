"""IBANs: accepted however they are typed, refused with the reason, never shown whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.banking.iban import SEPA_COUNTRIES, IbanFault, IbanRefused, check_iban, masked
from tests.shareholders.banking.statements import french_iban

IBAN = "FR7630006000011234567890189"  # the specimen printed in every French bank's leaflet


@pytest.mark.parametrize(
    "text",
    [
        "FR76 3000 6000 0112 3456 7890 189",
        "fr7630006000011234567890189",
        " FR76-3000-6000-0112-3456-7890-189 ",
        "FR76\u00a03000\u202f6000 0112 3456 7890 189\n",
        "IBAN : FR76 3000 6000 0112 3456 7890 189",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
    ],
)
def test_an_iban_is_accepted_however_it_is_typed(text: str):
    assert check_iban(text) == IBAN


@pytest.mark.parametrize(
    "text", ["BE68 5390 0754 7034", "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"]
)
def test_an_iban_of_another_sepa_country_is_accepted(text: str):
    assert check_iban(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "fault", "said"),
    [
        ("", IbanFault.EMPTY, "Indiquez un IBAN"),
        ("   ", IbanFault.EMPTY, "Indiquez un IBAN"),
        ("FR76 3000 6000 0112 3456 7890 18é", IbanFault.CHARACTERS, "« É »"),
        ("FR76 3000 6000 0112 3456 7890 18\u0661", IbanFault.CHARACTERS, "lettres et des chiffres"),
        ("FR76\x003000", IbanFault.CHARACTERS, "invisible"),
        ("3000 6000 0112 3456 7890 189", IbanFault.COUNTRY, "deux lettres du pays"),
        ("ZZ76 3000 6000 0112 3456 7890 189", IbanFault.COUNTRY, "Aucun IBAN ne commence par ZZ"),
        ("BR15 0000 0000 0000 1093 2840 814P 2", IbanFault.OUTSIDE_SEPA, "hors de la zone SEPA"),
        ("FR76 3000 6000 0112 3456 7890 18", IbanFault.LENGTH, "26 caractères au lieu de 27"),
        ("FR76 3000 6000 0112 3456 7890 1890", IbanFault.LENGTH, "28 caractères au lieu de 27"),
        ("FR" + "7" * 5000, IbanFault.LENGTH, "5002 caractères"),
        ("FR77 3000 6000 0112 3456 7890 189", IbanFault.KEY, "clé de contrôle"),
        ("FR76 3000 6000 0112 3456 7809 189", IbanFault.KEY, "inversés"),
        # The key is right, but a French bank code is all figures.
        ("FR63O0006000011234567890189", IbanFault.STRUCTURE, "zéro n’est pas la lettre O"),
    ],
)
def test_a_wrong_iban_is_refused_with_its_reason(text: str, fault: IbanFault, said: str):
    with pytest.raises(IbanRefused) as refusal:
        check_iban(text)
    assert refusal.value.fault is fault
    assert said in str(refusal.value)


def test_a_refusal_never_quotes_the_account():
    with pytest.raises(IbanRefused) as refusal:
        check_iban("FR77 3000 6000 0112 3456 7890 189")
    assert "3000" not in str(refusal.value)


@given(st.text())
def test_any_text_is_accepted_or_refused_in_words(text: str):
    try:
        assert check_iban(text)
    except IbanRefused as refusal:
        assert str(refusal).endswith(".")


@given(st.integers(0, 10**10), st.integers(2, 26), st.integers(1, 9))
def test_one_wrong_figure_is_always_seen(number: int, place: int, shift: int):
    iban = french_iban(number)
    assert check_iban(iban) == iban
    wrong = str((int(iban[place]) + shift) % 10)
    with pytest.raises(IbanRefused):
        check_iban(iban[:place] + wrong + iban[place + 1 :])


def test_a_masked_iban_shows_its_ends_only():
    assert masked(IBAN) == "FR76 •••• •••• 0189"
    assert masked("NO9386011117947") == "NO93 •••• •••• 7947"


@pytest.mark.parametrize("text", ["", "FR76", "12345678"])
def test_what_is_too_short_is_masked_whole(text: str):
    assert masked(text) == "••••"


def test_the_sepa_list_holds_the_union_and_its_neighbours():
    assert len(SEPA_COUNTRIES) == 42  # 27 of the Union, 15 beside, Gibraltar among them
    assert {"FR", "BE", "LU", "CH", "GB", "MC", "RS"} <= SEPA_COUNTRIES
    assert not {"RU", "US", "TR", "UA"} & SEPA_COUNTRIES

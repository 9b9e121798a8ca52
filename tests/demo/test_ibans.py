"""Bank accounts of the demo: valid, and nobody's."""

from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.demo.ibans import invented_iban
from shareholders.banking.iban import check_iban


@given(st.integers(1, 99_999_999_999))
def test_an_invented_account_has_valid_keys(number: int):
    iban = invented_iban(number)
    assert check_iban(iban) == iban
    # The French key: the 21 figures with it are a multiple of 97.
    assert int(iban[4:]) % 97 == 0


def test_its_bank_is_nobodys():
    assert invented_iban(7)[4:9] == "99999"


def test_two_numbers_give_two_accounts():
    assert len({invented_iban(number) for number in range(1, 500)}) == 499

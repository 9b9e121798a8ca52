"""Invented bank accounts: the French bank code 99999 is given to nobody. Pure."""

from stdnum import iban

BANK, BRANCH = "99999", "62528"


def invented_iban(number: int) -> str:
    """A French account with valid keys, national and international; the same number, the same account."""
    body = f"{BANK}{BRANCH}{number:011d}"
    key = 97 - int(f"{body}00") % 97
    national = f"{body}{key:02d}"
    return f"FR{iban.calc_check_digits(f'FR00{national}')}{national}"

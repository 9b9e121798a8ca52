"""The invented bank's files are read like any bank's."""

import datetime as dt
from decimal import Decimal

from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.statements import Line, statement
from shareholders.banking.camt053 import entry_keys, read_statements

OURS, THEIRS = invented_iban(1), invented_iban(2)
DAY = dt.date(2026, 11, 20)
LINES = [
    Line(DAY, Decimal("100.00"), "MÉLANIE BOCQUET", "RF76 MDS0 0000 01", THEIRS),
    Line(DAY, Decimal("-14.90"), "BANQUE & FILS <DEMO>", "FRAIS"),
]


def read(lines: list[Line], number: int = 1):
    content = statement(iban=OURS, number=number, opening=Decimal("20.00"), lines=lines)
    return read_statements(content, ibans=[OURS])[0]


def test_amounts_names_accounts_and_texts_come_through():
    first, second = read(LINES).entries
    assert (first.amount, second.amount) == (Decimal("100.00"), Decimal("-14.90"))
    assert (first.counterparty_name, first.counterparty_iban) == ("MÉLANIE BOCQUET", THEIRS)
    assert first.text == "RF76 MDS0 0000 01"
    assert second.counterparty_name == "BANQUE & FILS <DEMO>"


def test_the_same_lines_give_the_same_bytes():
    made = [statement(iban=OURS, number=1, opening=Decimal(0), lines=LINES) for _ in range(2)]
    assert made[0] == made[1]


def test_two_files_of_one_day_are_two_sets_of_entries():
    one, other = read(LINES), read(LINES, number=2)
    assert not set(entry_keys(one.entries)) & set(entry_keys(other.entries))

"""Keys of entries: each entry once however often it is exported, two alike counted as two."""

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from shareholders.banking.camt053 import entry_keys, keyed_entries, read_statements
from tests.shareholders.banking.statements import (
    DAY,
    OPENING,
    Line,
    camt053,
    document,
    french_iban,
    statement,
)

TWINS = [Line("50.00", "parts", name="PETIT LUC")] * 2


def keys(lines: list[Line], **options: object) -> list[str]:
    (found,) = read_statements(camt053(lines, **options))
    return entry_keys(found.entries)


def test_two_identical_transfers_on_one_day_have_two_keys():
    assert len(set(keys(TWINS))) == 2


def test_the_same_statement_twice_gives_the_same_keys():
    assert keys(TWINS) == keys(TWINS, identifier="ANOTHER NUMBER")


def test_identical_transfers_stay_two_when_other_entries_come_between_or_the_order_changes():
    assert set(keys(TWINS)) < set(keys([TWINS[0], Line("7.00"), TWINS[1]]))
    mixed = [Line("7.00"), *TWINS, Line("8.00")]
    assert set(keys(mixed)) == set(keys(mixed[::-1]))


def test_a_bank_that_gives_all_transfers_one_reference_loses_none():
    lines = [dataclasses.replace(line, bank_reference="000000") for line in TWINS]
    later = [dataclasses.replace(lines[0], on=DAY + dt.timedelta(days)) for days in (1, 2)]
    assert len(set(keys(lines + later))) == 4
    assert set(keys(later[:1])) | set(keys(later[1:])) == set(keys(later))


def test_a_text_the_bank_completes_later_changes_nothing_when_its_reference_is_unique():
    line = Line("50.00", "parts", bank_reference="B1")
    assert keys([line]) == keys([dataclasses.replace(line, text="parts de Luc", name="PETIT LUC")])


def test_a_pending_entry_is_not_the_booked_one_that_follows():
    pending = dataclasses.replace(TWINS[0], status="PDNG")
    assert not set(keys([pending])) & set(keys(TWINS))
    assert set(keys([pending, *TWINS])) > set(keys(TWINS))


def test_the_same_entry_on_two_accounts_is_two_entries():
    assert not set(keys(TWINS)) & set(keys(TWINS, iban=french_iban(2)))


def test_neighbouring_fields_do_not_run_into_one_another():
    assert keys([Line("1.00", "ab", name="c")]) != keys([Line("1.00", "b", name="ca")])


def test_payments_of_a_batch_have_a_key_each():
    part = Line("50.00", "parts")
    assert len(set(keys([Line("100.00", batch=(part, part), bank_reference="LOT")]))) == 2


def test_overlapping_statements_of_one_file_are_merged():
    days = [dataclasses.replace(TWINS[0], on=DAY + dt.timedelta(n)) for n in range(3)]
    data = document([statement(days[:2]), statement(days[1:])])
    found = keyed_entries(read_statements(data))
    assert [entry.booked_on for entry in found.values()] == [line.on for line in days]


def test_twins_on_two_pages_of_one_day_are_two():
    first = statement(TWINS[:1], identifier="P1")
    second = statement(TWINS[1:], identifier="P2", opening=OPENING + 50)
    pages = keyed_entries(read_statements(document([first, second])))
    assert set(pages) == set(keys(TWINS))
    again = keyed_entries(read_statements(document([first, first, second, second])))
    assert set(again) == set(pages)


LINES = st.builds(
    Line,
    amount=st.sampled_from(["50.00", "100.00", "-50.00"]),
    text=st.sampled_from(["", "parts"]),
    on=st.integers(0, 5).map(lambda n: DAY + dt.timedelta(n)),
    name=st.sampled_from(["", "PETIT LUC"]),
    bank_reference=st.sampled_from(["", "A", "B"]),
)
SLICES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted), max_size=5)


@given(st.lists(LINES, max_size=12), SLICES, st.randoms(use_true_random=False))
def test_entries_exported_again_by_whole_days_have_each_one_key(lines, slices, random):
    found = set()
    for first, last in [(0, 5), *slices]:
        part = [line for line in lines if first <= (line.on - DAY).days <= last]
        random.shuffle(part)
        found |= set(keys(part))
    assert len(found) == len(lines)

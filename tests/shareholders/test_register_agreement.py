"""A file held against the register, with a pencil."""

import datetime as dt
from decimal import Decimal

import pytest

from shareholders.register_agreement import (
    Account,
    Accounts,
    Entry,
    NominalValues,
    Written,
    known_entries,
    newly_held,
    number_newcomers,
    recognise,
)
from shareholders.register_files import Holder
from shareholders.register_files.faults import Faults, RegisterFileRefused

DAY = dt.date(2020, 1, 1)
JEANNE = Account(1, 10, "Jeanne Delattre", "", dt.date(1956, 3, 3), "jeanne@essai.example")
TWIN = Account(2, 11, "Jeanne Delattre", "", dt.date(1988, 1, 1), "")
RAYON = Account(3, 12, "SAS Rayon du Nord", "443061841", None, "")


def holder(name: str = "Jeanne Delattre", line: int = 2, **more) -> Holder:
    first, last = name.split(" ", 1)
    told = {
        "line": line,
        "number": None,
        "kind": "natural",
        "last_name": last,
        "first_names": first,
        "legal_name": "",
        "siren": "",
        "address": "",
        "postcode": "",
        "commune": "",
        "email": "",
        "birth_date": None,
        "birth_place": "",
        "college": "citoyens",
        "quantity": 1,
        "acquired_on": None,
        "nominal_value": None,
    }
    return Holder(**(told | more))


def found(*holders: Holder) -> tuple[list[Account | None], list[tuple[int, str]], tuple[str, ...]]:
    faults = Faults()
    accounts, remarks = recognise(holders, Accounts([JEANNE, TWIN, RAYON]), faults)
    try:
        faults.raise_if_any()
    except RegisterFileRefused as refusal:
        return accounts, remarks, refusal.sentences
    return accounts, remarks, ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"number": 10}, JEANNE),
        ({"birth_date": dt.date(1956, 3, 3)}, JEANNE),
        ({"name": "DELATTRE Jeanne", "birth_date": dt.date(1988, 1, 1)}, TWIN),
        ({"email": "JEANNE@essai.example"}, JEANNE),
        ({"birth_date": dt.date(2001, 1, 1)}, None),
        ({"email": "autre@essai.example"}, None),
        ({"number": 99}, None),
        ({"name": "Rayon Nord", "kind": "legal", "siren": "443061841"}, RAYON),
    ],
)
def test_a_person_is_known_by_a_sure_mark(told: dict, expected: Account | None):
    accounts, remarks, faults = found(holder(**told))
    assert (accounts, remarks, faults) == ([expected], [], ())


def test_a_name_alone_is_enough_for_one_and_told():
    accounts, remarks, faults = found(holder("SAS Rayon du Nord"))
    assert (accounts, faults) == ([RAYON], ())
    assert "reconnu par son seul nom" in str(remarks[0][1])


def test_a_name_alone_is_too_little_for_two():
    assert "plusieurs actionnaires du registre s’appellent Jeanne Delattre" in found(holder())[2][0]


def test_a_number_of_the_file_that_the_register_gives_otherwise_is_a_fault():
    _, _, faults = found(holder(number=99, birth_date=dt.date(1956, 3, 3)))
    assert "a le n° 99 ici et le n° 10 au registre" in faults[0]


def test_two_lines_are_not_one_account():
    _, _, faults = found(holder(number=10), holder(line=3, email="jeanne@essai.example"))
    assert faults[0].startswith("Ligne 3") and "c’est aussi la ligne 2" in faults[0]


def test_newcomers_come_after_every_number_known_or_given():
    holders = [holder(), holder("Léa Roy"), holder("Ali Ba", number=40), holder("Eva Coste")]
    numbers = number_newcomers(holders, [JEANNE, None, None, None], [10, 11, 12], Faults())
    assert numbers == [10, 41, 40, 42]


def entry(line: int = 2, dated: dt.date | None = DAY, taker: int = 0, quantity: int = 5, **more) -> Entry:
    told = {"kind": "issue", "giver": None, "nominal_value": None, "reason": ""}
    return Entry(line=line, dated=dated, taker=taker, quantity=quantity, **(told | more))


WRITTEN = [Written(1, "issue", DAY, None, 1, 5), Written(2, "issue", DAY, None, 3, 2)]
NAMES = {1: JEANNE.told, 3: RAYON.told}


@pytest.mark.parametrize(
    ("entries", "known"),
    [
        ([entry()], 1),
        ([entry(), entry(3, taker=1, quantity=2)], 2),
        ([entry(), entry(3, taker=1, quantity=2), entry(4)], 2),
        ([entry(dated=None)], 1),
        ([], 0),
    ],
)
def test_one_begins_as_the_other(entries: list[Entry], known: int):
    faults = Faults()
    assert known_entries(entries, [JEANNE, RAYON], WRITTEN, NAMES, faults) == known
    assert not len(faults)


@pytest.mark.parametrize(
    "other",
    [
        entry(quantity=6),
        entry(dated=dt.date(2020, 1, 2)),
        entry(taker=1),
        entry(taker=2),
        entry(kind="gift", giver=1),
    ],
)
def test_another_quantity_day_person_or_kind_is_another_story(other: Entry):
    faults = Faults()
    known_entries([other], [JEANNE, RAYON, None], WRITTEN, NAMES, faults)
    with pytest.raises(RegisterFileRefused, match="émission de 5 actions à Jeanne Delattre"):
        faults.raise_if_any()


def test_the_nominal_value_of_the_day_is_the_last_change_before_it():
    values, faults = NominalValues(Decimal(50), [(DAY, Decimal(60))], DAY), Faults()
    assert values.enter(entry(), dt.date(2019, 12, 31), faults) == 50
    assert values.enter(entry(), DAY, faults) == 60
    change = entry(kind="nominal_change", nominal_value=Decimal(70))
    assert values.enter(change, dt.date(2021, 1, 1), faults) == 70
    assert values.enter(entry(), dt.date(2020, 6, 1), faults) == 60
    assert not len(faults)


def test_a_change_among_lines_already_entered_is_a_fault():
    values, faults = NominalValues(Decimal(50), [], dt.date(2020, 6, 1)), Faults()
    values.enter(entry(kind="nominal_change", nominal_value=Decimal(60)), DAY, faults)
    with pytest.raises(RegisterFileRefused, match="avant des mouvements déjà inscrits"):
        faults.raise_if_any()


def test_what_is_given_away_counts_less():
    gift = entry(3, kind="gift", giver=0, taker=1, quantity=2)
    assert newly_held([entry(), gift]) == {0: 3, 1: 2}

"""A list of movements, and a workbook that holds both lists."""

import datetime as dt
from typing import Any

import pytest

from shareholders.capital import Kind
from tests.shareholders.register_files.files import (
    HOLDERS,
    MOVEMENTS,
    changed,
    csv_file,
    faults,
    read,
    writers,
    xlsx_file,
)

every_writer = pytest.mark.parametrize("write", writers)


@every_writer
def test_a_list_of_movements_is_read_with_its_people(write: Any):
    file = read(write(MOVEMENTS))
    assert [holder.name for holder in file.holders] == ["Élise DURAND", "Paul LEFÈVRE", "Zoé PETIT"]
    assert [m.kind for m in file.movements] == [
        Kind.ISSUE, Kind.ISSUE, Kind.TRANSFER, Kind.GIFT, Kind.WITHDRAWAL,
    ]  # fmt: skip
    third, last = file.movements[2], file.movements[4]
    assert (third.line, third.number, third.dated) == (4, 3, dt.date(2021, 2, 1))
    assert (third.giver, third.taker, third.quantity) == (0, 1, 5)
    assert (last.giver, last.taker) == (1, None)
    assert file.movements[0].reason == "fondation"
    assert file.shares == 15


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Augmentation de capital", Kind.ISSUE),
        ("VENTE", Kind.TRANSFER),
        ("don", Kind.GIFT),
        ("Succession", Kind.INHERITANCE),
        ("héritage", Kind.INHERITANCE),
    ],
)
def test_the_nature_is_known_by_many_names(written: str, kind: Kind):
    at = 2 if kind == Kind.ISSUE else 4
    assert read(csv_file(changed(MOVEMENTS, at, "Nature", written))).movements[at - 2].kind == kind


def test_newest_first_is_turned_round_by_numbers_or_by_days():
    upside_down = [MOVEMENTS[0], *MOVEMENTS[:0:-1]]
    assert [m.number for m in read(csv_file(upside_down)).movements] == [1, 2, 3, 4, 5]
    without = [row[1:] for row in upside_down]
    assert [m.quantity for m in read(csv_file(without)).movements][2:] == [5, 3, 15]


@pytest.mark.parametrize(
    ("line", "heading", "cell", "told"),
    [
        (4, "N°", 4, "le mouvement 3 manque"),
        (6, "N°", 9, "les mouvements 5 à 8 manquent"),
        (5, "N°", 3, "le numéro 3 sert deux fois"),
        (5, "N°", "", "le numéro du mouvement manque"),
        (4, "Nature", "Vol", "la nature « Vol » est inconnue"),
        (4, "Nature", "", "la nature du mouvement manque"),
        (4, "Nature", "Contre-passation", "ne dit pas ici ce qu’elle annule"),
        (4, "Cédant", "Jean VALJEAN", "« Jean VALJEAN » ne reçoit d’actions nulle part dans ce fichier"),
        (4, "Cédant", "", "le cédant manque"),
        (4, "Cessionnaire", "", "le cessionnaire manque"),
        (4, "Cessionnaire", "Élise DURAND", "cédant et cessionnaire sont la même personne"),
        (2, "Cédant", "Paul LEFÈVRE", "une émission n’a pas de cédant"),
        (4, "Date", "", "la date manque"),
        (4, "Date", "01/02/2027", "n’est pas entre le 01/01/1900 et le 20/11/2026"),
        (4, "Nombre d’actions", "", "le nombre d’actions manque"),
        (4, "Nombre d’actions", 21, "Élise DURAND donne 21 actions et n’en a que 20 ce jour-là"),
        (4, "Valeur nominale", "49", "la valeur nominale est 49.00 €, et 50.00 € jusque-là"),
        (
            4,
            "Date",
            "01/02/2019",
            "Élise DURAND donne plus d’actions qu’il n’en détient au soir du 01/02/2019",
        ),
    ],
)
def test_a_wrong_movement_is_refused_at_its_line(line: int, heading: str, cell: Any, told: str):
    found = faults(csv_file(changed(MOVEMENTS, line, heading, cell)))
    assert any(f"igne {line}" in sentence and told in sentence for sentence in found), found


def test_who_leaves_may_stand_in_the_only_column_of_names():
    table = [
        ["Date", "Nature", "Nom", "Prénom", "Collège", "Actions"],
        ["12/07/2019", "Souscription", "Durand", "Élise", "sem", 5],
        ["12/07/2020", "Retrait", "Durand", "Élise", "sem", 2],
    ]
    file = read(csv_file(table))
    assert (file.movements[1].giver, file.movements[1].taker, file.shares) == (0, None, 3)


def test_a_new_nominal_value_is_a_movement_of_its_own():
    table = [*MOVEMENTS, [6, "05/05/2024", "Changement de la valeur nominale", "", "", "", "", "10", ""],
             [7, "06/05/2024", "Souscription", "", "PETIT Zoé", "", 1, "10", ""]]  # fmt: skip
    movement = read(csv_file(table)).movements[5]
    assert (movement.kind, movement.quantity, movement.giver, movement.taker) == (
        Kind.NOMINAL_CHANGE,
        0,
        None,
        None,
    )


def test_one_name_with_two_birth_dates_is_refused():
    table = [
        ["Date", "Nature", "Nom", "Prénom", "Date de naissance", "Collège", "Actions"],
        ["12/07/2019", "Souscription", "Durand", "Élise", "03/03/1980", "sem", 5],
        ["12/07/2020", "Souscription", "Durand", "Élise", "03/03/2010", "sem", 2],
    ]
    assert "a une autre date de naissance à la ligne 2" in faults(csv_file(table))[0]


def test_numbers_tell_namesakes_apart():
    table = [
        ["Date", "Nature", "N° du cédant", "N° du cessionnaire", "Nom", "Prénom", "Collège", "Actions"],
        ["12/07/2019", "Souscription", "", 1, "Durand", "Élise", "sem", 5],
        ["12/07/2019", "Souscription", "", 2, "Durand", "Élise", "sem", 2],
        ["12/07/2020", "Cession", 1, 2, "", "", "", 5],
    ]
    file = read(csv_file(table))
    assert [holder.number for holder in file.holders] == [1, 2]
    assert (file.movements[2].giver, file.movements[2].taker) == (0, 1)


def test_a_missing_column_is_named():
    told = faults(csv_file([[cell for at, cell in enumerate(row) if at != 1] for row in MOVEMENTS]))
    assert told == ["Ligne 1 : il manque une colonne « date ». Que faire : ajoutez cette colonne."]


WORKBOOK_MOVES = [
    ["Date", "Nature", "N° du cédant", "N° du cessionnaire", "Nombre d’actions"],
    ["12/07/2019", "Émission", "", 1, 24],
    ["12/07/2019", "Émission", "", 3, 100],
    ["12/07/2020", "Cession", 1, 2, 4],
]


def test_a_workbook_may_hold_both_lists():
    file = read(xlsx_file(Actionnaires=HOLDERS, Mouvements=WORKBOOK_MOVES, Notes=[["Bonjour"]]))
    assert [holder.quantity for holder in file.holders] == [20, 4, 100]
    assert [(m.giver, m.taker) for m in file.movements] == [(None, 0), (None, 2), (0, 1)]


def test_both_lists_must_say_the_same():
    told = faults(
        xlsx_file(Actionnaires=changed(HOLDERS, 3, "Nombre d’actions", 5), Mouvements=WORKBOOK_MOVES)
    )
    assert told[0].startswith("Feuille « Actionnaires », ligne 3 : Paul Lefèvre a 5 actions ici")


def test_a_movement_by_somebody_not_in_the_list_is_refused():
    told = faults(
        xlsx_file(Actionnaires=HOLDERS, Mouvements=changed(WORKBOOK_MOVES, 3, "N° du cessionnaire", 9))
    )
    assert told[0].startswith(
        "Feuille « Mouvements », ligne 3, colonne « N° du cessionnaire » : le n° 9 n’est pas"
    )


def test_two_lists_of_the_same_thing_are_refused():
    assert (
        "plusieurs feuilles disent la même chose"
        in faults(xlsx_file(A2023=HOLDERS, A2024=HOLDERS))[0].lower()
    )

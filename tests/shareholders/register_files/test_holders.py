"""A list of holders, one line each."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shareholders.register_files.files import (
    COLLEGES,
    HOLDERS,
    TODAY,
    changed,
    csv_file,
    faults,
    read,
    writers,
    xlsx_sheet,
)

every_writer = pytest.mark.parametrize("write", writers)


@every_writer
def test_a_list_of_holders_is_read_whole(write: Any):
    file = read(write(HOLDERS))
    durand, _, divion = file.holders
    assert (durand.line, durand.number, durand.kind, durand.college) == (2, 1, "natural", "citoyens")
    assert (durand.first_names, durand.last_name) == ("Élise Anne", "Durand")
    assert (durand.birth_date, durand.birth_place) == (dt.date(1980, 3, 3), "Lens")
    assert (durand.postcode, durand.email) == ("62750", "elise@example.org")
    assert (durand.quantity, durand.nominal_value) == (20, Decimal("50.00"))
    assert (divion.line, divion.kind, divion.legal_name, divion.siren) == (
        4,
        "legal",
        "Commune de Divion",
        "216202705",
    )
    assert divion.college == "communes"
    assert (file.movements, file.shares, file.remarks, file.ignored) == ((), 124, (), ())


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found(separator: str, encoding: str):
    table = [[str(cell).replace("’", "'").replace("€", "") for cell in row] for row in HOLDERS]
    assert read(csv_file(table, separator, encoding)) == read(csv_file(HOLDERS))


def test_headings_may_stand_below_a_title_in_any_order_and_case():
    table = [["Registre au 1er mars"], [], *[row[::-1] for row in HOLDERS]]
    table[2] = [heading.upper() for heading in table[2]]
    file = read(csv_file(table))
    assert [holder.name for holder in file.holders] == [
        "Élise Anne Durand",
        "Paul Lefèvre",
        "Commune de Divion",
    ]
    assert file.holders[0].line == 4


def test_english_headings_are_known():
    table = [["Last name", "First name", "College", "Shares"], ["Durand", "Élise", "citoyens", 3]]
    assert read(csv_file(table)).holders[0].quantity == 3


def test_a_column_nobody_knows_is_told_and_left():
    file = read(csv_file([[*HOLDERS[0], "Couleur préférée"], *[[*row, "vert"] for row in HOLDERS[1:]]]))
    assert file.ignored == ("Couleur préférée",)


@pytest.mark.parametrize("cell", ["1 000", "1\u202f000", "1\u00a0000", "1'000", "1000", "1000,00", "1000.0"])
def test_thousands_are_read(cell: str):
    assert read(csv_file(changed(HOLDERS, 2, "Nombre d’actions", cell))).holders[0].quantity == 1000


@pytest.mark.parametrize(
    "cell", ["1.000", "1,000", "-5", "0", "dix", "1e3", "2,5", "99999999999", "9" * 500, "=2+3"]
)
def test_a_doubtful_number_of_shares_is_refused_at_its_place(cell: str):
    (told,) = faults(csv_file(changed(HOLDERS, 3, "Nombre d’actions", cell)))
    assert told.startswith("Ligne 3, colonne « Nombre d’actions » : ")


@pytest.mark.parametrize(
    "cell",
    ["03/03/1980", "3/3/1980", "03-03-1980", "03.03.1980", "1980-03-03", "1980-03-03 00:00:00", "29283"],
)
def test_a_day_is_read_however_written(cell: str):
    file = read(csv_file(changed(HOLDERS, 2, "Date de naissance", cell)))
    assert file.holders[0].birth_date == dt.date(1980, 3, 3)


@pytest.mark.parametrize("cell", [dt.date(1980, 3, 3), dt.datetime(1980, 3, 3), 29283])  # noqa: DTZ001
def test_a_day_of_a_workbook_is_read_with_or_without_its_format(cell: Any):
    file = read(xlsx_sheet(changed(HOLDERS, 2, "Date de naissance", cell)))
    assert file.holders[0].birth_date == dt.date(1980, 3, 3)


@pytest.mark.parametrize(
    "cell", ["31/02/1980", "03/03/80", "12/31/1980", "hier", "03/03/1880", "21/11/2026", "999999"]
)
def test_a_day_that_cannot_be_is_refused_at_its_place(cell: str):
    (told,) = faults(csv_file(changed(HOLDERS, 2, "Date de naissance", cell)))
    assert told.startswith("Ligne 2, colonne « Date de naissance » : ")


def test_a_postcode_typed_as_a_number_is_read():
    assert read(xlsx_sheet(changed(HOLDERS, 2, "Code postal", 62750))).holders[0].postcode == "62750"


def test_an_address_on_two_lines_becomes_one_and_lines_are_still_counted():
    file = read(csv_file(changed(HOLDERS, 2, "Adresse", "3 rue Basly\nBât. A; porte 2")))
    assert file.holders[0].address == "3 rue Basly Bât. A; porte 2"
    assert [holder.line for holder in file.holders] == [2, 4, 5]


def test_an_unknown_college_names_the_known_ones():
    assert faults(csv_file(changed(HOLDERS, 2, "Collège", "Voisins"))) == [
        "Ligne 2, colonne « Collège » : le collège « Voisins » n’existe pas. "
        "Que faire : écrivez l’un de ceux-ci : Citoyens, SEM, Commune."
    ]


def test_the_only_college_need_not_be_written():
    from shareholders.register_files import read_register_file

    table = [["Nom", "Prénom", "Actions"], ["Durand", "Élise", 3]]
    file = read_register_file("r.csv", csv_file(table), {"tous": "Tous"}, on=TODAY)
    assert file.holders[0].college == "tous"
    assert "il manque une colonne « collège »" in faults(csv_file(table))[0]


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    table = changed(changed(HOLDERS, 4, "SIREN", "216202706"), 2, "Nombre d’actions", "x")
    table = changed(changed(table, 3, "E-mail", "paul(at)example.org"), 3, "Prénom(s)", "")
    places = [told.split(" : ")[0] for told in faults(csv_file(table))]
    assert places == [
        "Ligne 2, colonne « Nombre d’actions »",
        "Ligne 3, colonne « Prénom(s) »",
        "Ligne 3, colonne « E-mail »",
        "Ligne 4, colonne « SIREN »",
    ]


def test_a_siret_gives_its_siren():
    assert read(csv_file(changed(HOLDERS, 4, "SIREN", "216 202 705 00012"))).holders[2].siren == "216202705"


def test_the_same_person_twice_is_refused_whatever_the_capitals():
    table = [*HOLDERS, [4, "DURAND", "Elise  Anne", *HOLDERS[1][3:]]]
    assert "la même personne (Elise Anne DURAND) se trouve déjà à la ligne 2" in faults(csv_file(table))[0]


def test_the_same_siren_or_number_twice_is_refused():
    told = faults(csv_file([*HOLDERS, [3, "", "", "Divion", *HOLDERS[3][4:]]]))
    assert ["le numéro 3" in told[0], "le SIREN 216202705" in told[1]] == [True, True]


def test_namesakes_without_birth_date_are_only_pointed_at():
    namesake = [4, "Durand", "Élise Anne", *HOLDERS[1][3:9], "", "", *HOLDERS[1][11:]]
    file = read(csv_file([*HOLDERS, namesake]))
    assert len(file.holders) == 4
    assert file.remarks[0][0] == 5
    assert "vérifiez que ce sont deux personnes" in str(file.remarks[0][1])


def test_father_and_daughter_of_one_name_are_two_people():
    table = [*HOLDERS, [4, *HOLDERS[1][1:9], "03/03/2010", *HOLDERS[1][10:]]]
    assert read(csv_file(table)).remarks == ()


def total(shares: Any) -> list[Any]:
    return ["Total", *[""] * 11, shares, ""]


def test_a_right_total_is_left_out_and_a_wrong_one_refused():
    assert len(read(csv_file([*HOLDERS, total("124")])).holders) == 3
    assert len(read(xlsx_sheet([*HOLDERS, total(124)])).holders) == 3
    assert (
        "le total écrit est 125, mais les lignes au-dessus font 124"
        in faults(csv_file([*HOLDERS, total(125)]))[0]
    )


def test_a_company_may_stand_in_the_column_of_names():
    table = [["Nom", "Prénom", "SIREN", "Collège", "Actions"], ["Sunelis", "", "732829320", "SEM", 5]]
    holder = read(csv_file(table)).holders[0]
    assert (holder.kind, holder.legal_name, holder.last_name) == ("legal", "Sunelis", "")


@pytest.mark.parametrize("name", ["DURAND Élise Anne", "Élise Anne DURAND", "Mme Élise Anne DURAND"])
def test_a_whole_name_is_cut_by_its_capitals(name: str):
    table = [["Actionnaire", "Collège", "Actions"], [name, "citoyens", 5]]
    holder = read(csv_file(table)).holders[0]
    assert (holder.last_name, holder.first_names) == ("DURAND", "Élise Anne")


@pytest.mark.parametrize("name", ["Durand Élise", "DURAND", "ÉLISE DURAND", "Jean DURAND Paul"])
def test_a_whole_name_that_could_be_cut_two_ways_is_refused(name: str):
    table = [["Actionnaire", "Collège", "Actions"], [name, "citoyens", 5]]
    assert "se confondent" in faults(csv_file(table))[0]


def test_nobody_is_both_a_person_and_a_company():
    assert (
        "à la fois une personne et une société"
        in faults(csv_file(changed(HOLDERS, 2, "Dénomination", "SARL")))[0]
    )


def test_two_nominal_values_are_refused():
    assert (
        "la valeur nominale est 10.00 €" in faults(csv_file(changed(HOLDERS, 3, "Valeur nominale", "10")))[0]
    )


def test_a_text_longer_than_its_column_is_refused_and_quoted_short():
    told = faults(csv_file(changed(HOLDERS, 2, "Nom", "D" * 5_000)))[0]
    assert "5000 caractères, 120 au plus" in told
    assert len(told) < 200


def test_a_failed_formula_is_no_name():
    assert "la formule du tableur a échoué" in faults(csv_file(changed(HOLDERS, 2, "Nom", "#REF!")))[0]


names = st.text(st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x2000), min_size=1, max_size=20)


@given(
    people=st.lists(st.tuples(names, names, st.integers(1, 10**6)), min_size=1, max_size=8),
    write=st.sampled_from(writers),
)
def test_whatever_the_names_everybody_keeps_his_shares(people: list[tuple[str, str, int]], write: Any):
    table = [["Nom", "Prénom", "Collège", "Actions"], *[[last, first, "sem", n] for last, first, n in people]]
    file = read(write(table))
    assert [holder.quantity for holder in file.holders] == [n for _, _, n in people]
    assert {holder.college for holder in file.holders} == {"sem"} <= set(COLLEGES)

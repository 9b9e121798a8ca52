"""People, what their forms must put right, who acts for them, and the line the register keeps."""

import datetime as dt
import unicodedata
from dataclasses import replace

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from shareholders.persons import (
    Address,
    Capacity,
    Fault,
    Group,
    LegalPerson,
    NaturalPerson,
    Person,
    Protection,
    PublicBody,
    Representative,
    Unwritable,
    age_on,
    capacities_for,
    faults_of,
    faults_of_joint,
    faults_of_representation,
    faults_of_usufruct,
    identity_key,
    identity_line,
    identity_line_of_joint,
    identity_line_of_usufruct,
    is_minor,
    needs_representative,
)
from shareholders.persons.countries import COUNTRIES
from shareholders.persons.writing import canonical, has_hidden

TODAY = dt.date(2026, 11, 20)
HOME = Address("12 rue des Écoles", "62750", "Loos-en-Gohelle")
JEANNE = NaturalPerson("Delattre", "Jeanne", dt.date(1980, 5, 4), "Lens", HOME, email="jeanne@demo.example")
BRUNO = replace(JEANNE, last_name="Ledru", first_names="Bruno", email="")
CHILD = replace(JEANNE, first_names="Léo", birth_date=dt.date(2015, 2, 3), email="")
# 732 829 320 is the number commonly printed as an example of a valid key.
FIRM = LegalPerson("Panneaux d’Artois", "732 829 320", HOME)
TOWN = PublicBody("Commune de Loos-en-Gohelle", "62528", HOME, "2026-041", dt.date(2026, 3, 3))
PARENT = Representative(JEANNE, Capacity.PARENT)
DELEGATE = Representative(JEANNE, Capacity.DELEGATE, "Pouvoir du président", dt.date(2026, 1, 1))

anybody = st.sampled_from([JEANNE, BRUNO, CHILD, FIRM, TOWN])


def fields(faults: list[Fault]) -> list[str]:
    return [fault.field for fault in faults]


@pytest.mark.parametrize("person", [JEANNE, CHILD, FIRM, TOWN], ids=lambda person: type(person).__name__)
def test_a_form_filled_well_has_no_fault(person: Person):
    assert faults_of(person, TODAY) == []


def test_an_empty_form_is_told_field_by_field_in_order():
    nobody = NaturalPerson("", "", None, "", Address("", "", "", ""), tax_residence="")
    assert fields(faults_of(nobody, TODAY)) == [
        *("last_name", "first_names", "birth_date", "birth_place"),
        *("street", "commune", "country", "tax_residence"),
    ]


def test_a_fault_is_a_sentence_in_each_language():
    (fault,) = faults_of(replace(JEANNE, last_name=" "), TODAY)
    assert fault.sentence_in("fr") == fault.sentence_in(None) == "Ce champ est vide."
    assert fault.sentence_in("en-gb") == "This field is empty."


@pytest.mark.parametrize(
    "name",
    [
        "O’Brien",
        "D'Hondt",
        "Łukasz",
        "Nguyễn Thị",
        "李",
        "محمد",
        "Ó Súilleabháin",
        "de La Fère",
        "Jean-Marie, Paul",
    ],
)
def test_names_of_any_script_are_names(name: str):
    assert faults_of(replace(JEANNE, last_name=name), TODAY) == []


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", "\u202f", "1234", "---", "Delattre 🌞", "A = B", "10 €"),
        *(
            "De\x00lattre",
            "De\x1flattre",
            "De\u202elattre",
            "De\u200blattre",
            "De\u2028lattre",
            "De\ufefflattre",
        ),
        "D" * 121,
    ],
)
def test_what_is_no_name_is_refused_at_its_field(name: str):
    assert fields(faults_of(replace(JEANNE, last_name=name), TODAY)) == ["last_name"]
    assert fields(faults_of(replace(JEANNE, first_names=name), TODAY)) == ["first_names"]


def test_a_name_pasted_with_a_line_break_is_still_a_name():
    assert faults_of(replace(JEANNE, last_name=" Delattre\r\n"), TODAY) == []


@pytest.mark.parametrize(
    ("birth", "word"), [("1899-12-31", "1900"), ("2026-11-21", "à venir"), ("9999-12-31", "à venir")]
)
def test_a_birth_that_cannot_be_is_told(birth: str, word: str):
    (fault,) = faults_of(replace(JEANNE, birth_date=dt.date.fromisoformat(birth)), TODAY)
    assert fault.field == "birth_date" and word in fault.sentence


def test_a_newborn_may_hold_shares_on_the_very_day():
    assert faults_of(replace(CHILD, birth_date=TODAY), TODAY) == []


@pytest.mark.parametrize("postcode", ["62750", "20000", "01000", "97400", "98800"])
def test_a_french_postcode_is_accepted(postcode: str):
    assert faults_of(replace(JEANNE, address=replace(HOME, postcode=postcode)), TODAY) == []


@pytest.mark.parametrize("postcode", ["", "6275", "627500", "00100", "6275O", "٦٢٧٥٠", "96000", "2A004"])
def test_what_is_no_french_postcode_is_refused(postcode: str):
    faults = faults_of(replace(JEANNE, address=replace(HOME, postcode=postcode)), TODAY)
    assert fields(faults) == ["postcode"]


def test_an_address_abroad_has_its_own_kind_of_postcode_or_none():
    for postcode in ("1050", "SW1A 1AA", ""):
        abroad = Address("1 rue Haute", postcode, "Bruxelles", "BE")
        assert faults_of(replace(JEANNE, address=abroad, tax_residence="BE"), TODAY) == []


@pytest.mark.parametrize("country", ["", "fr", "France", "XX", "EU", "ZZ"])
def test_only_a_country_of_the_list_is_a_country(country: str):
    assert fields(faults_of(replace(JEANNE, tax_residence=country), TODAY)) == ["tax_residence"]


def test_the_list_of_countries_is_that_of_the_standard():
    assert len(COUNTRIES) == 249
    assert set(Locale("fr").territories) >= COUNTRIES


@pytest.mark.parametrize("email", ["a@b.fr", "jeanne.d+parts@exemple.co.uk", "zoé@éléphant.fr"])
def test_an_address_with_a_name_and_a_domain_is_accepted(email: str):
    assert faults_of(replace(JEANNE, email=email), TODAY) == []


@pytest.mark.parametrize(
    "email",
    ["a", "a@b", "@b.fr", "a@@b.fr", "a b@c.fr", "a@b..fr", "a@b.fr\n", "a@" + "b" * 260 + ".fr", "a@.fr"],
)
def test_half_an_address_is_refused(email: str):
    assert fields(faults_of(replace(JEANNE, email=email), TODAY)) == ["email"]


@pytest.mark.parametrize("number", ["732829320", "732 829 320", " 732829320 "])
def test_a_siren_with_the_right_key_is_accepted(number: str):
    assert faults_of(replace(FIRM, siren=number), TODAY) == []


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("732829321", "clé"),
        ("", "neuf chiffres"),
        ("73282932", "neuf chiffres"),
        ("73282932000074", "neuf chiffres"),
        ("73282932X", "neuf chiffres"),
        ("٧٣٢٨٢٩٣٢٠", "neuf chiffres"),
    ],
)
def test_a_siren_that_will_not_do_says_why(number: str, word: str):
    (fault,) = faults_of(replace(FIRM, siren=number), TODAY)
    assert fault.field == "siren" and word in fault.sentence


@given(st.integers(0, 999_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_of_a_siren_is_always_seen(start: int, place: int, shift: int):
    digits = [int(c) for c in f"{start // 10:08d}"]
    doubled = [digit * 2 if n % 2 else digit for n, digit in enumerate(digits)]
    key = -sum(d - 9 if d > 9 else d for d in doubled) % 10
    right = [*digits, key]
    assert faults_of(replace(FIRM, siren="".join(map(str, right))), TODAY) == []
    right[place] = (right[place] + shift) % 10
    assert fields(faults_of(replace(FIRM, siren="".join(map(str, right))), TODAY)) == ["siren"]


def test_a_foreign_company_has_its_own_register_s_number():
    abroad = replace(FIRM, siren="", address=Address("1 rue Haute", "1050", "Bruxelles", "BE"))
    assert fields(faults_of(abroad, TODAY)) == ["foreign_number"]
    assert faults_of(replace(abroad, foreign_number="BE 0123.456.789"), TODAY) == []


@pytest.mark.parametrize("code", ["62528", "01001", "2A004", "2B033", "97411", "98818", "75056"])
def test_an_insee_code_of_the_mainland_corsica_or_overseas_is_accepted(code: str):
    assert faults_of(replace(TOWN, insee_code=code), TODAY) == []


@pytest.mark.parametrize(
    "code", ["", "62000", "6252", "625280", "2C001", "2a004", "96001", "00001", "97900", "٦٢٥٢٨"]
)
def test_what_is_no_insee_code_is_refused(code: str):
    assert fields(faults_of(replace(TOWN, insee_code=code), TODAY)) == ["insee_code"]


def test_the_old_code_of_corsica_gets_its_own_sentence():
    (fault,) = faults_of(replace(TOWN, insee_code="20004"), TODAY)
    assert "2A ou 2B" in fault.sentence


@pytest.mark.parametrize("decided", [None, dt.date(2026, 11, 21), dt.date(1926, 3, 3)])
def test_a_town_needs_a_decision_of_its_council(decided: dt.date | None):
    assert fields(faults_of(replace(TOWN, deliberated_on=decided), TODAY)) == ["deliberated_on"]
    assert fields(faults_of(replace(TOWN, deliberation_reference=""), TODAY)) == ["deliberation_reference"]


def test_a_town_s_siren_is_checked_when_it_is_given():
    assert fields(faults_of(replace(TOWN, siren="123456789"), TODAY)) == ["siren"]


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2008-11-20", "2026-11-19", 17),
        ("2008-11-20", "2026-11-20", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2026-11-20", "2026-11-20", 0),
        ("2026-11-21", "2026-11-20", -1),
    ],
)
def test_age_is_counted_in_whole_years(birth: str, day: str, age: int):
    assert age_on(dt.date.fromisoformat(birth), dt.date.fromisoformat(day)) == age


@given(st.dates(dt.date(1900, 1, 1), TODAY), st.dates(dt.date(1980, 1, 1), dt.date(2100, 1, 1)))
def test_nobody_gets_younger(birth: dt.date, day: dt.date):
    assert age_on(birth, day + dt.timedelta(days=1)) - age_on(birth, day) in (0, 1)


def test_a_child_comes_of_age_on_the_eighteenth_birthday():
    born = replace(CHILD, birth_date=dt.date(2008, 11, 20))
    assert is_minor(born, dt.date(2026, 11, 19)) and not is_minor(born, dt.date(2026, 11, 20))


@pytest.mark.parametrize(
    ("person", "capacities"),
    [
        (JEANNE, ()),
        (CHILD, (Capacity.PARENT, Capacity.GUARDIAN)),
        (replace(JEANNE, protection=Protection.GUARDIANSHIP), (Capacity.GUARDIAN,)),
        (replace(JEANNE, protection=Protection.CURATORSHIP), (Capacity.CURATOR,)),
        (FIRM, (Capacity.DELEGATE,)),
        (TOWN, (Capacity.DELEGATE,)),
    ],
)
def test_who_acts_depends_on_the_person(person: Person, capacities: tuple[Capacity, ...]):
    assert capacities_for(person, TODAY) == capacities
    assert needs_representative(person, TODAY) == bool(capacities)
    assert bool(faults_of_representation(person, [], TODAY)) == bool(capacities)


def test_a_parent_acts_for_a_child_without_a_paper():
    assert faults_of_representation(CHILD, [PARENT], TODAY) == []


def test_a_child_cannot_act_for_a_child():
    brother = replace(CHILD, first_names="Paul")
    faults = faults_of_representation(CHILD, [Representative(brother, Capacity.PARENT)], TODAY)
    assert fields(faults) == ["representatives.1.person"]


def test_nobody_represents_themselves():
    faults = faults_of_representation(CHILD, [Representative(CHILD, Capacity.PARENT)], TODAY)
    assert "propre représentant" in faults[0].sentence


def test_a_delegate_shows_a_mandate_in_force():
    assert faults_of_representation(FIRM, [DELEGATE], TODAY) == []
    without = replace(DELEGATE, mandate_reference="")
    early = replace(DELEGATE, mandate_from=dt.date(2027, 1, 1))
    over = replace(DELEGATE, mandate_until=dt.date(2026, 11, 19))
    assert fields(faults_of_representation(FIRM, [without], TODAY)) == ["representatives.1.mandate_reference"]
    assert fields(faults_of_representation(FIRM, [early], TODAY)) == ["representatives.1.mandate_from"]
    assert fields(faults_of_representation(FIRM, [DELEGATE, over], TODAY)) == [
        "representatives.2.mandate_until"
    ]


def test_a_mandate_holds_on_its_last_day():
    assert faults_of_representation(FIRM, [replace(DELEGATE, mandate_until=TODAY)], TODAY) == []


def test_a_mandate_s_reference_is_one_readable_line():
    hostile = replace(DELEGATE, mandate_reference="Pouvoir\x1f" + "x" * 200)
    assert fields(faults_of_representation(FIRM, [hostile], TODAY)) == ["representatives.1.mandate_reference"]


def test_a_parent_cannot_sign_for_a_company():
    assert fields(faults_of_representation(FIRM, [PARENT], TODAY)) == ["representatives.1.capacity"]


def test_an_adult_may_name_a_proxy_and_has_no_parent():
    proxy = Representative(BRUNO, Capacity.PROXY, "Procuration", TODAY)
    assert faults_of_representation(JEANNE, [proxy], TODAY) == []
    assert fields(faults_of_representation(JEANNE, [Representative(BRUNO, Capacity.PARENT)], TODAY)) == [
        "representatives.1.capacity"
    ]


def test_joint_owners_have_one_proxy_among_them_or_not():
    assert faults_of_joint([JEANNE, BRUNO], JEANNE, TODAY) == []
    assert faults_of_joint([JEANNE, CHILD], BRUNO, TODAY) == []
    assert fields(faults_of_joint([JEANNE, BRUNO], None, TODAY)) == ["proxy"]
    assert fields(faults_of_joint([JEANNE, CHILD], CHILD, TODAY)) == ["proxy"]


def test_one_person_alone_is_no_joint_ownership():
    assert fields(faults_of_joint([JEANNE], JEANNE, TODAY)) == ["members"]


def test_the_same_person_typed_twice_is_seen():
    again = replace(
        JEANNE, last_name="DELATTRE", first_names="  jeanne ", address=replace(HOME, street="2 rue Haute")
    )
    assert fields(faults_of_joint([JEANNE, again], JEANNE, TODAY)) == ["members"]


def test_usufruct_has_two_sides_and_nobody_on_both():
    owners, user = Group((CHILD, BRUNO), BRUNO), Group((JEANNE,))
    assert faults_of_usufruct(owners, user, TODAY) == []
    assert fields(faults_of_usufruct(owners, Group(()), TODAY)) == ["usufructuary.members"]
    assert fields(faults_of_usufruct(Group((CHILD, BRUNO)), user, TODAY)) == ["bare_owner.proxy"]
    assert fields(faults_of_usufruct(Group((JEANNE,)), user, TODAY)) == ["usufructuary"]


def test_the_register_s_line_holds_names_first_names_and_address():
    assert identity_line(JEANNE) == "DELATTRE Jeanne, 12 rue des Écoles, 62750 Loos-en-Gohelle"
    assert identity_line(FIRM).startswith("Panneaux d’Artois, SIREN 732829320, ")
    assert identity_line(TOWN).startswith("Commune de Loos-en-Gohelle, INSEE 62528, ")


def test_an_address_abroad_ends_with_its_country():
    assert identity_line(replace(JEANNE, address=replace(HOME, country="BE"))).endswith(", BE")


def test_the_line_is_the_same_however_it_was_typed():
    typed = replace(
        JEANNE,
        last_name=" Delattre\u00a0",
        address=replace(HOME, street=unicodedata.normalize("NFD", "12  rue\u202fdes Écoles\n")),
    )
    assert identity_line(typed) == identity_line(JEANNE)


def test_a_birth_date_and_an_email_stay_out_of_the_line():
    line = identity_line(JEANNE)
    assert "1980" not in line and "@" not in line


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\u202e", "\ue000"])
def test_a_hidden_character_never_reaches_the_register(character: str):
    with pytest.raises(Unwritable):
        identity_line(replace(JEANNE, last_name=f"Delattre{character}"))


def test_several_owners_make_one_line():
    line = identity_line_of_joint(Group((JEANNE, BRUNO), BRUNO))
    assert line.startswith("Indivision : DELATTRE Jeanne, ") and " ; mandataire : LEDRU Bruno, " in line
    assert identity_line_of_joint(Group((JEANNE,))) == identity_line(JEANNE)


def test_divided_ownership_names_both_sides():
    line = identity_line_of_usufruct(Group((CHILD,)), Group((JEANNE,)))
    assert line.startswith("Nue-propriété : DELATTRE Léo, ") and " | Usufruit : DELATTRE Jeanne, " in line


def test_two_people_of_one_name_are_told_apart_by_birth():
    other = replace(JEANNE, birth_date=dt.date(1990, 1, 1))
    assert identity_key(other) != identity_key(JEANNE)
    assert identity_key(replace(JEANNE, last_name="DÉLATTRE")) == identity_key(JEANNE)
    assert identity_key(replace(FIRM, name="Autre nom")) == identity_key(FIRM)


@given(anybody, st.text(max_size=200))
def test_what_has_no_fault_can_be_written_in_one_clean_line(person: Person, text: str):
    address = replace(HOME, street=text)
    odd = replace(person, address=address)
    if isinstance(odd, NaturalPerson):
        odd = replace(odd, last_name=text)
    if not faults_of(odd, TODAY):
        line = identity_line(odd)
        assert not has_hidden(line) and line == canonical(line)
        assert not any(ord(c) < 32 or ord(c) == 127 for c in line)


@given(st.text(max_size=100))
def test_the_canonical_form_is_stable(text: str):
    assert canonical(canonical(text)) == canonical(text)

"""Statutes by edition: read whole or refused with every fault, held against the law, compared."""

import datetime as dt
import re
import tomllib
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.rules.statutes import (
    Change,
    Majority,
    NoEditionYet,
    Statutes,
    StatutesRefused,
    UnknownCollege,
    UnknownEdition,
    amendment,
    edition_text,
    in_force_on,
    read_statutes,
    shipped_editions,
)

DEMO = edition_text("mine-de-soleil-2019-07-12")
SECTION_KEYS = [
    (section, key)
    for section, table in tomllib.loads(DEMO).items()
    if isinstance(table, dict)
    for key in table
    if key not in ("sources", "cap_fraction")
]


def altered(*changes: tuple[str, str]) -> str:
    """The demo's edition with lines replaced; each must be there."""
    text = DEMO
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def second_edition() -> str:
    """An invented amendment: a lower lock-up, a new college, a cap for the operator gone."""
    college = """
[[colleges]]
code = "agriculteurs"
name = "Agriculteurs"
name_en = "Farmers"
rule = "Les exploitations agricoles du territoire."
rule_en = "Farms of the territory."
admits = ["natural", "legal"]
minimum_shares = 2
source = "Valeur inventée pour un essai"
confidence = "D"

[subscription]"""
    return altered(
        ('edition = "2019-07-12"', 'edition = "2026-06-20"'),
        ("adopted_on = 2019-07-12", "adopted_on = 2026-06-20"),
        ("lock_up_months = 60", "lock_up_months = 36"),
        ("nominal_eur = 50", "nominal_eur = 50.00"),
        ('cap_fraction = "2/5"\n', ""),
        ("strictly_more = false", "strictly_more = true"),
        ("\n[subscription]", college),
    )


def refusal(text: str) -> StatutesRefused:
    with pytest.raises(StatutesRefused) as refused:
        read_statutes(text)
    return refused.value


def paths(text: str) -> list[str]:
    return [fault.path for fault in refusal(text).faults]


@pytest.fixture(scope="module")
def demo() -> Statutes:
    return read_statutes(DEMO)


def test_every_shipped_edition_can_be_read():
    for name in shipped_editions():
        assert name.endswith(read_statutes(edition_text(name)).edition)


def test_the_demo_has_the_four_colleges_that_are_known(demo: Statutes):
    names = [(college.code, college.name) for college in demo.colleges]
    assert names == [
        ("citoyens", "Citoyens"),
        ("sem", "SEM"),
        ("exploitant", "Exploitant"),
        ("communes", "Commune"),
    ]


def test_what_is_known_of_the_company_is_marked_apart_from_what_is_invented(demo: Statutes):
    assert demo.shares.nominal_eur == Decimal("50.00")
    assert demo.origin_of("shares.nominal_eur").confidence == "S"
    assert demo.origin_of("shares.lock_up_months").confidence == "D"
    assert "ne sont pas connus" in demo.origin_of("colleges.citoyens.minimum_shares").source


def test_a_path_nobody_wrote_has_no_origin(demo: Statutes):
    with pytest.raises(KeyError):
        demo.origin_of("nothing.at_all")


def test_fractions_are_read_exactly(demo: Statutes):
    assert demo.transfer.majority == Majority(Fraction(2, 3), strictly_more=False)
    assert demo.shares.cap_fraction == Fraction(1, 5)


def test_a_college_may_have_its_own_cap(demo: Statutes):
    assert demo.cap_of("sem") == Fraction(1, 2)
    assert demo.cap_of("citoyens") == Fraction(1, 5)


def test_a_college_of_another_company_is_unknown(demo: Statutes):
    with pytest.raises(UnknownCollege, match="licornes"):
        demo.cap_of("licornes")


def test_a_rule_is_told_in_both_languages(demo: Statutes):
    college = demo.college("communes")
    assert college.rule_in("fr") == college.rule and college.rule_in(None) == college.rule
    assert college.rule_in("en-gb") == college.rule_en
    assert (college.name_in("fr"), college.name_in("en")) == ("Commune", "Municipality")


def test_an_edition_cannot_be_changed_once_read(demo: Statutes):
    with pytest.raises(FrozenInstanceError):
        demo.shares.lock_up_months = 1  # type: ignore[misc]


def test_an_edition_knows_the_fingerprint_of_its_text(demo: Statutes):
    assert re.fullmatch("[0-9a-f]{64}", demo.sha256)
    assert read_statutes(DEMO + "\n").sha256 != demo.sha256


def test_exactly_two_thirds_is_enough_unless_more_is_asked():
    assert Majority(Fraction(2, 3), strictly_more=False).is_reached(votes_for=6, votes_cast=9)
    assert not Majority(Fraction(2, 3), strictly_more=True).is_reached(votes_for=6, votes_cast=9)
    assert Majority(Fraction(2, 3), strictly_more=True).is_reached(votes_for=7, votes_cast=9)


def test_where_nobody_votes_nothing_is_carried():
    assert not Majority(Fraction(1, 2), strictly_more=False).is_reached(votes_for=0, votes_cast=0)


@pytest.mark.parametrize("votes", [(3, 2), (-1, 2)])
def test_votes_that_cannot_be_are_refused(votes: tuple[int, int]):
    with pytest.raises(ValueError, match="cannot be"):
        Majority(Fraction(1, 2), strictly_more=False).is_reached(votes_for=votes[0], votes_cast=votes[1])


@pytest.mark.parametrize(("section", "key"), SECTION_KEYS)
def test_a_missing_key_is_named_by_its_path(section: str, key: str):
    lines, inside, kept = DEMO.splitlines(), False, []
    for line in lines:
        inside = line == f"[{section}]" if line.startswith("[") else inside
        if not (inside and line.startswith(f"{key} =")):
            kept.append(line)
    assert len(kept) == len(lines) - 1
    assert f"{section}.{key}" in paths("\n".join(kept))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("lock_up_months = 60", "lock_up_month = 60", "shares.lock_up_month"),
        ("heirs_days = 180", "heirs_days = 180\nheirs_months = 6", "inheritance.heirs_months"),
        ('edition = "2019-07-12"', 'edition = "x"\nauthor = "y"', "author"),
        ("minimum_shares = 1", "minimum_shares = 1\nmaximum = 3", "colleges[1].maximum"),
    ],
)
def test_an_unknown_or_misspelt_key_is_named_by_its_path(old: str, new: str, path: str):
    assert path in paths(altered((old, new)))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('minimum_paid = "1"', "minimum_paid = 1", "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "1/0"', "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "5/4"', "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "0"', "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "25 %"', "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "٣/٤"', "shares.minimum_paid"),
        ("nominal_eur = 50", "nominal_eur = 0", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = -50", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = nan", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = 1e999999", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = 1e-999999", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = 49.999", "shares.nominal_eur"),
        ("nominal_eur = 50", "nominal_eur = true", "shares.nominal_eur"),
        ("nominal_eur = 50", 'nominal_eur = "50"', "shares.nominal_eur"),
        ("lock_up_months = 60", "lock_up_months = -1", "shares.lock_up_months"),
        ("lock_up_months = 60", "lock_up_months = true", "shares.lock_up_months"),
        ("lock_up_months = 60", "lock_up_months = 60.0", "shares.lock_up_months"),
        ("lock_up_months = 60", "lock_up_months = 0x" + "f" * 6000, "shares.lock_up_months"),
        ("heirs_days = 180", "heirs_days = 0", "inheritance.heirs_days"),
        ("adopted_on = 2019-07-12", "adopted_on = 2019-07-12T00:00:00Z", "adopted_on"),
        ("adopted_on = 2019-07-12", 'adopted_on = "2019-07-12"', "adopted_on"),
        ("strictly_more = false", "strictly_more = 0", "transfer.strictly_more"),
        ('silence = "nothing"', 'silence = "peut-être"', "subscription.silence"),
        ('approval = "board"', 'approval = ["board"]', "subscription.approval"),
        ('admits = ["public"]', "admits = []", "colleges[4].admits"),
        ('admits = ["public"]', 'admits = ["public", "public"]', "colleges[4].admits"),
        ('admits = ["public"]', 'admits = ["martian"]', "colleges[4].admits"),
        ('admits = ["public"]', "admits = [{}]", "colleges[4].admits"),
        ('admits = ["public"]', 'admits = "public"', "colleges[4].admits"),
        ('code = "sem"', 'code = "citoyens"', "colleges[2].code"),
        ('code = "sem"', 'code = "S E M"', "colleges[2].code"),
        ('name = "SEM"', 'name = " "', "colleges[2].name"),
        ('name = "SEM"', 'name = "SEM\\u0000"', "colleges[2].name"),
        ('name = "SEM"', 'name = "SEM\\u202e"', "colleges[2].name"),
        ('name = "SEM"', f'name = "{"S" * 1001}"', "colleges[2].name"),
        ('name = "SEM"', "name = 3", "colleges[2].name"),
        ('confidence = "V"', 'confidence = "sure"', "usufruct.confidence"),
        ("nominal_eur = { ", "nominal = { ", "shares.sources.nominal"),
        ("approval_days = 60", "approval_days = 0", "subscription.approval_days"),
    ],
)
def test_a_value_that_will_not_do_is_refused_at_its_path(old: str, new: str, path: str):
    assert path in paths(altered((old, new)))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("floor_eur = 7_000", "floor_eur = 6_999.99", "capital.floor_eur"),
        ("floor_eur = 7_000", "floor_eur = 70_050", "capital"),
        ("ceiling_eur = 500_000", "ceiling_eur = 60_000", "capital"),
        ("stated_eur = 70_000", "stated_eur = 70_010", "capital.stated_eur"),
        ("variable_capital = true", "variable_capital = false", "capital"),
        ("lock_up_months = 60", "lock_up_months = 121", "shares.lock_up_months"),
        ("balance_within_months = 0", "balance_within_months = 12", "shares.balance_within_months"),
        ('minimum_paid = "1"', 'minimum_paid = "1/5"', "shares.minimum_paid"),
        ('minimum_paid = "1"', 'minimum_paid = "1/2"', "shares.balance_within_months"),
        ("adopted_on = 2019-07-12", "adopted_on = 1999-07-12", "adopted_on"),
    ],
)
def test_what_the_law_forbids_is_refused_at_its_path(old: str, new: str, path: str):
    assert path in paths(altered((old, new)))


def test_the_law_s_own_limits_are_allowed():
    text = altered(
        ('minimum_paid = "1"', 'minimum_paid = "1/4"'),
        ("balance_within_months = 0", "balance_within_months = 60"),
        ("lock_up_months = 60", "lock_up_months = 120"),
    )
    statutes = read_statutes(text)
    assert statutes.capital.floor_eur * 10 == statutes.capital.stated_eur
    assert (statutes.shares.minimum_paid, statutes.shares.lock_up_months) == (Fraction(1, 4), 120)


def test_sixty_one_months_to_pay_the_rest_are_too_many():
    text = altered(
        ('minimum_paid = "1"', 'minimum_paid = "1/4"'),
        ("balance_within_months = 0", "balance_within_months = 61"),
    )
    assert paths(text) == ["shares.balance_within_months"]


def test_where_nobody_approves_no_days_are_given():
    text = altered(('approval = "board"\napproval_days = 60', 'approval = "none"\napproval_days = 0'))
    assert not read_statutes(text).subscription.approval.is_needed
    text = altered(('approval = "board"\napproval_days = 60', 'approval = "none"\napproval_days = 60'))
    assert paths(text) == ["subscription.approval_days"]


def test_without_pre_emption_nobody_has_to_come_first():
    text = re.sub(r'(pre_emption_rank(?:_en)?) = ".*"', r'\1 = ""', DEMO)
    assert "transfer.pre_emption_rank" in paths(text)
    assert read_statutes(text.replace("pre_emption_days = 30", "pre_emption_days = 0"))


def test_all_faults_are_told_at_once():
    text = altered(("lock_up_months = 60", "lock_up_months = -1"), ("heirs_days = 180", ""))
    assert set(paths(text)) == {"shares.lock_up_months", "inheritance.heirs_days"}
    assert "shares.lock_up_months" in str(refusal(text)) and "inheritance.heirs_days" in str(refusal(text))


def test_a_missing_section_is_told_once():
    start, end = DEMO.index("[minors]"), len(DEMO)
    assert paths(DEMO[:start] + DEMO[end:]) == ["minors"]


@pytest.mark.parametrize(
    "text",
    ["a = ", "adopted_on = 2019-02-30", "a = " + "9" * 5000, "a = " + "[" * 50_000, "\0", "a = 1\na = 2"],
    ids=["cut", "no such day", "thousands of digits", "too deep", "control character", "twice"],
)
def test_a_text_that_is_no_toml_is_refused_in_one_sentence(text: str):
    (fault,) = refusal(text).faults
    assert fault.path == "" and fault.sentence.startswith("Ce texte")


def test_a_fault_of_writing_says_the_line():
    assert "ligne 2" in str(refusal('edition = "a"\nb = = 3'))


def test_a_book_is_refused_unread():
    assert "100000 caractères" in str(refusal("#" * 100_001))


def test_deeply_dotted_keys_do_no_harm():
    assert paths(DEMO + "\n[" + ".".join(["a"] * 5_000) + "]\n") == ["a"]


@pytest.mark.parametrize("name", ["", "../law/shares", "mine-de-soleil-1900-01-01"])
def test_only_shipped_editions_can_be_opened(name: str):
    with pytest.raises(UnknownEdition):
        edition_text(name)


def test_the_difference_of_two_editions_is_the_amendment():
    changes = {change.path: (change.before, change.after) for change in amendment(DEMO, second_edition())}
    assert changes["shares.lock_up_months"] == ("60", "36")
    assert changes["transfer.strictly_more"] == ("false", "true")
    assert changes["colleges.exploitant.cap_fraction"] == ("2/5", None)
    assert changes["colleges.agriculteurs.minimum_shares"] == (None, "2")
    assert "shares.nominal_eur" not in changes
    assert not [path for path in changes if path.endswith(("source", "confidence", "adopted_on"))]


def test_an_edition_does_not_differ_from_itself():
    assert amendment(DEMO, DEMO) == ()


def test_an_amendment_undone_reads_the_other_way():
    there, back = amendment(DEMO, second_edition()), amendment(second_edition(), DEMO)
    assert {Change(c.path, c.after, c.before) for c in there} == set(back)


def test_colleges_in_another_order_are_the_same_rules():
    start, end = DEMO.index('[[colleges]]\ncode = "citoyens"'), DEMO.index('[[colleges]]\ncode = "sem"')
    citizens = DEMO[start:end]
    moved = (DEMO[:start] + DEMO[end:]).replace("[subscription]", citizens + "[subscription]")
    assert [college.code for college in read_statutes(moved).colleges][-1] == "citoyens"
    assert amendment(DEMO, moved) == ()


def test_the_edition_of_a_day_is_the_latest_adopted(demo: Statutes):
    editions = [read_statutes(second_edition()), demo]
    assert in_force_on(editions, dt.date(2026, 6, 19)) is demo
    assert in_force_on(editions, dt.date(2026, 6, 20)).edition == "2026-06-20"
    with pytest.raises(NoEditionYet, match="2019-07-11"):
        in_force_on(editions, dt.date(2019, 7, 11))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_reason(text: str):
    with pytest.raises(StatutesRefused) as refused:
        read_statutes(text)
    assert refused.value.faults


@given(st.data())
def test_a_line_lost_or_spoilt_never_breaks_the_reader(data: st.DataObject):
    lines = DEMO.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    lines[number] = data.draw(st.sampled_from(["", "x = 1", "[shares]", lines[number] + "0", "a.b = []"]))
    try:
        statutes = read_statutes("\n".join(lines))
    except StatutesRefused as refused:
        assert all(fault.sentence for fault in refused.faults)
    else:
        assert statutes.capital.floor_eur <= statutes.capital.ceiling_eur

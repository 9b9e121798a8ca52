"""The register's chain: its text is fixed for ever, and nothing can be touched unseen."""

import datetime as dt
import hashlib
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.register_chain import (
    GENESIS,
    MAX_FINDINGS,
    Line,
    Unsealable,
    canonical_text,
    fingerprint,
    seal,
    verify,
)
from tests.shareholders.registers import FOUNDED, chained, line, registers

LATER = FOUNDED + dt.timedelta(days=30)


def rules(register: list[Line], **more) -> set[str]:
    return {finding.rule for finding in verify(register, **more).findings}


def sentences(register: list[Line], **more) -> str:
    told = " ".join(finding.sentence for finding in verify(register, **more).findings)
    return told.replace("\u202f", " ")


def test_the_canonical_text_is_the_one_the_database_seals():
    issue = line(
        number=1,
        taker=7,
        taker_identity="Élise Durand, 3 rue Basly, 62750 Loos-en-Gohelle",
        entered_at=dt.datetime(2019, 7, 12, 14, 5, 9, 120, dt.timezone(dt.timedelta(hours=2))),
    )
    assert canonical_text(issue).split("\x1f") == [
        GENESIS,
        "1",
        "issue",
        "2019-07-12",
        "2019-07-12T12:05:09.000120Z",
        "",
        "",
        "7",
        "Élise Durand, 3 rue Basly, 62750 Loos-en-Gohelle",
        "10",
        "50.00",
        "",
        "",
    ]
    assert fingerprint(issue) == hashlib.sha256(canonical_text(issue).encode("utf-8")).hexdigest()


def test_the_seal_never_changes():
    """A figure kept by heart: were it to move, every certificate ever handed out would be void."""
    issue = line(number=1, taker=7, taker_identity="Élise Durand", reason="fondation")
    assert seal(issue).entry_sha256 == SEAL_OF_THE_FIRST_LINE


SEAL_OF_THE_FIRST_LINE = "396435c51f57ec7dfe429ff66bf3d736d2922144cb0b98107a88963be9e99cfb"


@pytest.mark.parametrize("field", ["giver_identity", "taker_identity", "reason"])
@pytest.mark.parametrize("character", ["\x1f", "\x00", "\n", "\t", "\x7f"])
def test_a_separator_can_never_be_slipped_into_a_text(field: str, character: str):
    with pytest.raises(Unsealable, match="caractère de commande"):
        canonical_text(replace(line(taker=1), **{field: f"Durand{character}Paul"}))


def test_half_a_character_is_refused():
    with pytest.raises(Unsealable, match="demi-caractère"):
        fingerprint(line(taker=1, reason="\ud83d"))


def test_an_instant_without_zone_is_refused():
    with pytest.raises(Unsealable) as refused:
        fingerprint(line(taker=1, entered_at=dt.datetime(2019, 7, 12)))  # noqa: DTZ001
    assert refused.value.field == "entered_at"


@pytest.mark.parametrize("value", ["50.005", "NaN", "Infinity", "1e30"])
def test_a_nominal_value_is_in_whole_cents(value: str):
    with pytest.raises(Unsealable, match="centimes"):
        fingerprint(line(taker=1, nominal_value=Decimal(value)))


def test_fifty_euros_are_sealed_alike_however_written():
    assert fingerprint(line(taker=1, nominal_value=Decimal(50))) == fingerprint(line(taker=1))


@given(one=st.text(max_size=5), other=st.text(max_size=5))
def test_two_registers_never_have_one_text(one: str, other: str):
    """What a field loses, its neighbour can't have gained."""
    try:
        first = canonical_text(line(giver_identity=one, taker_identity=other))
        second = canonical_text(line(giver_identity=one + other, taker_identity=""))
    except Unsealable:
        return
    assert (first == second) == (other == "")


def test_an_empty_register_is_sound():
    report = verify([])
    assert report.is_sound
    assert (report.lines, report.shares, report.capital, report.last_sha256) == (0, 0, 0, GENESIS)


def test_a_sound_register_tells_its_shares_and_capital():
    register = chained(
        [line(taker=1), line(taker=2), line("transfer", 1, 2, 4), line("withdrawal", 2, None, 3)]
    )
    report = verify(iter(register))
    assert report.findings == ()
    assert (report.lines, report.shares, report.holders) == (4, 17, 2)
    assert report.capital == Decimal("850.00")
    assert report.last_sha256 == register[-1].entry_sha256


@given(register=registers())
def test_sound_registers_have_no_finding(register: list[Line]):
    assert verify(register).findings == ()
    assert verify(register, stated=verify(register).stated).is_sound


OTHERS = {
    "number": st.integers(0, 99),
    "kind": st.sampled_from(["issue", "transfer", "gift", "reversal", "cancellation", "vol", ""]),
    "dated": st.dates(dt.date(2018, 1, 1), dt.date(2030, 1, 1)),
    "entered_at": st.datetimes(timezones=st.just(dt.UTC)),
    "giver_number": st.none() | st.integers(0, 9),
    "giver_identity": st.text(max_size=9),
    "taker_number": st.none() | st.integers(0, 9),
    "taker_identity": st.text(max_size=9),
    "quantity": st.integers(-5, 2000),
    "nominal_value": st.decimals(-5, 1000, places=3) | st.just(Decimal("NaN")),
    "reverses": st.none() | st.integers(0, 12),
    "reason": st.text(max_size=9),
    "previous_sha256": st.text("0123456789abcdef", min_size=64, max_size=64) | st.just(""),
    "entry_sha256": st.text("0123456789abcdef", min_size=64, max_size=64) | st.just(""),
}


def test_every_field_of_a_line_is_tampered_with_below():
    assert set(OTHERS) == {field.name for field in fields(Line)}


@given(data=st.data(), register=registers(least=1))
def test_a_changed_field_is_found(data: st.DataObject, register: list[Line]):
    at = data.draw(st.integers(0, len(register) - 1))
    field = data.draw(st.sampled_from(sorted(OTHERS)))
    value = data.draw(OTHERS[field])
    if value == getattr(register[at], field):
        return
    stated = verify(register).stated
    register[at] = replace(register[at], **{field: value})
    assert not verify(register, stated=stated).is_sound


@given(data=st.data(), register=registers(least=1))
def test_a_changed_line_sealed_again_is_found(data: st.DataObject, register: list[Line]):
    at = data.draw(st.integers(0, len(register) - 1))
    stated = verify(register).stated
    register[at] = seal(replace(register[at], reason=register[at].reason + "x"))
    assert not verify(register, stated=stated).is_sound


@given(data=st.data(), register=registers(least=1))
def test_a_missing_line_is_found(data: st.DataObject, register: list[Line]):
    stated = verify(register).stated
    del register[data.draw(st.integers(0, len(register) - 1))]
    assert not verify(register, stated=stated).is_sound


@given(data=st.data(), register=registers(least=2))
def test_two_swapped_lines_are_found(data: st.DataObject, register: list[Line]):
    one, other = sorted(data.draw(st.sets(st.integers(0, len(register) - 1), min_size=2, max_size=2)))
    register[one], register[other] = register[other], register[one]
    assert not verify(register).is_sound


@given(data=st.data(), register=registers(least=1))
def test_a_repeated_line_is_found(data: st.DataObject, register: list[Line]):
    at = data.draw(st.integers(0, len(register) - 1))
    register.insert(data.draw(st.integers(0, len(register))), register[at])
    assert not verify(register).is_sound


def test_lines_cut_from_the_end_are_seen_by_what_was_stated():
    register = chained([line(taker=1), line(taker=2)])
    stated = verify(register).stated
    assert verify(register[:1]).is_sound
    assert "2 étaient annoncées" in sentences(register[:1], stated=stated)


def test_a_register_rewritten_as_a_whole_is_betrayed_by_one_certificate():
    true = chained([line(taker=1), line(taker=2)])
    false = chained([line(taker=3), line(taker=2)])
    assert verify(false).is_sound
    assert rules(false, witnesses={2: true[1].entry_sha256}) == {"witness"}
    assert verify(true, witnesses={2: true[1].entry_sha256}).is_sound


def test_a_hole_names_the_lines_that_are_missing():
    register = chained([line(taker=n) for n in range(1, 6)])
    assert "Ligne 5 : les lignes 2 à 4 manquent avant elle." in sentences([register[0], register[4]])
    assert "la ligne 2 manque avant elle" in sentences([register[0], *register[2:]])


def test_an_altered_line_is_named_alone():
    register = chained([line(taker=1), line(taker=2), line(taker=3)])
    register[1] = replace(register[1], taker_identity="Quelqu’un d’autre")
    assert [(f.number, f.rule) for f in verify(register).findings] == [(2, "altered")]


@pytest.mark.parametrize(
    "wrong",
    [
        line("issue", 1, 2),
        line("issue"),
        line("transfer", None, 2),
        line("gift", 1, None),
        line("inheritance"),
        line("withdrawal", 1, 2),
        line("cancellation", None, 2),
        line("transfer", 1, 1),
    ],
    ids=lambda wrong: f"{wrong.kind}-{wrong.giver_number}-{wrong.taker_number}",
)
def test_each_kind_has_its_own_sides(wrong: Line):
    assert "sides" in rules(chained([line(taker=1, quantity=100), wrong]))


def test_an_unknown_kind_is_found():
    assert rules(chained([line("vol", None, 1)])) == {"kind", "sum"}


def test_a_movement_moves_a_share_at_least():
    assert rules(chained([line(taker=1, quantity=0)])) == {"quantity"}


def test_who_has_a_number_has_a_name():
    assert rules(chained([line(taker=1, taker_identity="")])) == {"identity"}
    assert rules(chained([line(taker=1, giver_identity="Personne")])) == {"identity"}


def test_the_name_of_a_giver_may_be_his_number_alone():
    """R228-9: the old holder's name may be replaced by an order number."""
    assert verify(chained([line(taker=1), line("transfer", 1, 2, 5, giver_identity="")])).is_sound


def test_giving_more_than_held_is_found_with_both_numbers():
    register = chained([line(taker=1), line("transfer", 1, 2, 11)])
    assert "Ligne 2 : l’actionnaire n° 1 donne 11 actions et n’en a que 10." in sentences(register)


def test_a_transfer_dated_before_the_issue_is_found_on_its_day():
    early = line("transfer", 1, 2, 10, dated=FOUNDED)
    register = chained([line(taker=1, dated=LATER), early])
    assert "Au soir du 12/07/2019, l’actionnaire n° 1 détiendrait −10 actions." in sentences(register)


def test_a_movement_entered_late_is_sound_if_each_day_is():
    late = line("transfer", 1, 2, 10, dated=FOUNDED)
    assert verify(chained([line(taker=1), line(taker=1, dated=LATER), late])).is_sound


def test_what_is_held_by_sides_must_be_what_was_issued_by_kinds():
    """An issue that takes from somebody creates nothing: sides and kinds are counted apart."""
    assert "sum" in rules(chained([line(taker=1), line("issue", 1, 2, 5)]))


def undoing(number: int, giver: int | None, taker: int | None, quantity: int = 10, **more) -> Line:
    return line("reversal", giver, taker, quantity, **({"reverses": number, "reason": "erreur"} | more))


def test_a_reversal_takes_back_what_it_reverses():
    report = verify(
        chained([line(taker=1), line("transfer", 1, 2, 4), undoing(2, 2, 1, 4), undoing(1, 1, None)])
    )
    assert report.findings == ()
    assert (report.shares, report.holders) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (undoing(9, 1, None), "la ligne 9, inconnue"),
        (undoing(1, 1, None, reverses=None), "ne dit pas quelle ligne"),
        (undoing(3, 1, None), "la ligne 3, inconnue"),
        (undoing(1, 1, None, 9), "elle porte sur 9 actions, la ligne 1 sur 10"),
        (undoing(1, None, 1), "ne sont pas ceux de 1, inversés"),
        (undoing(1, 1, None, dated=FOUNDED - dt.timedelta(days=1)), "datée d’avant la ligne 1"),
        (undoing(1, 1, None, reason=""), "doit dire son motif"),
        (line("transfer", 1, 2, 1, reverses=1), "seule une contre-passation"),
    ],
)
def test_a_wrong_reversal_is_found(wrong: Line, told: str):
    assert told in sentences(chained([line(taker=1), line(taker=1), wrong]))


def test_a_line_is_reversed_once():
    assert "déjà contre-passée" in sentences(
        chained([line(taker=1), line(taker=1), undoing(1, 1, None), undoing(1, 1, None)])
    )


def test_a_reversal_is_never_reversed():
    register = chained([line(taker=1), undoing(1, 1, None), undoing(2, None, 1)])
    assert "ne s’annule pas elle-même" in sentences(register)


def renamed(cents: int, **more) -> Line:
    return line("nominal_change", quantity=0, nominal_value=Decimal(cents) / 100, **more)


def test_a_new_nominal_value_holds_for_the_lines_after_it():
    after = line(taker=2, nominal_value=Decimal("10.00"), dated=LATER)
    report = verify(chained([line(taker=1), renamed(1000, dated=LATER), after]))
    assert report.findings == ()
    assert report.capital == Decimal("200.00")


def test_a_line_dated_before_a_change_keeps_the_old_value():
    late = line(taker=2, dated=FOUNDED)
    assert verify(chained([line(taker=1), renamed(1000, dated=LATER), late])).is_sound


@pytest.mark.parametrize(
    "wrong",
    [
        line("nominal_change", quantity=5),
        line(taker=2, nominal_value=Decimal("49.00")),
        renamed(0),
        renamed(1000, dated=FOUNDED - dt.timedelta(days=1)),
        renamed(1000, giver_number=1),
    ],
)
def test_a_wrong_nominal_value_is_found(wrong: Line):
    assert rules(chained([line(taker=1), wrong])) & {"nominal", "quantity", "sides"}


def test_a_change_of_nominal_value_can_be_taken_back():
    back = undoing(2, None, None, 0)
    assert verify(chained([line(taker=1), renamed(1000), back])).is_sound
    wrong = replace(back, nominal_value=Decimal("10.00"))
    assert "rétablie doit être 50" in sentences(chained([line(taker=1), renamed(1000), wrong]))


def test_an_older_change_of_nominal_value_cannot_be_taken_back():
    register = chained([line(taker=1), renamed(1000), renamed(2000), undoing(2, None, None, 0)])
    assert "seul le dernier changement" in sentences(register)


def test_a_stated_capital_that_is_not_shares_times_value_is_found():
    register = chained([line(taker=1)])
    stated = replace(verify(register).stated, capital=Decimal("501.00"), shares=11)
    told = sentences(register, stated=stated)
    assert "10 actions ; 11 étaient annoncées" in told
    assert "donne 500 € ; le capital annoncé est 501 €" in told


def test_a_ruined_register_tells_the_first_findings_and_how_many():
    register = [replace(one, entry_sha256=GENESIS) for one in chained([line(taker=1)] * 500)]
    report = verify(register)
    assert len(report.findings) == MAX_FINDINGS
    assert report.finding_count >= 500

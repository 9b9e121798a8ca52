"""Matching: to the cent, in any order, and nothing booked without a valid reference."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shareholders.banking.matching import (
    Claim,
    Clue,
    Credit,
    DebitKind,
    Kind,
    Part,
    Refund,
    match,
    match_debits,
    same_name,
)
from shareholders.banking.references import reference_for, references_in
from tests.shareholders.banking.statements import DAY

REFERENCES = [reference_for("MDS", number) for number in range(1, 6)]


def claim(number: int, due: str = "100.00", *names: str, ibans: tuple[str, ...] = ()) -> Claim:
    return Claim(str(number), reference_for("MDS", number), Decimal(due), names, frozenset(ibans))


def credit(amount: str, text: str = "", name: str = "", iban: str = "") -> Credit:
    return Credit("a", Decimal(amount), DAY, text, name, iban)


def one(paid: Credit, *claims: Claim):
    (verdict,) = match([paid], claims)
    return verdict


def test_a_reference_with_one_slip_is_proposed_with_what_it_can_take():
    verdict = one(credit("130.00", "RF" + REFERENCES[0][2:-1] + "O"), claim(1))
    # The last figure, 1, became a letter O.
    assert (verdict.kind, verdict.clue) == (Kind.SUGGESTED, Clue.REFERENCE)
    assert verdict.proposals == (Part("1", Decimal("100.00")),)
    assert not verdict.is_automatic


def test_the_account_tells_apart_two_people_of_one_name():
    alike = claim(1, "100.00", "Jean Petit"), claim(2, "100.00", "Jean Petit", ibans=("f2",))
    verdict = one(credit("100.00", name="PETIT JEAN", iban="f2"), *alike)
    assert (verdict.kind, verdict.clue, verdict.claims) == (Kind.SUGGESTED, Clue.IBAN, ("2",))


def test_two_people_of_one_name_and_amount_are_not_told_apart_but_named():
    verdict = one(
        credit("100.00", name="PETIT JEAN"),
        claim(1, "100.00", "Jean Petit"),
        claim(2, "100.00", "Jean Petit"),
    )
    assert (verdict.kind, verdict.claims, verdict.proposals) == (Kind.UNKNOWN, ("1", "2"), ())


def test_the_amount_alone_suggests_nobody():
    assert one(credit("100.00", name="DURAND ALAIN"), claim(1, "100.00", "Jean Petit")).claims == ()


def test_the_name_with_another_amount_is_a_candidate_only():
    verdict = one(credit("70.00", name="PETIT JEAN"), claim(1, "100.00", "Jean Petit"))
    assert (verdict.kind, verdict.claims, verdict.proposals) == (Kind.UNKNOWN, ("1",), ())


def test_a_paid_claim_is_suggested_to_nobody():
    assert one(credit("100.00", name="PETIT JEAN"), claim(1, "0.00", "Jean Petit")).claims == ()


def test_a_claim_served_by_its_reference_is_no_longer_suggested_whatever_the_order():
    nameless = Credit("a", Decimal("100.00"), DAY, "", "PETIT JEAN")
    named = Credit("b", Decimal("100.00"), DAY + dt.timedelta(5), REFERENCES[0], "PETIT JEAN")
    assert [v.kind for v in match([nameless, named], [claim(1, "100.00", "Jean Petit")])] == [
        Kind.UNKNOWN,
        Kind.EXACT,
    ]


def test_a_reference_of_ours_beside_a_stranger_is_booked_only_when_the_sum_is_exact():
    both = f"{REFERENCES[0]} {reference_for('LENS', 9)}"
    assert one(credit("100.00", both), claim(1)).kind is Kind.EXACT
    verdict = one(credit("150.00", both), claim(1))
    assert (verdict.kind, verdict.parts, verdict.unplaced) == (Kind.SEVERAL, (), Decimal("150.00"))


def test_a_reference_nobody_knows_is_an_unknown_payment():
    assert one(credit("100.00", reference_for("LENS", 9)), claim(1)).kind is Kind.UNKNOWN


def test_two_references_of_paid_claims_are_a_duplicate():
    verdict = one(credit("200.00", " ".join(REFERENCES[:2])), claim(1, "0.00"), claim(2, "0.00"))
    assert (verdict.kind, verdict.excess, verdict.claims) == (Kind.DUPLICATE, Decimal("200.00"), ("1", "2"))


def test_nothing_is_booked_for_a_credit_of_nothing():
    verdict = one(credit("0.00", REFERENCES[0]), claim(1))
    assert (verdict.kind, verdict.parts, verdict.needs_somebody) == (Kind.UNKNOWN, (), False)


def test_a_repeated_id_or_reference_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="credit 'a'"):
        match([credit("1.00"), credit("1.00")], [])
    with pytest.raises(ValueError, match="claim '1'"):
        match([], [claim(1), claim(1)])
    with pytest.raises(ValueError, match="reference"):
        match([], [claim(1), dataclasses.replace(claim(1), id="2")])
    with pytest.raises(ValueError, match="less than nothing"):
        match([], [claim(1, "-1.00")])


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("Jeanne Lefèbvre", "MME LEFEBVRE JEANNE"),
        ("Cœuret Noël", "M. NOEL COEURET"),
        ("Luc Petit", "M OU MME PETIT LUC"),
        ("Jean-Pierre Dupont", "DUPONT JEAN PIERRE"),
        ("Anne Marie Roux", "ROUX ANNE"),
        ("Enercoop", "ENERCOOP"),
    ],
)
def test_names_are_the_same_whatever_accents_case_and_order(one_name: str, other: str):
    assert same_name(one_name, other)
    assert same_name(other, one_name)


@pytest.mark.parametrize(
    ("one_name", "other"),
    [
        ("Luc Petit", "Petit"),
        ("Luc Petit", "Luc Grand"),
        ("", ""),
        ("M", "Mme"),
        ("Enercoop", "Enercoop Nord"),
    ],
)
def test_half_a_name_is_not_the_same_name(one_name: str, other: str):
    assert not same_name(one_name, other)


CENTS = st.integers(-5000, 30000).map(lambda n: Decimal(n) / 100)
TEXTS = st.lists(st.sampled_from([*REFERENCES, "bonjour", "RF99MDS0000001"]), max_size=3).map(" ".join)
NAMES = st.sampled_from(["", "Luc Petit", "PETIT LUC", "Zoé Petit", "Enercoop"])
CREDITS = st.lists(
    st.builds(
        Credit,
        id=st.uuids().map(str),
        amount=CENTS | st.sampled_from([Decimal("50.00"), Decimal("100.00"), Decimal("150.00")]),
        booked_on=st.integers(0, 3).map(lambda n: DAY + dt.timedelta(n)),
        text=TEXTS,
        payer_name=NAMES,
        payer_iban=st.sampled_from(["", "f1", "f2"]),
        currency=st.sampled_from(["EUR"] * 9 + ["USD"]),
        is_return=st.sampled_from([False] * 9 + [True]),
    ),
    max_size=8,
    unique_by=lambda c: c.id,
)
CLAIMS = st.lists(
    st.builds(
        claim,
        st.integers(1, 5),
        st.sampled_from(["0.00", "50.00", "100.00", "33.33"]),
        NAMES,
        ibans=st.sampled_from([(), ("f1",), ("f1", "f2")]),
    ),
    max_size=5,
    unique_by=lambda c: c.id,
)


@given(CREDITS, CLAIMS)
def test_every_cent_of_a_credit_is_somewhere_once(credits, claims):
    for paid, verdict in zip(credits, match(credits, claims), strict=True):
        assert verdict.credit == paid.id
        assert sum(p.amount for p in verdict.parts) + verdict.excess + verdict.unplaced == paid.amount
        assert all(part.amount > 0 for part in (*verdict.parts, *verdict.proposals))
        assert not (verdict.proposals and not verdict.unplaced)


@given(CREDITS, CLAIMS)
def test_no_claim_receives_more_than_it_owes(credits, claims):
    parts = [part for verdict in match(credits, claims) for part in verdict.parts]
    for owed in claims:
        assert sum(part.amount for part in parts if part.claim == owed.id) <= owed.due


@given(CREDITS, CLAIMS)
def test_nothing_is_booked_or_in_excess_without_a_valid_reference_in_euros(credits, claims):
    references = {owed.id: owed.reference for owed in claims}
    for paid, verdict in zip(credits, match(credits, claims), strict=True):
        if verdict.parts or verdict.excess:
            assert paid.currency == "EUR"
            assert not paid.is_return
            assert {references[c] for c in verdict.claims} <= set(references_in(paid.text))
            assert {part.claim for part in verdict.parts} <= set(verdict.claims)


@given(CREDITS, CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_claims_changes_nothing(credits, claims, random):
    before = {verdict.credit: verdict for verdict in match(credits, claims)}
    random.shuffle(credits)
    random.shuffle(claims)
    assert {verdict.credit: verdict for verdict in match(credits, claims)} == before


def debit(amount: str, text: str = REFERENCES[0], name: str = "a", **changes: object) -> Credit:
    return dataclasses.replace(Credit(name, Decimal(amount), DAY, text), **changes)


REFUND = Refund("r1", REFERENCES[0], Decimal("30.00"))


@pytest.mark.parametrize(
    ("line", "kind", "refund"),
    [
        (debit("-30.00"), DebitKind.DONE, "r1"),
        (debit("-29.99"), DebitKind.WRONG_AMOUNT, None),
        (debit("-30.00", "loyer"), DebitKind.UNKNOWN, None),
        (debit("30.00"), DebitKind.NOT_A_DEBIT, None),
        (debit("-30.00", currency="USD"), DebitKind.WRONG_CURRENCY, None),
        (debit("-30.00", is_return=True), DebitKind.RETURN, None),
    ],
)
def test_a_refund_is_done_by_its_reference_and_its_exact_amount(line, kind, refund):
    (verdict,) = match_debits([line], [REFUND])
    assert (verdict.kind, verdict.refund) == (kind, refund)


def test_a_refund_is_done_once():
    verdicts = match_debits([debit("-30.00"), debit("-30.00", name="b")], [REFUND])
    assert [(v.kind, v.refund) for v in verdicts] == [(DebitKind.DONE, "r1"), (DebitKind.UNKNOWN, None)]


def test_two_refunds_of_one_subscription_are_done_each_by_its_amount():
    other = Refund("r2", REFERENCES[0], Decimal("20.00"))
    verdicts = match_debits([debit("-20.00"), debit("-30.00", name="b")], [REFUND, other])
    assert [v.refund for v in verdicts] == ["r2", "r1"]


def test_two_refunds_alike_are_two():
    twin = dataclasses.replace(REFUND, id="r2")
    verdicts = match_debits([debit("-30.00", name="b"), debit("-30.00")], [REFUND, twin])
    assert [v.refund for v in verdicts] == ["r2", "r1"]


def test_a_debit_or_a_refund_given_twice_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="debit 'a'"):
        match_debits([debit("-30.00"), debit("-30.00")], [REFUND])
    with pytest.raises(ValueError, match="refund 'r1'"):
        match_debits([], [REFUND, REFUND])

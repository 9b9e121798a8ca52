"""What is owed back: recomputed from the ledger, told once, on the way it came."""

from decimal import Decimal

import pytest

from shareholders.models import Cooperative, HolderBankAccount, Payment, Payout, StatementLine
from shareholders.services.gates import pass_gates
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payouts import (
    complete_payout,
    owe_back,
    payout_failed,
    return_line,
    send_payout,
)
from tests.factories import UserFactory
from tests.shareholders.banking.statements import Line, french_iban
from tests.shareholders.money import (
    bring,
    decide,
    fresh,
    open_cooperative,
    owed,
    subscribe,
    told,
    transfer,
    waiting,
)

pytestmark = pytest.mark.django_db


def test_asked_again_and_again_the_same_euro_is_owed_once():
    subscription = subscribe(open_cooperative(), 42)
    bring(subscription.cooperative, [transfer("100.00", 42, iban=french_iban(42))])
    decide(subscription, approved=False)
    for _ in range(3):
        assert owe_back(actor=None, subscription=fresh(subscription)) == []
        pass_gates(actor=None, subscription=subscription)
    assert (Payout.objects.count(), owed(subscription)) == (1, 100)


def test_fewer_shares_granted_owes_the_difference():
    subscription = subscribe(open_cooperative(), 42, shares=3)
    bring(subscription.cooperative, [transfer("150.00", 42, iban=french_iban(42))])
    found = fresh(subscription)
    found.granted = 1
    found.save(update_fields=["granted"])
    pass_gates(actor=None, subscription=found)
    payout = Payout.objects.get()
    assert (payout.amount, payout.why) == (100, Payout.Why.ALLOTTED_LESS)


def test_before_the_signature_everything_may_stay():
    coop = open_cooperative()
    gift = subscribe(
        coop, 42, signed=False, is_gift=True, giver_name="Luc Petit", giver_email="luc@essai.example"
    )
    bring(coop, [transfer("130.00", 42)])
    assert told(gift) == ("draft", 100, 0)
    assert waiting(coop) == 30


def test_a_gift_goes_back_to_the_giver_never_to_the_child():
    coop = open_cooperative()
    gift = subscribe(coop, 42, is_gift=True, giver_name="Luc Petit", giver_email="luc@essai.example")
    bring(coop, [transfer("100.00", 42)])  # the bank doesn't say from which account
    decide(gift, approved=False)
    payout = Payout.objects.get()
    assert (payout.beneficiary, payout.iban) == ("Luc Petit", "")


def test_money_from_an_account_the_bank_hides_goes_to_the_one_the_subscriber_gave():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription, approved=False)
    assert Payout.objects.get().iban == french_iban(42)


def test_an_account_that_sent_money_back_is_not_tried_again():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42, iban=french_iban(42))])
    decide(subscription, approved=False)
    first = send_payout(actor=None, payout=Payout.objects.get())
    payout_failed(actor=None, payout=first)
    second = Payout.objects.get(state=Payout.State.DUE)
    assert (second.amount, second.iban) == (100, "")
    assert payout_failed(actor=None, payout=first).state == Payout.State.FAILED
    assert Payout.objects.count() == 2


def test_the_order_is_noted_once_and_not_without_an_account():
    coop = open_cooperative()
    bring(coop, [transfer("80.00")])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    with pytest.raises(MoneyRefused, match="Indiquez d’abord le compte"):
        send_payout(actor=None, payout=payout)
    complete_payout(actor=None, payout=payout, beneficiary="Alain", iban=french_iban(7))
    first = send_payout(actor=None, payout=payout)
    assert send_payout(actor=None, payout=payout).sent_at == first.sent_at
    with pytest.raises(MoneyRefused, match="déjà donné"):
        complete_payout(actor=None, payout=payout, beneficiary="Alain", iban=french_iban(8))


def test_a_line_is_returned_once():
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    line = StatementLine.objects.get()
    return_line(actor=None, line=line, free_then=Decimal(80))
    with pytest.raises(MoneyRefused):
        return_line(actor=None, line=line, free_then=Decimal(80))
    assert Payout.objects.count() == 1


def test_a_returned_line_that_comes_back_waits_again():
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    send_payout(actor=None, payout=payout)
    bring(coop, [Line("-80.00", payout.reference)], opening=Decimal(1080))
    assert waiting(coop) == 0
    bring(coop, [Line("80.00", payout.reference, is_return=True)])
    payout.refresh_from_db()
    assert (payout.state, waiting(coop)) == (Payout.State.FAILED, 80)


def refused_gift_of_80() -> tuple[Cooperative, Payout]:
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    return coop, send_payout(actor=None, payout=payout)


def test_an_order_that_leaves_and_bounces_in_one_statement_is_owed_again():
    coop, payout = refused_gift_of_80()
    lines = [Line("80.00", payout.reference, is_return=True), Line("-80.00", payout.reference)]
    report = bring(coop, lines, opening=Decimal(1080))
    payout.refresh_from_db()
    assert (report.payouts_done, report.payouts_returned) == (1, 1)
    assert (payout.state, waiting(coop)) == (Payout.State.FAILED, 80)


def test_a_return_imported_before_its_departure_is_still_found():
    coop, payout = refused_gift_of_80()
    bring(coop, [Line("80.00", payout.reference, is_return=True)])
    payout.refresh_from_db()
    assert payout.state == Payout.State.SENT
    report = bring(coop, [Line("-80.00", payout.reference)], opening=Decimal(1080))
    payout.refresh_from_db()
    assert (report.payouts_done, report.payouts_returned) == (1, 1)
    assert (payout.state, waiting(coop)) == (Payout.State.FAILED, 80)


def test_a_debit_of_another_sum_closes_nothing():
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    report = bring(coop, [Line("-79.00", payout.reference)], opening=Decimal(1080))
    payout.refresh_from_db()
    assert (report.payouts_done, report.to_look_at, payout.state) == (0, 1, Payout.State.DUE)


def test_what_was_seen_to_leave_cannot_be_called_failed():
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    bring(coop, [Line("-80.00", payout.reference)], opening=Decimal(1080))
    with pytest.raises(MoneyRefused, match="est parti"):
        payout_failed(actor=None, payout=payout)
    assert Payment.objects.get().kind == Payment.Kind.REFUNDED


def test_references_of_payouts_are_never_those_of_subscriptions():
    coop = open_cooperative()
    subscription = subscribe(coop, 1)
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=UserFactory(), line=StatementLine.objects.get())
    assert payout.number == subscription.number == 1
    assert payout.reference != subscription.reference


def test_the_account_of_a_shareholder_is_used_when_she_subscribed_again():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    holder = fresh(subscription).holder
    assert holder is not None
    again = subscribe(coop, 43, holder=holder)
    iban = french_iban(55)
    HolderBankAccount.objects.create(
        holder=holder, owner_name="Jeanne", iban=iban, iban_fingerprint="x", iban_masked="x"
    )
    bring(coop, [transfer("100.00", 43, day=3)], opening=Decimal(1100))
    decide(again, approved=False)
    assert Payout.objects.get().iban == iban

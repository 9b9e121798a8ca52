"""Money through the provider: interrupted anywhere, told in any order, counted once and refunded once."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Checkout, Cooperative, Payment, Payout, ProviderAccount, Subscription
from shareholders.roles import Role
from shareholders.services import provider, provider_refunds, reconciliation
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payments import ask_to_pay_again, undo_issue
from shareholders.services.payouts import send_payout
from shareholders.stripe_gateway import ProviderDown
from tests.factories import UserFactory, member
from tests.shareholders.banking.statements import Line
from tests.shareholders.money import (
    bring,
    decide,
    fresh,
    hear,
    open_cooperative,
    open_page,
    pay_online,
    subscribe,
    told,
    transfer,
    with_account,
    work,
)
from tests.stripe_stand_in import StandIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def coop(stripe: StandIn) -> Cooperative:
    cooperative = open_cooperative()
    with_account(cooperative, stripe)
    hear(cooperative, stripe)
    return cooperative


def tell_all(stripe: StandIn) -> None:
    stripe.deliver()
    work()


def letters() -> list[str]:
    """Subjects of the letters that wait for the worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'subject' FROM procrastinate_jobs WHERE queue_name = 'letters' ORDER BY id"
        )
        return [subject for (subject,) in cursor.fetchall()]


class Accident(Exception):
    """The process dies here."""


def test_a_refund_cut_before_its_number_is_kept_is_not_given_twice(
    coop: Cooperative, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    payout = Payout.objects.get()

    def dies(*_: object) -> None:
        raise Accident

    with monkeypatch.context() as patch:
        patch.setattr(provider_refunds, "_note", dies)
        with pytest.raises(Accident):
            provider_refunds.refund_by_provider(payout_id=payout.pk)
    provider_refunds.refund_by_provider(payout_id=payout.pk)
    tell_all(stripe)
    assert told(subscription) == ("refused", 0, 0)
    assert len(stripe.world.objects["refund"]) == 1
    payout.refresh_from_db()
    assert payout.state == Payout.State.DONE


def test_a_webhook_that_overtakes_the_answer_finds_its_payout(
    coop: Cooperative, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    payout = Payout.objects.get()
    note = provider_refunds._note

    def late(found: Payout, refund: str) -> None:
        stripe.deliver("shuffled")
        for event in provider.ProviderEvent.objects.filter(treated_at=None):
            provider.treat(event_id=event.pk)
        note(found, refund)

    monkeypatch.setattr(provider_refunds, "_note", late)
    provider_refunds.refund_by_provider(payout_id=payout.pk)
    payout.refresh_from_db()
    assert (payout.state, Payout.objects.count()) == (Payout.State.DONE, 1)
    assert told(subscription) == ("refused", 0, 0)


def test_when_the_provider_is_away_the_refund_is_asked_again_later(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    payout = Payout.objects.get()
    stripe.go_down(9)
    with pytest.raises(ProviderDown):
        provider_refunds.refund_by_provider(payout_id=payout.pk)
    stripe.trouble._ahead.clear()
    assert told(subscription) == ("refused", 100, 100)
    provider_refunds.refund_by_provider(payout_id=payout.pk)
    assert told(subscription) == ("refused", 0, 0)


def test_a_refund_the_provider_refuses_is_owed_by_transfer(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    payout = Payout.objects.get()
    Payout.objects.filter(pk=payout.pk).update(provider_charge="ch_nobody")
    provider_refunds.refund_by_provider(payout_id=payout.pk)
    payout.refresh_from_db()
    assert payout.state == Payout.State.FAILED
    assert told(subscription) == ("refused", 100, 100)


def test_money_taken_back_while_a_refund_waits_is_not_given_twice(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    intent = pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    assert told(subscription) == ("refused", 100, 100)
    stripe.dispute(intent)
    provider.settle(cooperative=coop, intent_id=intent)
    assert told(subscription) == ("refused", 0, 0)
    work()
    assert stripe.world.objects["refund"] == {}


def test_a_payment_in_another_currency_is_never_counted(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    intent = pay_online(subscription, stripe)
    for kind in ("payment_intent", "charge"):
        for found in stripe.world.objects[kind].values():
            found["currency"] = "chf"
    for _ in range(2):
        provider.settle(cooperative=coop, intent_id=intent)
    assert told(subscription) == ("signed", 0, 0)
    noted = JournalEntry.objects.get(act="set_payment_apart")
    assert (noted.detail["currency"], noted.detail["amount"]) == ("CHF", "100.00")


def test_a_payment_of_another_software_on_the_same_account_is_left_alone(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    intent = pay_online(subscription, stripe)
    stripe.world.objects["payment_intent"][intent]["metadata"] = {}
    assert provider.settle(cooperative=coop, intent_id=intent) is None
    assert not Payment.objects.exists()


def test_two_tabs_pay_once_as_the_first_is_closed(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    first, second = open_page(subscription), open_page(subscription)
    assert stripe.world.get("checkout.session", first.session_id)["status"] == "expired"
    stripe.pay(second.session_id)
    tell_all(stripe)
    assert told(subscription) == ("signed", 100, 0)
    with pytest.raises(provider.NotPayable, match="déjà payée"):
        open_page(subscription)


def test_messages_all_lost_are_made_good_by_the_night(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    decide(subscription)
    pay_online(subscription, stripe)
    stripe.lose_webhooks()
    now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    start = now - dt.timedelta(days=1)
    before = reconciliation.check_provider(cooperative=coop, start=start, end=now)
    assert before is not None
    assert [(d.ours, d.theirs) for d in before.differences] == [(0, 100)]
    reconciliation.reconcile_all(now=now)
    assert told(subscription) == ("issued", 100, 0)
    noted = JournalEntry.objects.get(act="reconcile_payments")
    assert (noted.detail["entered"], noted.detail["differences"]) == (1, [])


def test_treasurer_and_board_hear_of_money_taken_back_after_the_issue(coop: Cooperative, stripe: StandIn):
    member(coop, Role.TREASURER)
    member(coop, Role.BOARD, Role.TREASURER)
    subscription = subscribe(coop, 42)
    decide(subscription)
    intent = pay_online(subscription, stripe, "debit")
    stripe.settle_debit(intent)
    tell_all(stripe)
    stripe.fail_debit(intent, late=True)
    for _ in range(2):
        stripe.deliver_again("shuffled")
        work()
    assert len([s for s in letters() if s.startswith("Une banque a repris")]) == 2
    assert fresh(subscription).state == "issued"
    ask_to_pay_again(actor=UserFactory(), subscription=subscription)
    assert letters()[-1].startswith("Votre banque a repris 100")
    assert mail.outbox == []


def test_an_issue_whose_money_is_there_cannot_be_undone(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    with pytest.raises(MoneyRefused, match="bien là"):
        undo_issue(actor=UserFactory(), subscription=subscription, reason="x")
    with pytest.raises(MoneyRefused, match="ne manque rien"):
        ask_to_pay_again(actor=UserFactory(), subscription=subscription)


def test_undoing_an_issue_twice_reverses_one_line(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    decide(subscription)
    intent = pay_online(subscription, stripe)
    tell_all(stripe)
    stripe.dispute(intent)
    tell_all(stripe)
    for _ in range(2):
        undo_issue(actor=UserFactory(), subscription=subscription, reason="contestation")
    found = Subscription.objects.get(pk=subscription.pk)
    assert found.state == "undone"
    assert coop.share_movements.count() == 2


def test_a_refused_debit_tells_the_payer_how_else_to_pay(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    intent = pay_online(subscription, stripe, "debit")
    tell_all(stripe)
    assert Checkout.objects.get().pending_since is not None
    stripe.fail_debit(intent)
    tell_all(stripe)
    assert Checkout.objects.get().pending_since is None
    assert letters()[-1].startswith("Votre prélèvement n’a pas abouti")


def test_a_few_cents_are_paid_by_transfer(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("99.99", 42)])
    with pytest.raises(provider.NotPayable, match="0,50"):
        open_page(subscription)
    assert not Checkout.objects.exists()


def test_a_transfer_that_left_after_the_card_took_its_money_back_is_a_loss_and_blocks_no_statement(
    coop: Cooperative, stripe: StandIn
):
    subscription = subscribe(coop, 42)
    intent = pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    work()
    stripe.fail_refund(next(iter(stripe.world.objects["refund"])))
    tell_all(stripe)
    payout = send_payout(actor=None, payout=Payout.objects.get(method="transfer"))
    stripe.dispute(intent)
    tell_all(stripe)
    report = bring(coop, [Line("-100.00", payout.reference)])
    assert report.payouts_done == 1
    assert told(subscription) == ("refused", -100, 0)
    assert Payment.objects.latest("pk").kind == Payment.Kind.LOST


def close(coop: Cooperative) -> None:
    ProviderAccount.objects.filter(cooperative=coop).update(is_open=False)


def test_a_closed_account_takes_no_new_payment_and_still_settles_and_refunds(
    coop: Cooperative, stripe: StandIn
):
    paid, unpaid = subscribe(coop, 42), subscribe(coop, 43)
    pay_online(paid, stripe)
    close(coop)
    with pytest.raises(provider.NotPayable):
        open_page(unpaid)
    tell_all(stripe)
    assert told(paid) == ("signed", 100, 0)
    decide(paid, approved=False)
    tell_all(stripe)
    assert told(paid) == ("refused", 0, 0)
    reconciliation.reconcile_all(now=dt.datetime.now(dt.UTC))
    assert JournalEntry.objects.get(act="reconcile_payments").detail["differences"] == []


def test_a_pending_page_the_provider_refuses_hides_nothing_of_the_night(coop: Cooperative, stripe: StandIn):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    stripe.lose_webhooks()
    now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    page = open_page(subscribe(coop, 43))
    Checkout.objects.filter(pk=page.pk).update(session_id="cs_test_of_elsewhere", pending_since=now)
    reconciliation.reconcile_all(now=now)
    assert JournalEntry.objects.get(act="reconcile_payments").detail["entered"] == 1


def test_any_failure_of_one_cooperative_leaves_the_others_their_night(
    coop: Cooperative, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
):
    other = open_cooperative()
    with_account(other, stripe)
    genuine = reconciliation.check_provider

    def failing(*, cooperative: Cooperative, **more: object):
        if cooperative == coop:
            raise Accident
        return genuine(cooperative=cooperative, **more)

    monkeypatch.setattr(reconciliation, "check_provider", failing)
    reconciliation.reconcile_all(now=dt.datetime.now(dt.UTC))
    assert JournalEntry.objects.get(act="reconcile_payments").scope == other.slug


def lost_refund(coop: Cooperative, stripe: StandIn) -> Payout:
    """A payout of the provider whose job is gone."""
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    tell_all(stripe)
    decide(subscription, approved=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE queue_name = 'money'")
    return Payout.objects.get()


def test_a_refund_whose_job_gave_up_is_asked_again_by_night_once_a_day_old(
    coop: Cooperative, stripe: StandIn
):
    payout = lost_refund(coop, stripe)
    now = dt.datetime.now(dt.UTC)
    assert provider_refunds.ask_late_payouts(cooperative=coop, now=now) == 0
    later = now + dt.timedelta(hours=25)
    assert provider_refunds.ask_late_payouts(cooperative=coop, now=later) == 1
    assert provider_refunds.ask_late_payouts(cooperative=coop, now=later) == 0  # its job waits
    work()
    payout.refresh_from_db()
    assert (payout.state, told(fresh(payout.subscription))) == (Payout.State.DONE, ("refused", 0, 0))


def test_a_refund_asked_before_is_looked_for_before_it_is_asked_again(
    coop: Cooperative, stripe: StandIn, monkeypatch: pytest.MonkeyPatch
):
    payout = lost_refund(coop, stripe)
    with monkeypatch.context() as patch:
        patch.setattr(provider_refunds, "_note", lambda *_: (_ for _ in ()).throw(Accident()))
        with pytest.raises(Accident):
            provider_refunds.refund_by_provider(payout_id=payout.pk)
    monkeypatch.setattr(provider_refunds, "_asked", lambda *_: pytest.fail("asked twice"))
    provider_refunds.refund_by_provider(payout_id=payout.pk)
    payout.refresh_from_db()
    assert payout.state == Payout.State.DONE

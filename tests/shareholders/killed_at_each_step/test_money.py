"""Money taken, given back and read on statements: killed anywhere, each euro is counted and moved once."""

import base64
from collections.abc import Iterator
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from shareholders.models import (
    BankStatement,
    Checkout,
    Cooperative,
    Payment,
    Payout,
    ProviderEvent,
    ShareMovement,
    Subscription,
)
from shareholders.services.gates import pass_gates
from tests.factories import UserFactory
from tests.killing import Killer
from tests.shareholders.banking.statements import Line, camt053, french_iban
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import Kill, KillWhole
from tests.shareholders.money import (
    bring,
    decide,
    open_cooperative,
    owed,
    pay_online,
    subscribe,
    told,
    transfer,
    waiting,
    with_account,
)
from tests.stripe_stand_in import StandIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stripe() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def coop(transactional_db: None, stripe: StandIn) -> Cooperative:
    cooperative = open_cooperative()
    with_account(cooperative, stripe)
    return cooperative


def heard(coop: Cooperative, stripe: StandIn) -> list[tuple[str, str]]:
    """Bodies and signatures of the messages that wait."""
    caught: list[tuple[str, str]] = []

    def catch(payload: bytes, signature: str) -> int:
        caught.append((payload.decode(), signature))
        return 200

    stripe.add_endpoint(catch)
    stripe.deliver()
    return caught


def open_pages(stripe: StandIn) -> list[str]:
    sessions = stripe.world.objects["checkout.session"].values()
    return [session["id"] for session in sessions if session["status"] == "open"]


def test_a_click_to_pay_opens_one_page_however_often_it_is_cut(
    coop: Cooperative, stripe: StandIn, kill: Kill
):
    subscription = subscribe(coop, 42)
    is_open = Checkout.objects.exclude(session_id="").exists
    steps = kill(acts.open_checkout, subscription=subscription.pk, until=is_open)
    # Our row first, then the page that the provider opened under its key.
    assert steps == [{"shareholders_checkout"}] * 2
    assert stripe.requests.count("POST /v1/checkout/sessions") > 1
    assert open_pages(stripe) == [Checkout.objects.get().session_id]


def test_a_page_left_open_by_a_cut_click_is_closed_by_the_next(
    coop: Cooperative, stripe: StandIn, kill: Kill, killer: Killer
):
    subscription = subscribe(coop, 42)
    acts.open_checkout(subscription.pk)
    two_pages = Checkout.objects.exclude(session_id="")
    kill(acts.open_checkout, subscription=subscription.pk, until=lambda: two_pages.count() == 2)
    assert len(open_pages(stripe)) == 2  # cut before the first one was closed
    assert not killer.run(f"{acts.__name__}:open_checkout", subscription=subscription.pk).error
    assert open_pages(stripe) == [Checkout.objects.order_by("pk").last().session_id]


def test_a_message_is_kept_with_its_job_or_not_at_all(
    coop: Cooperative, stripe: StandIn, kill_whole: KillWhole
):
    pay_online(subscribe(coop, 42), stripe)
    payload, signature = heard(coop, stripe)[0]
    tables = kill_whole(
        acts.hear_event,
        cooperative=coop.pk,
        payload=payload,
        signature=signature,
        until=ProviderEvent.objects.exists,
    )
    assert tables == {
        "shareholders_providerevent",
        "procrastinate_jobs",
        "procrastinate_events",
    }
    assert ProcrastinateJob.objects.get().args == {"event_id": ProviderEvent.objects.get().pk}


def test_a_payment_is_counted_and_its_shares_issued_once(
    coop: Cooperative, stripe: StandIn, kill: Kill, kill_whole: KillWhole
):
    subscription = subscribe(coop, 42)
    decide(subscription)
    pay_online(subscription, stripe)
    for payload, signature in heard(coop, stripe):
        acts.hear_event(coop.pk, payload, signature)
    messages = ProviderEvent.objects.order_by("pk")
    paid = messages.get(type="checkout.session.completed")
    # Counted, issued and told at once; then the message is marked as treated.
    entered, marked = kill(acts.treat_event, event=paid.pk)
    assert {"shareholders_payment", "shareholders_sharemovement", "procrastinate_jobs"} < entered
    assert marked == {"shareholders_providerevent"}
    first, *others = messages.exclude(pk=paid.pk)
    assert kill(acts.treat_event, event=first.pk) == [marked]
    for other in others:
        acts.treat_event(other.pk)
    assert told(subscription) == ("issued", 100, 0)
    assert ShareMovement.objects.count() == Payment.objects.count() == 1


# Of a part, the provider itself would give the same sum back a second time.
@pytest.mark.parametrize("part", [Decimal(100), Decimal(50)], ids=["all", "a part"])
def test_a_refund_is_asked_for_once_and_given_once(
    coop: Cooperative, stripe: StandIn, kill: Kill, part: Decimal
):
    subscription = subscribe(coop, 42)
    pay_online(subscription, stripe)
    for payload, signature in heard(coop, stripe):
        acts.hear_event(coop.pk, payload, signature)
    for event in ProviderEvent.objects.all():
        acts.treat_event(event.pk)
    if part == 100:
        decide(subscription, approved=False)
    else:
        Subscription.objects.update(granted=1)
        pass_gates(actor=None, subscription=subscription)

    def is_never_given_twice() -> None:
        assert owed(subscription) in (0, part)
        assert len(stripe.world.objects["refund"]) <= 1

    kill(acts.refund, payout=Payout.objects.get().pk, check=is_never_given_twice)
    assert told(subscription)[1:] == (100 - part, 0)
    assert [refund["amount"] for refund in stripe.world.objects["refund"].values()] == [part * 100]


def test_a_statement_comes_whole_with_all_that_it_pays(coop: Cooperative, kill_whole: KillWhole):
    subscription, other = subscribe(coop, 42), subscribe(coop, 43)
    decide(subscription)
    content = base64.b64encode(camt053([transfer("100.00", 42), transfer("130.00", 43)])).decode()
    kill_whole(acts.import_statement, cooperative=coop.pk, content=content)
    assert (told(subscription), told(other)) == (("issued", 100, 0), ("signed", 100, 0))
    assert waiting(coop) == 30
    assert (BankStatement.objects.count(), ShareMovement.objects.count()) == (1, 1)


def test_money_sent_back_leaves_once_when_the_bank_shows_it(coop: Cooperative, kill_whole: KillWhole):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42, iban=french_iban(42))])
    decide(subscription, approved=False)
    payout = Payout.objects.get()
    kill_whole(acts.send_payout, payout=payout.pk, actor=UserFactory().pk)
    assert owed(subscription) == Decimal("100.00")
    left = camt053([Line("-100.00", payout.reference)], opening=Decimal(1100))
    content = base64.b64encode(left).decode()
    kill_whole(acts.import_statement, cooperative=coop.pk, content=content)
    payout.refresh_from_db()
    assert (payout.state, told(subscription)) == ("done", ("refused", 0, 0))
    assert Subscription.objects.get().payments.filter(kind=Payment.Kind.REFUNDED).count() == 1

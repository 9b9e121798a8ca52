"""Paying: what the payer copies, the way to the provider and back, and the provider's own messages."""

import json
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shareholders.models import Checkout, Cooperative, Payment, ProviderEvent, Subscription
from shareholders.services.paying import pay_token
from tests.pages.scene import read
from tests.shareholders.banking.statements import OUR_IBAN
from tests.shareholders.money import (
    bring,
    decide,
    open_cooperative,
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
def coop() -> Cooperative:
    return open_cooperative()


def address(subscription: Subscription) -> str:
    return f"/{subscription.cooperative.slug}/payer/{pay_token(subscription)}/"


def webhook(client: Client, coop: Cooperative, payload: bytes, signature: str) -> int:
    return client.post(
        f"/{coop.slug}/paiement/stripe/",
        payload,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    ).status_code


def listen(coop: Cooperative, stripe: StandIn) -> None:
    """Webhooks through the page, as a machine without session or CSRF token sends them."""
    client = Client(enforce_csrf_checks=True)
    stripe.add_endpoint(lambda payload, signature: webhook(client, coop, payload, signature))


def test_a_transfer_needs_no_provider_and_everything_can_be_copied(coop: Cooperative, client: Client):
    subscription = subscribe(coop, 42)
    response = client.get(address(subscription))
    text = read(response)
    assert "RF36 MDS0 0000 42" in text
    assert " ".join(OUR_IBAN[i : i + 4] for i in range(0, 27, 4)) in text
    assert '<svg role="img"' in response.text
    assert "Payer par carte" not in text
    assert "style=" not in response.text
    assert response.headers["Cache-Control"] == "private, no-store"


def test_asking_to_pay_makes_at_most_12_queries(coop: Cooperative, stripe: StandIn, client: Client):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    for ask in (client.get, client.post):
        with CaptureQueriesContext(connection) as asked:
            assert ask(address(subscription)).status_code in (200, 302)
        queries = [q["sql"] for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]
        assert len(queries) <= 12, "\n".join(queries)


def test_a_forged_link_opens_nothing(coop: Cooperative, client: Client):
    subscription = subscribe(coop, 42)
    assert client.get(address(subscription)[:-3] + "x/").status_code == 404
    elsewhere = open_cooperative()
    assert client.get(f"/{elsewhere.slug}/payer/{pay_token(subscription)}/").status_code == 404


def test_the_payer_reads_where_her_payment_stands(coop: Cooperative, client: Client):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("60.00", 42)])
    assert "Payer 40 € par virement" in read(client.get(address(subscription))).replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
    bring(coop, [transfer("40.00", 42, day=3)], opening=1060)
    assert "Votre paiement est arrivé." in read(client.get(address(subscription)))
    decide(subscription, approved=False)
    assert "Cette souscription est close" in read(client.get(address(subscription)))


def test_an_instalment_is_asked_for_on_its_day(coop: Cooperative, client: Client):
    later = [{"due_on": "2026-09-01", "amount": "50.00"}]
    subscription = subscribe(coop, 42, first_call=50, schedule=later)
    bring(coop, [transfer("50.00", 42)])
    text = read(client.get(address(subscription))).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Payer 50 € par virement" in text
    assert "À payer avant le mardi 1er septembre 2026." in text


def test_by_card_from_the_button_to_the_return(coop: Cooperative, client: Client, stripe: StandIn):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    response = client.post(address(subscription), {"way": "card"})
    assert response.status_code == 302
    text = client.get(response.headers["Location"]).text
    # A plain link: `form-action 'self'` lets no form lead to the provider.
    link = re.search(r'<a class="button" href="([^"]+)"', text)
    checkout = Checkout.objects.get()
    assert link is not None
    assert link.group(1) == checkout.url
    stripe.pay(checkout.session_id)
    back = client.get(f"{address(subscription)}retour/?session={checkout.session_id}")
    assert back.status_code == 302
    assert "Votre paiement est arrivé." in read(client.get(back.headers["Location"]))
    assert told(subscription) == ("signed", 100, 0)


def test_the_return_page_and_the_webhook_count_once_in_either_order(
    coop: Cooperative, client: Client, stripe: StandIn
):
    with_account(coop, stripe)
    listen(coop, stripe)
    for number, webhook_first in ((42, True), (43, False)):
        subscription = subscribe(coop, number)
        client.post(address(subscription), {"way": "card"})
        checkout = Checkout.objects.get(subscription=subscription)
        stripe.pay(checkout.session_id)
        acts = [
            lambda: (stripe.deliver("shuffled", times=2), work()),
            lambda s=subscription, c=checkout: client.get(f"{address(s)}retour/?session={c.session_id}"),
        ]
        for act in acts if webhook_first else acts[::-1]:
            act()
        assert told(subscription) == ("signed", 100, 0)
    stripe.deliver_again("reversed")
    assert work() == 0
    assert Payment.objects.count() == 2


def test_a_debit_under_way_is_said_and_no_second_one_is_opened(
    coop: Cooperative, client: Client, stripe: StandIn
):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    client.post(address(subscription), {"way": "debit"})
    session = Checkout.objects.get().session_id
    stripe.pay(session, method="sepa_debit")
    client.get(f"{address(subscription)}retour/?session={session}")
    assert "Un prélèvement est en cours" in read(client.get(address(subscription)))
    again = client.post(address(subscription), {"way": "card"}, follow=True)
    assert "n’en faites pas un second" in read(again)
    assert Checkout.objects.count() == 1


@pytest.mark.parametrize("session", ["", "cs_test_of_somebody_else", "../../v1/refunds", "x" * 5000, "cs\0"])
def test_a_return_with_a_strange_session_asks_nothing(
    coop: Cooperative, client: Client, stripe: StandIn, session: str
):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    response = client.get(f"{address(subscription)}retour/", {"session": session})
    assert response.status_code == 302
    assert stripe.requests == []


def test_when_the_provider_is_away_the_payer_is_told_so_and_nothing_was_taken(
    coop: Cooperative, client: Client, stripe: StandIn
):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    stripe.go_down(5)
    response = client.post(address(subscription), {"way": "card"}, follow=True)
    assert "Rien n’a été débité" in read(response)


def test_a_connection_cut_after_the_work_leads_to_the_same_page_at_the_next_click(
    coop: Cooperative, client: Client, stripe: StandIn
):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    stripe.cut_after_work(3)
    client.post(address(subscription), {"way": "card"})
    client.post(address(subscription), {"way": "card"})
    assert Checkout.objects.count() == 1
    assert len(stripe.world.objects["checkout.session"]) == 1


def test_a_forged_message_is_refused_and_not_kept(coop: Cooperative, client: Client, stripe: StandIn):
    with_account(coop, stripe)
    payload = json.dumps({"id": "evt_1", "type": "charge.succeeded", "created": 1}).encode()
    assert webhook(client, coop, payload, "t=1,v1=00") == 400
    assert webhook(client, coop, payload, "") == 400
    assert webhook(client, coop, b"\xff" * 100, "t=abc") == 400
    assert not ProviderEvent.objects.exists()


def test_a_stale_or_altered_message_is_refused(coop: Cooperative, client: Client, stripe: StandIn):
    with_account(coop, stripe)
    subscription = subscribe(coop, 42)
    client.post(address(subscription), {"way": "card"})
    stripe.pay(Checkout.objects.get().session_id)
    event = stripe.waiting[-1]
    old_payload, old_signature = stripe.signed_event(event, at=1_700_000_000)
    assert webhook(client, coop, old_payload, old_signature) == 400
    payload, signature = stripe.signed_event(event)
    assert webhook(client, coop, payload + b" ", signature) == 400
    assert webhook(client, coop, payload, signature) == 200
    assert ProviderEvent.objects.count() == 1


def test_a_message_keeps_no_personal_data(coop: Cooperative, client: Client, stripe: StandIn):
    with_account(coop, stripe)
    listen(coop, stripe)
    subscription = subscribe(coop, 42)
    client.post(address(subscription), {"way": "card"})
    stripe.pay(Checkout.objects.get().session_id)
    stripe.deliver()
    kept = ProviderEvent.objects.latest("pk").payload
    assert set(kept) == {"created", "intent", "session", "livemode"}


def test_a_cooperative_without_account_has_no_door(coop: Cooperative, client: Client):
    assert webhook(client, coop, b"{}", "t=1,v1=0") == 404

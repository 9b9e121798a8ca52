"""The stand-in itself: does it answer as Stripe does? Asked by the real SDK, or bare where that hides it."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from stripe._api_version import _ApiVersion
from stripe._encode import _api_encode

from tests.stripe_stand_in import StandIn, routes, wire


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


def client(stand_in: StandIn, *, retries: int = 0, key: str = "") -> stripe.StripeClient:
    return stripe.StripeClient(
        key or stand_in.secret_key,
        stripe_version=wire.API_VERSION,
        base_addresses={"api": stand_in.base},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=20),
    )


def page_params(**other: Any) -> dict[str, Any]:
    price = {"currency": "eur", "unit_amount": 10_000, "product_data": {"name": "Une action"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "customer_email": "lucie@voisine.example",
        "success_url": "http://127.0.0.1:9/merci?page={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/retour",
        "payment_intent_data": {"metadata": {"reference": "RF18"}},
        **other,
    }


def opened(stand_in: StandIn, **other: Any) -> Any:
    return client(stand_in).v1.checkout.sessions.create(page_params(**other))


def paid(stand_in: StandIn) -> str:
    return stand_in.pay(opened(stand_in).id)


def asked(stand_in: StandIn, path: str, form: str | None = None, **headers: str) -> tuple[int, Any, Any]:
    """A bare request: status, body, headers."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        stand_in.base + path,
        data=form.encode() if form is not None else None,
        headers={"Authorization": f"Bearer {stand_in.secret_key}", **headers},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read()), error.headers


# Shapes

CLASSES: dict[str, type[stripe.StripeObject]] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "event": stripe.Event,
}


def promised(kind: str) -> dict[str, bool]:
    """Fields of the SDK's class, made from Stripe's own specification: may each be null?"""
    hints = {name: str(hint) for name, hint in CLASSES[kind].__annotations__.items()}
    return {
        name: "Optional[" in hint or "NoneType" in hint
        for name, hint in hints.items()
        if "ClassVar" not in hint
    }


def test_objects_have_the_fields_of_stripes_own_specification(stand_in):
    client(stand_in).v1.refunds.create({"payment_intent": paid(stand_in), "amount": 100})
    stand_in.dispute(paid(stand_in))
    for kind, rows in stand_in.world.objects.items():
        fields = promised(kind)
        for made in rows.values():
            assert {name for name in made if not name.startswith("_")} - set(fields) == set(), kind
            never_null = {name for name, may_be_null in fields.items() if not may_be_null}
            assert {name for name in never_null if made.get(name) is None} == set(), kind


def test_every_parameter_understood_is_one_of_stripes():
    params = stripe.params
    known = {
        "events": params.EventListParams,
        "disputes": params.DisputeListParams,
        "charges": params.ChargeListParams,
        "refunds": params.RefundListParams,
        "payment_intents": params.PaymentIntentListParams,
        "balance_transactions": params.BalanceTransactionListParams,
        "checkout/sessions": params.checkout.SessionListParams,
    }
    assert set(params.checkout.SessionCreateParams.__annotations__) >= routes.SESSION_CREATE
    assert set(params.RefundCreateParams.__annotations__) >= routes.REFUND_CREATE
    for name, listing in known.items():
        assert set(listing.__annotations__) >= routes.LISTS[name][1] | routes.PAGING, name


def test_the_version_is_that_of_the_installed_sdk():
    """A newer SDK speaks a newer version: the changes between the two are to be read first."""
    assert _ApiVersion.CURRENT == wire.API_VERSION


def test_a_parameter_stripe_removed_is_refused(stand_in):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        opened(stand_in, payment_method_types=["card"])
    assert refusal.value.code == "parameter_unknown"


texts = st.text(st.characters(codec="utf-8", exclude_characters="[]"), min_size=1, max_size=8)
values = st.recursive(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(texts.filter(lambda key: not key.isdigit()), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_what_the_sdk_encodes_is_read_back_as_it_was(params):
    form = urlencode(list(_api_encode(params))).replace("%5B", "[").replace("%5D", "]")
    assert wire.decoded(form) == params


# Lists and expansion


def test_a_list_is_read_to_its_end_page_after_page(stand_in):
    made = [paid(stand_in) for _ in range(7)]
    found = client(stand_in).v1.payment_intents.list({"limit": 3}).auto_paging_iter()
    assert [intent.id for intent in found] == made[::-1]
    assert stand_in.requests[-3:] == ["GET /v1/payment_intents"] * 3


def test_a_list_keeps_to_the_instants_asked_for(stand_in):
    old = paid(stand_in)
    stand_in.pass_time(days=2)
    new = paid(stand_in)
    since = stand_in.world.now() - 86_400
    intents = client(stand_in).v1.payment_intents
    assert [one.id for one in intents.list({"created": {"gte": since}})] == [new]
    assert [one.id for one in intents.list({"created": {"lt": since}})] == [old]


@pytest.mark.parametrize("limit", ["0", "101", "ten", "-1"])
def test_a_limit_out_of_bounds_is_refused(stand_in, limit):
    status, body, _ = asked(stand_in, f"/v1/charges?limit={limit}")
    assert (status, body["error"]["param"]) == (400, "limit")


def test_expanded_fields_hold_objects(stand_in):
    intent = paid(stand_in)
    found = client(stand_in).v1.payment_intents.retrieve(
        intent, {"expand": ["latest_charge.balance_transaction"]}
    )
    assert found.latest_charge.balance_transaction.amount == 10_000
    charges = client(stand_in).v1.charges.list(
        {"payment_intent": intent, "expand": ["data.refunds", "data.payment_intent"]}
    )
    assert charges.data[0].refunds.data == []
    assert charges.data[0].payment_intent.id == intent


def test_what_cannot_be_expanded_is_refused(stand_in):
    status, body, _ = asked(stand_in, f"/v1/payment_intents/{paid(stand_in)}?expand[]=amount")
    assert (status, body["error"]["param"]) == (400, "expand")


# Callers


def test_a_wrong_key_is_refused_and_not_repeated_in_full(stand_in):
    with pytest.raises(stripe.AuthenticationError) as refusal:
        client(stand_in, key="sk_test_not_the_right_one").v1.charges.list()
    assert "not_the_right" not in str(refusal.value)


def test_another_api_version_is_refused(stand_in):
    status, _, _ = asked(stand_in, "/v1/charges", **{"Stripe-Version": "2010-01-01"})
    assert status == 400


@pytest.mark.parametrize("path", ["/v1/charges/ch_unknown", "/v1/none", "/", "/v1/refunds/re_1/x"])
def test_an_unknown_address_or_object_is_not_found(stand_in, path):
    status, body, _ = asked(stand_in, path)
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"customer_email": "lucie"}, "customer_email"),
        ({"success_url": "merci"}, "success_url"),
        ({"expires_at": 12}, "expires_at"),
        ({"line_items": []}, "line_items[0][price_data]"),
        ({"mode": "setup"}, "mode"),
        ({"metadata": {"k" * 41: "v"}}, "metadata"),
    ],
)
def test_a_page_that_stripe_would_refuse_is_refused(stand_in, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        opened(stand_in, **change)
    assert refusal.value.param == param


# Idempotency

FORM = "payment_intent={}&amount=100"


def test_the_same_key_replays_the_first_answer(stand_in):
    form = FORM.format(paid(stand_in))
    first = asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"})
    second = asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"})
    assert first[1] == second[1]
    assert (first[2]["Idempotent-Replayed"], second[2]["Idempotent-Replayed"]) == (None, "true")
    assert len(stand_in.world.objects["refund"]) == 1


def test_the_same_key_with_other_parameters_is_an_error(stand_in):
    form = FORM.format(paid(stand_in))
    asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"})
    status, body, _ = asked(stand_in, "/v1/refunds", form + "1", **{"Idempotency-Key": "k1"})
    assert (status, body["error"]["type"]) == (400, "idempotency_error")


def test_a_refusal_after_the_act_began_is_replayed_and_a_bad_form_is_not(stand_in):
    form = f"payment_intent={paid(stand_in)}&amount=20000"
    asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"})
    assert (
        asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"})[2]["Idempotent-Replayed"] == "true"
    )
    asked(stand_in, "/v1/refunds", "amount=x", **{"Idempotency-Key": "k2"})
    again = asked(stand_in, "/v1/refunds", "amount=x", **{"Idempotency-Key": "k2"})
    assert again[2]["Idempotent-Replayed"] is None


def test_simultaneous_requests_with_one_key_act_once(stand_in):
    form = FORM.format(paid(stand_in))
    seen: list[tuple[int, Any, Any]] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        seen.append(asked(stand_in, "/v1/refunds", form, **{"Idempotency-Key": "k1"}))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in seen} <= {200, 409}
    assert len({body["id"] for status, body, _ in seen if status == 200}) == 1
    assert len(stand_in.world.objects["refund"]) == 1


# Trouble


def test_going_down_does_nothing_and_comes_back(stand_in):
    stand_in.go_down(2, status=429)
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            opened(stand_in)
    assert opened(stand_in).status == "open"
    assert len(stand_in.world.objects["checkout.session"]) == 1


def test_a_line_cut_after_the_work_leaves_the_work_done(stand_in):
    stand_in.cut_after_work()
    with pytest.raises(stripe.APIConnectionError):
        opened(stand_in)
    assert len(stand_in.world.objects["checkout.session"]) == 1


def test_a_slow_answer_takes_its_time(stand_in):
    stand_in.be_slow(0.2)
    before = time.monotonic()
    opened(stand_in)
    assert time.monotonic() - before >= 0.2


# Webhooks


class Receiver:
    """Keeps what arrives; answers `status`."""

    def __init__(self, stand_in: StandIn, status: int = 200) -> None:
        self.stand_in, self.status = stand_in, status
        self.events: list[stripe.Event] = []
        stand_in.add_endpoint(self)

    def __call__(self, payload: bytes, signature: str) -> int:
        self.events.append(stripe.Webhook.construct_event(payload, signature, self.stand_in.webhook_secret))
        return self.status

    def types(self) -> list[str]:
        return [event.type for event in self.events]


CARD_EVENTS = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
]


def test_held_webhooks_arrive_when_asked_and_once(stand_in):
    receiver = Receiver(stand_in)
    paid(stand_in)
    assert receiver.events == []
    stand_in.deliver()
    assert receiver.types() == CARD_EVENTS
    assert stand_in.deliver() == []


def test_webhooks_can_arrive_twice_backwards_or_never(stand_in):
    receiver = Receiver(stand_in)
    paid(stand_in)
    stand_in.deliver("reversed", times=2)
    assert receiver.types() == CARD_EVENTS[::-1] * 2
    paid(stand_in)
    stand_in.lose_webhooks()
    assert stand_in.deliver() == []
    assert len(stand_in.deliver_again("shuffled")) == 8


def test_a_webhook_that_is_not_accepted_comes_again(stand_in):
    receiver = Receiver(stand_in, status=500)
    paid(stand_in)
    stand_in.deliver()
    receiver.status = 200
    assert [delivery.status for delivery in stand_in.deliver()] == [200] * 4
    assert stand_in.deliver() == []


def test_nobody_at_the_address_is_no_delivery(stand_in):
    stand_in.add_endpoint("http://127.0.0.1:9/nobody")
    paid(stand_in)
    assert {delivery.status for delivery in stand_in.deliver()} == {0}
    assert len(stand_in.waiting) == 4


def test_an_address_gets_a_signed_request_and_its_answer_counts(stand_in):
    with StandIn() as other:
        # Another stand-in asks for a key: it has heard, and refuses.
        stand_in.add_endpoint(f"{other.base}/v1/webhooks?from=stripe")
        paid(stand_in)
        assert {delivery.status for delivery in stand_in.deliver()} == {401}
        assert other.requests == ["POST /v1/webhooks"] * 4


def test_webhooks_sent_at_once_are_there_after_waiting():
    with StandIn(webhooks="now") as stand_in:
        receiver = Receiver(stand_in)
        paid(stand_in)
        stand_in.wait()
        assert receiver.types() == CARD_EVENTS


# Money


def test_the_balance_follows_every_turn_of_a_payment(stand_in):
    intent = paid(stand_in)
    assert stand_in.net_cents(intent) == 10_000
    back = client(stand_in).v1.refunds.create({"payment_intent": intent, "amount": 4_000})
    assert stand_in.net_cents(intent) == 6_000
    stand_in.fail_refund(back.id)
    assert stand_in.net_cents(intent) == 10_000
    dispute = stand_in.dispute(intent)
    assert stand_in.net_cents(intent) == 0
    stand_in.win_dispute(dispute)
    assert stand_in.net_cents(intent) == 10_000


def test_no_more_is_refunded_than_was_taken(stand_in):
    intent = paid(stand_in)
    refunds = client(stand_in).v1.refunds
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create({"payment_intent": intent, "amount": 10_001})
    refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"payment_intent": intent, "amount": 1})
    assert refusal.value.code == "charge_already_refunded"


def test_a_disputed_charge_is_not_refunded(stand_in):
    intent = paid(stand_in)
    stand_in.dispute(intent)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client(stand_in).v1.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_disputed"


def test_a_dispute_stops_a_refund_under_way(stand_in):
    intent = stand_in.pay(opened(stand_in).id, method="sepa_debit")
    stand_in.settle_debit(intent)
    back = client(stand_in).v1.refunds.create({"payment_intent": intent})
    stand_in.fail_debit(intent, late=True)
    found = client(stand_in).v1.refunds.retrieve(back.id)
    assert (found.status, found.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    assert stand_in.net_cents(intent) == 0


# The hosted page


def test_a_page_past_its_time_takes_no_money(stand_in):
    page = opened(stand_in)
    stand_in.pass_time(days=1, minutes=1)
    with urllib.request.urlopen(f"{stand_in.base}/c/pay/{page.id}") as answer:  # noqa: S310
        assert "plus ouverte" in answer.read().decode()
    stand_in.pressed(page.id, "card")
    assert stand_in.intents() == []


def test_two_presses_at_once_pay_once(stand_in):
    page = opened(stand_in)
    threads = [threading.Thread(target=stand_in.pay, args=(page.id,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stand_in.world.objects["charge"]) == 1


@pytest.mark.browser
def test_a_browser_is_refused_then_pays_and_comes_back(stand_in: StandIn, chrome: Browser):
    page_of_payment = opened(
        stand_in,
        success_url=f"{stand_in.base}/favicon.ico?merci={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{stand_in.base}/c/pay/nowhere",
    )
    page = chrome.new_page(viewport={"width": 390, "height": 844})
    page.goto(page_of_payment.url)
    expect(page.get_by_role("link", name="Annuler")).to_have_attribute(
        "href", f"{stand_in.base}/c/pay/nowhere"
    )
    page.get_by_role("button", name="Refuser la carte").click()
    expect(page.get_by_role("alert")).to_have_text("Votre carte a été refusée.")
    with page.expect_response(lambda answer: "merci=" in answer.url) as came_back:
        page.get_by_role("button", name="Payer par prélèvement").click()
    assert came_back.value.url.endswith(page_of_payment.id)
    intent = client(stand_in).v1.payment_intents.retrieve(stand_in.intents()[0])
    assert intent.status == "processing"
    assert len(stand_in.world.objects["charge"]) == 2

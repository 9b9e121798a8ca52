"""The gateway against the stand-in: what is asked, what is read back, and what goes wrong."""

import datetime as dt
import json
import logging
import pickle
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._api_version import _ApiVersion

from shareholders.stripe_gateway import (
    Account,
    ForgedEvent,
    PaymentPicture,
    ProviderDown,
    ProviderRefused,
    close_checkout,
    is_live,
    merged,
    open_checkout,
    payments_between,
    picture_of_intent,
    picture_of_session,
    read_event,
    refund,
    sdk,
    to_cents,
    to_euros,
)
from shareholders.stripe_gateway.events import TYPES, TYPES_OF_CHANGES
from shareholders.stripe_gateway.pictures import payment_seen
from tests.stripe_stand_in import StandIn
from tests.stripe_stand_in.webhooks import signed


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def account(stand_in: StandIn) -> Account:
    return account_of(stand_in)


def account_of(stand_in: StandIn, **other: Any) -> Account:
    reached = Account(
        secret_key=stand_in.secret_key,
        webhook_secret=stand_in.webhook_secret,
        api_base=stand_in.base,
        max_network_retries=0,
    )
    return replace(reached, **other)


def now_of(stand_in: StandIn) -> dt.datetime:
    return dt.datetime.fromtimestamp(stand_in.world.now(), tz=dt.UTC)


def opened(stand_in: StandIn, account: Account | None = None, **other: Any) -> str:
    asked: dict[str, Any] = {
        "claim_reference": "RF18MDS42",
        "amount_cents": 10_000,
        "description": "Une action de Mine de Soleil",
        "email": "lucie@voisine.example",
        "success_url": f"{stand_in.base}/merci?page={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{stand_in.base}/retour",
        "idempotency_key": f"key-{len(stand_in.requests)}",
        "expires_at": now_of(stand_in) + dt.timedelta(hours=1),
        "metadata": {"cooperative": "mine-de-soleil"},
    }
    return open_checkout(account or account_of(stand_in), **{**asked, **other}).id


def paid(stand_in: StandIn) -> str:
    return stand_in.pay(opened(stand_in))


def debited(stand_in: StandIn) -> str:
    intent = stand_in.pay(opened(stand_in), method="sepa_debit")
    stand_in.settle_debit(intent)
    return intent


def given_back(account: Account, intent: str, cents: int, key: str = "back") -> str:
    return refund(account, intent=intent, amount_cents=cents, idempotency_key=key, metadata={}).id


# Opening and closing a page


def test_a_page_is_marked_with_the_claim_before_anybody_pays(stand_in, account):
    seen = picture_of_session(account, opened(stand_in))
    assert (seen.reference, seen.cooperative, seen.amount_cents) == ("RF18MDS42", "mine-de-soleil", 10_000)
    assert (seen.intent, seen.status, seen.session_status, seen.net_cents) == ("", "", "open", 0)


def test_the_payment_carries_the_same_marks_as_its_page(stand_in, account):
    seen = picture_of_intent(account, paid(stand_in))
    assert (seen.reference, seen.cooperative, seen.currency) == ("RF18MDS42", "mine-de-soleil", "eur")


def test_asking_twice_with_one_key_opens_one_page(stand_in):
    at = now_of(stand_in) + dt.timedelta(hours=1)
    first = opened(stand_in, idempotency_key="same", expires_at=at)
    assert opened(stand_in, idempotency_key="same", expires_at=at) == first
    assert len(stand_in.world.objects["checkout.session"]) == 1


def test_one_key_for_two_amounts_is_refused(stand_in):
    at = now_of(stand_in) + dt.timedelta(hours=1)
    opened(stand_in, idempotency_key="same", expires_at=at)
    with pytest.raises(ProviderRefused) as refusal:
        opened(stand_in, idempotency_key="same", expires_at=at, amount_cents=20_000)
    assert refusal.value.code == "idempotency_error"


def test_a_double_click_opens_one_page(stand_in):
    at = now_of(stand_in) + dt.timedelta(hours=1)
    patient = account_of(stand_in, max_network_retries=3)
    seen: list[str] = []
    start = threading.Barrier(4)

    def press() -> None:
        start.wait()
        seen.append(opened(stand_in, patient, idempotency_key="same", expires_at=at))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(seen), len(set(seen))) == (4, 1)


def test_a_line_cut_after_the_work_is_mended_by_the_retry(stand_in):
    stand_in.cut_after_work()
    opened(stand_in, account_of(stand_in, max_network_retries=1))
    assert len(stand_in.world.objects["checkout.session"]) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_cents": 49}, "amount_too_small"),
        ({"amount_cents": 100_000_000}, "amount_too_large"),
        ({"email": "pas une adresse"}, "email_invalid"),
        ({"success_url": "merci"}, "url_invalid"),
        ({"methods": ["paypal"]}, "invalid_request_error"),
        ({"expires_at": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}, "invalid_request_error"),
    ],
)
def test_what_stripe_refuses_is_said_with_its_code(stand_in, change, code):
    with pytest.raises(ProviderRefused, match="Payez par virement") as refusal:
        opened(stand_in, **change)
    assert refusal.value.code == code
    assert refusal.value.reference.startswith("req_")


def test_a_debit_is_not_offered_outside_the_euro(stand_in):
    page = opened(stand_in, currency="chf")
    assert stand_in.world.get("checkout.session", page)["payment_method_types"] == ["card"]


def test_a_closed_page_takes_no_money(stand_in, account):
    page = opened(stand_in)
    assert close_checkout(account, page)
    assert close_checkout(account, page)
    stand_in.pressed(page, "card")
    assert stand_in.intents() == []


def test_a_paid_page_is_not_said_closed(stand_in, account):
    page = opened(stand_in)
    stand_in.pay(page)
    assert not close_checkout(account, page)


# Pictures


def test_a_card_is_taken_at_once(stand_in, account):
    page = opened(stand_in)
    intent = stand_in.pay(page)
    seen = picture_of_session(account, page)
    assert (seen.intent, seen.status, seen.session_status, seen.method) == (
        intent,
        "succeeded",
        "complete",
        "card",
    )
    assert [(one.amount_cents, one.status) for one in seen.charges] == [(10_000, "succeeded")]
    assert (seen.net_cents, seen.livemode) == (10_000, False)


def test_a_refused_card_then_another_are_two_tries_of_one_payment(stand_in, account):
    page = opened(stand_in)
    stand_in.decline(page)
    refused = picture_of_session(account, page)
    assert (refused.status, refused.net_cents) == ("requires_payment_method", 0)
    assert [one.failure_code for one in refused.charges] == ["card_declined"]
    stand_in.pay(page)
    seen = picture_of_session(account, page)
    assert sorted(one.status for one in seen.charges) == ["failed", "succeeded"]
    assert seen.net_cents == 10_000


def test_a_debit_is_under_way_for_days_then_taken(stand_in, account):
    intent = stand_in.pay(opened(stand_in), method="sepa_debit")
    seen = picture_of_intent(account, intent)
    assert (seen.status, seen.method, seen.charges[0].status) == ("processing", "sepa_debit", "pending")
    assert seen.net_cents == 0
    stand_in.settle_debit(intent)
    assert picture_of_intent(account, intent).net_cents == 10_000


def test_a_debit_refused_by_the_bank_brings_nothing(stand_in, account):
    intent = stand_in.pay(opened(stand_in), method="sepa_debit")
    stand_in.fail_debit(intent)
    seen = picture_of_intent(account, intent)
    assert (seen.status, seen.charges[0].failure_code) == ("requires_payment_method", "insufficient_funds")
    assert seen.net_cents == 0


def test_a_debit_that_goes_back_late_is_a_dispute_lost_at_once(stand_in, account):
    intent = debited(stand_in)
    stand_in.fail_debit(intent, late=True)
    seen = picture_of_intent(account, intent)
    dispute = seen.disputes[0]
    assert (seen.status, dispute.status, dispute.reason) == ("succeeded", "lost", "insufficient_funds")
    assert (dispute.funds_withdrawn_cents, dispute.funds_reinstated_cents) == (10_000, 0)
    assert (seen.received_cents, seen.taken_back_cents, seen.net_cents) == (10_000, 10_000, 0)


def test_a_dispute_won_brings_the_money_back(stand_in, account):
    intent = paid(stand_in)
    dispute = stand_in.dispute(intent)
    assert picture_of_intent(account, intent).net_cents == 0
    stand_in.win_dispute(dispute)
    seen = picture_of_intent(account, intent)
    assert (seen.disputes[0].status, seen.disputes[0].funds_reinstated_cents) == ("won", 10_000)
    assert seen.net_cents == 10_000


def test_a_refund_can_fail_after_it_succeeded(stand_in, account):
    intent = paid(stand_in)
    back = given_back(account, intent, 4_000)
    assert picture_of_intent(account, intent).net_cents == 6_000
    stand_in.fail_refund(back)
    seen = picture_of_intent(account, intent)
    assert (seen.refunds[0].status, seen.refunds[0].failure_code) == ("failed", "expired_or_canceled_card")
    assert seen.net_cents == 10_000


def test_a_refund_under_way_is_money_gone(stand_in, account):
    intent = debited(stand_in)
    back = given_back(account, intent, 4_000)
    seen = picture_of_intent(account, intent)
    assert (seen.refunds[0].status, seen.net_cents) == ("pending", 6_000)
    stand_in.settle_refund(back)
    seen = picture_of_intent(account, intent)
    assert (seen.refunds[0].status, seen.net_cents) == ("succeeded", 6_000)


def test_a_payer_refunded_who_takes_it_back_too_leaves_less_than_nothing(stand_in, account):
    """It happens with debits: the bank doesn't look at refunds."""
    intent = debited(stand_in)
    stand_in.settle_refund(given_back(account, intent, 10_000))
    stand_in.fail_debit(intent, late=True, reason="customer_initiated")
    assert picture_of_intent(account, intent).net_cents == -10_000 == stand_in.net_cents(intent)


def test_a_balance_in_another_currency_still_counts_the_payments_own_cents():
    intent = {"id": "pi_1", "currency": "eur", "amount": 500, "status": "succeeded", "livemode": True}
    lines = [{"amount": -480, "currency": "chf"}, {"amount": 475, "currency": "chf"}]
    dispute = {"id": "dp_1", "amount": 500, "currency": "eur", "status": "won", "balance_transactions": lines}
    seen = payment_seen(intent, (), (), [dispute])
    assert seen.disputes[0].funds_withdrawn_cents == seen.disputes[0].funds_reinstated_cents == 500


@pytest.mark.parametrize("hostile", ["", "cs_", "../../v1/charges", "cs_1/../x", "cs_é", "cs_1?a=b", "pi_1"])
def test_what_is_no_page_of_stripes_never_leaves_the_machine(stand_in, account, hostile):
    with pytest.raises(ProviderRefused) as refusal:
        picture_of_session(account, hostile)
    assert (refusal.value.code, stand_in.requests) == ("resource_missing", [])


def test_a_page_of_another_account_is_refused(account):
    with pytest.raises(ProviderRefused) as refusal:
        picture_of_session(account, "cs_test_a1b2c3")
    assert refusal.value.code == "resource_missing"


# Refunds


def test_a_refund_asked_twice_with_one_key_is_done_once(stand_in, account):
    intent = paid(stand_in)
    assert given_back(account, intent, 4_000) == given_back(account, intent, 4_000)
    assert stand_in.net_cents(intent) == 6_000


def test_a_refund_whose_answer_was_lost_is_done_once(stand_in, account):
    intent = paid(stand_in)
    stand_in.cut_after_work()
    with pytest.raises(ProviderDown, match="une fois"):
        given_back(account, intent, 4_000)
    given_back(account, intent, 4_000)
    assert stand_in.net_cents(intent) == 6_000


@pytest.mark.parametrize(("pay", "status"), [(paid, "succeeded"), (debited, "pending")])
def test_a_charge_can_be_refunded_by_its_own_name(stand_in, account, pay, status):
    charge = picture_of_intent(account, pay(stand_in)).charges[0]
    back = refund(account, charge=charge.id, amount_cents=10_000, idempotency_key="k", metadata={"why": "x"})
    assert (back.charge, back.amount_cents, back.status) == (charge.id, 10_000, status)


@pytest.mark.parametrize("names", [{}, {"intent": "pi_1", "charge": "ch_1"}])
def test_a_refund_names_one_thing(account, names):
    with pytest.raises(ValueError, match="one of the two"):
        refund(account, amount_cents=1, idempotency_key="k", metadata={}, **names)


@pytest.mark.parametrize(
    ("cents", "code"), [(10_001, "invalid_request_error"), (0, "parameter_invalid_integer")]
)
def test_a_refund_of_too_much_or_nothing_is_refused(stand_in, account, cents, code):
    intent = paid(stand_in)
    with pytest.raises(ProviderRefused) as refusal:
        given_back(account, intent, cents)
    assert (refusal.value.code, stand_in.net_cents(intent)) == (code, 10_000)


def test_a_disputed_payment_is_not_refunded_on_top(stand_in, account):
    intent = paid(stand_in)
    stand_in.dispute(intent)
    with pytest.raises(ProviderRefused) as refusal:
        given_back(account, intent, 10_000)
    assert refusal.value.code == "charge_disputed"


# Reconciliation


def all_since(account: Account, start: dt.datetime, end: dt.datetime) -> dict[str, PaymentPicture]:
    return {seen.intent: seen for seen in payments_between(account, start, end)}


def test_every_payment_of_the_window_is_found_with_its_whole_picture(stand_in, account):
    start = now_of(stand_in) - dt.timedelta(minutes=1)
    intents = [paid(stand_in), debited(stand_in), stand_in.decline(opened(stand_in))]
    given_back(account, intents[0], 500)
    stand_in.fail_debit(intents[1], late=True)
    found = all_since(account, start, now_of(stand_in) + dt.timedelta(minutes=1))
    assert set(found) == set(intents)
    for intent in intents:
        assert found[intent] == picture_of_intent(account, intent)
        assert found[intent].net_cents == stand_in.net_cents(intent)


TURNS: dict[str, Callable[[StandIn, Account, str, str, str], object]] = {
    "a refund made": lambda stripe, account, intent, back, case: given_back(account, intent, 1, "late"),
    "a refund sent back": lambda stripe, account, intent, back, case: stripe.fail_refund(back),
    "a dispute won": lambda stripe, account, intent, back, case: stripe.win_dispute(case),
    "a dispute lost": lambda stripe, account, intent, back, case: stripe.lose_dispute(case),
}


@pytest.mark.parametrize("turn", TURNS)
def test_an_old_payment_touched_in_the_window_is_looked_at_again(stand_in, account, turn):
    old, disputed = paid(stand_in), paid(stand_in)
    back, case = given_back(account, old, 500), stand_in.dispute(disputed)
    untouched = paid(stand_in)
    stand_in.pass_time(days=20)
    start = now_of(stand_in)
    TURNS[turn](stand_in, account, old, back, case)
    stand_in.after_an_act()
    found = all_since(account, start, start + dt.timedelta(hours=1))
    assert set(found) == {disputed if "dispute" in turn else old}
    assert untouched not in found
    assert all(seen == picture_of_intent(account, intent) for intent, seen in found.items())


def test_what_came_after_the_window_is_left_for_the_next(stand_in, account):
    start = now_of(stand_in)
    first = paid(stand_in)
    stand_in.pass_time(days=1)
    end = now_of(stand_in)
    later = paid(stand_in)
    given_back(account, first, 500)
    found = all_since(account, start, end)
    assert set(found) == {first}
    assert found[first].net_cents == 9_500, "a payment comes with its later refunds too"
    assert set(all_since(account, end, end + dt.timedelta(days=1))) == {first, later}


def test_a_hundred_and_fifty_payments_take_a_few_requests(stand_in, account):
    start = now_of(stand_in)
    for _ in range(150):
        paid(stand_in)
    before = len(stand_in.requests)
    found = all_since(account, start, start + dt.timedelta(days=1))
    assert len(found) == 150
    # Two pages of payments and of charges, one of refunds and of disputes, a few of events.
    assert len(stand_in.requests) - before <= 12


def test_an_empty_night_is_empty(stand_in, account):
    assert all_since(account, now_of(stand_in) - dt.timedelta(days=1), now_of(stand_in)) == {}


# Trouble


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_when_stripe_is_down_nothing_was_taken_and_it_is_said(stand_in, status):
    stand_in.go_down(status=status)
    with pytest.raises(ProviderDown, match="Rien n’a été débité ; réessayez"):
        opened(stand_in)
    assert opened(stand_in).startswith("cs_test_")


def test_an_answer_that_does_not_come_in_time_is_stripe_down(stand_in):
    stand_in.be_slow(1.0)
    with pytest.raises(ProviderDown):
        opened(stand_in, account_of(stand_in, timeout_s=0.2))


def test_nobody_at_the_address_is_stripe_down():
    account = Account(secret_key="sk_test_x", api_base="http://127.0.0.1:9", max_network_retries=0)
    with pytest.raises(ProviderDown, match="ne répond pas"):
        picture_of_intent(account, "pi_1")


def test_a_fault_in_the_middle_of_the_night_stops_the_reconciliation_aloud(stand_in, account):
    paid(stand_in)
    stand_in.be_slow(0, requests=2)
    stand_in.go_down()
    with pytest.raises(ProviderDown):
        all_since(account, now_of(stand_in) - dt.timedelta(days=1), now_of(stand_in) + dt.timedelta(days=1))


def test_no_key_and_no_person_shows_in_errors_or_logs(stand_in, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = account_of(stand_in, secret_key="sk_test_very_secret_0042")
    with pytest.raises(ProviderRefused) as refusal:
        opened(stand_in, wrong)
    paid(stand_in)
    shown = f"{refusal.value!r} {refusal.value} {wrong!r} {caplog.text} {refusal.value.__cause__!r}"
    assert refusal.value.code == "api_key_refused"
    for secret in ("very_secret", "0042", stand_in.secret_key, "lucie@", "4242"):
        assert secret not in shown


# Webhooks

NOW = dt.datetime(2026, 3, 3, 12, 0, tzinfo=dt.UTC)
ALONE = Account(secret_key="sk_test_x", webhook_secret="whsec_x")


def body(**other: Any) -> dict[str, Any]:
    about = {"object": "payment_intent", "id": "pi_1"}
    usual = {"object": "event", "id": "evt_1", "created": 1_772_539_200, "livemode": False}
    return {**usual, "type": "payment_intent.succeeded", "data": {"object": about}, **other}


def read(
    payload: bytes, *, age_s: int = 0, secret: str = ALONE.webhook_secret, account: Account = ALONE
) -> Any:
    signature = signed(payload, secret, at=int(NOW.timestamp()) - age_s)
    return read_event(account, payload, signature, now=NOW)


def test_a_genuine_event_names_its_payment():
    event = read(json.dumps(body()).encode())
    assert (event.id, event.type, event.intent_id, event.session_id) == (
        "evt_1",
        "payment_intent.succeeded",
        "pi_1",
        "",
    )
    assert event.created == dt.datetime(2026, 3, 3, 12, 0, tzinfo=dt.UTC)
    assert not event.livemode


def test_every_event_of_a_payments_life_leads_to_it(stand_in, account):
    """All that the stand-in ever sends about one payment names that payment, whatever object it speaks of."""
    page = opened(stand_in)
    stand_in.decline(page)
    intent = stand_in.pay(page, method="sepa_debit")
    stand_in.settle_debit(intent)
    back = given_back(account, intent, 100)
    stand_in.settle_refund(back)
    stand_in.fail_refund(back)
    stand_in.dispute(intent)
    known = [one for one in stand_in.world.objects["event"].values() if one["type"] in TYPES]
    assert len({one["type"] for one in known}) >= 13
    for one in known:
        payload, signature = stand_in.signed_event(one)
        event = read_event(account, payload, signature, now=dt.datetime.now(dt.UTC))
        assert event.intent_id == intent
        assert event.session_id == (page if one["type"].startswith("checkout") else "")


def test_a_page_that_expired_unpaid_names_only_itself(stand_in, account):
    page = opened(stand_in)
    stand_in.pass_time(days=1)
    payload, signature = stand_in.signed_event(stand_in.waiting[0])
    event = read_event(account, payload, signature, now=dt.datetime.now(dt.UTC))
    assert (event.type, event.intent_id, event.session_id) == ("checkout.session.expired", "", page)


def test_an_expanded_payment_is_recognised():
    about = {"object": "charge", "id": "ch_1", "payment_intent": {"id": "pi_7", "object": "payment_intent"}}
    assert read(json.dumps(body(type="charge.refunded", data={"object": about})).encode()).intent_id == "pi_7"


@pytest.mark.parametrize("kind", ["customer.created", "payout.paid", "ce.qui.viendra"])
def test_an_unknown_type_is_genuine_and_concerns_nothing(kind):
    event = read(json.dumps(body(type=kind)).encode())
    assert (event.type, event.intent_id, event.session_id) == (kind, "", "")


def test_five_minutes_old_is_accepted_and_a_second_more_is_not():
    payload = json.dumps(body()).encode()
    assert read(payload, age_s=300).id == "evt_1"
    with pytest.raises(ForgedEvent) as forged:
        read(payload, age_s=301)
    assert forged.value.why == "stale"


def test_another_secret_or_none_at_all_is_forged():
    payload = json.dumps(body()).encode()
    for secret, account in (("whsec_y", ALONE), ("", replace(ALONE, webhook_secret=""))):
        with pytest.raises(ForgedEvent) as forged:
            read(payload, secret=secret, account=account)
        assert forged.value.why == "signature"


def test_one_changed_byte_is_forged():
    payload = json.dumps(body()).encode()
    signature = signed(payload, "whsec_x", at=int(NOW.timestamp()))
    with pytest.raises(ForgedEvent):
        read_event(ALONE, payload.replace(b"pi_1", b"pi_2"), signature, now=NOW)


def test_while_a_secret_is_being_changed_either_signature_is_enough():
    payload = json.dumps(body()).encode()
    at = int(NOW.timestamp())
    old, new = signed(payload, "whsec_old", at=at), signed(payload, "whsec_x", at=at)
    both = old + "," + new.split(",")[1]
    assert read_event(ALONE, payload, both, now=NOW).id == "evt_1"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"12",
        b"{",
        b'{"type": "charge.failed"}',
        b"[" * 100_000,
        json.dumps(body(created="hier")).encode(),
        json.dumps(body(created=10**30)).encode(),
        json.dumps(body(id="pi_1")).encode(),
        json.dumps(body(data={"object": "pi_1"})).encode(),
        json.dumps(body(type=["charge.failed"])).encode(),
    ],
)
def test_a_signed_body_that_makes_no_sense_is_unreadable(payload):
    with pytest.raises(ForgedEvent) as forged:
        read(payload)
    assert forged.value.why == "unreadable"


@given(st.binary(max_size=200), st.text(max_size=200) | st.from_regex(r"t=[0-9]{1,12},v1=[0-9a-f]{64}"))
def test_nothing_unsigned_is_ever_believed(payload, signature):
    with pytest.raises(ForgedEvent):
        read_event(ALONE, payload, signature, now=NOW)


def test_all_changes_fit_in_one_question():
    """Stripe's list of events takes twenty types at most."""
    assert len(TYPES_OF_CHANGES) <= 20


# Order doesn't matter


Step = Callable[[StandIn, Account, str, str], object]


def _each_refund(
    act: Callable[[str], object], account: Account, intent: str, statuses: tuple[str, ...]
) -> None:
    for back in picture_of_intent(account, intent).refunds if intent else ():
        if back.status in statuses:
            act(back.id)


def _refund_some(stripe: StandIn, account: Account, page: str, intent: str) -> None:
    seen = picture_of_intent(account, intent) if intent else None
    if seen and seen.net_cents >= 3_000 and not seen.disputes:
        given_back(account, intent, 3_000, f"key-{len(seen.refunds)}-{intent}")


def _dispute(stripe: StandIn, account: Account, page: str, intent: str) -> None:
    seen = picture_of_intent(account, intent) if intent else None
    if seen and seen.received_cents and not seen.disputes:
        stripe.dispute(intent)


def _close_disputes(won: bool) -> Step:
    def act(stripe: StandIn, account: Account, page: str, intent: str) -> None:
        for case in picture_of_intent(account, intent).disputes if intent else ():
            if case.status == "needs_response":
                stripe.win_dispute(case.id) if won else stripe.lose_dispute(case.id)

    return act


def _bank(settles: bool) -> Step:
    def act(stripe: StandIn, account: Account, page: str, intent: str) -> None:
        if intent and picture_of_intent(account, intent).status == "processing":
            stripe.settle_debit(intent) if settles else stripe.fail_debit(intent)

    return act


def _debit(stripe: StandIn, account: Account, page: str, intent: str) -> None:
    stripe.pay(page, method="sepa_debit")


def _card(stripe: StandIn, account: Account, page: str, intent: str) -> None:
    stripe.pay(page)


BEGINNINGS: tuple[tuple[Step, ...], ...] = ((), (_card,), (_debit,), (_debit, _bank(settles=True)))
STEPS: tuple[Step, ...] = (
    lambda stripe, account, page, intent: stripe.decline(page),
    _card,
    _debit,
    _bank(settles=True),
    _bank(settles=False),
    _refund_some,
    _dispute,
    _close_disputes(won=True),
    _close_disputes(won=False),
    lambda stripe, account, page, intent: _each_refund(stripe.settle_refund, account, intent, ("pending",)),
    lambda stripe, account, page, intent: _each_refund(
        stripe.fail_refund, account, intent, ("pending", "succeeded")
    ),
)


@pytest.fixture(scope="module")
def long_lived() -> Iterator[StandIn]:
    with StandIn(webhooks="never") as running:
        yield running


@settings(max_examples=40)
@given(
    data=st.data(),
    beginning=st.sampled_from(BEGINNINGS),
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=10),
)
def test_pictures_tell_the_balance_and_converge_in_any_order(long_lived, data, beginning, steps):
    """After each turn of a payment its picture equals Stripe's balance; stale and repeated pictures change
    nothing to what the last one says."""
    account, page = account_of(long_lived), opened(long_lived)
    seen = [picture_of_session(account, page)]
    for step in (*beginning, *steps):
        step(long_lived, account, page, seen[-1].intent)
        seen.append(picture_of_session(account, page))
        if seen[-1].intent:
            assert seen[-1].net_cents == long_lived.net_cents(seen[-1].intent)
    order = data.draw(st.permutations([*seen, *seen]))
    known = order[0]
    for picture in order[1:]:
        known = merged(known, picture)
    assert known == seen[-1]


def test_pictures_of_two_payments_do_not_merge(stand_in, account):
    first, second = (picture_of_intent(account, paid(stand_in)) for _ in range(2))
    with pytest.raises(ValueError, match="two payments"):
        merged(first, second)


def test_a_refund_under_way_does_not_come_back_after_it_failed(stand_in, account):
    intent = debited(stand_in)
    back = given_back(account, intent, 4_000)
    early = picture_of_intent(account, intent)
    stand_in.fail_refund(back)
    late = picture_of_intent(account, intent)
    assert merged(late, early) == merged(early, late) == late


def test_the_version_asked_for_is_that_of_the_installed_sdk():
    """An SDK reads the version it was made for: an upgrade of one is an upgrade of the other."""
    assert sdk.API_VERSION == _ApiVersion.CURRENT


def test_a_dispute_decided_stays_decided(stand_in, account):
    intent = paid(stand_in)
    case = stand_in.dispute(intent)
    early = picture_of_intent(account, intent)
    stand_in.lose_dispute(case)
    late = picture_of_intent(account, intent)
    assert late.disputes[0].status == "lost"
    assert merged(late, early) == merged(early, late) == late


def test_a_second_try_after_a_refused_card_is_further_than_the_refusal(stand_in, account):
    page = opened(stand_in)
    stand_in.decline(page)
    refused = picture_of_session(account, page)
    intent = stand_in.pay(page, method="sepa_debit")
    under_way = picture_of_session(account, page)
    stand_in.fail_debit(intent)
    refused_again = picture_of_session(account, page)
    assert merged(under_way, refused) == under_way
    assert merged(refused_again, under_way) == merged(under_way, refused_again) == refused_again
    assert refused_again.status == "requires_payment_method"


# Keys and cents


@pytest.mark.parametrize(
    ("key", "live"),
    [
        ("sk_test_1", False),
        ("rk_test_1", False),
        ("", False),
        ("  ", False),
        ("sk_live_1", True),
        ("rk_live_1", True),
        (" sk_live_1", True),
        ("sk_org_1", True),
        ("autre chose", True),
    ],
)
def test_a_key_is_live_unless_it_says_test(key, live):
    assert is_live(key) is live


@given(st.integers(0, 10**10))
def test_cents_and_euros_turn_into_each_other(cents):
    assert to_cents(to_euros(cents)) == cents


def test_a_fraction_of_a_cent_is_no_amount():
    assert to_cents(Decimal("100.10")) == 10_010
    with pytest.raises(ValueError, match="whole number of cents"):
        to_cents(Decimal("0.001"))


def test_pictures_can_be_kept_and_compared(stand_in, account):
    seen = picture_of_intent(account, paid(stand_in))
    assert pickle.loads(pickle.dumps(seen)) == seen  # noqa: S301 - our own
    assert hash(seen) == hash(picture_of_intent(account, seen.intent))

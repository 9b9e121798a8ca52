"""Stripe's objects, with the fields its API version gives them; those nobody here reads hold a usual null."""

import secrets
from collections.abc import Mapping
from typing import Any

from tests.stripe_stand_in.wire import API_VERSION, Json

PREFIXES = {
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "dispute": "dp_",
    "event": "evt_",
    "balance_transaction": "txn_",
}


# A charge or refund of anything but a card has an id, and a kind of balance line, of its own.
DEBIT_PREFIXES = {"charge": "py_", "refund": "pyr_"}
DEBIT_LINES = {"charge": "payment", "refund": "payment_refund"}


def new(kind: str, created: int, *, is_debit: bool = False, **fields: Any) -> Json:
    prefix = DEBIT_PREFIXES[kind] if is_debit else PREFIXES[kind]
    return {"id": prefix + secrets.token_hex(12), "object": kind, "created": created, **fields}


def session(created: int, **fields: Any) -> Json:
    usual: Json = {
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "client_reference_id": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "discounts": [],
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "wallet_options": None,
    }
    return new("checkout.session", created, **usual | fields)


def payment_intent(created: int, *, amount: int, currency: str, methods: list[str], marks: Json) -> Json:
    fields: Json = {
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(marks),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    intent = new("payment_intent", created, **fields)
    return intent | {"client_secret": f"{intent['id']}_secret_{secrets.token_hex(8)}"}


def charge(created: int, intent: Json, *, method: str, status: str, email: str | None) -> Json:
    details = (
        {"type": "card", "card": {"brand": "visa", "country": "FR", "funding": "debit", "last4": "4242"}}
        if method == "card"
        else {"type": "sepa_debit", "sepa_debit": {"bank_code": "37040", "country": "FR", "last4": "3000"}}
    )
    nobody = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return new(
        "charge",
        created,
        is_debit=method != "card",
        amount=intent["amount"],
        amount_captured=intent["amount"] if status == "succeeded" else 0,
        amount_refunded=0,
        application=None,
        application_fee=None,
        application_fee_amount=None,
        balance_transaction=None,
        billing_details={"address": nobody, "email": email, "name": None, "phone": None, "tax_id": None},
        calculated_statement_descriptor=None,
        captured=status == "succeeded",
        currency=intent["currency"],
        customer=None,
        description=intent["description"],
        disputed=False,
        failure_balance_transaction=None,
        failure_code=None,
        failure_message=None,
        fraud_details={},
        livemode=False,
        metadata=dict(intent["metadata"]),
        on_behalf_of=None,
        outcome=None,
        paid=status == "succeeded",
        payment_intent=intent["id"],
        payment_method="pm_" + secrets.token_hex(12),
        payment_method_details=details,
        receipt_email=None,
        receipt_number=None,
        receipt_url=None,
        refunded=False,
        review=None,
        shipping=None,
        source=None,
        source_transfer=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status=status,
        transfer_data=None,
        transfer_group=None,
    )


def refund(created: int, of: Json, *, amount: int, status: str, reason: str | None, marks: Json) -> Json:
    method = of["payment_method_details"]["type"]
    return new(
        "refund",
        created,
        is_debit=method != "card",
        amount=amount,
        balance_transaction=None,
        charge=of["id"],
        currency=of["currency"],
        customer=None,
        customer_account=None,
        destination_details={"type": method, method: {}},
        metadata=dict(marks),
        payment_intent=of["payment_intent"],
        payment_method=of["payment_method"],
        reason=reason,
        receipt_number=None,
        source_transfer_reversal=None,
        status=status,
        transfer_reversal=None,
    )


def dispute(created: int, of: Json, *, reason: str, status: str, days_to_answer: int = 10) -> Json:
    due = created + days_to_answer * 86_400
    method = of["payment_method_details"]["type"]
    return new(
        "dispute",
        created,
        amount=of["amount"],
        balance_transactions=[],
        charge=of["id"],
        currency=of["currency"],
        enhanced_eligibility_types=[],
        evidence={},
        evidence_details={
            "due_by": due if status == "needs_response" else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        livemode=False,
        metadata={},
        payment_intent=of["payment_intent"],
        payment_method_details={"type": method, method: {}},
        reason=reason,
        status=status,
    )


def balance_transaction(
    created: int, *, amount: int, fee: int, kind: str, category: str, source: Mapping[str, Any]
) -> Json:
    if source["id"].startswith(tuple(DEBIT_PREFIXES.values())):
        kind = DEBIT_LINES.get(kind, kind)
    fees = [
        {"amount": fee, "application": None, "currency": "eur", "description": None, "type": "stripe_fee"}
    ]
    return new(
        "balance_transaction",
        created,
        amount=amount,
        available_on=created + 7 * 86_400,
        balance_type="payments",
        currency=source["currency"],
        description=None,
        exchange_rate=None,
        fee=fee,
        fee_details=fees if fee else [],
        net=amount - fee,
        reporting_category=category,
        source=source["id"],
        status="pending",
        type=kind,
    )


def event(created: int, kind: str, about: Json, *, endpoints: int) -> Json:
    return new(
        "event",
        created,
        api_version=API_VERSION,
        data={"object": about},
        livemode=False,
        pending_webhooks=endpoints,
        request={"id": None, "idempotency_key": None},
        type=kind,
    )

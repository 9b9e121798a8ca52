"""The addresses of the API: which parameters each takes, and what it answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_stand_in import shapes
from tests.stripe_stand_in.wire import Json, Refused, expanded, only_known, page, required, whole
from tests.stripe_stand_in.world import World

SMALLEST_CENTS, LARGEST_CENTS = 50, 99_999_999
SHORTEST_S, LONGEST_S = 30 * 60, 24 * 3600
METHODS = ("card", "sepa_debit")

PAGING = frozenset({"limit", "starting_after", "created", "expand"})
# Of Stripe's parameters, those understood here; others are refused, as a removed one would be.
SESSION_CREATE = frozenset(
    {
        "adaptive_pricing",
        "allowed_payment_method_types",
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "expand",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "submit_type",
        "success_url",
    }
)
REFUND_CREATE = frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"})
LISTS = {
    "checkout/sessions": ("checkout.session", frozenset({"payment_intent", "status"})),
    "payment_intents": ("payment_intent", frozenset()),
    "charges": ("charge", frozenset({"payment_intent"})),
    "refunds": ("refund", frozenset({"payment_intent", "charge"})),
    "disputes": ("dispute", frozenset({"payment_intent", "charge"})),
    "events": ("event", frozenset({"type"})),
    "balance_transactions": ("balance_transaction", frozenset({"source", "type"})),
}


@dataclass
class Routes:
    """Answers requests on `world`. `base` is the server's own address, for the hosted page."""

    world: World
    base: str

    def answer(self, method: str, path: str, params: Json) -> Json:
        """The body of a right answer. Raises Refused."""
        with self.world.lock:
            body = self._acted(method, path, params)
            paths = params.get("expand", [])
            public = {key: value for key, value in body.items() if not key.startswith("_")}
            if public.get("object") == "list":
                public["data"] = [_public(row) for row in public["data"]]
            return expanded(public, paths, self.world.pointed)

    def _acted(self, method: str, path: str, params: Json) -> Json:
        name = path.removeprefix("/v1/")
        if method == "POST":
            return self._post(name, params)
        if name in LISTS:
            return self._list(name, params)
        folder, _, key = name.rpartition("/")
        if folder not in LISTS:
            raise _no_such_address(method, path)
        only_known(params, frozenset({"expand"}))
        kind = LISTS[folder][0]
        return self.world.session(key) if kind == "checkout.session" else self.world.get(kind, key)

    def _post(self, name: str, params: Json) -> Json:
        acts: dict[str, Callable[[Json], Json]] = {
            "checkout/sessions": self._open_session,
            "refunds": self._refund,
        }
        if name in acts:
            return acts[name](params)
        if found := re.fullmatch(r"checkout/sessions/([^/]+)/expire", name):
            return self._expire(found[1])
        raise _no_such_address("POST", f"/v1/{name}")

    def _list(self, name: str, params: Json) -> Json:
        kind, filters = LISTS[name]
        known = filters | PAGING | ({"types"} if kind == "event" else set())
        only_known(params, frozenset(known))
        fields = {field: params[field] for field in filters if field in params}
        rows = self.world.listed(kind, **fields)
        if types := params.get("types"):
            if len(types) > 20:
                raise Refused("You may list up to 20 types.", param="types")
            rows = [row for row in rows if row["type"] in types]
        return page(rows, params, f"/v1/{name}")

    def _expire(self, key: str) -> Json:
        session = self.world.session(key)
        if session["status"] != "open":
            message = (
                f"Only Checkout Sessions with a status in [open] can be expired, not {session['status']}."
            )
            raise Refused(message, kept=True)
        return self.world.expire(session)

    def _refund(self, params: Json) -> Json:
        only_known(params, REFUND_CREATE)
        if ("charge" in params) == ("payment_intent" in params):
            raise Refused("One of these params must be provided: charge, payment_intent.", param="charge")
        amount = whole(params["amount"], "amount") if "amount" in params else None
        if amount is not None and amount < 1:
            raise Refused("Invalid positive integer", param="amount", code="parameter_invalid_integer")
        return self.world.refund(params, amount)

    def _open_session(self, params: Json) -> Json:
        only_known(params, SESSION_CREATE)
        if required(params, "mode") != "payment":
            raise Refused("Only payments are understood by this stand-in.", param="mode")
        price = required(params, "line_items", 0, "price_data")
        currency = required(params, "line_items", 0, "price_data", "currency")
        required(params, "line_items", 0, "price_data", "product_data", "name")
        total = _amount(price) * whole(required(params, "line_items", 0, "quantity"), "quantity")
        made = shapes.session(
            self.world.now(),
            amount_subtotal=total,
            amount_total=total,
            cancel_url=_url(params, "cancel_url"),
            client_reference_id=params.get("client_reference_id"),
            currency=currency,
            customer_email=_email(params),
            expires_at=self._expires_at(params),
            locale=params.get("locale"),
            metadata=_metadata(params),
            payment_method_types=_methods(params, currency),
            allowed_payment_method_types=params.get("allowed_payment_method_types"),
            success_url=_url(params, "success_url"),
        )
        made["url"] = f"{self.base}/c/pay/{made['id']}"
        data = params.get("payment_intent_data", {})
        only_known(data, frozenset({"metadata", "description"}))
        # What the payment will be made of, once somebody tries to pay.
        made["_asked"] = {"metadata": _metadata(data), "description": data.get("description")}
        return self.world.add(made)

    def _expires_at(self, params: Json) -> int:
        now = self.world.now()
        at = whole(params.get("expires_at", now + LONGEST_S), "expires_at")
        # A minute of grace: the two clocks aren't the same.
        if not now + SHORTEST_S - 60 <= at <= now + LONGEST_S + 60:
            message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now."
            raise Refused(message, param="expires_at")
        return at


def _public(row: Json) -> Json:
    return {key: value for key, value in row.items() if not key.startswith("_")}


def _no_such_address(method: str, path: str) -> Refused:
    return Refused(f"Unrecognized request URL ({method}: {path}).", status=404)


def _amount(price: Json) -> int:
    amount = whole(required(price, "unit_amount"), "line_items[0][price_data][unit_amount]")
    if amount < SMALLEST_CENTS:
        raise Refused("The total amount due must be at least €0.50.", code="amount_too_small")
    if amount > LARGEST_CENTS:
        raise Refused("The total amount due must be no more than €999,999.99.", code="amount_too_large")
    return amount


def _url(params: Json, name: str) -> str:
    text = str(required(params, name))
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused("Not a valid URL", code="url_invalid", param=name)
    return text


def _email(params: Json) -> str | None:
    text = params.get("customer_email")
    if text is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise Refused(f"Invalid email address: {text}", code="email_invalid", param="customer_email")
    return text


def _metadata(params: Mapping[str, Any]) -> Json:
    marks = params.get("metadata", {})
    if len(marks) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in marks.items()):
        raise Refused("Metadata holds 50 keys of 40 characters, values of 500.", param="metadata")
    return dict(marks)


def _methods(params: Json, currency: str) -> list[str]:
    """Those asked for that the currency allows: a SEPA debit is in euros."""
    asked = params.get("allowed_payment_method_types", list(METHODS))
    offered = [one for one in asked if one in METHODS and (one == "card" or currency == "eur")]
    if not offered:
        raise Refused("No valid payment method types for this Checkout Session.")
    return offered

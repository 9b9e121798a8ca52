"""What happens at Stripe: payments tried, settled, refused, given back, disputed; a balance kept in lines."""

import copy
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.stripe_stand_in import shapes
from tests.stripe_stand_in.wire import Json, Refused, missing

# Plausible fees, so that net and gross differ as they do at Stripe's; not its prices.
FEE_CENTS = 35
DISPUTE_FEE_CENTS = 1500

KINDS = tuple(shapes.PREFIXES)
# Fields that hold an id, and what they point to.
POINTS_TO = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "balance_transaction": "balance_transaction",
    "failure_balance_transaction": "balance_transaction",
}


class World:
    """All objects of one account. `lock` is held for each act: what is seen is before it or after it."""

    def __init__(self, endpoints: Callable[[], int]) -> None:
        self.lock = threading.RLock()
        self.objects: dict[str, dict[str, Json]] = {kind: {} for kind in KINDS}
        self.fresh_events: list[Json] = []
        self.shift_s = 0
        self._endpoints = endpoints

    def now(self) -> int:
        """Seconds since 1970, moved by `shift_s`."""
        return int(time.time()) + self.shift_s

    def get(self, kind: str, key: str) -> Json:
        if key not in self.objects[kind]:
            raise missing(kind, key)
        return self.objects[kind][key]

    def listed(self, kind: str, **fields: str) -> list[Json]:
        """Objects of a kind, newest first, whose `fields` have these values."""
        rows = reversed(self.objects[kind].values())
        return [row for row in rows if all(row.get(name) == value for name, value in fields.items())]

    def pointed(self, field: str, holder: Json) -> Any:
        """What an expanded field holds."""
        if field == "refunds" and holder["object"] == "charge":
            rows = self.listed("refund", charge=holder["id"])
            url = f"/v1/charges/{holder['id']}/refunds"
            return {
                "object": "list",
                "url": url,
                "has_more": len(rows) > 10,
                "data": copy.deepcopy(rows[:10]),
            }
        if field not in POINTS_TO or field not in holder:
            raise Refused(f"This property cannot be expanded ({field}).", param="expand")
        return copy.deepcopy(self.get(POINTS_TO[field], holder[field])) if holder[field] else None

    def add(self, made: Json) -> Json:
        self.objects[made["object"]][made["id"]] = made
        return made

    def happened(self, kind: str, about: Json) -> None:
        """An event, with its object as it is now."""
        about = {name: copy.deepcopy(value) for name, value in about.items() if not name.startswith("_")}
        self.fresh_events.append(self.add(shapes.event(self.now(), kind, about, endpoints=self._endpoints())))

    # Checkout

    def session(self, key: str) -> Json:
        """A session, closed when its time has passed."""
        session = self.get("checkout.session", key)
        if session["status"] == "open" and session["expires_at"] <= self.now():
            self.expire(session)
        return session

    def expire(self, session: Json) -> Json:
        session |= {"status": "expired", "url": None}
        self.happened("checkout.session.expired", session)
        return session

    def try_to_pay(self, key: str, *, method: str, accepted: bool = True) -> Json:
        """A payer presses a button of the hosted page. A page already closed is left as it is."""
        with self.lock:
            session = self.session(key)
            if session["status"] != "open":
                return session
            intent = self._intent_of(session)
            if method == "sepa_debit":
                self._begin_debit(session, intent)
            elif accepted:
                self._take_card(session, intent)
            else:
                self._fail(self._charge(session, intent, "card", "failed"), intent, "card_declined")
            return session

    def _intent_of(self, session: Json) -> Json:
        """Stripe makes the payment when somebody first tries to pay, not with the page."""
        if session["payment_intent"]:
            return self.get("payment_intent", session["payment_intent"])
        asked = session["_asked"]
        intent = shapes.payment_intent(
            self.now(),
            amount=session["amount_total"],
            currency=session["currency"],
            methods=session["payment_method_types"],
            marks=asked.get("metadata", {}),
        )
        self.add(intent | {"description": asked.get("description")})
        session["payment_intent"] = intent["id"]
        self.happened("payment_intent.created", self.get("payment_intent", intent["id"]))
        return self.get("payment_intent", intent["id"])

    def _charge(self, session: Json, intent: Json, method: str, status: str) -> Json:
        email = session["customer_email"]
        made = self.add(shapes.charge(self.now(), intent, method=method, status=status, email=email))
        intent["latest_charge"] = made["id"]
        return made

    def _take_card(self, session: Json, intent: Json) -> None:
        self._taken(self._charge(session, intent, "card", "succeeded"), intent)
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self.happened("checkout.session.completed", session)

    def _begin_debit(self, session: Json, intent: Json) -> None:
        made = self._charge(session, intent, "sepa_debit", "pending")
        intent |= {"status": "processing", "last_payment_error": None}
        session |= {"status": "complete", "payment_status": "unpaid", "url": None}
        self.happened("charge.pending", made)
        self.happened("payment_intent.processing", intent)
        self.happened("checkout.session.completed", session)

    def _taken(self, made: Json, intent: Json) -> None:
        line = self.moved(made, made["amount"], kind="charge", fee=FEE_CENTS)
        made |= {"status": "succeeded", "paid": True, "captured": True, "balance_transaction": line["id"]}
        made["amount_captured"] = made["amount"]
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
        self.happened("charge.succeeded", made)
        self.happened("payment_intent.succeeded", intent)

    def _fail(self, made: Json, intent: Json, code: str) -> None:
        made |= {"status": "failed", "paid": False, "failure_code": code, "failure_message": code}
        error = {"type": "card_error", "code": code, "message": code, "charge": made["id"]}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self.happened("charge.failed", made)
        self.happened("payment_intent.payment_failed", intent)

    def moved(self, source: Json, amount: int, *, kind: str, fee: int = 0, category: str = "") -> Json:
        """A line of the balance: money in (positive) or out, in cents."""
        return self.add(
            shapes.balance_transaction(
                self.now(), amount=amount, fee=fee, kind=kind, category=category or kind, source=source
            )
        )

    # What banks say later

    def _pending_debit(self, key: str) -> tuple[Json, Json, Json]:
        intent = self.get("payment_intent", key)
        assert intent["status"] == "processing", f"{key} is {intent['status']}, no debit is under way"
        session = self.listed("checkout.session", payment_intent=key)[0]
        return intent, self.get("charge", intent["latest_charge"]), session

    def settle_debit(self, key: str) -> None:
        intent, made, session = self._pending_debit(key)
        self._taken(made, intent)
        session["payment_status"] = "paid"
        self.happened("checkout.session.async_payment_succeeded", session)

    def refuse_debit(self, key: str, code: str) -> None:
        intent, made, session = self._pending_debit(key)
        self._fail(made, intent, code)
        self.happened("checkout.session.async_payment_failed", session)

    def dispute(self, key: str, reason: str) -> Json:
        """The money leaves at once; for a debit there is nothing to answer and it is lost at once."""
        made = self._charge_taken(self.get("payment_intent", key))
        assert made, f"nothing was taken for {key}"
        made["disputed"] = True
        case = self.add(shapes.dispute(self.now(), made, reason=reason, status="needs_response"))
        line = self.moved(case, -case["amount"], kind="adjustment", fee=DISPUTE_FEE_CENTS, category="dispute")
        case["balance_transactions"] = [line]
        self.happened("charge.dispute.created", case)
        self.happened("charge.dispute.funds_withdrawn", case)
        self._stop_pending_refunds(made)
        if made["payment_method_details"]["type"] == "sepa_debit":
            self.close_dispute(case["id"], won=False)
        return case

    def close_dispute(self, key: str, *, won: bool) -> None:
        case = self.get("dispute", key)
        case["status"] = "won" if won else "lost"
        if won:
            line = self.moved(case, case["amount"], kind="adjustment", category="dispute_reversal")
            case["balance_transactions"] = [*case["balance_transactions"], line]
            self.happened("charge.dispute.funds_reinstated", case)
        self.happened("charge.dispute.closed", case)

    def _stop_pending_refunds(self, made: Json) -> None:
        for back in self.listed("refund", charge=made["id"], status="pending"):
            self.fail_refund(back["id"], "charge_for_pending_refund_disputed")

    def _charge_taken(self, intent: Json) -> Json | None:
        rows = self.listed("charge", payment_intent=intent["id"], status="succeeded")
        return rows[0] if rows else None

    # Money given back

    def refund(self, params: Mapping[str, Any], amount: int | None) -> Json:
        made = self._to_refund(params)
        left = made["amount"] - made["amount_refunded"]
        if made["disputed"]:
            raise Refused(f"Charge {made['id']} has been charged back.", code="charge_disputed", kept=True)
        if left == 0:
            message = f"Charge {made['id']} has already been refunded."
            raise Refused(message, code="charge_already_refunded", kept=True)
        amount = left if amount is None else amount
        if amount > left:
            message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refused(message, param="amount", kept=True)
        is_card = made["payment_method_details"]["type"] == "card"
        return self._give_back(made, amount, "succeeded" if is_card else "pending", params)

    def _to_refund(self, params: Mapping[str, Any]) -> Json:
        if key := params.get("charge"):
            made: Json | None = self.get("charge", key)
            assert made
            if made["status"] != "succeeded":
                raise Refused(f"Charge {key} was not taken.", code="charge_not_refundable", kept=True)
            return made
        made = self._charge_taken(self.get("payment_intent", params["payment_intent"]))
        if made is None:
            message = f"PaymentIntent {params['payment_intent']} has no successful charge to refund."
            raise Refused(message, kept=True)
        return made

    def _give_back(self, made: Json, amount: int, status: str, params: Mapping[str, Any]) -> Json:
        marks, reason = params.get("metadata", {}), params.get("reason")
        back = shapes.refund(self.now(), made, amount=amount, status=status, reason=reason, marks=marks)
        if status == "pending":
            back["pending_reason"] = "processing"
        back["balance_transaction"] = self.moved(back, -amount, kind="refund")["id"]
        made["amount_refunded"] += amount
        made["refunded"] = made["amount_refunded"] == made["amount"]
        self.add(back)
        self.happened("refund.created", back)
        self.happened("charge.refunded", made)
        return back

    def settle_refund(self, key: str) -> None:
        back = self.get("refund", key)
        assert back["status"] == "pending", f"{key} is {back['status']}"
        back.pop("pending_reason", None)
        back["status"] = "succeeded"
        self.happened("refund.updated", back)
        self.happened("charge.refund.updated", back)

    def fail_refund(self, key: str, reason: str) -> None:
        """The payer's bank sends it back: the money is on Stripe's balance again."""
        back = self.get("refund", key)
        assert back["status"] in ("pending", "succeeded"), f"{key} is {back['status']}"
        back.pop("pending_reason", None)
        line = self.moved(back, back["amount"], kind="refund_failure")
        back |= {"status": "failed", "failure_reason": reason, "failure_balance_transaction": line["id"]}
        made = self.get("charge", back["charge"])
        made["amount_refunded"] -= back["amount"]
        made["refunded"] = False
        self.happened("refund.failed", back)
        self.happened("refund.updated", back)
        self.happened("charge.refund.updated", back)

    def net_cents(self, intent: str) -> int:
        """What the balance holds of one payment, fees left out."""
        parts = {
            row["id"]
            for kind in ("charge", "refund", "dispute")
            for row in self.listed(kind, payment_intent=intent)
        }
        lines = self.objects["balance_transaction"].values()
        return sum(line["amount"] for line in lines if line["source"] in parts)

"""The stand-in as a test holds it: start, press, settle, fail, deliver, go down."""

import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal, Self, TypeVar

from tests.stripe_stand_in.idempotency import Idempotency
from tests.stripe_stand_in.routes import Routes
from tests.stripe_stand_in.server import Server, parameters
from tests.stripe_stand_in.trouble import OneTrouble, Trouble
from tests.stripe_stand_in.webhooks import Delivery, Endpoint, Receiver, payload_of, send, signed
from tests.stripe_stand_in.wire import API_VERSION, Answer, Json, Refused
from tests.stripe_stand_in.world import World

T = TypeVar("T")
SECRET_KEY = "sk_test_stand_in"
WEBHOOK_SECRET = "whsec_stand_in"
Order = Literal["as they happened", "reversed", "shuffled"] | Callable[[list[Json]], Sequence[Json]]


class StandIn:
    """Stripe for one test. `webhooks`: "held" until `deliver()`, "now" in a thread of its own, "never"."""

    def __init__(
        self,
        *,
        secret_key: str = SECRET_KEY,
        webhook_secret: str = WEBHOOK_SECRET,
        webhooks: Literal["held", "now", "never"] = "held",
        seed: int = 1,
    ) -> None:
        self.secret_key = secret_key
        self.webhook_secret = webhook_secret
        self.webhooks = webhooks
        self.endpoints: list[Endpoint] = []
        self.waiting: list[Json] = []
        self.requests: list[str] = []
        self.broken_connections = 0
        self.trouble = Trouble()
        self.world = World(lambda: len(self.endpoints))
        self._random = random.Random(seed)
        self._idempotency = Idempotency()
        self._delivering: list[threading.Thread] = []
        self._server = Server(self)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._routes = Routes(self.world, self.base)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self.wait()
        self._server.server_close()

    # The API

    def answered(self, method: str, path: str, form: str, headers: dict[str, str]) -> Answer:
        """The answer to one request of the API."""
        try:
            self._check_caller(headers)
            params = parameters(form)
            if method == "GET":
                return Answer(200, self._routes.answer(method, path, params))
            key = headers.get("idempotency-key")
            if not key:
                return Answer(200, self._routes.answer(method, path, params))
            return self._idempotency.once(
                key,
                f"{path}?{sorted(form.split('&'))}",
                lambda: Answer(200, self._routes.answer(method, path, params)),
            )
        except Refused as refusal:
            return refusal.answer

    def _check_caller(self, headers: dict[str, str]) -> None:
        if headers.get("authorization") != f"Bearer {self.secret_key}":
            # Stripe shows the ends of the key it was given: so that a message that leaks is found out.
            given = headers.get("authorization", "").removeprefix("Bearer ")
            raise Refused(f"Invalid API Key provided: {given[:8]}****{given[-4:]}", status=401)
        if headers.get("stripe-version", API_VERSION) != API_VERSION:
            raise Refused(f"Invalid Stripe API version: {headers['stripe-version']}")

    # The payer

    def pay(self, session_id: str, *, method: Literal["card", "sepa_debit"] = "card") -> str:
        """Pay on the page; gives the payment's id."""
        self.pressed(session_id, "card" if method == "card" else "debit")
        self.after_an_act()
        return str(self.world.get("checkout.session", session_id)["payment_intent"])

    def decline(self, session_id: str) -> str:
        """Try a card that is refused; gives the payment's id."""
        self.pressed(session_id, "decline")
        self.after_an_act()
        return str(self.world.get("checkout.session", session_id)["payment_intent"])

    def pressed(self, session_id: str, act: str) -> None:
        """A button of the page. Raises Refused for an unknown page."""
        self.world.try_to_pay(
            session_id, method="sepa_debit" if act == "debit" else "card", accepted=act != "decline"
        )

    # The banks

    def settle_debit(self, intent: str) -> None:
        """A debit under way is taken."""
        self._act(lambda: self.world.settle_debit(intent))

    def fail_debit(self, intent: str, *, late: bool = False, reason: str = "insufficient_funds") -> None:
        """A debit under way is refused; `late`, one already taken goes back, as a dispute lost at once."""
        if late:
            self._act(lambda: self.world.dispute(intent, reason))
        else:
            self._act(lambda: self.world.refuse_debit(intent, reason))

    def dispute(self, intent: str, *, reason: str = "fraudulent") -> str:
        """The payer disputes what was taken; gives the dispute's id."""
        return str(self._act(lambda: self.world.dispute(intent, reason))["id"])

    def win_dispute(self, dispute: str) -> None:
        self._act(lambda: self.world.close_dispute(dispute, won=True))

    def lose_dispute(self, dispute: str) -> None:
        self._act(lambda: self.world.close_dispute(dispute, won=False))

    def settle_refund(self, refund: str) -> None:
        """A refund under way reaches the payer."""
        self._act(lambda: self.world.settle_refund(refund))

    def fail_refund(self, refund: str, *, reason: str = "expired_or_canceled_card") -> None:
        """The payer's bank sends a refund back, even days after it "succeeded"."""
        self._act(lambda: self.world.fail_refund(refund, reason))

    def pass_time(self, *, days: float = 0, minutes: float = 0) -> None:
        """Move the clock of the stand-in; pages whose time is over close."""
        self.world.shift_s += int(days * 86_400 + minutes * 60)
        self._act(lambda: [self.world.session(key) for key in list(self.world.objects["checkout.session"])])

    def net_cents(self, intent: str) -> int:
        """What the balance holds of one payment [cents], fees left out."""
        with self.world.lock:
            return self.world.net_cents(intent)

    def intents(self) -> list[str]:
        with self.world.lock:
            return list(self.world.objects["payment_intent"])

    def _act(self, act: Callable[[], T]) -> T:
        with self.world.lock:
            done = act()
        self.after_an_act()
        return done

    # Trouble

    def go_down(self, requests: int = 1, *, status: int = 503) -> None:
        """The next requests are answered with an error, and nothing is done."""
        self.trouble.add(OneTrouble(status=status), requests)

    def be_slow(self, seconds: float, requests: int = 1) -> None:
        self.trouble.add(OneTrouble(slow_s=seconds), requests)

    def cut_after_work(self, requests: int = 1) -> None:
        """The next requests are done, and their connection is cut before the answer."""
        self.trouble.add(OneTrouble(cut=True), requests)

    # Webhooks

    def add_endpoint(self, target: str | Receiver) -> None:
        """Send webhooks to an address, or to a function of body and signature that gives a status."""
        self.endpoints.append(Endpoint(target, self.webhook_secret))

    def after_an_act(self) -> None:
        """Take the new events; they wait, go out, or are lost, as `webhooks` says."""
        with self.world.lock:
            fresh, self.world.fresh_events = self.world.fresh_events, []
            if self.webhooks != "never":
                self.waiting += fresh
        if self.webhooks == "now" and fresh:
            thread = threading.Thread(target=self.deliver)
            self._delivering.append(thread)
            thread.start()

    def wait(self) -> None:
        """Until every delivery under way is over."""
        while self._delivering:
            with suppress(IndexError):
                self._delivering.pop().join(60)

    def deliver(self, order: Order = "as they happened", *, times: int = 1) -> list[Delivery]:
        """Send what waits, each event `times` times; what isn't accepted (2xx) waits again."""
        with self.world.lock:
            events, self.waiting = self.waiting, []
        ordered = self._ordered(events * times, order)
        done = [(event, send(endpoint, event)) for event in ordered for endpoint in self.endpoints]
        accepted = {delivery.event for _, delivery in done if 200 <= delivery.status < 300}
        with self.world.lock:
            self.waiting += [event for event in events if self.endpoints and event["id"] not in accepted]
        return [delivery for _, delivery in done]

    def deliver_again(self, order: Order = "as they happened") -> list[Delivery]:
        """Send every event there ever was once more."""
        with self.world.lock:
            self.waiting = list(self.world.objects["event"].values())
        return self.deliver(order)

    def lose_webhooks(self) -> None:
        """Those that wait will never arrive."""
        with self.world.lock:
            self.waiting = []

    def signed_event(self, event: Json, *, at: int | None = None) -> tuple[bytes, str]:
        """Body and signature of an event, as they would be sent."""
        payload = payload_of(event)
        return payload, signed(payload, self.webhook_secret, at=at)

    def _ordered(self, events: list[Json], order: Order) -> Sequence[Json]:
        if callable(order):
            return order(events)
        if order == "shuffled":
            return self._random.sample(events, len(events))
        return events[::-1] if order == "reversed" else events

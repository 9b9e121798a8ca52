"""A cooperative that receives money, for tests: subscriptions to pay, statements to bring, a worker to run.

The share is worth 50 €. Subscription 42 has the reference made of 42; its subscriber has the account 42.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from mine_de_soleil.core.secrets import fingerprint
from shareholders import tasks
from shareholders.banking.iban import masked
from shareholders.banking.references import formatted, reference_for
from shareholders.ledger import net_of, with_free
from shareholders.models import (
    Checkout,
    Cooperative,
    Payout,
    ProviderAccount,
    StatementLine,
    Subscription,
)
from shareholders.services import gates, provider
from shareholders.services.statements import StatementReport, import_statement
from tests.factories import CollegeFactory, CooperativeFactory, FundingRoundFactory, SubscriptionFactory
from tests.shareholders.banking.statements import DAY, OUR_IBAN, Line, camt053, french_iban
from tests.stripe_stand_in import StandIn


def open_cooperative(**fields: Any) -> Cooperative:
    return CooperativeFactory(iban=OUR_IBAN, bic="AGRIFRPP", payment_prefix="MDS", **fields)


def with_account(cooperative: Cooperative, stripe: StandIn) -> ProviderAccount:
    return ProviderAccount.objects.create(
        cooperative=cooperative,
        secret_key=stripe.secret_key,
        webhook_secret=stripe.webhook_secret,
        api_base=stripe.base,
    )


def subscribe(cooperative: Cooperative, number: int, shares: int = 2, **fields: Any) -> Subscription:
    """Subscription `number`, signed, of a round with room for many."""
    offer = cooperative.rounds.first() or FundingRoundFactory(cooperative=cooperative, maximum_shares=9_000)
    college = cooperative.colleges.first() or CollegeFactory(cooperative=cooperative, code="citoyens")
    iban = french_iban(number)
    signed = fields.pop("signed", True)
    return SubscriptionFactory(
        round=offer,
        signed=signed,
        **({"college": college} if signed else {}),
        number=number,
        quantity=shares,
        reference=reference_for("MDS", number),
        refund_iban=iban,
        refund_iban_fingerprint=fingerprint(iban),
        refund_iban_masked=masked(iban),
        **fields,
    )


def transfer(amount: str, *numbers: int, day: int = 2, **fields: Any) -> Line:
    """A transfer that names subscriptions."""
    text = " ".join(formatted(reference_for("MDS", number)) for number in numbers)
    told = f"{fields.pop('text', '')} {text}".strip()
    return Line(amount, told, on=DAY.replace(day=day), **fields)


def bring(cooperative: Cooperative, lines: Sequence[Line], **fields: Any) -> StatementReport:
    """Import a statement of these lines."""
    dry_run = fields.pop("dry_run", False)
    content = camt053(lines, **fields)
    return import_statement(
        actor=None, cooperative=cooperative, file_name="mars.xml", content=content, dry_run=dry_run
    )


def fresh(subscription: Subscription) -> Subscription:
    """The subscription as the database has it now."""
    return Subscription.objects.get(pk=subscription.pk)


def decide(subscription: Subscription, approved: bool = True, actor: Any = None) -> Subscription:
    from tests.factories import UserFactory

    return gates.decide(
        actor=actor or UserFactory(), subscription=subscription, approved=approved, reason="décision"
    )


def pay_online(subscription: Subscription, stripe: StandIn, way: provider.Way = "card") -> str:
    """Go to the provider's page and pay there; gives the payment's id."""
    checkout = open_page(subscription, way)
    return stripe.pay(checkout.session_id, method="card" if way == "card" else "sepa_debit")


def open_page(subscription: Subscription, way: provider.Way = "card") -> Checkout:
    return provider.open_checkout(
        subscription=subscription,
        way=way,
        success_url="https://mds.example/retour?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://mds.example/",
    )


def hear(cooperative: Cooperative, stripe: StandIn) -> None:
    """Receive webhooks as the page does, without the web."""

    def receive(payload: bytes, signature: str) -> int:
        account = provider.account_of(cooperative)
        assert account is not None
        now = dt.datetime.now(dt.UTC)
        event = provider.gateway.read_event(account, payload, signature, now=now)
        provider.keep_event(cooperative=cooperative, event=event)
        return 200

    stripe.add_endpoint(receive)


_JOBS = {
    "shareholders.tasks.refund_payout": tasks.refund_payout,
    "shareholders.tasks.treat_event": tasks.treat_event,
}
_NEXT = (
    "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs "
    "WHERE queue_name = 'money' AND status = 'todo' ORDER BY id LIMIT 1) RETURNING id, task_name, args::text"
)


def work() -> int:
    """Do the jobs of the money queue here, in this test's own transaction; gives how many."""
    import json

    done = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT)
            job = cursor.fetchone()
        if job is None:
            return done
        _JOBS[job[1]].func.__wrapped__(**json.loads(job[2]))
        done += 1


def owed(subscription: Subscription) -> Decimal:
    """Euros told to go back and not gone yet."""
    rows = subscription.payouts.filter(state__in=(Payout.State.DUE, Payout.State.SENT))
    return sum((payout.amount for payout in rows), Decimal("0.00"))


def waiting(cooperative: Cooperative) -> Decimal:
    """Euros received by the bank that have no place yet."""
    lines = with_free(StatementLine.objects.of(cooperative).filter(amount__gt=0, currency="EUR"))
    return sum((line.free for line in lines), Decimal("0.00"))


def told(subscription: Subscription) -> tuple[str, Decimal, Decimal]:
    """State, money held, money owed back."""
    now = fresh(subscription)
    return now.state, net_of(now), owed(now)

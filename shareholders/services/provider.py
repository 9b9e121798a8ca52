"""Payments through the provider: a page to pay on, and the ledger written from what the provider shows.

Nothing is believed of a message but which payment to look at. The picture is fetched outside any transaction;
then one transaction writes what the ledger lacks of it. So the order of messages, their repetition, and the
race between the return page and a webhook change nothing.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry
from shareholders import stripe_gateway as gateway
from shareholders.amounts_due import SMALLEST_ONLINE, to_pay
from shareholders.ledger import charge_source
from shareholders.models import (
    Checkout,
    Cooperative,
    Payment,
    ProviderAccount,
    ProviderEvent,
    Subscription,
)
from shareholders.services.gates import locked_subscription, pass_gates
from shareholders.services.money_mails import tell_failed_debit, tell_lost
from shareholders.services.pictures import enter_picture
from shareholders.stripe_gateway import Account, PaymentPicture, ProviderDown, ProviderRefused
from shareholders.tasks import treat_event

logger = logging.getLogger(__name__)
Way = Literal["card", "debit"]
_STRIPE_METHODS: dict[Way, Literal["card", "sepa_debit"]] = {"card": "card", "debit": "sepa_debit"}
# The provider closes a page after 24 hours at the latest.
PAGE_OPEN = dt.timedelta(hours=23)
# A page asked for again within this time is the same one: a second click opens no second page.
SAME_PAGE = dt.timedelta(hours=1)
EURO = "eur"


class NotPayable(Exception):
    """The subscription can't be paid through the provider now; the sentence says why."""


def account_of(cooperative: Cooperative) -> Account | None:
    """How to reach the cooperative's account; None where people pay by transfer alone.

    A closed account takes no new payment, but those it took may still be refunded, disputed or confirmed.
    """
    found = ProviderAccount.objects.filter(cooperative=cooperative).first()
    if found is None:
        return None
    return Account(found.secret_key, found.webhook_secret, found.api_base)


def takes_online(cooperative: Cooperative) -> bool:
    """Whether a new payment may be begun with the provider."""
    return ProviderAccount.objects.filter(cooperative=cooperative, is_open=True).exists()


def open_checkout(*, subscription: Subscription, way: Way, success_url: str, cancel_url: str) -> Checkout:
    """A page of the provider on which to pay what is due. Raises NotPayable, ProviderDown, ProviderRefused.

    Our row is written first: killed at any point, the same click goes on with the same key. Pages opened
    before are closed, so that nobody pays twice by two tabs.
    """
    account = account_of(subscription.cooperative)
    if account is None or not takes_online(subscription.cooperative):
        raise NotPayable(_("La coopérative n’encaisse ni carte ni prélèvement. Payez par virement."))
    checkout = _prepare(subscription)
    opened = gateway.open_checkout(
        account,
        claim_reference=subscription.reference,
        amount_cents=gateway.to_cents(checkout.amount),
        description=_("Souscription %(reference)s") % {"reference": subscription.reference},
        email=subscription.giver_email if subscription.is_gift else subscription.email,
        success_url=success_url,
        cancel_url=cancel_url,
        # The same page again only for the same way to pay: the provider refuses a key with other words.
        idempotency_key=f"{checkout.idempotency_key}-{way}",
        expires_at=checkout.created_at + PAGE_OPEN,
        metadata={"cooperative": subscription.cooperative.slug},
        methods=[_STRIPE_METHODS[way]],
    )
    checkout.session_id, checkout.url, checkout.intent_id = opened.id, opened.url, opened.intent
    checkout.save(update_fields=["session_id", "url", "intent_id"])
    _close_others(account, checkout)
    return checkout


@transaction.atomic
def _prepare(subscription: Subscription) -> Checkout:
    """Our row of the visit, new or the one a cut connection left. Raises NotPayable."""
    found = locked_subscription(subscription)
    amount = to_pay(found, timezone.localdate())
    if found.has_ended:
        raise NotPayable(_("Cette souscription est close : il n’y a rien à payer."))
    if found.checkouts.filter(pending_since__isnull=False).exists():
        raise NotPayable(
            _("Un prélèvement est déjà en cours. Il met jusqu’à une semaine ; n’en faites pas un second.")
        )
    if amount <= 0:
        raise NotPayable(_("Cette souscription est déjà payée. Merci !"))
    if amount < SMALLEST_ONLINE:
        raise NotPayable(_("En ligne, on ne peut pas payer moins de 0,50 €. Payez par virement."))
    unfinished = found.checkouts.filter(
        session_id="", amount=amount, created_at__gt=timezone.now() - SAME_PAGE
    ).last()
    return unfinished or Checkout.objects.create(
        subscription=found, amount=amount, idempotency_key=uuid.uuid4(), created_at=timezone.now()
    )


def _close_others(account: Account, checkout: Checkout) -> None:
    """Close earlier pages still open; one that can't be reached closes by itself within a day."""
    since = timezone.now() - PAGE_OPEN
    others = checkout.subscription.checkouts.exclude(pk=checkout.pk).filter(
        intent_id="", created_at__gt=since
    )
    for other in others.exclude(session_id=""):
        try:
            gateway.close_checkout(account, other.session_id)
        except (ProviderDown, ProviderRefused):
            break


# What the provider shows


def settle(*, cooperative: Cooperative, intent_id: str = "", session_id: str = "") -> Subscription | None:
    """Look at one payment again and enter what is missing. None when it isn't a subscription's.

    Raises ProviderDown, ProviderRefused. Called any number of times, in any order, it ends the same.
    """
    account = account_of(cooperative)
    if account is None or not (intent_id or session_id):
        return None
    if session_id:
        picture = gateway.picture_of_session(account, session_id)
    else:
        picture = gateway.picture_of_intent(account, intent_id)
        _find_its_page(account, cooperative, picture)
    return settle_picture(cooperative=cooperative, picture=picture)


def _find_its_page(account: Account, cooperative: Cooperative, picture: PaymentPicture) -> None:
    """Note on which of our pages a payment was made, when no message has told it yet."""
    if Checkout.objects.filter(intent_id=picture.intent).exists():
        return
    pages = Checkout.objects.filter(
        subscription__cooperative=cooperative, subscription__reference=picture.reference, intent_id=""
    )
    for page in pages.exclude(session_id=""):
        intent = gateway.picture_of_session(account, page.session_id).intent
        if intent:
            Checkout.objects.filter(pk=page.pk, intent_id="").update(intent_id=intent)


@transaction.atomic
def settle_picture(*, cooperative: Cooperative, picture: PaymentPicture) -> Subscription | None:
    """Enter what the ledger lacks of a picture, then look at the gates. None when it isn't ours."""
    # The worker and the provider's messages have no time zone: days and letters are the cooperative's.
    with timezone.override(cooperative.zone):
        return _settle(cooperative, picture)


def _settle(cooperative: Cooperative, picture: PaymentPicture) -> Subscription | None:
    if picture.cooperative != cooperative.slug:
        return None
    rows = Subscription.objects.of(cooperative).filter(reference=picture.reference)
    subscription = rows.first()
    if subscription is None:
        return None
    subscription = locked_subscription(subscription)
    if picture.currency != EURO:
        _set_apart(subscription, picture)
        return subscription
    written = enter_picture(subscription, picture, today=timezone.localdate())
    failed = _note_pending(subscription, picture)
    subscription = pass_gates(actor=None, subscription=subscription)
    if any(row.kind == Payment.Kind.LOST for row in written):
        tell_lost(subscription, _total(written, Payment.Kind.LOST))
    elif failed:
        tell_failed_debit(subscription)
    return subscription


def _total(rows: Sequence[Payment], kind: Payment.Kind) -> Decimal:
    return sum((row.amount for row in rows if row.kind == kind), Decimal("0.00"))


def _note_pending(subscription: Subscription, picture: PaymentPicture) -> bool:
    """Say on our page's row whether a debit is under way; True when one has just failed."""
    if picture.session:
        subscription.checkouts.filter(session_id=picture.session).update(intent_id=picture.intent)
    page = subscription.checkouts.filter(intent_id=picture.intent).first() if picture.intent else None
    if page is None:
        return False
    # A picture may be older than what is known: money seen once is no longer under way.
    is_pending = picture.status == "processing" and not _seen(subscription, picture)
    was_pending = page.pending_since is not None
    if is_pending != was_pending:
        page.pending_since = timezone.now() if is_pending else None
        page.save(update_fields=["pending_since"])
    return was_pending and not is_pending and picture.received_cents == 0


def _seen(subscription: Subscription, picture: PaymentPicture) -> bool:
    sources = [charge_source(charge.id) for charge in picture.charges]
    return subscription.payments.filter(source__in=sources).exists()


SET_APART = "set_payment_apart"


def _set_apart(subscription: Subscription, picture: PaymentPicture) -> None:
    """A payment in another currency is never counted: it is noted once, for the treasurer to see."""
    slug = subscription.cooperative.slug
    if JournalEntry.objects.filter(scope=slug, act=SET_APART, detail__intent=picture.intent).exists():
        return
    record(
        None,
        "set_payment_apart",
        subscription,
        scope=slug,
        intent=picture.intent,
        reference=subscription.reference,
        currency=picture.currency.upper(),
        amount=str(gateway.to_euros(picture.amount_cents)),
    )


# Messages


@transaction.atomic
def keep_event(*, cooperative: Cooperative, event: gateway.Event) -> ProviderEvent:
    """Store a genuine message once, and let the worker treat it. Who pays and how isn't kept: only ids."""
    found, is_new = ProviderEvent.objects.get_or_create(
        cooperative=cooperative,
        event_id=event.id,
        defaults={
            "type": event.type[:80],
            "payload": {
                "created": event.created.isoformat(),
                "intent": event.intent_id,
                "session": event.session_id,
                "livemode": event.livemode,
            },
        },
    )
    # Sent again because the first treatment failed for good: tried once more.
    if is_new or found.treated_at is None:
        treat_event.defer(event_id=found.pk)
    return found


def treat(*, event_id: int) -> None:
    """Look at the payment a stored message is about, once. Raises ProviderDown: the worker tries again."""
    event = ProviderEvent.objects.select_related("cooperative").get(pk=event_id)
    if event.treated_at is not None:
        return
    told = event.payload
    try:
        settle(cooperative=event.cooperative, intent_id=told["intent"], session_id=told["session"])
    except ProviderRefused as refusal:
        # A payment the provider itself doesn't know (a test's, another account's): asking again is no use.
        logger.warning("event %s: the provider refused (%s)", event.event_id, refusal.code)
    ProviderEvent.objects.filter(pk=event.pk).update(treated_at=timezone.now())

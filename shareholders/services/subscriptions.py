"""Acts of a subscriber, from the first click to the signature. Each may be done twice without harm.

Whoever holds the link's key acts: it is random, only its SHA-256 is kept, and nothing before the signature
binds anybody: that is why the journal starts there. Every step holds the cooperative's row, then the
subscription's, as the gates do.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import fingerprint
from shareholders.banking.iban import masked
from shareholders.bulletin import Bulletin, bulletin_of
from shareholders.joining import Figures, figures_of
from shareholders.ledger import net_of
from shareholders.models import Attachment, College, Cooperative, Shareholder, Subscription
from shareholders.services.gates import pass_gates
from shareholders.services.papers import ask_for_papers
from shareholders.services.signing import Signature, SigningRefused, send_code, try_code
from shareholders.services.subscription_mails import tell
from shareholders.services.subscription_rules import (
    NOT_READY,
    SubscriptionRefused,
    check_acts_for,
    check_open,
    check_quantity,
    check_running,
    held_draft,
    locked_by_key,
    refusals_in_words,
)
from shareholders.services.subscription_starts import LinkTo, as_holder

State = Subscription.State


def choose_quantity(
    *,
    cooperative: Cooperative,
    key: str,
    quantity: int,
    paid_now: Fraction | None = None,
    known: Figures | None = None,
) -> Subscription:
    """Say how many shares, and which part of them is paid at once. Raises SubscriptionRefused.

    `known`: the figures the page was made with. Only the signature asks for them anew under the lock.
    """
    with refusals_in_words():
        found = held_draft(cooperative, key)
        if found.is_gift:
            return found
        known = known or figures_of(found, timezone.localdate())
        check_quantity(quantity, known, found.college)
        found.quantity = quantity
        if known.may_pay_later and paid_now is not None:
            found.evidence = found.evidence | {
                "paid_now": str(max(paid_now, known.statutes.shares.minimum_paid))
            }
        found.save(update_fields=["quantity", "evidence"])
        return found


def give_email(*, cooperative: Cooperative, key: str, email: str, link_to: LinkTo) -> Subscription:
    """Say where to write. The link to come back goes there, when the address is new."""
    with refusals_in_words():
        found = held_draft(cooperative, key)
        # Who was signed in acts under the account's own address; a gift goes where its giver sent it.
        if found.holder_id or found.is_gift or found.email.lower() == email.lower():
            return found
        if found.user and found.user.email.lower() != email.lower():
            found.user = None
        found.email = email
        found.save(update_fields=["email", "user"])
        tell(found, "resume", link=link_to(key))
        return found


@dataclass(frozen=True, slots=True)
class Deliberation:
    """A council's decision, brought as a PDF."""

    file_name: str
    content: bytes
    reference: str
    dated: dt.date


def give_identity(
    *,
    cooperative: Cooperative,
    key: str,
    identity: dict[str, Any],
    college: College,
    refund_iban: str = "",
    deliberation: Deliberation | None = None,
    known: Figures | None = None,
) -> Subscription:
    """Say who subscribes, in which college, and where a refund would go. Raises SubscriptionRefused."""
    with refusals_in_words():
        found = held_draft(cooperative, key)
        if deliberation:
            identity = _with_mandate(identity, _keep(found, deliberation))
        found.identity, found.college, found.holder = identity, college, None
        check_quantity(found.quantity, known or figures_of(found, timezone.localdate()), college)
        found.refund_iban = refund_iban
        found.refund_iban_fingerprint = fingerprint(refund_iban) if refund_iban else ""
        found.refund_iban_masked = masked(refund_iban) if refund_iban else ""
        found.state = State.IDENTIFIED if found.state == State.DRAFT else found.state
        refund = ("refund_iban", "refund_iban_fingerprint", "refund_iban_masked")
        found.save(update_fields=["identity", "college", "holder", "state", *refund])
        return found


def _keep(subscription: Subscription, deliberation: Deliberation) -> Attachment:
    """The paper, kept once however often it is sent."""
    said = {
        "cooperative": subscription.cooperative,
        "kind": Attachment.Kind.DELIBERATION,
        "reference": deliberation.reference,
        "dated": deliberation.dated,
        "sha256": hashlib.sha256(deliberation.content).hexdigest(),
    }
    kept = Attachment.objects.filter(**said).defer("content").first()
    return kept or Attachment.objects.create(
        **said,
        file_name=deliberation.file_name[-200:],
        content_type="application/pdf",
        content=deliberation.content,
        added_by=subscription.user,
    )


def _with_mandate(identity: dict[str, Any], paper: Attachment) -> dict[str, Any]:
    speaker = identity["representative"] | {"mandate_id": paper.pk}
    return identity | {"representative": speaker, "deliberation_sha256": paper.sha256}


def use_account(*, actor: User, cooperative: Cooperative, key: str, holder_id: int) -> Subscription:
    """Subscribe under an account of the register that `actor` speaks for. Raises SubscriptionRefused."""
    today = timezone.localdate()
    with refusals_in_words():
        found = held_draft(cooperative, key)
        own = Shareholder.objects.of(actor, cooperative).with_college_on(today).filter(pk=holder_id).first()
        if own is None or own.college_id_then is None:
            raise SubscriptionRefused(_("Ce compte du registre n’est pas le vôtre."))
        own.cooperative = found.cooperative
        check_acts_for(actor, own, today)
        for field, value in as_holder(own, actor).items():
            setattr(found, field, value)
        found.user = actor
        check_quantity(found.quantity, figures_of(found, today), found.college)
        found.save(update_fields=["holder", "email", "identity", "college", "state", "user"])
        return found


def confirm_documents(*, cooperative: Cooperative, key: str, documents: Sequence[Attachment]) -> Subscription:
    """Keep, by fingerprint, which documents were confirmed as read."""
    with refusals_in_words():
        found = held_draft(cooperative, key)
        if found.state == State.DRAFT:
            raise SubscriptionRefused(NOT_READY)
        found.read_documents = [
            {"id": paper.pk, "kind": paper.kind, "name": paper.file_name, "sha256": paper.sha256}
            for paper in documents
        ]
        found.read_at, found.state = timezone.now(), State.READ
        found.save(update_fields=["read_documents", "read_at", "state"])
        return found


def ask_code(*, cooperative: Cooperative, key: str, place: str) -> Subscription:
    """Send a code for the bulletin as it stands. Raises SubscriptionRefused, SigningRefused."""
    with refusals_in_words():
        found = held_draft(cooperative, key)
        bulletin = _ready(found, place)
        found.signed_place = place
        found.save(update_fields=["signed_place"])
        title = _("bulletin de souscription %(reference)s") % {"reference": found.reference}
        send_code(
            thing=found,
            email=found.email,
            text_sha256=bulletin.sha256,
            language=found.language,
            title=title,
        )
        return found


def sign(*, cooperative: Cooperative, key: str, code: str, origin: dict[str, str]) -> Subscription:
    """Sign the bulletin with the code of the letter. Signed already, it is left as it is.

    `origin` says where the request came from, for the evidence. Raises SubscriptionRefused, SigningRefused.
    """
    with refusals_in_words():
        outcome = _sign(cooperative, key, code, origin)
    # Raised only now: the try that was counted is committed.
    if isinstance(outcome, SigningRefused):
        raise outcome
    return outcome


def _sign(
    cooperative: Cooperative, key: str, code: str, origin: dict[str, str]
) -> Subscription | SigningRefused:
    found = locked_by_key(cooperative, key)
    if found.signed_at:
        return found
    check_running(found)
    bulletin = _ready(found, found.signed_place)
    signature = try_code(thing=found, text_sha256=bulletin.sha256, code=code)
    if isinstance(signature, SigningRefused):
        return signature
    _freeze(found, bulletin, signature, origin)
    record(found.user, "sign_subscription", found, scope=cooperative.slug, reference=found.reference)
    ask_for_papers(found)
    # A gift, or a transfer sent too early: what came counts from now on, and the letter asks for the rest.
    if net_of(found):
        found = pass_gates(actor=found.user, subscription=found)
        tell(found, "signed")
    else:
        tell(found, "signed", amount=found.first_call)
    return found


def _ready(subscription: Subscription, place: str) -> Bulletin:
    """The bulletin of a draft that may be signed today."""
    today = timezone.localdate()
    if subscription.state != State.READ or not place:
        raise SubscriptionRefused(NOT_READY)
    check_open(subscription.round, today)
    if subscription.holder and subscription.user:
        subscription.holder.cooperative = subscription.cooperative
        check_acts_for(subscription.user, subscription.holder, today)
    known = figures_of(subscription, today)
    check_quantity(subscription.quantity, known, subscription.college)
    subscription.expires_at = timezone.now() + dt.timedelta(
        days=known.statutes.subscription.expires_after_days
    )
    subscription.nominal_value, subscription.premium = known.nominal, subscription.round.premium
    return bulletin_of(subscription, known, place=place, day=today)


def _freeze(
    subscription: Subscription, bulletin: Bulletin, signature: Signature, origin: dict[str, str]
) -> None:
    first, *later = bulletin.schedule.calls
    subscription.first_call = first.amount
    subscription.schedule = [{"due_on": f"{call.due_on}", "amount": f"{call.amount}"} for call in later]
    subscription.state, subscription.signed_at = State.SIGNED, signature.used_at
    subscription.bulletin_sha256 = bulletin.sha256
    proof = signature.as_evidence() | origin | {"bulletin": bulletin.as_evidence()}
    subscription.evidence = subscription.evidence | proof
    subscription.save()

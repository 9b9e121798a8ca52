"""Acts on transfers of shares, from the request to the board's answer. The order is signed in `orders`.

Everything is done with the cooperative's row locked first, then the transfer's: promised shares never exceed
those held, whoever asks at the same second.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.deadlines import TransferClock, TransferState, add_days
from shareholders.models import College, Cooperative, MovementKind, Shareholder, ShareTransfer
from shareholders.services.languages import reader_language
from shareholders.services.newcomers import enter_newcomer
from shareholders.services.register import locked
from shareholders.services.transfer_checks import (
    TransferRefused,
    check_accepts,
    check_hands_over,
    check_may_act,
    check_receives,
    known_newcomer,
    relation_of,
)
from shareholders.services.transfer_mails import tell
from shareholders.statutes import statutes_of

State = ShareTransfer.State
# A request that the other side never answers lets go of its shares after this time.
OFFER_DAYS = 60


@transaction.atomic
def propose_transfer(
    *,
    actor: User,
    giver: Shareholder,
    quantity: int,
    kind: str = MovementKind.TRANSFER,
    price_per_share: Decimal = Decimal(0),
    kinship: str = "",
    taker: Shareholder | None = None,
    taker_email: str = "",
    address_of: Callable[[str], str] = str,
) -> ShareTransfer:
    """Ask to sell or give shares, to a holder or to somebody invited by e-mail. Raises TransferRefused.

    `address_of` makes the link mailed to somebody new from its key, which is kept by fingerprint only. The
    same request made twice is one.
    """
    cooperative, today = locked(giver.cooperative_id), timezone.localdate()
    asked = {
        "giver": giver,
        "taker": taker,
        "taker_email": taker_email.lower(),
        "quantity": quantity,
        "kind": kind,
        "price_per_share": price_per_share,
        "kinship": kinship,
    }
    twin = ShareTransfer.objects.filter(state=State.PROPOSED, **asked).first()
    if twin is not None:
        return twin
    check_may_act(actor, giver, today)
    statutes = statutes_of(cooperative, today)
    check_hands_over(giver, quantity, kind, price_per_share, today, statutes)
    check_receives(giver, taker, taker_email, quantity, today, statutes)
    key = "" if taker else secrets.token_urlsafe(32)
    made = ShareTransfer.objects.create(
        cooperative=cooperative,
        key_sha256=fingerprint_of(key) if key else "",
        proposed_by=actor,
        proposed_at=timezone.now(),
        giver_agreed_at=timezone.now(),
        **asked,
    )
    record(actor, "propose_transfer", made, scope=cooperative.slug, quantity=quantity)
    tell(made, "offered", link=address_of(key) if key else "")
    return made


def fingerprint_of(key: str) -> str:
    """What is kept of the key in an invited taker's link."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def agree(*, actor: User, transfer: ShareTransfer) -> ShareTransfer:
    """The taker, a holder already, agrees: the statutes' clocks start. Raises TransferRefused."""
    found = locked_transfer(transfer)
    if found.taker_agreed_at and found.state != State.CANCELLED:
        return found
    _check_is_proposed(found)
    assert found.taker is not None
    check_may_act(actor, found.taker, timezone.localdate())
    check_accepts(actor, found)
    return _agreed(actor, found)


@transaction.atomic
def agree_as_newcomer(
    *, transfer: ShareTransfer, identity: dict[str, Any], college: College
) -> ShareTransfer:
    """Somebody invited gives a checked identity and agrees; the key of the link proves the e-mail address."""
    found = locked_transfer(transfer)
    if found.taker_agreed_at and found.state != State.CANCELLED:
        return found
    _check_is_proposed(found)
    today = timezone.localdate()
    known = known_newcomer(found, identity)
    # Letters to her will be in the language of the page where she said who she is.
    found.taker_identity = identity | {"language": reader_language()}
    found.taker = known or enter_newcomer(
        actor=None, college=college, identity=identity, email=found.taker_email, since=today
    )
    check_receives(found.giver, found.taker, "", found.quantity, today, statutes_of(found.cooperative, today))
    return _agreed(None, found)


def _check_is_proposed(found: ShareTransfer) -> None:
    if found.state != State.PROPOSED:
        raise TransferRefused(_("Cette demande n’attend plus de réponse."))
    if found.giver.died_on:
        raise TransferRefused(_("Le compte de la personne qui cède est gelé."))


def _agreed(actor: User | None, found: ShareTransfer) -> ShareTransfer:
    """Both sides agree: the clocks of the edition in force today are written down."""
    found.taker_agreed_at, found.state = timezone.now(), State.AGREED
    start_clocks(found, timezone.localdate())
    found.save()
    record(actor, "agree_transfer", found, scope=found.cooperative.slug, quantity=found.quantity)
    if found.pre_emption_until:
        from shareholders.tasks import tell_about_pre_emption

        tell_about_pre_emption.defer(transfer_id=found.pk)
    tell(found, "agreed" if found.state == State.AGREED else "approved")
    return found


def start_clocks(found: ShareTransfer, today: dt.date) -> None:
    """Write the days of the edition in force; a transfer it leaves free is approved at once.

    Others buy first from a seller alone: a gift has no price they could pay, an inheritance no seller.
    """
    statutes = statutes_of(found.cooperative, today)
    clock = TransferClock.under(statutes, today, relation=relation_of(found, today, statutes))
    found.notified_on, found.silence = today, clock.silence
    if found.kind == MovementKind.TRANSFER:
        found.pre_emption_until = clock.pre_emption_ends_on
    needs_approval = clock.approval_days is not None
    if found.kind == MovementKind.INHERITANCE:
        needs_approval = needs_approval and statutes.inheritance.approval
    if needs_approval:
        assert clock.approval_days is not None
        found.approval_until = add_days(found.pre_emption_until or today, clock.approval_days)
    elif not found.pre_emption_until:
        found.state = State.APPROVED


def clock_of(transfer: ShareTransfer) -> TransferClock:
    """The clock of a transfer both sides agreed to, from the days written down then."""
    assert transfer.notified_on is not None
    start = transfer.pre_emption_until or transfer.notified_on
    days = None if transfer.approval_until is None else (transfer.approval_until - start).days
    return TransferClock(
        asked_on=transfer.notified_on,
        pre_emption_days=(start - transfer.notified_on).days,
        approval_days=days,
        silence=transfer.silence,  # type: ignore[arg-type]
    )


@transaction.atomic
def decline(*, actor: User | None, transfer: ShareTransfer) -> ShareTransfer:
    """The taker says no. Who holds the link, or acts for the taker, is checked by the caller's door."""
    return _end(
        actor, transfer, "decline_transfer", "declined", _("La personne qui devait recevoir a refusé.")
    )


@transaction.atomic
def cancel(*, actor: User, transfer: ShareTransfer) -> ShareTransfer:
    """The giver gives it up, at any time before the order is signed. Raises TransferRefused."""
    check_may_act(actor, transfer.giver, timezone.localdate())
    return _end(actor, transfer, "cancel_transfer", "cancelled", _("La personne qui cède a renoncé."))


def _end(actor: User | None, transfer: ShareTransfer, act: str, what: str, reason: str) -> ShareTransfer:
    found = locked_transfer(transfer)
    if found.state == State.CANCELLED:
        return found
    late = act == "decline_transfer" and found.state != State.PROPOSED
    if found.state in (State.REGISTERED, State.REFUSED) or found.kind == MovementKind.INHERITANCE or late:
        raise TransferRefused(_("Il est trop tard : cette demande est close ou déjà acceptée."))
    found.state, found.decision_reason = State.CANCELLED, reason
    found.save()
    if act == "decline_transfer":
        record(actor, "decline_transfer", found, scope=found.cooperative.slug)
    else:
        record(actor, "cancel_transfer", found, scope=found.cooperative.slug)
    tell(found, what)
    return found


@transaction.atomic
def decide_transfer(
    *, actor: User, transfer: ShareTransfer, approved: bool, reason: str = ""
) -> ShareTransfer:
    """The board's answer. The same one twice changes nothing. Raises TransferRefused out of its time."""
    found = locked_transfer(transfer)
    wanted = State.APPROVED if approved else State.REFUSED
    if found.state == wanted:
        return found
    if found.state != State.AGREED:
        raise TransferRefused(_("Cette demande n’attend plus de décision : rien n’a changé."))
    _check_the_board_may_answer(found, timezone.localdate())
    if not approved and not reason.strip():
        raise TransferRefused(_("Dites le motif du refus : il sera envoyé aux deux personnes."))
    found.state, found.decision_reason = wanted, reason.strip()[:500]
    found.decided_at, found.decided_by = timezone.now(), actor
    found.save()
    if approved:
        record(actor, "approve_transfer", found, scope=found.cooperative.slug)
    else:
        record(actor, "refuse_transfer", found, scope=found.cooperative.slug)
    tell(found, "approved" if approved else "refused")
    return found


def _check_the_board_may_answer(found: ShareTransfer, today: dt.date) -> None:
    state = clock_of(found).state_on(today)
    if state == TransferState.PRE_EMPTION or found.pre_emptions.filter(granted=None).exists():
        raise TransferRefused(
            _("Les autres actionnaires peuvent encore acheter en premier : attendez la fin de ce délai.")
        )
    if state in (TransferState.APPROVED_BY_SILENCE, TransferState.REFUSED_BY_SILENCE, TransferState.FREE):
        raise TransferRefused(_("Le délai est passé : les statuts ont décidé sans attendre le conseil."))


def locked_transfer(transfer: ShareTransfer) -> ShareTransfer:
    """The transfer as it is now, held with its cooperative until the transaction ends."""
    cooperative: Cooperative = locked(transfer.cooperative_id)
    rows = ShareTransfer.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("giver", "taker", "deed").get(pk=transfer.pk)
    found.cooperative = cooperative
    return found

"""The end of a transfer: the giver signs the order of movement, the register takes it, the space opens."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import MovementKind, ShareTransfer, SigningCode
from shareholders.reports import nominal_on
from shareholders.services.invitations import give_link
from shareholders.services.newcomers import open_space
from shareholders.services.papers import ask_for_transfer_papers
from shareholders.services.register import MovementRefused, transfer_shares
from shareholders.services.signing import SigningRefused, fingerprint_of, send_code, try_code
from shareholders.services.transfer_checks import (
    TransferRefused,
    check_hands_over,
    check_may_act,
    check_receives,
)
from shareholders.services.transfer_mails import tell
from shareholders.services.transfers import locked_transfer
from shareholders.statutes import statutes_of
from shareholders.transfer_orders import order_text

State = ShareTransfer.State


def order_to_sign(transfer: ShareTransfer, day: dt.date) -> str:
    """The order as it would be signed on `day`."""
    return order_text(transfer, nominal_on(transfer.cooperative, day), day)


@transaction.atomic
def send_order_code(*, actor: User, transfer: ShareTransfer, language: str = "fr") -> SigningCode:
    """Send the giver's side a code that signs the order as it stands today. Raises TransferRefused."""
    found, today = locked_transfer(transfer), timezone.localdate()
    _check_signable(actor, found, today)
    try:
        return send_code(
            thing=found,
            email=actor.email,
            text_sha256=fingerprint_of(order_to_sign(found, today)),
            language=language,
            title=_("ordre de mouvement"),
        )
    except SigningRefused as refusal:
        raise TransferRefused(str(refusal)) from refusal


def sign_order(*, actor: User, transfer: ShareTransfer, code: str) -> ShareTransfer:
    """Sign by the code and enter the movement. Signed already, it stays as it is. Raises TransferRefused."""
    outcome = _sign(actor, transfer, code)
    # Raised once the try is committed: otherwise it would not have been counted.
    if isinstance(outcome, SigningRefused):
        raise TransferRefused(str(outcome)) from outcome
    return outcome


@transaction.atomic
def _sign(actor: User, transfer: ShareTransfer, code: str) -> ShareTransfer | SigningRefused:
    found, today = locked_transfer(transfer), timezone.localdate()
    if found.state == State.REGISTERED:
        check_may_act(actor, found.giver, today)
        return found
    _check_signable(actor, found, today)
    text = order_to_sign(found, today)
    signed = try_code(thing=found, text_sha256=fingerprint_of(text), code=code)
    if isinstance(signed, SigningRefused):
        return signed
    found.signed_at, found.order_sha256 = signed.used_at, fingerprint_of(text)
    found.evidence = {**signed.as_evidence(), "text": text, "signed_by": actor.pk}
    return enter_movement(actor, found, today)


def _check_signable(actor: User, found: ShareTransfer, today: dt.date) -> None:
    check_may_act(actor, found.giver, today)
    if found.state != State.APPROVED:
        raise TransferRefused(_("L’ordre ne se signe qu’une fois la demande agréée."))
    statutes = statutes_of(found.cooperative, today)
    check_hands_over(
        found.giver, found.quantity, found.kind, found.price_per_share, today, statutes, besides=found
    )
    check_receives(found.giver, found.taker, "", found.quantity, today, statutes)


def enter_movement(actor: User | None, found: ShareTransfer, today: dt.date) -> ShareTransfer:
    """Enter a locked, signed transfer into the register, open the taker's space. Raises TransferRefused."""
    assert found.taker is not None
    try:
        found.movement = transfer_shares(
            actor=actor,
            seller=found.giver,
            buyer=found.taker,
            quantity=found.quantity,
            dated=today,
            kind=MovementKind(found.kind),
        )
    except MovementRefused as refusal:
        raise TransferRefused(str(refusal)) from refusal
    found.state = State.REGISTERED
    found.save()
    open_space(actor=actor, holder=found.taker)
    give_link(holder=found.taker)
    number = found.movement.number
    record(actor, "register_transfer", found, scope=found.cooperative.slug, movement=number)
    ask_for_transfer_papers(found)
    tell(found, "registered")
    return found

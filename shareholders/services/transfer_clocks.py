"""What time alone does to transfers, every night. Done twice, or late, it comes to the same."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from shareholders.deadlines import TransferState
from shareholders.models import MovementKind, Shareholder, ShareTransfer
from shareholders.services.estates import pass_on
from shareholders.services.pre_emption import close_pre_emption
from shareholders.services.transfer_mails import tell, tell_members
from shareholders.services.transfers import OFFER_DAYS, clock_of, locked_transfer

State = ShareTransfer.State
log = logging.getLogger(__name__)


def run_clocks(now: dt.datetime) -> int:
    """Apply to each transfer under way what the statutes' days say; how many changed.

    A day is that of the cooperative's own time zone.
    Each in its own transaction: what one of them raises is logged, and keeps none of the others waiting.
    """
    waiting = ShareTransfer.objects.filter(state__in=(State.PROPOSED, State.AGREED)).order_by("pk")
    changed = 0
    for transfer in waiting.select_related("cooperative"):
        try:
            with timezone.override(transfer.cooperative.zone):
                changed += run_clock(transfer, timezone.localdate(now))
        except Exception:
            log.exception("the clock of transfer %s stopped", transfer.pk)
    return changed


@transaction.atomic
def run_clock(transfer: ShareTransfer, today: dt.date) -> bool:
    """Move one transfer to where it stands on `today`; whether anything changed."""
    found = locked_transfer(transfer)
    before = (found.state, found.quantity)
    if found.state == State.PROPOSED:
        _lapse(found, today)
    elif found.state == State.AGREED and found.notified_on is not None and today >= found.notified_on:
        _advance(found, today)
    return (found.state, found.quantity) != before


def _lapse(found: ShareTransfer, today: dt.date) -> None:
    """An offer nobody answers lets go of the shares it promised."""
    if timezone.localdate(found.proposed_at) + dt.timedelta(days=OFFER_DAYS) >= today:
        return
    found.state, found.decision_reason = State.CANCELLED, _("Sans réponse après deux mois.")
    found.save()
    record(None, "lapse_transfer", found, scope=found.cooperative.slug)
    tell(found, "lapsed")


def _advance(found: ShareTransfer, today: dt.date) -> None:
    state = clock_of(found).state_on(today)
    if state == TransferState.PRE_EMPTION:
        return
    close_pre_emption(found, today)
    if found.state != State.AGREED:
        return
    if state in (TransferState.APPROVED_BY_SILENCE, TransferState.FREE):
        _settle(found, State.APPROVED, by_silence=state == TransferState.APPROVED_BY_SILENCE)
    elif state == TransferState.REFUSED_BY_SILENCE:
        _settle(found, State.REFUSED, by_silence=True)


def _settle(found: ShareTransfer, state: str, *, by_silence: bool) -> None:
    found.state, found.by_silence, found.decided_at = state, by_silence, timezone.now()
    found.save()
    record(None, "settle_transfer_by_time", found, scope=found.cooperative.slug, state=state)
    tell(found, "approved" if state == State.APPROVED else "refused")
    if state == State.APPROVED and found.kind == MovementKind.INHERITANCE:
        pass_on(None, found)


def tell_those_who_may_buy_first(transfer_id: int) -> None:
    """Write to every other holder, all letters in one transaction; nothing if the time is over."""
    transfer = ShareTransfer.objects.select_related("cooperative", "giver", "taker").get(pk=transfer_id)
    today = timezone.localdate(timezone.now(), transfer.cooperative.zone)
    if transfer.state != State.AGREED or not transfer.pre_emption_until or today > transfer.pre_emption_until:
        return
    living = Shareholder.objects.filter(cooperative=transfer.cooperative, died_on=None)
    sides = (transfer.giver_id, transfer.taker_id)
    others = living.holding_on(today).order_by("number")
    members = [other for other in others if other.shares_held and other.pk not in sides]
    with transaction.atomic():
        tell_members(transfer, members)

"""A death, and the shares that pass to the heirs.

From the day it is entered the account is frozen: nobody acts for it but the board, by the notary's deed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry, User
from shareholders.models import (
    TRANSFER_ENDED,
    Attachment,
    College,
    MovementKind,
    Representative,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Withdrawal,
)
from shareholders.services.conflicts import conflict_of
from shareholders.services.newcomers import close_space, enter_newcomer, open_space
from shareholders.services.orders import enter_movement, order_to_sign
from shareholders.services.people import end_representation
from shareholders.services.register import locked
from shareholders.services.signing import fingerprint_of
from shareholders.services.subscription_endings import end_subscriptions_of
from shareholders.services.transfer_checks import TransferRefused, check_receives
from shareholders.services.transfers import locked_transfer, start_clocks
from shareholders.statutes import statutes_of
from shareholders.transferable import held_on, promised_by

State = ShareTransfer.State


@dataclass(frozen=True, slots=True)
class Heir:
    """Who inherits how many shares: a holder already, or an identity to be entered in `college`."""

    quantity: int
    holder: Shareholder | None = None
    identity: dict[str, Any] = field(default_factory=dict)
    email: str = ""
    college: College | None = None
    kinship: str = ""


@transaction.atomic
def enter_death(*, actor: User, holder: Shareholder, died_on: dt.date, deed: Attachment) -> Shareholder:
    """Freeze the account of somebody who died; what was under way ends. Entered already, it is left so.

    Raises TransferRefused.
    """
    cooperative = locked(holder.cooperative_id)
    found = (
        Shareholder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .get(pk=holder.pk)
    )
    if found.died_on == died_on:
        return found
    _check_death(found, died_on, timezone.localdate())
    found.died_on = died_on
    found.save(update_fields=["died_on"])
    _end_what_was_under_way(found)
    end_subscriptions_of(holder=found, actor=actor)
    ended = _end_powers(actor, found, died_on)
    if found.user is not None:
        close_space(actor=actor, cooperative=cooperative, user=found.user)
    day, scope = f"{died_on}", cooperative.slug
    record(actor, "enter_death", found, scope=scope, died_on=day, deed=deed.sha256, powers_ended=ended)
    return found


def _check_death(holder: Shareholder, died_on: dt.date, today: dt.date) -> None:
    if holder.kind != Shareholder.Kind.NATURAL:
        raise TransferRefused(
            _("Seule une personne peut décéder : pour une société, changez son représentant.")
        )
    if holder.died_on:
        raise TransferRefused(_("Un autre jour de décès est déjà inscrit."))
    if died_on > today or (holder.birth_date and died_on < holder.birth_date):
        raise TransferRefused(_("Ce jour de décès n’est pas possible : vérifiez la date."))


def _end_what_was_under_way(holder: Shareholder) -> None:
    """Requests of the dead, by them or for them, end: the heirs may ask anew."""
    reason = _("Un décès a été déclaré ; la demande peut être refaite avec les héritiers.")
    for side in ("giver", "taker"):
        open_transfers = ShareTransfer.objects.filter(**{side: holder}).exclude(state__in=TRANSFER_ENDED)
        open_transfers.update(state=State.CANCELLED, decision_reason=reason)
    asked = Withdrawal.objects.filter(holder=holder, state=Withdrawal.State.ASKED)
    asked.update(state=Withdrawal.State.CANCELLED, decision_reason=reason)


def _end_powers(actor: User, holder: Shareholder, died_on: dt.date) -> list[int]:
    """End who spoke for the dead, and for whom the dead spoke: those name somebody else. Their keys."""
    concerned = Q(holder=holder)
    if holder.user_id is not None:
        concerned |= Q(user=holder.user_id, holder__cooperative=holder.cooperative_id)
    powers = Representative.objects.filter(concerned, until=None).select_related("holder__cooperative")
    ended = list(powers.order_by("pk"))
    for power in ended:
        end_representation(actor=actor, representative=power, until=max(died_on, power.since))
    return [power.pk for power in ended]


@transaction.atomic
def undo_death(*, actor: User, holder: Shareholder, reason: str) -> Shareholder:
    """Take back a death entered by mistake: the account is free again, who acted for it acts anew.

    What the death ended (transfers, withdrawals, subscriptions) stays ended and may be asked for again; an
    inheritance that waited is given up. Undone already, it is left so. Raises TransferRefused, once shares
    have passed to heirs.
    """
    cooperative = locked(holder.cooperative_id)
    rows = Shareholder.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    found = rows.get(pk=holder.pk)
    entered = death_entry(found)
    if found.died_on is None:
        if _was_undone(found):
            return found
        raise TransferRefused(_("Aucun décès n’est inscrit sur ce compte."))
    if len(reason.strip()) < 3:
        raise TransferRefused(_("Dites pourquoi : le journal garde le motif."))
    if not reason.strip().isprintable():
        raise TransferRefused(_("Le motif contient un caractère invisible\u202f: retapez-le."))
    _check_not_own(actor, found, entered)
    _check_nothing_inherited(found)
    died_on, found.died_on = found.died_on, None
    found.save(update_fields=["died_on"])
    _give_up_inheritances(found)
    again = _restore_powers(found, entered)
    for concerned in {found, *again}:
        open_space(actor=actor, holder=concerned)
    detail = {"died_on": f"{died_on}", "reason": reason.strip()[:500], "powers_restored": len(again)}
    record(actor, "undo_death", found, scope=cooperative.slug, **detail)
    return found


def _check_not_own(actor: User, holder: Shareholder, entered: JournalEntry | None) -> None:
    """Nor does anybody give her own powers back to herself."""
    conflict = conflict_of(actor, holder)
    if not conflict and _ended_by(holder, entered).filter(user=actor).exists():
        conflict = _(
            "Vos propres pouvoirs seraient rétablis\u202f: une autre personne du conseil doit faire cet acte."
        )
    if conflict:
        raise TransferRefused(conflict)


def death_entry(holder: Shareholder) -> JournalEntry | None:
    """The journal's latest line of a death of this holder."""
    return _journal(holder).filter(act="enter_death").order_by("-pk").first()


def _was_undone(holder: Shareholder) -> bool:
    return _journal(holder).filter(act="undo_death").exists()


def _journal(holder: Shareholder) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(subject=f"{holder._meta.label}:{holder.pk}")


def inherited_lines(holder: Shareholder) -> QuerySet[ShareMovement]:
    """The lines by which shares of this holder passed to heirs, and that stand; imported ones too."""
    passed = ShareMovement.objects.filter(from_shareholder=holder, kind=MovementKind.INHERITANCE)
    return passed.filter(reversed_by=None)


def _check_nothing_inherited(holder: Shareholder) -> None:
    passed = inherited_lines(holder).order_by("number").first()
    if passed is not None:
        raise TransferRefused(
            _(
                "Des actions sont déjà passées aux héritiers (ligne n° %(number)d) : "
                "contre-passez d’abord ces lignes, puis annulez le décès."
            )
            % {"number": passed.number}
        )


def _give_up_inheritances(holder: Shareholder) -> None:
    waiting = ShareTransfer.objects.filter(giver=holder, kind=MovementKind.INHERITANCE)
    waiting.exclude(state__in=TRANSFER_ENDED).update(
        state=State.CANCELLED, decision_reason=_("Le décès avait été inscrit par erreur.")
    )


def _restore_powers(holder: Shareholder, entered: JournalEntry | None) -> list[Shareholder]:
    """Put back the powers this death ended, as its entry tells; whose accounts they are."""
    powers = list(_ended_by(holder, entered).select_related("holder__cooperative").order_by("pk"))
    Representative.objects.filter(pk__in=[power.pk for power in powers]).update(until=None)
    return [power.holder for power in powers]


def _ended_by(holder: Shareholder, entered: JournalEntry | None) -> QuerySet[Representative]:
    keys = entered.detail.get("powers_ended", []) if entered else []
    mine = Q(holder=holder) | Q(user=holder.user_id, user__isnull=False)
    return Representative.objects.filter(mine, pk__in=keys, until__isnull=False)


@transaction.atomic
def pass_to_heirs(
    *, actor: User, holder: Shareholder, heirs: Sequence[Heir], deed: Attachment
) -> list[ShareTransfer]:
    """Share out all the shares of a frozen account by the deed; approved at once where statutes let it be.

    Quantities add up to what is held and not passed on yet. Raises TransferRefused; then nothing changed.
    """
    cooperative, today = locked(holder.cooperative_id), timezone.localdate()
    holder.refresh_from_db()
    _check_estate(holder, heirs, today)
    made = []
    for heir in heirs:
        taker = heir.holder or _enter(actor, heir, today)
        check_receives(holder, taker, "", heir.quantity, today, statutes_of(cooperative, today))
        made.append(_inheritance(actor, holder, taker, heir, deed))
    record(actor, "pass_to_heirs", holder, scope=cooperative.slug, heirs=len(made), deed=deed.sha256)
    for transfer in made:
        if transfer.state == State.APPROVED:
            enter_inheritance(actor, transfer, today)
    return made


def _check_estate(holder: Shareholder, heirs: Sequence[Heir], today: dt.date) -> None:
    if holder.died_on is None:
        raise TransferRefused(_("Inscrivez d’abord le décès : le compte n’est pas gelé."))
    left = held_on(holder, today) - promised_by(holder)
    given = sum(heir.quantity for heir in heirs)
    if any(heir.quantity < 1 for heir in heirs) or given != left or not heirs:
        raise TransferRefused(
            _("Les parts font %(given)d actions ; il y en a %(left)d à transmettre, ni plus ni moins.")
            % {"given": given, "left": left}
        )
    known = [heir.holder.pk for heir in heirs if heir.holder]
    if len(set(known)) != len(known):
        raise TransferRefused(_("La même personne est nommée deux fois : additionnez ses parts."))


def _enter(actor: User, heir: Heir, today: dt.date) -> Shareholder:
    if heir.college is None:
        raise TransferRefused(_("Choisissez le collège de chaque nouvelle personne."))
    return enter_newcomer(
        actor=actor, college=heir.college, identity=heir.identity, email=heir.email, since=today
    )


def _inheritance(
    actor: User, giver: Shareholder, taker: Shareholder, heir: Heir, deed: Attachment
) -> ShareTransfer:
    now = timezone.now()
    made = ShareTransfer(
        cooperative=giver.cooperative,
        kind=MovementKind.INHERITANCE,
        giver=giver,
        taker=taker,
        taker_email=heir.email,
        taker_identity=heir.identity,
        quantity=heir.quantity,
        kinship=heir.kinship,
        deed=deed,
        state=State.AGREED,
        proposed_by=actor,
        proposed_at=now,
        giver_agreed_at=now,
        taker_agreed_at=now,
    )
    start_clocks(made, timezone.localdate())
    made.save()
    return made


@transaction.atomic
def enter_approved_inheritance(*, actor: User, transfer: ShareTransfer) -> ShareTransfer:
    """Enter an approved inheritance. Entered already, it is left as it is. Raises TransferRefused."""
    found, today = locked_transfer(transfer), timezone.localdate()
    if found.state == State.REGISTERED:
        return found
    if found.state != State.APPROVED or found.kind != MovementKind.INHERITANCE:
        raise TransferRefused(_("Cette succession n’est pas encore agréée."))
    return enter_inheritance(actor, found, today)


def enter_inheritance(actor: User | None, found: ShareTransfer, today: dt.date) -> ShareTransfer:
    """The deed stands for the signature of the dead. The transfer's row is locked. Raises TransferRefused."""
    assert found.deed is not None
    check_receives(found.giver, found.taker, "", found.quantity, today, statutes_of(found.cooperative, today))
    text = order_to_sign(found, today)
    found.signed_at, found.order_sha256 = timezone.now(), fingerprint_of(text)
    found.evidence = {
        "text": text,
        "deed_sha256": found.deed.sha256,
        "entered_by": actor.pk if actor else None,
    }
    return enter_movement(actor, found, today)


def pass_on(actor: User | None, found: ShareTransfer) -> None:
    """Enter an inheritance just approved; if it can’t be, it stays approved and the board is told why."""
    try:
        with transaction.atomic():
            enter_inheritance(actor, found, timezone.localdate())
    except TransferRefused as refusal:
        found.refresh_from_db()
        found.decision_reason = str(refusal)[:500]
        found.save(update_fields=["decision_reason"])

"""What the board writes into the register by decision: a line corrected, shares cancelled, a new nominal.

Each act says what number the last line had when its page was looked at: a form sent twice, or a register
that moved meanwhile, is refused rather than entered on top.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, Shareholder, ShareMovement, Subscription
from shareholders.reports import nominal_on
from shareholders.services.conflicts import conflict_of
from shareholders.services.partings import merger_of, part
from shareholders.services.register import (
    MovementRefused,
    cancel_shares,
    change_nominal,
    locked,
    reverse_movement,
)
from shareholders.statutes import NoStatutes, statutes_of
from shareholders.transferable import capital_shares_on, held_on, promised_by
from shareholders.unpaid import unpaid_in

DEAREST = Decimal(1_000_000)
LONGEST_REASON = 200


class RegisterMoved(MovementRefused):
    """The register received a line since the page was looked at."""


@dataclass(frozen=True, slots=True)
class Band:
    """What the statutes in force on a day let the capital be [€]; None: they say nothing."""

    floor: Decimal | None
    ceiling: Decimal | None


def last_number(cooperative: Cooperative) -> int:
    """The number of the register's last line, whatever its day; 0 before the first."""
    last = ShareMovement.objects.filter(cooperative=cooperative).order_by("-number").first()
    return last.number if last else 0


def band_on(cooperative: Cooperative, day: dt.date) -> Band:
    """The floor and the ceiling on `day`."""
    try:
        capital = statutes_of(cooperative, day).capital
    except NoStatutes:
        return Band(None, None)
    return Band(capital.floor_eur, capital.ceiling_eur)


@transaction.atomic
def correct_line(
    *, actor: User, movement: ShareMovement, dated: dt.date, reason: str, seen: int | None = None
) -> ShareMovement:
    """Undo a line by its mirror, between its own day and today. Raises MovementRefused.

    The line by which two accounts became one parts them again: the shares go back where they were.
    """
    cooperative, said = locked(movement.cooperative_id), checked_reason(reason)
    _check_not_undone(movement)
    check_seen(cooperative, seen)
    _check_day(dated, movement.dated)
    giver, taker = movement.from_shareholder, movement.to_shareholder
    check_not_own(actor, *(side for side in (giver, taker) if side is not None))
    if giver is not None and giver.merged_into_id is not None:
        _part(actor, movement, giver, said)
    return reverse_movement(actor=actor, movement=movement, dated=dated, reason=said)


def check_not_own(actor: User, *holders: Shareholder) -> None:
    """Raises MovementRefused where the person who decides acts for one of `holders`."""
    conflict = conflict_of(actor, *holders)
    if conflict:
        raise MovementRefused(conflict)


def _check_not_undone(movement: ShareMovement) -> None:
    """Told before anything else: a form sent twice was done the first time."""
    if ShareMovement.objects.filter(reverses=movement).exists():
        raise MovementRefused(_("Cette ligne a déjà été contre-passée."))


def _part(actor: User, movement: ShareMovement, giver: Shareholder, reason: str) -> None:
    """Open an account again whose merger is undone. Raises MovementRefused for any earlier line of it."""
    held = Shareholder.objects.select_related("cooperative", "merged_into__cooperative").get(pk=giver.pk)
    entry = merger_of(held)
    if entry is None or entry.detail.get("movement") != movement.number:
        raise MovementRefused(
            _(
                "Ces actions reviendraient au compte n° %(number)d, qui a été réuni à un autre\u202f: "
                "défaites d’abord cette réunion."
            )
            % {"number": giver.number}
        )
    part(actor, held, reason)


@transaction.atomic
def cancel_by_decision(
    *,
    actor: User,
    holder: Shareholder,
    quantity: int,
    dated: dt.date,
    reason: str,
    seen: int | None = None,
) -> ShareMovement:
    """Cancel shares of a holder that are promised to nobody; the capital stays at or above its floor.

    Raises MovementRefused.
    """
    cooperative = locked(holder.cooperative_id)
    check_seen(cooperative, seen)
    check_not_own(actor, holder)
    _check_day(dated, cooperative.founded_on)
    _check_unpromised(holder, quantity)
    if quantity > held_on(holder, dated):
        raise MovementRefused(_("Ce jour-là, ce compte ne détient pas autant d’actions."))
    for day in {dated, timezone.localdate()}:
        left = (capital_shares_on(cooperative, day) - quantity) * nominal_on(cooperative, day)
        _check_floor(left, band_on(cooperative, day))
    return cancel_shares(
        actor=actor, shareholder=holder, quantity=quantity, dated=dated, reason=checked_reason(reason)
    )


def _check_unpromised(holder: Shareholder, quantity: int) -> None:
    held, promised = held_on(holder, timezone.localdate()), promised_by(holder)
    if quantity < 1:
        raise MovementRefused(_("Indiquez au moins une action."))
    if quantity > held:
        raise MovementRefused(
            ngettext(
                "Ce compte détient %(held)d action : on ne peut pas en annuler plus.",
                "Ce compte détient %(held)d actions : on ne peut pas en annuler plus.",
                held,
            )
            % {"held": held}
        )
    if quantity > held - promised:
        raise MovementRefused(
            _(
                "De ces %(held)d actions, %(promised)d sont promises à une cession ou à un retrait : "
                "terminez d’abord cette demande."
            )
            % {"held": held, "promised": promised}
        )


@transaction.atomic
def change_nominal_by_decision(
    *,
    actor: User,
    cooperative: Cooperative,
    nominal_value: Decimal,
    dated: dt.date,
    decision: str,
    decided_on: dt.date,
    seen: int | None = None,
) -> ShareMovement:
    """Give every share another nominal value [€] from `dated` on, as the assembly decided on `decided_on`.

    Refused out of the band of the capital, while bulletins signed at the old value wait to be issued, and
    while shares aren't paid in full. Raises MovementRefused.
    """
    held = locked(cooperative.pk)
    check_seen(held, seen)
    _check_day(dated, held.founded_on)
    _check_decided(decided_on, dated, held)
    _check_value(nominal_value, nominal_on(held, dated))
    _check_nobody_waits(held)
    _check_paid_up(held)
    amount, band = capital_shares_on(held, dated) * nominal_value, band_on(held, dated)
    _check_floor(amount, band)
    if band.ceiling is not None and amount > band.ceiling:
        raise MovementRefused(
            _("Le capital passerait à %(amount)s, au-dessus du plafond des statuts (%(ceiling)s).")
            % {"amount": figures.euros(amount), "ceiling": figures.euros(band.ceiling)}
        )
    # The register is kept in French, whoever happens to write in it.
    reason = f"Décision de l’assemblée du {decided_on:%d/%m/%Y} : {checked_reason(decision)}"
    return change_nominal(
        actor=actor, cooperative=held, nominal_value=nominal_value, dated=dated, reason=reason
    )


def _check_decided(decided_on: dt.date, dated: dt.date, cooperative: Cooperative) -> None:
    if not cooperative.founded_on <= decided_on <= dated:
        raise MovementRefused(_("L’assemblée décide avant que la valeur change : vérifiez les deux dates."))


def _check_value(new: Decimal, old: Decimal) -> None:
    if not new.is_finite() or not 0 < new <= DEAREST or new != round(new, 2):
        raise MovementRefused(_("Indiquez une valeur en euros et centimes, au-dessus de zéro."))
    if new == old:
        raise MovementRefused(_("C’est déjà la valeur nominale ce jour-là : rien ne changerait."))


def _check_nobody_waits(cooperative: Cooperative) -> None:
    """A signed bulletin says the old value for ever: its shares are issued at it, before the change."""
    waiting = Subscription.objects.of(cooperative).filter(state=Subscription.State.SIGNED).count()
    if waiting:
        raise MovementRefused(
            ngettext(
                "%(count)d souscription signée à l’ancienne valeur attend encore : "
                "menez-la à son terme d’abord.",
                "%(count)d souscriptions signées à l’ancienne valeur attendent encore : "
                "menez-les à leur terme d’abord.",
                waiting,
            )
            % {"count": waiting}
        )


def _check_paid_up(cooperative: Cooperative) -> None:
    """Calls are euros of the old value: what was paid of a share couldn't be told any more."""
    owing = len(unpaid_in(cooperative, timezone.localdate()))
    if owing:
        raise MovementRefused(
            ngettext(
                "Les actions de %(count)d compte ne sont pas payées en entier\u202f: "
                "la valeur change une fois tout versé.",
                "Les actions de %(count)d comptes ne sont pas payées en entier\u202f: "
                "la valeur change une fois tout versé.",
                owing,
            )
            % {"count": owing}
        )


def _check_floor(amount: Decimal, band: Band) -> None:
    if band.floor is not None and amount < band.floor:
        raise MovementRefused(
            _("Le capital passerait à %(amount)s, sous le plancher des statuts (%(floor)s).")
            % {"amount": figures.euros(amount), "floor": figures.euros(band.floor)}
        )


def check_seen(cooperative: Cooperative, seen: int | None) -> None:
    """Raises RegisterMoved unless line `seen` is still the last; None asks nothing."""
    if seen is not None and seen != last_number(cooperative):
        raise RegisterMoved(
            _(
                "Le registre a reçu une ligne depuis que vous avez ouvert cette page. "
                "Relisez ce qui suivra, puis confirmez de nouveau."
            )
        )


def _check_day(dated: dt.date, earliest: dt.date) -> None:
    if not earliest <= dated <= timezone.localdate():
        raise MovementRefused(
            _("Choisissez un jour entre le %(first)s et aujourd’hui.") % {"first": f"{earliest:%d/%m/%Y}"}
        )


def checked_reason(reason: str) -> str:
    """The reason, if it says something and the register's column can hold it. Raises MovementRefused."""
    said = " ".join(reason.split())
    if len(said) < 3:
        raise MovementRefused(_("Dites pourquoi : le registre garde le motif."))
    if not said.isprintable():
        # It is printed in extracts: a sign that turns the line round would change what is read there.
        raise MovementRefused(_("Le motif contient un caractère invisible\u202f: retapez-le."))
    if len(said) > LONGEST_REASON:
        raise MovementRefused(
            _("Ce motif est trop long : %(most)d signes au plus.") % {"most": LONGEST_REASON}
        )
    return said

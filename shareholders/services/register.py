"""Acts on the share register: one act, one line, one journal entry. The database judges each line."""

import datetime as dt
from contextlib import AbstractContextManager
from decimal import Decimal

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import told_as
from shareholders.identity import register_identity
from shareholders.models import Cooperative, MovementKind, Shareholder, ShareMovement
from shareholders.reports import nominal_on
from shareholders.services.carried_debts import carry_debts


class MovementRefused(Exception):
    """A line the register can't take; the sentence says why."""


class NotEnoughShares(MovementRefused):
    """A movement takes more shares than its giver holds, on its own day or a later one."""


# The database's refusals, by the name of the rule, as a reader says them.
_SENTENCES: dict[str, str | Promise] = {
    "no_holding_below_zero": _(
        "La personne qui cède ne détient pas autant d’actions, ce jour-là ou plus tard."
    ),
    "capital_floor_kept": _("Ce retrait ferait passer le capital sous le plancher fixé par les statuts."),
    "capital_ceiling_kept": _(
        "Le capital dépasserait le plafond fixé par les statuts : l’assemblée doit d’abord le relever."
    ),
    "reversal_mirrors_its_line": _(
        "Une contre-passation reprend une seule ligne, telle qu’elle est, à sa date ou après."
    ),
    "nominal_changes_forward": _(
        "La valeur nominale ne peut changer qu’après tous les mouvements déjà inscrits."
    ),
    "last_nominal_change_reversed": _(
        "Seul le dernier changement de valeur nominale peut être contre-passé."
    ),
    "taker_is_in_a_college": _("La personne qui reçoit n’est encore dans aucun collège ce jour-là."),
    "one_reversal_per_line": _("Cette ligne a déjà été contre-passée."),
    "nominal_value_of_the_day": _("La valeur nominale n’est pas celle de ce jour-là : relisez la date."),
    "register_text_is_plain": _("Le motif contient un caractère invisible : retapez-le."),
    "merged_account_receives_nothing": _(
        "Ce compte a été réuni à un autre : les actions vont au compte qui reste."
    ),
    "merged_account_holds_nothing": _(
        "Un compte réuni à un autre ne garde aucune action, et l’autre compte doit rester ouvert."
    ),
}
_REVERSES_A_REVERSAL = _(
    "Cette ligne est elle-même une contre-passation : inscrivez plutôt le mouvement voulu."
)
_SAYS_NOTHING = _("Dites pourquoi : le registre garde le motif.")


def issue_shares(
    *, actor: User | None, shareholder: Shareholder, quantity: int, dated: dt.date
) -> ShareMovement:
    """Issue new shares to `shareholder` at the nominal value, as the next line of the register."""
    return _enter(actor, MovementKind.ISSUE, taker=shareholder, quantity=quantity, dated=dated)


def transfer_shares(
    *,
    actor: User | None,
    seller: Shareholder,
    buyer: Shareholder,
    quantity: int,
    dated: dt.date,
    kind: MovementKind = MovementKind.TRANSFER,
    reason: str = "",
) -> ShareMovement:
    """Move shares between two holders: a sale, a gift or an inheritance. Raises NotEnoughShares."""
    return _enter(actor, kind, giver=seller, taker=buyer, quantity=quantity, dated=dated, reason=reason)


def withdraw_shares(
    *, actor: User | None, shareholder: Shareholder, quantity: int, dated: dt.date
) -> ShareMovement:
    """Give shares back to the company. Raises NotEnoughShares, and MovementRefused below the floor."""
    return _enter(actor, MovementKind.WITHDRAWAL, giver=shareholder, quantity=quantity, dated=dated)


def cancel_shares(
    *, actor: User | None, shareholder: Shareholder, quantity: int, dated: dt.date, reason: str
) -> ShareMovement:
    """Cancel shares, for a reason the register keeps. Raises NotEnoughShares."""
    return _enter(
        actor, MovementKind.CANCELLATION, giver=shareholder, quantity=quantity, dated=dated, reason=reason
    )


@transaction.atomic
def change_nominal(
    *, actor: User | None, cooperative: Cooperative, nominal_value: Decimal, dated: dt.date, reason: str
) -> ShareMovement:
    """Give every share another nominal value from `dated` on. Raises MovementRefused."""
    return _write(
        actor,
        ShareMovement(
            cooperative=locked(cooperative.pk),
            kind=MovementKind.NOMINAL_CHANGE,
            quantity=0,
            nominal_value=nominal_value,
            dated=dated,
            reason=reason,
        ),
    )


@transaction.atomic
def reverse_movement(
    *, actor: User | None, movement: ShareMovement, dated: dt.date, reason: str
) -> ShareMovement:
    """Undo one line by its mirror, for a reason the register keeps. Raises MovementRefused."""
    cooperative = locked(movement.cooperative_id)
    if movement.kind == MovementKind.REVERSAL:
        raise MovementRefused(str(_REVERSES_A_REVERSAL))
    if not reason.strip():
        raise MovementRefused(str(_SAYS_NOTHING))
    if ShareMovement.objects.filter(reverses=movement).exists():
        raise MovementRefused(str(_SENTENCES["one_reversal_per_line"]))
    nominal = _nominal_before(movement) if movement.quantity == 0 else nominal_on(cooperative, dated)
    return _write(
        actor,
        ShareMovement(
            cooperative=cooperative,
            kind=MovementKind.REVERSAL,
            quantity=movement.quantity,
            nominal_value=nominal,
            dated=dated,
            reason=reason,
            reverses=movement,
            from_shareholder=movement.to_shareholder,
            to_shareholder=movement.from_shareholder,
        ),
    )


@transaction.atomic
def _enter(
    actor: User | None,
    kind: MovementKind,
    *,
    quantity: int,
    dated: dt.date,
    giver: Shareholder | None = None,
    taker: Shareholder | None = None,
    reason: str = "",
) -> ShareMovement:
    """A line that moves shares, at the nominal value of its day."""
    side = taker or giver
    assert side is not None
    cooperative = locked(side.cooperative_id)
    line = _write(
        actor,
        ShareMovement(
            cooperative=cooperative,
            kind=kind,
            quantity=quantity,
            nominal_value=nominal_on(cooperative, dated),
            dated=dated,
            reason=reason,
            from_shareholder=giver,
            to_shareholder=taker,
        ),
    )
    # Shares not paid in full leave with what is left to pay on them.
    carry_debts(actor=actor, line=line)
    return line


def _write(actor: User | None, line: ShareMovement) -> ShareMovement:
    """Number, identify and store a line of the register whose cooperative is locked."""
    last = ShareMovement.objects.filter(cooperative=line.cooperative).order_by("-number").first()
    line.number = last.number + 1 if last else 1
    line.giver_identity = register_identity(line.from_shareholder)
    line.taker_identity = register_identity(line.to_shareholder)
    with refusals_in_words():
        line.save(force_insert=True)
    # The seal is the database's: read back what it wrote.
    line.refresh_from_db(fields=["previous_sha256", "entry_sha256"])
    record(actor, line.kind, line, scope=line.cooperative.slug, number=line.number, quantity=line.quantity)
    return line


def _nominal_before(movement: ShareMovement) -> Decimal:
    """The nominal value that a change replaced."""
    earlier = ShareMovement.objects.filter(
        cooperative=movement.cooperative, number__lt=movement.number, quantity=0
    )
    found = earlier.order_by("-number").first()
    return found.nominal_value if found else movement.cooperative.nominal_value


def refusals_in_words() -> AbstractContextManager[None]:
    """The database judges the line; its refusal is told as a reader says it: MovementRefused."""
    return told_as(MovementRefused, _SENTENCES, apart={"no_holding_below_zero": NotEnoughShares})


def locked(cooperative_id: int) -> Cooperative:
    """The cooperative's row, held until the transaction ends: numbers are given one at a time."""
    return Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)

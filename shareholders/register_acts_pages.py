"""What the board reads before it acts on the register: a line whole, and what an act would change.

What would follow isn't reckoned apart: the act is done, looked at and taken back, so that what is shown is
what the database itself would say.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date
from django.db import transaction
from django.forms import Form
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from shareholders.models import (
    Attachment,
    College,
    Cooperative,
    MovementKind,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Subscription,
    Withdrawal,
)
from shareholders.reports import nominal_on
from shareholders.services.account_merges import differences
from shareholders.services.register_decisions import Band, band_on, last_number
from shareholders.transferable import capital_shares_on, college_on, held_on


@dataclass(frozen=True, slots=True)
class Capital:
    """The capital on a day: shares, and what each stands for [€]."""

    shares: int
    nominal_value: Decimal

    @property
    def amount(self) -> Decimal:
        """Euros."""
        return self.shares * self.nominal_value


@dataclass(frozen=True, slots=True)
class HolderEffect:
    """Shares of one holder before an act and after it."""

    holder: Shareholder
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act would change, by the close of today; `seen` is the register's last line now."""

    before: Capital
    after: Capital
    holders: tuple[HolderEffect, ...]
    notes: tuple[str, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line of the register, where it came from and what undid it."""

    line: ShareMovement
    undone_by: ShareMovement | None
    notes: tuple[str, ...]

    @property
    def may_be_corrected(self) -> bool:
        return self.undone_by is None and self.line.kind != MovementKind.REVERSAL


@dataclass(frozen=True, slots=True)
class AccountSide:
    """One of two accounts that may be the same person's."""

    holder: Shareholder
    held: int
    college: College | None


@dataclass(frozen=True, slots=True)
class MergePage:
    """Two accounts side by side; `differences` names what tells them apart."""

    kept: AccountSide
    dropped: AccountSide
    differences: tuple[str, ...]
    after: int


def foreseen(
    cooperative: Cooperative,
    holders: Sequence[Shareholder],
    act: Callable[[], object],
    today: dt.date,
    notes: Sequence[str] = (),
) -> Effect:
    """What `act` would change for `holders` and the capital; nothing is kept. Raises what `act` raises."""
    before, held = _capital(cooperative, today), _held(holders, today)
    seen = last_number(cooperative)
    with transaction.atomic():
        act()
        after, left = _capital(cooperative, today), _held(holders, today)
        transaction.set_rollback(True)
    changes = tuple(
        HolderEffect(holder, old, new) for holder, old, new in zip(holders, held, left, strict=True)
    )
    return Effect(before, after, changes, tuple(notes), seen)


def _capital(cooperative: Cooperative, day: dt.date) -> Capital:
    return Capital(capital_shares_on(cooperative, day), nominal_on(cooperative, day))


def _held(holders: Sequence[Shareholder], day: dt.date) -> list[int]:
    return [held_on(holder, day) for holder in holders]


def said_in(form: Form) -> list[tuple[str, str]]:
    """What a valid form says, to be read once more: each label with its value."""
    language = get_language() or "fr"
    said = []
    for name, value in form.cleaned_data.items():
        shown = format_date(value, "long", locale=language) if isinstance(value, dt.date) else f"{value}"
        if isinstance(value, Decimal):
            shown = figures.euros(value, language=language)
        said.append((f"{form.fields[name].label}", shown))
    return said


def line_page(line: ShareMovement) -> LinePage:
    """A line with what it came from, in words."""
    undone_by = ShareMovement.objects.filter(reverses=line).first()
    return LinePage(line, undone_by, tuple(_origins(line)))


def sides_of_line(line: ShareMovement) -> list[Shareholder]:
    """The holders a line concerns, the giver first."""
    return [side for side in (line.from_shareholder, line.to_shareholder) if side is not None]


def _origins(line: ShareMovement) -> list[str]:
    """What stands behind a line and doesn't move with it: said before it is undone."""
    found = []
    subscription = Subscription.objects.filter(movement=line).first()
    if subscription is not None:
        found.append(
            _(
                "Cette ligne vient de la souscription %(reference)s. La corriger ne rend pas l’argent : "
                "pour une émission impayée, passez par la page de l’argent."
            )
            % {"reference": subscription.reference}
        )
    if ShareTransfer.objects.filter(movement=line).exists():
        found.append(_("Cette ligne exécute un ordre de mouvement : les deux personnes seront à prévenir."))
    withdrawal = Withdrawal.objects.filter(movement=line).first()
    if withdrawal is not None and withdrawal.payout_id:
        found.append(_("Un remboursement suit cette ligne : corriger la ligne ne l’arrête pas."))
    return found


def nominal_notes(cooperative: Cooperative, day: dt.date) -> tuple[str, ...]:
    """What the board should know before it changes the nominal value."""
    band: Band = band_on(cooperative, day)
    if band.floor is None:
        return (_("Les statuts ne sont pas enregistrés ici : le plancher du capital n’est pas vérifié."),)
    return (
        _("Le montant d’une action est écrit dans les statuts : enregistrez aussi leur nouvelle édition."),
        _("Chaque actionnaire garde le même nombre d’actions."),
    )


def merge_page(kept: Shareholder, dropped: Shareholder, today: dt.date) -> MergePage:
    """Two accounts side by side."""
    one, other = _side(kept, today), _side(dropped, today)
    return MergePage(one, other, differences(kept, dropped), one.held + other.held)


def _side(holder: Shareholder, today: dt.date) -> AccountSide:
    return AccountSide(holder, held_on(holder, today), college_on(holder, today))


def former_papers(holder: Shareholder) -> tuple[Attachment, ...]:
    """Papers of the accounts merged into this one: they stay where they were brought."""
    rows = Attachment.objects.filter(holder__merged_into=holder).select_related("holder").defer("content")
    return tuple(rows.order_by("-added_at"))

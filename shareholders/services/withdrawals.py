"""Shares given back to a company of variable capital: asked, waited for, entered on their day, owed.

The cooperative's row is locked first, then the withdrawal's.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.money import round_to_cent
from mine_de_soleil.core.post import post
from mine_de_soleil.rules.statutes import Statutes
from shareholders.capital_band import band_on, least_shares
from shareholders.deadlines import WithdrawalDates, liable_until, withdrawal_dates
from shareholders.ledger import ZERO
from shareholders.models import CarriedDebt, Cooperative, Shareholder, Withdrawal
from shareholders.reports import nominal_on
from shareholders.services.languages import language_of
from shareholders.services.register import MovementRefused, locked, withdraw_shares
from shareholders.services.transfer_checks import TransferRefused, check_may_act
from shareholders.services.transfer_mails import letters_to
from shareholders.services.withdrawal_payouts import owe_withdrawal
from shareholders.statutes import statutes_of
from shareholders.transferable import capital_shares_on, college_on, least_in, lots_of, promised_by, room_of
from shareholders.unpaid import debts_of, moved_with

State = Withdrawal.State


class WithdrawalRefused(TransferRefused):
    """A withdrawal that can't be; `str()` is the sentence for the person who asked."""


@transaction.atomic
def ask_withdrawal(*, actor: User, holder: Shareholder, quantity: int) -> Withdrawal:
    """Ask to give shares back; the days and the value are those of the statutes today.

    The same request made twice is one. Raises WithdrawalRefused.
    """
    cooperative, today = locked(holder.cooperative_id), timezone.localdate()
    twin = Withdrawal.objects.filter(holder=holder, quantity=quantity, state=State.ASKED).first()
    if twin is not None:
        return twin
    check_may_act(actor, holder, today)
    statutes = statutes_of(cooperative, today)
    _check_quantity(holder, quantity, today, statutes)
    _check_floor(cooperative, quantity, today)
    dates = dates_for(holder, quantity, today, statutes)
    value, source = _value(cooperative, dates.effective_on, statutes)
    asked = Withdrawal.objects.create(
        cooperative=cooperative,
        holder=holder,
        quantity=quantity,
        asked_by=actor,
        asked_at=timezone.now(),
        effective_on=dates.effective_on,
        reimburse_before=dates.reimbursed_by,
        value_per_share=value,
        value_source=source,
    )
    record(actor, "ask_withdrawal", asked, scope=cooperative.slug, quantity=quantity)
    _tell(asked, "asked")
    return asked


def _check_quantity(holder: Shareholder, quantity: int, today: dt.date, statutes: Statutes) -> None:
    if not statutes.variable_capital:
        raise WithdrawalRefused(_("Le capital n’est pas variable : on ne peut que vendre ou donner."))
    room = room_of(holder, today, statutes)
    if not 1 <= quantity <= room.unpromised:
        raise WithdrawalRefused(
            _("Vous pouvez rendre de 1 à %(most)d actions, pas davantage.") % {"most": room.unpromised}
            if room.unpromised
            else _("Vous n’avez pas d’action à rendre : aucune n’est libre.")
        )
    college, rest = college_on(holder, today), room.unpromised - quantity
    if college and 0 < rest < least_in(college, statutes):
        raise WithdrawalRefused(
            _(
                "Il vous resterait trop peu d’actions pour votre collège (%(least)d au moins) : "
                "rendez-les toutes."
            )
            % {"least": least_in(college, statutes)}
        )


def room_above_floor(cooperative: Cooperative, today: dt.date) -> int:
    """Shares that may still be given back before the capital meets its floor, those asked for counted."""
    waiting = Withdrawal.objects.filter(cooperative=cooperative, state=State.ASKED)
    asked = sum(waiting.values_list("quantity", flat=True))
    return max(0, capital_shares_on(cooperative, today) - asked - least_shares(cooperative, today))


def _check_floor(cooperative: Cooperative, quantity: int, today: dt.date) -> None:
    most = room_above_floor(cooperative, today)
    if quantity > most:
        raise WithdrawalRefused(
            _(
                "Le capital ne peut pas descendre sous %(floor)s, le plancher des statuts : "
                "aujourd’hui %(most)d actions au plus peuvent être rendues. Vous pouvez chercher un acheteur."
            )
            % {"floor": figures.euros(band_on(cooperative, today).floor), "most": most}
        )


def dates_for(holder: Shareholder, quantity: int, today: dt.date, statutes: Statutes) -> WithdrawalDates:
    """The days of a withdrawal asked today. The oldest shares go first; the youngest among them decides."""
    rules = statutes.withdrawal
    return withdrawal_dates(
        asked_on=today,
        member_since=_youngest_given_back(holder, quantity, today),
        notice_months=rules.notice_months,
        not_before_months=rules.not_before_months,
        reimbursed_within_months=rules.reimbursed_within_months,
    )


def _youngest_given_back(holder: Shareholder, quantity: int, today: dt.date) -> dt.date:
    lots, given_up = lots_of(holder, today)
    last = given_up + promised_by(holder) + quantity
    passed = 0
    for lot in lots:
        passed += lot.quantity
        if passed >= last:
            return lot.acquired_on
    return lots[-1].acquired_on


def _value(cooperative: Cooperative, day: dt.date, statutes: Statutes) -> tuple[Decimal, str]:
    """Euros per share and where they come from; no source yet where the treasurer has to find the value."""
    if statutes.withdrawal.value == "equity_share":
        return Decimal(0), ""
    source = _("Valeur nominale, statuts du %(day)s") % {"day": f"{statutes.adopted_on:%d/%m/%Y}"}
    return nominal_on(cooperative, day), source


@transaction.atomic
def set_value(*, actor: User, withdrawal: Withdrawal, value_per_share: Decimal, source: str) -> Withdrawal:
    """Say what a share given back is worth [€] and by what accounts. Raises WithdrawalRefused."""
    found = locked_withdrawal(withdrawal)
    if found.state != State.ASKED:
        raise WithdrawalRefused(_("Ce retrait est clos : sa valeur ne change plus."))
    if _statutes_asked(found).withdrawal.value != "equity_share":
        raise WithdrawalRefused(_("Les statuts fixent la valeur au nominal : rien n’est à saisir."))
    if not source.strip() or value_per_share < 0:
        raise WithdrawalRefused(_("Indiquez une valeur et sa source : quels comptes, approuvés quel jour."))
    found.value_per_share, found.value_source = round_to_cent(value_per_share), source.strip()[:200]
    found.save()
    record(actor, "value_withdrawal", found, scope=found.cooperative.slug, value=str(found.value_per_share))
    return found


def _statutes_asked(found: Withdrawal) -> Statutes:
    """The edition in force the day it was asked: the one that rules it."""
    return statutes_of(found.cooperative, timezone.localdate(found.asked_at, found.cooperative.zone))


@transaction.atomic
def enter_withdrawal(*, actor: User, withdrawal: Withdrawal) -> Withdrawal:
    """Enter it in the register, on its day or later, and owe its money. Entered already, it is left so.

    Raises WithdrawalRefused.
    """
    found, today = locked_withdrawal(withdrawal), timezone.localdate()
    if found.state == State.ENTERED:
        return found
    _check_enterable(found, today)
    if _statutes_asked(found).withdrawal.value == "nominal":
        found.value_per_share = nominal_on(found.cooperative, found.effective_on)
    try:
        found.movement = withdraw_shares(
            actor=actor, shareholder=found.holder, quantity=found.quantity, dated=today
        )
    except MovementRefused as refusal:
        raise WithdrawalRefused(str(refusal)) from refusal
    found.payout = owe_withdrawal(actor, found, amount_of(found))
    found.state, found.decided_by = State.ENTERED, actor
    found.save()
    record(actor, "enter_withdrawal", found, scope=found.cooperative.slug, movement=found.movement.number)
    _tell(found, "entered")
    return found


@transaction.atomic
def owe_again(*, actor: User, withdrawal: Withdrawal) -> Withdrawal:
    """Owe the money once more when its transfer failed; otherwise nothing changes."""
    found = locked_withdrawal(withdrawal)
    if found.state == State.ENTERED:
        found.payout = owe_withdrawal(actor, found, amount_of(found))
        found.save(update_fields=["payout"])
    return found


def _check_enterable(found: Withdrawal, today: dt.date) -> None:
    if found.state != State.ASKED:
        raise WithdrawalRefused(_("Ce retrait est clos : il ne peut plus être inscrit."))
    if today < found.effective_on:
        raise WithdrawalRefused(
            _("Ce retrait prend effet le %(day)s : il ne s’inscrit pas avant.")
            % {"day": f"{found.effective_on:%d/%m/%Y}"}
        )
    if not found.value_source:
        raise WithdrawalRefused(_("La valeur de l’action n’est pas encore saisie, avec sa source."))
    if found.holder.died_on:
        raise WithdrawalRefused(_("Ce compte est gelé depuis un décès : la succession passe d’abord."))


@transaction.atomic
def refuse_withdrawal(*, actor: User, withdrawal: Withdrawal, reason: str) -> Withdrawal:
    """The board can't give way to it, the floor for one. Raises WithdrawalRefused without a reason."""
    if not reason.strip():
        raise WithdrawalRefused(_("Dites le motif du refus : il sera envoyé à l’actionnaire."))
    return _end(actor, withdrawal, State.REFUSED, reason.strip()[:500])


@transaction.atomic
def cancel_withdrawal(*, actor: User, withdrawal: Withdrawal) -> Withdrawal:
    """The holder changes her mind, before the day of effect. Raises WithdrawalRefused."""
    today = timezone.localdate()
    check_may_act(actor, withdrawal.holder, today)
    if withdrawal.state == State.ASKED and today >= withdrawal.effective_on:
        raise WithdrawalRefused(_("Il est trop tard : ce retrait a pris effet."))
    return _end(actor, withdrawal, State.CANCELLED, "")


def _end(actor: User, withdrawal: Withdrawal, state: str, reason: str) -> Withdrawal:
    found = locked_withdrawal(withdrawal)
    if found.state == state:
        return found
    if found.state != State.ASKED:
        raise WithdrawalRefused(_("Ce retrait est déjà clos : rien n’a changé."))
    found.state, found.decision_reason = state, reason
    found.decided_by = actor if state == State.REFUSED else None
    found.save()
    if state == State.REFUSED:
        record(actor, "refuse_withdrawal", found, scope=found.cooperative.slug)
        _tell(found, "refused")
    else:
        record(actor, "cancel_withdrawal", found, scope=found.cooperative.slug)
    return found


def locked_withdrawal(withdrawal: Withdrawal) -> Withdrawal:
    """The withdrawal as it is now, held with its cooperative until the transaction ends."""
    cooperative = locked(withdrawal.cooperative_id)
    rows = Withdrawal.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("holder").get(pk=withdrawal.pk)
    found.cooperative = cooperative
    return found


def _tell(found: Withdrawal, what: str) -> None:
    amount, unpaid = amount_of(found), unpaid_of([found]).get(found.pk, ZERO)
    context = {
        "withdrawal": found,
        "cooperative": found.cooperative,
        "amount": amount,
        "unpaid": unpaid,
        "liable_until": liable_until(found.effective_on),
    }
    template = f"shareholders/mail/withdrawal_{what}.txt"
    for address in letters_to(found.holder):
        post(to=address, template=template, context=context, language=language_of(address, found.holder))


def amount_of(withdrawal: Withdrawal, unpaid: Decimal | None = None) -> Decimal:
    """Euros owed for all the shares given back: their value, less what was never paid on them.

    `unpaid` [€] saves asking again; see `unpaid_of`.
    """
    if unpaid is None:
        unpaid = unpaid_of([withdrawal]).get(withdrawal.pk, ZERO)
    return max(round_to_cent(withdrawal.quantity * withdrawal.value_per_share) - unpaid, ZERO)


def unpaid_of(withdrawals: Sequence[Withdrawal]) -> dict[int, Decimal]:
    """What is left to pay on the shares of each [€], by its key; as it was the day it was entered.

    A number of queries that doesn't grow with withdrawals of shares paid in full.
    """
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    entered = {one.movement_id: one.pk for one in withdrawals if one.movement_id}
    released = CarriedDebt.objects.filter(movement__in=entered, holder=None)
    for movement, amount in released.values_list("movement_id", "amount"):
        found[entered[movement]] += amount
    asked = [one for one in withdrawals if one.movement_id is None and one.state == State.ASKED]
    indebted = {debt.holder.pk for debt in debts_of([one.holder for one in asked]) if debt.later}
    for one in asked:
        if one.holder_id in indebted:
            moved = moved_with(one.holder, one.quantity, one.effective_on)
            found[one.pk] = sum((part.amount for part in moved), ZERO)
    return dict(found)

"""Two accounts merged by mistake become two again: what the merger passed goes back, as the journal tells.

The bank account isn't among it: a merger passes none, so that nobody is ever paid on somebody else's.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry, User
from shareholders.models import (
    TRANSFER_ENDED,
    PreEmption,
    Representative,
    Shareholder,
    ShareTransfer,
    Subscription,
    Withdrawal,
)
from shareholders.services.newcomers import close_space, open_space, users_of
from shareholders.services.people import end_representation
from shareholders.services.register import MovementRefused


def merger_of(dropped: Shareholder) -> JournalEntry | None:
    """The journal's line of the merger that closed this account; None while it is open."""
    if dropped.merged_into_id is None:
        return None
    rows = JournalEntry.objects.filter(subject=f"{dropped._meta.label}:{dropped.pk}", act="merge_accounts")
    return rows.order_by("-pk").first()


def check_at_rest(holder: Shareholder) -> None:
    """What is under way names the account: it comes to its end first. Raises MovementRefused."""
    open_ones = ShareTransfer.objects.exclude(state__in=TRANSFER_ENDED)
    busy = (
        open_ones.filter(Q(giver=holder) | Q(taker=holder)).exists()
        or PreEmption.objects.filter(holder=holder).exclude(transfer__state__in=TRANSFER_ENDED).exists()
        or Withdrawal.objects.filter(holder=holder, state=Withdrawal.State.ASKED).exists()
    )
    if busy:
        raise MovementRefused(
            _(
                "Une cession ou un retrait est en cours sur le compte n° %(number)d\u202f: "
                "terminez-le d’abord."
            )
            % {"number": holder.number}
        )


def part(actor: User, dropped: Shareholder, reason: str) -> None:
    """Open a merged account again with what it had; the cooperative is locked. Raises MovementRefused.

    What came to the other account since the merger stays there.
    """
    entry, kept = merger_of(dropped), dropped.merged_into
    if kept is None or entry is None or "powers_made" not in entry.detail:
        raise MovementRefused(
            _(
                "Le journal ne dit pas ce que cette réunion a fait passer\u202f: elle ne se défait pas ici. "
                "Rendez les actions par une cession, vers un compte neuf."
            )
        )
    check_at_rest(kept)
    _check_bank(kept, entry)
    before = users_of(kept)
    dropped.merged_into = None
    _give_back_user(kept, dropped, entry)
    _give_back_powers(actor, kept, dropped, entry)
    _give_back_subscriptions(kept, dropped, entry)
    for user in before:
        close_space(actor=actor, cooperative=kept.cooperative, user=user)
    for holder in (kept, dropped):
        if not holder.died_on:
            open_space(actor=actor, holder=holder)
    scope, movement = kept.cooperative.slug, entry.detail["movement"]
    detail = {"kept": kept.number, "movement": movement, "reason": reason}
    record(actor, "part_accounts", dropped, scope=scope, **detail)


def _check_bank(kept: Shareholder, entry: JournalEntry) -> None:
    """Who came in by the merger may have given her own IBAN since: the other would be paid on it."""
    came_in = entry.detail["user_given"] or entry.detail["powers_made"]
    if came_in and kept.bank_accounts.filter(since__gte=entry.at).exists():
        raise MovementRefused(
            _(
                "Un compte bancaire a été donné depuis la réunion\u202f: on ne sait plus qui serait "
                "remboursé dessus. Rendez les actions par une cession, vers un compte neuf."
            )
        )


def _give_back_user(kept: Shareholder, dropped: Shareholder, entry: JournalEntry) -> None:
    passed = User.objects.filter(pk=entry.detail["user"]).first()
    if passed is not None and entry.detail["user_given"] and kept.user_id == passed.pk:
        kept.user = None
        kept.save(update_fields=["user"])
    dropped.user = passed
    dropped.save(update_fields=["merged_into", "user"])


def _give_back_powers(actor: User, kept: Shareholder, dropped: Shareholder, entry: JournalEntry) -> None:
    today = timezone.localdate()
    made = kept.representatives.filter(pk__in=entry.detail["powers_made"], until=None)
    for power in made.order_by("pk"):
        end_representation(actor=actor, representative=power, until=max(today, power.since))
    Representative.objects.filter(pk__in=entry.detail["powers_ended"], holder=dropped).update(until=None)


def _give_back_subscriptions(kept: Shareholder, dropped: Shareholder, entry: JournalEntry) -> None:
    """The debts on them too: those that the merger carried fall with its line."""
    Subscription.objects.filter(pk__in=entry.detail["subscriptions"], holder=kept).update(holder=dropped)
    invited = Subscription.objects.filter(pk__in=entry.detail["invitations"], invited_by=kept)
    invited.update(invited_by=dropped)

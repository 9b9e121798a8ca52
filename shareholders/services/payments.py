"""When the money of issued shares went away again: undo the issue, or ask to be paid again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.amounts_due import is_short, missing_of
from shareholders.models import Subscription
from shareholders.services import money_mails
from shareholders.services.gates import locked_subscription
from shareholders.services.money_words import MoneyRefused
from shareholders.services.newcomers import close_empty_space
from shareholders.services.payouts import owe_back
from shareholders.services.register import MovementRefused, reverse_movement


@transaction.atomic
def undo_issue(*, actor: User, subscription: Subscription, reason: str) -> Subscription:
    """Take back shares that were issued and are no longer paid: the register's line is reversed, not erased.

    What is left of the money is owed back. Said twice, it is done once. Raises MoneyRefused.
    """
    found = locked_subscription(subscription)
    if found.state == Subscription.State.UNDONE:
        return found
    if not is_short(found) or found.movement is None:
        raise MoneyRefused(_("L’argent de ces actions est bien là : rien n’est à annuler."))
    if not reason.strip():
        raise MoneyRefused(_("Dites pourquoi l’émission est annulée : le registre le garde."))
    today = timezone.localdate()
    try:
        reverse_movement(actor=actor, movement=found.movement, dated=today, reason=reason.strip()[:200])
    except MovementRefused as refusal:
        raise MoneyRefused(str(refusal)) from refusal
    found.state, found.ended_at = Subscription.State.UNDONE, timezone.now()
    found.save(update_fields=["state", "ended_at"])
    record(actor, "undo_issue", found, scope=found.cooperative.slug, reference=found.reference)
    owe_back(actor=actor, subscription=found)
    if found.holder is not None:
        close_empty_space(actor=actor, holder=found.holder)
    return found


@transaction.atomic
def ask_to_pay_again(*, actor: User, subscription: Subscription) -> None:
    """Write to the payer, with the same reference. Raises MoneyRefused when nothing is missing."""
    found = locked_subscription(subscription)
    if not is_short(found):
        raise MoneyRefused(_("Il ne manque rien à cette souscription."))
    money_mails.ask_again(found, missing_of(found))
    record(actor, "ask_to_pay_again", found, scope=found.cooperative.slug, reference=found.reference)

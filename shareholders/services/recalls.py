"""A transfer already counted that the payer's bank takes back (a recall, a fraud, an error): a debit of ours.

As with a card payment lost, the money is entered as a line of its own and both gates are looked at again.
What isn't issued waits for its payment anew; what is issued is a case for the board: ask again, or undo.
"""

from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core.figures import euros
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.banking.references import references_in
from shareholders.claims import searchable
from shareholders.ledger import ZERO, bank_source
from shareholders.models import CarriedDebt, Method, Payment, StatementLine, Subscription
from shareholders.services.gates import locked_subscription, pass_gates
from shareholders.services.money_mails import tell_lost
from shareholders.services.money_words import MoneyRefused, refusals_in_words
from shareholders.services.payouts import free_to_use
from shareholders.services.register import locked

Kind = Payment.Kind


@transaction.atomic
def recall_payment(
    *,
    actor: User | None,
    line: StatementLine,
    subscription: Subscription,
    amount: Decimal,
    free_then: Decimal | None = None,
    carried: CarriedDebt | None = None,
) -> Payment:
    """Say that a debit took back what a transfer had brought to a subscription. Raises MoneyRefused.

    `amount` [€]. `free_then` [€]: what was left of the debit when the person looked; if that changed since,
    nothing is done. `carried`: what went with shares that changed hands. Treasurer and board are told.
    """
    locked(line.cooperative_id)
    _check_amount(line, amount, free_to_use(line, free_then))
    if subscription.cooperative_id != line.cooperative_id:
        raise MoneyRefused(_("Cette souscription est d’une autre coopérative."))
    found = locked_subscription(subscription)
    came = brought_by_transfer(found, carried)
    if amount > came:
        told = {"sum": euros(came, language=get_language() or "fr")}
        raise MoneyRefused(_("Par virement, cette souscription n’a reçu que %(sum)s.") % told)
    payment = _enter(actor, line, found, amount, carried)
    tell_lost(pass_gates(actor=actor, subscription=found), amount)
    return payment


def _check_amount(line: StatementLine, amount: Decimal, free: Decimal) -> None:
    if line.amount >= 0 or line.currency != "EUR":
        raise MoneyRefused(_("Seul un débit en euros peut reprendre un virement reçu."))
    if amount <= 0 or amount != amount.quantize(ZERO) or amount > free:
        left = {"left": euros(free, language=get_language() or "fr")}
        raise MoneyRefused(_("Le montant est entre 0,01 € et ce qui reste de ce débit : %(left)s.") % left)


def brought_by_transfer(subscription: Subscription, carried: CarriedDebt | None = None) -> Decimal:
    """Euros that transfers brought to a subscription and no bank took back yet, refunded or not."""
    rows = subscription.payments.filter(method=Method.TRANSFER, carried=carried)
    sums = rows.aggregate(
        came=Sum("amount", filter=Q(kind=Kind.RECEIVED)), gone=Sum("amount", filter=Q(kind=Kind.LOST))
    )
    return (sums["came"] or ZERO) - (sums["gone"] or ZERO)


def _enter(
    actor: User | None,
    line: StatementLine,
    subscription: Subscription,
    amount: Decimal,
    carried: CarriedDebt | None,
) -> Payment:
    rank = Payment.objects.filter(line=line, subscription=subscription).count() + 1
    with refusals_in_words():
        payment = Payment.objects.create(
            cooperative_id=line.cooperative_id,
            kind=Kind.LOST,
            method=Method.TRANSFER,
            amount=amount,
            dated=line.booked_on,
            entered_by=actor,
            subscription=subscription,
            carried=carried,
            line=line,
            source=bank_source(line.key, subscription.reference, rank),
        )
    scope = line.cooperative.slug
    record(
        actor, "recall_payment", payment, scope=scope, reference=subscription.reference, amount=str(amount)
    )
    return payment


def may_be_recalled(line: StatementLine) -> list[Subscription]:
    """What a debit may take back, the likeliest first: named by it, or paid from the account it goes to."""
    if line.amount >= 0 or line.currency != "EUR":
        return []
    rows = Subscription.objects.of(line.cooperative).filter(payments__kind=Kind.RECEIVED)
    named = rows.filter(reference__in=references_in(searchable(line)))
    account = line.party_iban_fingerprint
    same_account = rows.filter(payments__line__party_iban_fingerprint=account) if account else rows.none()
    found = [*named.distinct().order_by("pk"), *same_account.distinct().order_by("-pk")[:10]]
    return list({one.pk: one for one in found}.values())

"""What is left to pay on shares follows them: called by the acts of the register, its cooperative locked."""

import datetime as dt
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.rules.law import parameter
from shareholders.banking.references import reference_for
from shareholders.deadlines import add_months
from shareholders.models import CarriedDebt, Shareholder, ShareMovement, Subscription
from shareholders.services.money_words import MoneyRefused
from shareholders.unpaid import Moved, debts_of_subscription, moved_with

# Behind the prefix of the cooperative: never taken for a subscription's reference, nor for a payout's (R).
MARK = "C"


def carry_debts(*, actor: User | None, line: ShareMovement) -> list[CarriedDebt]:
    """What is left to pay on the shares of `line` goes with them; given back to the company, nobody owes it.

    Most lines carry none: one query then.
    """
    giver = line.from_shareholder
    if giver is None:
        return []
    made = [_carry(line, giver, moved) for moved in moved_with(giver, line.quantity, line.dated, line=line)]
    for row in made:
        record(
            actor, "carry_debt", row, scope=line.cooperative.slug, amount=str(row.amount), line=line.number
        )
    return made


def _carry(line: ShareMovement, giver: Shareholder, moved: Moved) -> CarriedDebt:
    cooperative = line.cooperative
    rows = CarriedDebt.objects.of(cooperative)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    return CarriedDebt.objects.create(
        cooperative=cooperative,
        number=number,
        reference=reference_for(cooperative.payment_prefix + MARK, number),
        subscription=moved.debt.subscription,
        before=moved.debt.carried,
        movement=line,
        giver=giver,
        holder=line.to_shareholder,
        quantity=moved.shares,
        amount=moved.amount,
        schedule=[{"due_on": f"{call.due_on}", "amount": f"{call.amount}"} for call in moved.calls],
        liable_until=_liable_until(line.dated) if line.to_shareholder_id else None,
    )


def _liable_until(day: dt.date) -> dt.date:
    months = parameter("shares.transferor_liability_months").value_on(day)
    return add_months(day, int(months))


def check_within_debt(subscription: Subscription, carried: CarriedDebt | None, amount: Decimal) -> None:
    """Where several people owe the calls of a subscription, nobody pays more than her part by mistake.

    Raises MoneyRefused. Of what one person owes alone, too much is sent back as ever.
    """
    debts = debts_of_subscription(subscription) if subscription.schedule else []
    if carried is None and len(debts) < 2:
        return
    left = next((debt.amount for debt in debts if debt.carried == carried), Decimal(0))
    if amount > left:
        raise MoneyRefused(
            _("Sous cette référence, il reste %(left)s à verser, pas davantage.")
            % {"left": figures.euros(left)}
        )

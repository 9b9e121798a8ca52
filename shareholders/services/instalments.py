"""Shares paid in several times: each later call is reminded of, before its day and after it."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from mine_de_soleil.core.journal import record
from shareholders.instalments import Due
from shareholders.models import CallReminder, Cooperative
from shareholders.services.instalment_mails import tell_call
from shareholders.unpaid import Debt, debts_in

log = logging.getLogger(__name__)
Step = CallReminder.Step
# A house rule, not a law: a month to put the money aside; a week late may be the bank's; a month late isn't.
STEPS = (
    (Step.VERY_LATE, dt.timedelta(days=30)),
    (Step.LATE, dt.timedelta(days=7)),
    (Step.SOON, dt.timedelta(days=-30)),
)


def remind_calls(now: dt.datetime) -> int:
    """Every night: one letter for each call and step; how many. Safe to repeat, or to cut off.

    One cooperative, or one debt, that raises keeps no other waiting.
    """
    sent = 0
    for cooperative in Cooperative.objects.order_by("pk"):
        try:
            debts = debts_in(cooperative)
        except Exception:
            log.exception("the debts of %s can't be read", cooperative.slug)
            continue
        today = timezone.localdate(now, cooperative.zone)
        sent += sum(_remind_of(debt, today) for debt in debts)
    return sent


def _remind_of(debt: Debt, today: dt.date) -> int:
    """The letters written about one debt; none if something about it fails, which is logged."""
    sent = 0
    try:
        for call in debt.later:
            sent += remind(debt, call, today)
    except Exception:
        log.exception("the calls of %s can't be reminded of", debt.reference)
    return sent


def step_on(due_on: dt.date, today: dt.date) -> CallReminder.Step | None:
    """The last step reached by `today`; None while it is too early for any."""
    return next((step for step, after in STEPS if today >= due_on + after), None)


@transaction.atomic
def remind(debt: Debt, call: Due, today: dt.date) -> bool:
    """Write about one call, once a step; whether a letter was written now."""
    if call.due_on is None or debt.holder.died_on:
        return False
    step = step_on(call.due_on, today)
    if step is None:
        return False
    _row, is_new = CallReminder.objects.get_or_create(
        subscription=debt.subscription,
        carried=debt.carried,
        due_on=call.due_on,
        step=step,
        defaults={"amount": call.amount},
    )
    if is_new:
        tell_call(debt, call, step)
        record(None, "remind_call", debt.subscription, scope=debt.subscription.cooperative.slug, step=step)
    return is_new

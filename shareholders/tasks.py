"""What the worker does for shares and money."""

import datetime as dt

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mine_de_soleil.core.jobs import fresh_connection


@app.task(queue="papers")
@fresh_connection
def make_papers(subscription_id: int) -> None:
    """Make what papers a subscription lacks; done twice, it makes none twice."""
    from shareholders.services.paper_making import make_missing_papers

    make_missing_papers(subscription_id)


# Money. The provider may be away for hours: asked again with the same key, nothing is done twice.


@app.task(queue="money", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def refund_payout(payout_id: int) -> None:
    """Ask the provider to give money back, and enter what came of it."""
    from shareholders.services.provider_refunds import refund_by_provider

    refund_by_provider(payout_id=payout_id)


@app.task(queue="money", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
@fresh_connection
def treat_event(event_id: int) -> None:
    """Look again at the payment a signed message spoke of; done twice, the second run changes nothing."""
    from shareholders.services.provider import treat

    treat(event_id=event_id)


@app.periodic(cron="23 4 * * *")
@app.task(queue="money", queueing_lock="reconcile_payments")
@fresh_connection
def reconcile_payments(timestamp: int) -> None:
    """Compare our ledger with the provider's own list, and enter what its messages didn't tell."""
    from shareholders.services.reconciliation import reconcile_all

    reconcile_all(now=dt.datetime.fromtimestamp(timestamp, tz=dt.UTC))


@app.periodic(cron="41 4 * * *")
@app.task(queue="housekeeping", queueing_lock="expire_subscriptions")
@fresh_connection
def expire_subscriptions(timestamp: int) -> None:
    """End the subscriptions that waited too long, and remind who has a week left to pay."""
    from shareholders.services.subscription_endings import expire_subscriptions as expire

    expire()


# Transfers, withdrawals, people. Each may be done twice, or a night late.


@app.task(queue="papers")
@fresh_connection
def make_transfer_papers(transfer_id: int) -> None:
    """Make what papers a registered transfer lacks; done twice, it makes none twice."""
    from shareholders.services.paper_making import make_missing_transfer_papers

    make_missing_transfer_papers(transfer_id)


@app.task(queue="letters")
@fresh_connection
def tell_about_pre_emption(transfer_id: int) -> None:
    """Write to everybody who may buy first."""
    from shareholders.services.transfer_clocks import tell_those_who_may_buy_first

    tell_those_who_may_buy_first(transfer_id)


@app.periodic(cron="7 2 * * *")
@app.task(queue="housekeeping", queueing_lock="run_transfer_clocks")
@fresh_connection
def run_transfer_clocks(timestamp: int) -> None:
    """Apply the statutes' days to transfers: the end of pre-emption, what silence means."""
    from shareholders.services.transfer_clocks import run_clocks

    run_clocks(dt.datetime.fromtimestamp(timestamp, tz=dt.UTC))


@app.periodic(cron="17 5 * * *")
@app.task(queue="housekeeping", queueing_lock="remind_calls")
@fresh_connection
def remind_calls(timestamp: int) -> None:
    """Write to who has a later call to pay on shares, before its day and after it."""
    from shareholders.services.instalments import remind_calls as remind

    remind(dt.datetime.fromtimestamp(timestamp, tz=dt.UTC))


@app.periodic(cron="37 2 * * *")
@app.task(queue="housekeeping", queueing_lock="end_minorities")
@fresh_connection
def end_minorities(timestamp: int) -> None:
    """End the power of parents whose child came of age."""
    from shareholders.services import majorities

    majorities.end_minorities(dt.datetime.fromtimestamp(timestamp, tz=dt.UTC))


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_people")
@fresh_connection
def forget_people(timestamp: int) -> None:
    """Forget who never became a shareholder, and the requests no family confirmed."""
    from shareholders.services import forgetting, newborns

    now = dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
    try:
        newborns.forget_unconfirmed(now=now)
    finally:
        # One that fails is seen in the job, and keeps the other from nothing.
        forgetting.forget_ended(now=now)


@app.periodic(cron="11 4 * * *")
@app.task(queue="housekeeping", queueing_lock="issue_what_waited")
@fresh_connection
def issue_what_waited(timestamp: int) -> None:
    """Issue the shares that statutes in force since today no longer keep waiting."""
    from shareholders.services.statutes_adoption import issue_everywhere

    issue_everywhere()


# Papers: the worker's part, and what is left over from jobs that failed.


@app.task(queue="papers", retry=2)
@fresh_connection
def make_newborn_papers(panel_id: int) -> None:
    """Make the certificate of a panel that was given; done twice, it makes one."""
    from shareholders.services.paper_making import make_newborn_paper

    make_newborn_paper(panel_id)


@app.task(queue="papers", retry=2)
@fresh_connection
def make_register_extract(cooperative_id: int, user_id: int, day: str, language: str) -> None:
    """Make an extract of a register too long to be made while somebody waits."""
    from shareholders.services.register_papers import make_asked_extract

    make_asked_extract(cooperative_id, user_id, dt.date.fromisoformat(day), language)


@app.periodic(cron="53 4 * * *")
@app.task(queue="papers", queueing_lock="make_owed_papers")
@fresh_connection
def make_owed_papers(timestamp: int) -> None:
    """Make every paper that an earlier job failed to make."""
    from shareholders.services.paper_making import make_owed_papers as make_them

    make_them()

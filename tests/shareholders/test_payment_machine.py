"""The payment machine under random acts: statements that overlap, messages shuffled and lost, accidents.

Whatever happens, in whatever order and however often, every euro of the bank and of the provider is in one
place, and no share is issued unpaid.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from shareholders.ledger import ZERO, free_of, kept_of, net_of, on_its_way
from shareholders.models import Payment, Payout, ProviderEvent, StatementLine, Subscription
from shareholders.services import provider, reconciliation
from shareholders.services.gates import NotDecidable, decide
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payments import undo_issue
from shareholders.services.payouts import complete_payout, return_line, send_payout
from shareholders.services.statements import assign_line, import_statement
from shareholders.stripe_gateway import ProviderDown
from tests.factories import UserFactory
from tests.shareholders.banking.statements import Line, camt053, french_iban
from tests.shareholders.money import (
    hear,
    open_cooperative,
    open_page,
    subscribe,
    transfer,
    with_account,
    work,
)
from tests.stripe_stand_in import StandIn
from tests.stripe_stand_in.wire import Refused

SHARES = st.integers(1, 3)
FIRST = dt.date(2026, 3, 2)

# How acts are drawn: by a generator whose seed is Hypothesis's. Left to draw each act and each word of it,
# its short searches would repeat the simplest ones, and no money would move.
Draw = Callable[[random.Random], Any]


def one_of(choices: Sequence[Any]) -> Draw:
    return lambda dice: dice.choice(choices)


def between(least: int, most: int) -> Draw:
    return lambda dice: dice.randint(least, most)


def sometimes(most: int) -> Draw:
    return lambda dice: dice.randint(1, most) if dice.random() < 0.3 else None


PICK = between(0, 30)
COIN = one_of([False, True])
AMOUNTS = one_of(["50.00", "100.00", "150.00", "0.01", "99.99", "130.00"])
ORDERS = one_of(["as they happened", "reversed", "shuffled"])
WRITTEN = one_of(["due", "due", "50.00", "100.00", "99.99", "400.00"])


def some_transfers(dice: random.Random) -> list[tuple[str, list[int], bool]]:
    """Amount, subscriptions named, and whether the account is known."""
    count = dice.randint(1, 3)
    return [
        (WRITTEN(dice), dice.sample(range(30), dice.choice([0, 1, 1, 1, 2])), COIN(dice))
        for _ in range(count)
    ]


class Accident(Exception):
    """The process dies here."""


@contextmanager
def dying_at(n: int | None) -> Iterator[None]:
    """The n-th line of the ledger written from here on isn't, nor anything of its transaction."""
    if n is None:
        yield
        return
    written, save = 0, Payment.save

    def dying(self: Payment, *args: Any, **kwargs: Any) -> None:
        nonlocal written
        written += 1
        if written >= n:
            raise Accident
        save(self, *args, **kwargs)

    Payment.save = dying  # type: ignore[method-assign]
    try:
        yield
    finally:
        Payment.save = save  # type: ignore[method-assign]


def accident_or(act: Callable[[], object], *refusals: type[Exception]) -> None:
    """Try: a refusal in words, or an accident, changes nothing and isn't an error."""
    try:
        with transaction.atomic():
            act()
    except (Accident, MoneyRefused, *refusals):
        return


ACTS: dict[str, dict[str, Draw]] = {}


def act(**drawn: Draw) -> Callable[[Any], Any]:
    """Something that may happen. Not a rule each: Hypothesis would switch most of them off in a search."""

    def keep(method: Any) -> Any:
        ACTS[method.__name__] = drawn
        return method

    return keep


class Money(RuleBasedStateMachine):
    """A cooperative, its bank and its provider. The bank's truth is `days`; statements show slices of it."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.stripe = StandIn()
        self.stripe.__enter__()
        self.days: list[list[Line]] = []
        self.pages: list[str] = []

    @initialize(shares=st.lists(SHARES, min_size=4, max_size=6), seed=st.integers(0, 2**32))
    def found(self, shares: list[int], seed: int) -> None:
        self.random = random.Random(seed)
        self.cooperative = open_cooperative()
        with_account(self.cooperative, self.stripe)
        hear(self.cooperative, self.stripe)
        self.actor = UserFactory()
        self.subscriptions = [subscribe(self.cooperative, n, shares=s) for n, s in enumerate(shares, start=1)]

    def subscription(self, pick: int) -> Subscription:
        return Subscription.objects.get(pk=self.subscriptions[pick % len(self.subscriptions)].pk)

    @rule()
    def anything_happens(self) -> None:
        name = self.random.choice(sorted(ACTS))
        said = {key: drawn(self.random) for key, drawn in ACTS[name].items()}
        note(f"{name} {said}")
        getattr(self, name)(**said)

    # The board

    @act(pick=PICK, approved=one_of([True, True, True, False]))
    def board_decides(self, pick: int, approved: bool) -> None:
        accident_or(
            lambda: decide(
                actor=self.actor, subscription=self.subscription(pick), approved=approved, reason="x"
            ),
            NotDecidable,
        )

    @act(pick=PICK)
    def board_undoes(self, pick: int) -> None:
        accident_or(
            lambda: undo_issue(actor=self.actor, subscription=self.subscription(pick), reason="impayé")
        )

    # The bank

    @act(
        entries=some_transfers,
        twice=COIN,
        is_shown=COIN,
    )
    def transfers_arrive(
        self, entries: list[tuple[str, list[int], bool]], twice: bool, is_shown: bool
    ) -> None:
        day = []
        for amount, picks, is_known in entries:
            named = {self.subscriptions[p % len(self.subscriptions)] for p in picks}
            numbers = sorted(subscription.number for subscription in named)
            if amount == "due":
                amount = str(sum((s.price for s in named), ZERO) or "50.00")
            iban = french_iban(numbers[0] if numbers and is_known else 77)
            day.append(transfer(amount, *numbers, iban=iban, name="PAYEUR"))
        self.add_day(day * (2 if twice else 1))
        if is_shown:
            self.bring(self.days[-1:], len(self.days) - 1)

    @act()
    def orders_are_executed(self) -> None:
        sent = Payout.objects.filter(state=Payout.State.SENT, method="transfer")
        self.add_day([Line(f"-{p.amount}", p.reference, iban=french_iban(5)) for p in sent.order_by("pk")])

    @act(pick=PICK)
    def an_order_comes_back(self, pick: int) -> None:
        done = list(Payout.objects.filter(state=Payout.State.DONE, method="transfer").order_by("pk"))
        if done:
            payout = done[pick % len(done)]
            self.add_day([Line(f"{payout.amount}", payout.reference, is_return=True)])

    def add_day(self, lines: list[Line]) -> None:
        on = FIRST + dt.timedelta(days=len(self.days))
        self.days.append([Line(**{**line.__dict__, "on": on}) for line in lines])

    @act(first=PICK, length=between(1, 5), dies=sometimes(3), dry=COIN)
    def a_statement_is_imported(self, first: int, length: int, dies: int | None, dry: bool) -> None:
        if not self.days:
            return
        start = first % len(self.days)
        self.bring(self.days[start : start + length], start, dies, dry=dry and dies is None)

    def bring(
        self, days: list[list[Line]], start: int, dies: int | None = None, *, dry: bool = False
    ) -> None:
        lines = [line for day in days for line in day]
        before = sum((line.value for day in self.days[:start] for line in day), Decimal(1000))
        began = FIRST + dt.timedelta(days=start)
        ended = began + dt.timedelta(days=len(days) - 1)
        content = camt053(lines, opening=before, start=began, end=ended)
        with dying_at(dies):
            accident_or(
                lambda: import_statement(
                    actor=None,
                    cooperative=self.cooperative,
                    file_name="releve.xml",
                    content=content,
                    dry_run=dry,
                )
            )

    # The treasurer

    def line(self, pick: int) -> StatementLine | None:
        lines = list(StatementLine.objects.order_by("pk"))
        return lines[pick % len(lines)] if lines else None

    @act(pick=PICK, to=PICK, amount=AMOUNTS)
    def treasurer_assigns(self, pick: int, to: int, amount: str) -> None:
        if (line := self.line(pick)) is not None:
            subscription = self.subscription(to)
            accident_or(
                lambda: assign_line(
                    actor=self.actor, line=line, subscription=subscription, amount=Decimal(amount)
                )
            )

    @act(pick=PICK)
    def treasurer_returns(self, pick: int) -> None:
        if (line := self.line(pick)) is not None:
            accident_or(lambda: return_line(actor=self.actor, line=line))

    @act(pick=PICK)
    def treasurer_sends(self, pick: int) -> None:
        due = list(Payout.objects.filter(state=Payout.State.DUE, method="transfer").order_by("pk"))
        if due:
            payout = due[pick % len(due)]
            accident_or(
                lambda: complete_payout(
                    actor=self.actor, payout=payout, beneficiary="X", iban=french_iban(90 + payout.pk % 9)
                )
            )
            accident_or(lambda: send_payout(actor=self.actor, payout=payout))

    # The provider

    @act(
        pick=PICK,
        way=one_of(["card", "debit"]),
        is_cut=COIN,
        pays=COIN,
        is_heard=COIN,
    )
    def a_page_is_opened(
        self, pick: int, way: provider.Way, is_cut: bool, pays: bool, is_heard: bool
    ) -> None:
        if is_cut:
            self.stripe.cut_after_work()
        try:
            self.pages.append(open_page(self.subscription(pick), way).session_id)
        except (provider.NotPayable, ProviderDown):
            self.stripe.trouble._ahead.clear()
            return
        if pays:
            self.stripe.pay(self.pages[-1], method="card" if way == "card" else "sepa_debit")
        if is_heard:
            self.stripe.deliver("shuffled")
            work()

    @act(pick=PICK, act=one_of(["pay", "pay", "decline"]))
    def somebody_pays(self, pick: int, act: str) -> None:
        if not self.pages:
            return
        page = self.pages[pick % len(self.pages)]
        allowed = self.stripe.world.get("checkout.session", page)["payment_method_types"]
        try:
            if act == "decline":
                self.stripe.decline(page)
            else:
                self.stripe.pay(page, method=allowed[0])
        except Refused:
            self.pages.remove(page)

    @act(
        pick=PICK,
        act=one_of(["settle", "fail", "late", "dispute", "win", "lose", "fail_refund"]),
    )
    def something_happens_at_a_bank(self, pick: int, act: str) -> None:
        world = self.stripe.world.objects
        kind = {"win": "dispute", "lose": "dispute", "fail_refund": "refund"}.get(act, "payment_intent")
        if not (found := sorted(world[kind])):
            return
        key = found[pick % len(found)]
        acts: dict[str, Callable[[str], object]] = {
            "settle": self.stripe.settle_debit,
            "fail": self.stripe.fail_debit,
            "late": lambda intent: self.stripe.fail_debit(intent, late=True),
            "dispute": self.stripe.dispute,
            "win": self.stripe.win_dispute,
            "lose": self.stripe.lose_dispute,
            "fail_refund": self.stripe.fail_refund,
        }
        try:
            acts[act](key)
        except (Refused, ValueError, KeyError, StopIteration, IndexError, AssertionError):
            return

    @act(order=ORDERS, times=between(1, 2), dies=sometimes(2))
    def messages_arrive(self, order: Any, times: int, dies: int | None) -> None:
        self.stripe.deliver(order, times=times)
        with dying_at(dies):
            for event in ProviderEvent.objects.filter(treated_at=None).order_by("pk"):
                accident_or(lambda event=event: provider.treat(event_id=event.pk))

    @act()
    def messages_are_lost(self) -> None:
        self.stripe.lose_webhooks()

    @act()
    def the_worker_works(self) -> None:
        work()

    @act()
    def a_night_passes(self) -> None:
        now = dt.datetime.now(dt.UTC)
        reconciliation.reconcile_all(now=now + dt.timedelta(minutes=1))

    # Always

    @invariant()
    def a_line_is_spent_once(self) -> None:
        for line in StatementLine.objects.all():
            assert free_of(line) >= 0

    @invariant()
    def no_share_is_issued_unpaid(self) -> None:
        assert not Subscription.objects.filter(state="issued", paid_at=None).exists()

    @invariant()
    def what_is_too_much_is_owed_back_once(self) -> None:
        for subscription in Subscription.objects.exclude(state="draft"):
            kept = kept_of(subscription)
            assert kept is not None
            surplus = max(net_of(subscription) - kept, ZERO)
            gone = subscription.payouts.filter(state=Payout.State.SENT)
            ordered = sum((payout.amount for payout in gone), ZERO)
            assert surplus <= on_its_way(subscription) <= max(surplus, ordered)

    def teardown(self) -> None:
        try:
            if hasattr(self, "cooperative"):
                self.in_the_end()
        finally:
            self.stripe.__exit__()
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def in_the_end(self) -> None:
        """When all is quiet, both witnesses agree with the ledger."""
        for kind, method in Payment.objects.values_list("kind", "method").distinct():
            event(f"{kind} by {method}")
        for state in Subscription.objects.values_list("state", flat=True).distinct():
            event(f"ends {state}")
        for _ in range(3):
            work()
            self.a_night_passes()
        if self.days:
            self.bring(self.days, 0)
        work()
        self.a_night_passes()
        now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
        check = reconciliation.check_provider(
            cooperative=self.cooperative, start=now - dt.timedelta(days=1), end=now
        )
        assert check is not None
        assert check.differences == ()
        bank = reconciliation.check_bank(self.cooperative)
        assert [fault for fault in bank.faults if "elle manque" in fault] == []
        total = sum((line.value for day in self.days for line in day if line.value > 0), ZERO)
        assert bank.money_in == bank.placed + bank.waiting == total
        self.what_is_too_much_is_owed_back_once()


@pytest.mark.django_db
def test_every_euro_has_one_place_whatever_happens():
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=15,
            stateful_step_count=90,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

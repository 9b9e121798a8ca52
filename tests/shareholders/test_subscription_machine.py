"""Hypothesis drives subscriptions, money, decisions, time and rounds in any order, with interruptions.

After every act: no round holds more shares than it offers; whatever is issued was paid and approved; the
register adds up as `capital.py` says it, the plain way; and each euro received is kept, given back or owed.
"""

import contextlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mine_de_soleil.core.models import User
from shareholders import capital
from shareholders.ledger import ON_THEIR_WAY, kept_of, net_of
from shareholders.models import FundingRound, Payout, ShareMovement, Subscription
from shareholders.services import gates, rounds, subscription_endings, subscriptions
from shareholders.services.gates import NotDecidable, decide, pass_gates
from shareholders.services.rounds import close_round
from shareholders.services.signing import SigningRefused
from shareholders.services.subscription_endings import abandon, expire_subscriptions
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.services.subscription_starts import Started
from tests.factories import UserFactory
from tests.shareholders.joining_scene import Clock, Offer, ask_code, draft, make_offer, receive, sign
from tests.shareholders.services.test_subscriptions import accept, gift

SHARE = 50


class Interrupted(Exception):
    """The machine lost power here."""


# Where an act may be cut off: the calls by which it tells, writes down or hands on.
CUTS: tuple[tuple[Any, str], ...] = (
    (gates, "record"),
    (gates, "tell"),
    (gates, "owe_back"),
    (gates, "issue_shares"),
    (gates, "open_space"),
    (gates, "ask_for_papers"),
    (subscriptions, "record"),
    (subscriptions, "tell"),
    (subscription_endings, "owe_back"),
    (subscription_endings, "tell"),
    (rounds, "pass_gates"),
    (rounds, "owe_back"),
    (rounds, "tell"),
)


@contextlib.contextmanager
def cut_at(cut: tuple[Any, str] | None) -> Iterator[None]:
    """Lets the act inside be cut off at its call of `cut`, if it makes it: then nothing of it stays."""
    if cut is None:
        yield
        return
    with mock.patch.object(*cut, side_effect=Interrupted), contextlib.suppress(Interrupted):
        yield


class Subscriptions(RuleBasedStateMachine):
    """One cooperative, one round of 20 shares, a board, and neighbours who come and go."""

    offer: Offer
    board: User

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.patched = mock.patch.object(timezone, "now", lambda: self.clock.now)
        self.patched.start()
        # Rolled back at the end: each example starts from an empty cooperative.
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.started: list[Started] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)
        self.patched.stop()

    @initialize(
        minimum=st.sampled_from([0, 8]), pro_rata=st.booleans(), premium=st.sampled_from(["0.00", "2.50"])
    )
    def open_the_round(self, minimum: int, pro_rata: bool, premium: str) -> None:
        self.offer = make_offer(
            self.clock,
            minimum_shares=minimum,
            target_shares=10,
            maximum_shares=20,
            premium=Decimal(premium),
            rule="pro_rata" if pro_rata else "first_come",
        )
        self.board = UserFactory()

    def act(self, do: Callable[[], Any], cut: tuple[Any, str] | None = None) -> None:
        """One act: refused in words, cut off, or done."""
        refusals = (SubscriptionRefused, SigningRefused, NotDecidable)
        with cut_at(cut), contextlib.suppress(*refusals), transaction.atomic():
            do()

    def one(self, n: int, *states: str) -> Subscription:
        """One of those in these states, if there is any: most acts are tried where they may succeed."""
        rows = Subscription.objects.order_by("pk")
        likely = list(rows.filter(state__in=states)) or list(rows)
        return likely[n % len(likely)]

    def started_one(self, n: int, *states: str) -> Started:
        found = self.one(n, *states)
        return next(started for started in self.started if started.subscription.pk == found.pk)

    @rule(quantity=st.integers(1, 12))
    def somebody_fills_a_draft(self, quantity: int) -> None:
        self.act(lambda: self.started.append(draft(self.offer, quantity)))

    @rule(quantity=st.integers(1, 9), paid_first=st.booleans(), approved=st.sampled_from([True, True, False]))
    def somebody_goes_all_the_way(self, quantity: int, paid_first: bool, approved: bool) -> None:
        def go() -> None:
            started = draft(self.offer, quantity)
            self.started.append(started)
            found = sign(self.offer, started)
            if paid_first:
                receive(found, found.price)
                pass_gates(actor=None, subscription=found)
            decide(actor=self.board, subscription=found, approved=approved, reason="" if approved else "Non")
            if not paid_first:
                receive(found, found.price)
                pass_gates(actor=None, subscription=found)

        before = list(self.started)
        self.act(go)
        if not Subscription.objects.filter(
            pk=self.started[-1].subscription.pk if self.started else 0
        ).exists():
            self.started = before

    @rule(quantity=st.integers(1, 5))
    def somebody_offers_a_gift(self, quantity: int) -> None:
        self.act(lambda: self.started.append(gift(self.offer, quantity=quantity)))

    @precondition(lambda self: self.started)
    @rule(n=st.integers(0, 50), cut=st.none() | st.sampled_from(CUTS))
    def somebody_signs(self, n: int, cut: tuple[Any, str] | None) -> None:
        started = self.started_one(n, "read", "draft")
        is_new_gift = started.subscription.is_gift and not self.one(n, "read", "draft").identity
        self.act(lambda: (accept if is_new_gift else sign)(self.offer, started), cut)

    @precondition(lambda self: self.started)
    @rule(n=st.integers(0, 50))
    def somebody_signs_with_two_clicks(self, n: int) -> None:
        started = self.started_one(n, "read")

        def twice() -> None:
            code = ask_code(self.offer, started)
            first = sign(self.offer, started, code)
            assert sign(self.offer, started, code).signed_at == first.signed_at

        self.act(twice)

    @precondition(lambda self: self.started)
    @rule(
        n=st.integers(0, 50),
        amount=st.sampled_from([SHARE, 2 * SHARE, 7 * SHARE, 1, 630]),
        cut=st.none() | st.sampled_from(CUTS),
    )
    def money_arrives(self, n: int, amount: int, cut: tuple[Any, str] | None) -> None:
        def arrive() -> None:
            found = self.one(n, "signed", "draft")
            # What wasn't signed shows no reference: only a gift is paid before.
            if found.signed_at or found.is_gift:
                receive(found, amount)
                pass_gates(actor=None, subscription=found)

        self.act(arrive, cut)

    @precondition(lambda self: self.started)
    @rule(n=st.integers(0, 50), cut=st.none() | st.sampled_from(CUTS))
    def exactly_the_price_arrives(self, n: int, cut: tuple[Any, str] | None) -> None:
        def arrive() -> None:
            found = self.one(n, "signed")
            if found.signed_at:
                receive(found, found.price)
                pass_gates(actor=None, subscription=found)

        self.act(arrive, cut)

    @precondition(lambda self: self.started)
    @rule(n=st.integers(0, 50), approved=st.booleans(), cut=st.none() | st.sampled_from(CUTS))
    def the_board_decides(self, n: int, approved: bool, cut: tuple[Any, str] | None) -> None:
        self.act(
            lambda: decide(
                actor=self.board,
                subscription=self.one(n),
                approved=approved,
                reason="" if approved else "Non",
            ),
            cut,
        )

    @precondition(lambda self: self.started)
    @rule(n=st.integers(0, 50))
    def somebody_gives_up(self, n: int) -> None:
        key = self.started_one(n, "draft", "read").key
        self.act(lambda: abandon(cooperative=self.offer.cooperative, key=key))

    @rule(days=st.sampled_from([1, 1, 2, 3, 8, 25]), cut=st.none() | st.sampled_from(CUTS))
    def time_passes(self, days: int, cut: tuple[Any, str] | None) -> None:
        self.clock.forward(days=days)
        self.act(expire_subscriptions, cut)

    @precondition(lambda self: len(self.started) >= 4)
    @rule(cut=st.none() | st.sampled_from(CUTS))
    def the_round_is_closed(self, cut: tuple[Any, str] | None) -> None:
        self.act(lambda: close_round(actor=self.board, offer=self.offer.round), cut)

    @invariant()
    def no_round_is_overfilled(self) -> None:
        for offer in FundingRound.objects.all():
            rows = offer.subscriptions.standing()
            held = sum(row.shares for row in rows)
            if offer.rule == "first_come" or offer.closed_at:
                assert held <= offer.maximum_shares

    @invariant()
    def whatever_is_issued_is_paid_and_approved(self) -> None:
        for row in Subscription.objects.filter(state="issued"):
            assert row.decision == "approved"
            assert row.paid_at is not None
            assert net_of(row) >= row.price
            assert row.movement is not None
            assert row.movement.quantity == row.shares

    @invariant()
    def the_register_adds_up(self) -> None:
        lines = list(ShareMovement.objects.order_by("cooperative", "number"))
        moved = [
            capital.Movement(line.from_shareholder_id, line.to_shareholder_id, line.quantity)
            for line in lines
        ]
        issued = Subscription.objects.filter(state="issued")
        assert sum(capital.holdings(moved).values()) == capital.issued(moved)
        founding = 1_000 * len({line.cooperative_id for line in lines})
        assert capital.issued(moved) == founding + sum(row.shares for row in issued)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))

    @invariant()
    def each_euro_is_kept_given_back_or_owed(self) -> None:
        for row in Subscription.objects.all():
            owed = Payout.objects.filter(subscription=row, state__in=ON_THEIR_WAY)
            total = owed.aggregate(total=Sum("amount"))["total"] or Decimal(0)
            kept = kept_of(row)
            if kept is None:
                assert total == 0
            else:
                assert net_of(row) - total == min(net_of(row), kept), row.state


@pytest.mark.django_db
def test_whatever_happens_shares_and_euros_add_up():
    run_state_machine_as_test(
        Subscriptions,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

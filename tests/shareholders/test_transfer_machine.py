"""Random transfers, wishes, answers, silences, withdrawals and deaths, some cut off in the middle.

Whatever comes: holdings never below zero, always the sum of the register, promised shares within those held,
every registered transfer or entered withdrawal has its one line, and no withdrawal is owed twice.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shareholders.capital import Movement, holdings, issued
from shareholders.models import Payout, Shareholder, ShareMovement, ShareTransfer, Withdrawal
from shareholders.services import orders, transfers, withdrawals
from shareholders.services.estates import Heir, enter_death, pass_to_heirs
from shareholders.services.orders import send_order_code, sign_order
from shareholders.services.people import attach
from shareholders.services.pre_emption import wish_to_buy
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfer_clocks import run_clocks
from shareholders.services.transfers import agree, cancel, decide_transfer, decline, propose_transfer
from shareholders.services.withdrawals import ask_withdrawal, cancel_withdrawal, enter_withdrawal
from shareholders.transferable import capital_shares_on, held_on, promised_by
from tests.shareholders.village import NOW, build_village, last_code

PEOPLE = st.integers(0, 3)
PICK = st.integers(0, 10**6)
# Where an act may be cut off: the last thing it does.
CUTS = [(transfers, "tell"), (orders, "tell"), (orders, "ask_for_transfer_papers"), (withdrawals, "_tell")]


class CutOff(Exception):
    """The process died there."""


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.clock = mock.patch.object(timezone, "now", lambda: self.now)
        self.clock.start()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.village = build_village()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        self.clock.stop()

    @property
    def today(self) -> dt.date:
        return timezone.localdate()

    def person(self, n: int) -> Shareholder:
        return Shareholder.objects.select_related("user", "cooperative").get(pk=self.village.people[n].pk)

    def transfer(self, pick: int, *states: str) -> ShareTransfer | None:
        found = list(
            ShareTransfer.objects.filter(state__in=states).select_related("giver", "taker", "cooperative")
        )
        return found[pick % len(found)] if found else None

    @contextmanager
    def may_fail(self, cut: int) -> Iterator[None]:
        """An act refused or cut off leaves the state before."""
        patches = [mock.patch.object(*CUTS[cut], side_effect=CutOff)] if cut < len(CUTS) else []
        before = self.picture()
        try:
            with transaction.atomic():
                for patch in patches:
                    patch.start()
                yield
        except (TransferRefused, CutOff):
            assert self.picture() == before
        finally:
            for patch in patches:
                patch.stop()

    def picture(self) -> tuple[object, ...]:
        return (
            ShareMovement.objects.count(),
            list(ShareTransfer.objects.order_by("pk").values_list("pk", "state", "quantity")),
            list(Withdrawal.objects.order_by("pk").values_list("pk", "state")),
            Payout.objects.count(),
        )

    @rule(n=PEOPLE, m=PEOPLE, quantity=st.integers(0, 45), sale=st.booleans(), cut=st.integers(0, 9))
    def propose(self, n: int, m: int, quantity: int, sale: bool, cut: int) -> None:
        giver = self.person(n)
        with self.may_fail(cut):
            propose_transfer(
                actor=giver.user,
                giver=giver,
                taker=self.person(m),
                quantity=quantity,
                kind="transfer" if sale else "gift",
                price_per_share=Decimal(50 if sale else 0),
                kinship="descendant" if not sale and quantity % 2 else "",
            )

    @rule(pick=PICK, yes=st.booleans(), cut=st.integers(0, 9))
    def answer(self, pick: int, yes: bool, cut: int) -> None:
        found = self.transfer(pick, "proposed")
        if found:
            with self.may_fail(cut):
                (agree if yes else decline)(actor=found.taker.user, transfer=found)

    @rule(pick=PICK, n=PEOPLE, quantity=st.integers(0, 30))
    def wish(self, pick: int, n: int, quantity: int) -> None:
        found, holder = self.transfer(pick, "agreed"), self.person(n)
        if found:
            with self.may_fail(9):
                wish_to_buy(actor=holder.user, transfer=found, holder=holder, quantity=quantity)

    @rule(pick=PICK, yes=st.booleans(), cut=st.integers(0, 9))
    def decide(self, pick: int, yes: bool, cut: int) -> None:
        found = self.transfer(pick, "agreed", "approved", "refused")
        if found:
            with self.may_fail(cut):
                decide_transfer(actor=self.village.board, transfer=found, approved=yes, reason="Motif.")

    @rule(pick=PICK, cut=st.integers(0, 9))
    def sign(self, pick: int, cut: int) -> None:
        found = self.transfer(pick, "approved")
        if found and found.kind != "inheritance":
            with self.may_fail(cut):
                send_order_code(actor=found.giver.user, transfer=found)
                sign_order(actor=found.giver.user, transfer=found, code=last_code(found.giver.user.email))
            self.now += dt.timedelta(minutes=2)

    @rule(pick=PICK, cut=st.integers(0, 9))
    def give_up(self, pick: int, cut: int) -> None:
        found = self.transfer(pick, "proposed", "agreed", "approved", "registered")
        if found:
            with self.may_fail(cut):
                cancel(actor=found.giver.user, transfer=found)

    @rule(n=PEOPLE, quantity=st.integers(0, 45), cut=st.integers(0, 9))
    def ask_back(self, n: int, quantity: int, cut: int) -> None:
        with self.may_fail(cut):
            ask_withdrawal(actor=self.person(n).user, holder=self.person(n), quantity=quantity)

    @rule(enter=st.booleans(), cut=st.integers(0, 9))
    def end_withdrawals(self, enter: bool, cut: int) -> None:
        for found in Withdrawal.objects.select_related("holder", "cooperative").order_by("pk"):
            with self.may_fail(cut):
                if enter:
                    enter_withdrawal(actor=self.village.board, withdrawal=found)
                else:
                    cancel_withdrawal(actor=found.holder.user, withdrawal=found)

    @rule(days=st.sampled_from([1, 31, 61, 95, 200]))
    def time_passes(self, days: int) -> None:
        self.now += dt.timedelta(days=days)
        run_clocks(self.now)

    @precondition(lambda self: not Shareholder.objects.exclude(died_on=None).exists())
    @rule(n=PEOPLE, m=PEOPLE, share=st.integers(0, 45))
    def die(self, n: int, m: int, share: int) -> None:
        holder = self.person(n)
        deed = attach(
            actor=None,
            cooperative=self.village.cooperative,
            kind="deed",
            file_name="acte.pdf",
            content_type="application/pdf",
            content=b"%PDF-",
        )
        enter_death(actor=self.village.board, holder=holder, died_on=self.today, deed=deed)
        # The right number of shares, or a wrong one.
        quantity = share if share % 3 else held_on(holder, self.today)
        with self.may_fail(9):
            heirs = [Heir(quantity, holder=self.person(m), kinship="spouse" if share % 2 else "")]
            pass_to_heirs(actor=self.village.board, holder=holder, heirs=heirs, deed=deed)

    @invariant()
    def the_register_adds_up(self) -> None:
        lines = ShareMovement.objects.order_by("number").values_list(
            "from_shareholder", "to_shareholder", "quantity"
        )
        movements = [Movement(*line) for line in lines]
        held = holdings(movements)  # raises below zero
        assert all(held_on(one, self.today) == held.get(one.pk, 0) for one in self.village.people)
        assert issued(movements) == capital_shares_on(self.village.cooperative, self.today)
        numbers = ShareMovement.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(movements) + 1))

    @invariant()
    def promised_shares_never_exceed_those_held(self) -> None:
        assert all(promised_by(one) <= held_on(one, self.today) for one in self.village.people)

    @invariant()
    def each_end_has_its_one_line(self) -> None:
        moved = ShareTransfer.objects.filter(state="registered")
        assert not moved.exclude(movement__quantity=F("quantity")).exists()
        entered = Withdrawal.objects.filter(state="entered")
        kinds = ShareMovement.objects.exclude(kind="issue").count()
        assert kinds == moved.count() + entered.count()
        assert Payout.objects.count() == entered.count()


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_register():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=checks
        ),
    )

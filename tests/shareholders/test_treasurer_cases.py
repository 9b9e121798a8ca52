"""The treasurer's worked cases, through the real services: real bank files, and a provider that answers."""

import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from shareholders.amounts_due import short_subscriptions
from shareholders.models import (
    Cooperative,
    MovementKind,
    Payment,
    Payout,
    ShareMovement,
    StatementLine,
    Subscription,
)
from shareholders.services.payments import undo_issue
from shareholders.services.payouts import return_line, send_payout
from shareholders.services.statements import assign_line
from shareholders.services.suggested import accept_suggestion
from shareholders.suggestions import suggest
from tests.factories import UserFactory
from tests.shareholders.banking.statements import DAY, Line, french_iban
from tests.shareholders.money import (
    bring,
    decide,
    hear,
    open_cooperative,
    open_page,
    pay_online,
    subscribe,
    told,
    transfer,
    waiting,
    with_account,
    work,
)
from tests.stripe_stand_in import StandIn

pytestmark = pytest.mark.django_db
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "treasurer.toml").read_text("utf-8"))["case"]


class Treasury:
    """One case being played."""

    def __init__(self, case: dict[str, Any], stripe: StandIn) -> None:
        self.case, self.stripe = case, stripe
        self.cooperative: Cooperative = open_cooperative()
        self.subscriptions = {
            int(number): subscribe(self.cooperative, int(number), shares=shares)
            for number, shares in case["subscriptions"].items()
        }
        self.actor = UserFactory()
        self.intents: dict[int, str] = {}
        self.pages: dict[int, str] = {}
        with_account(self.cooperative, stripe)
        hear(self.cooperative, stripe)

    def play(self, step: dict[str, Any]) -> None:
        acts: dict[str, Callable[[dict[str, Any]], None]] = {
            "statement": self.statement,
            "decide": self.decide,
            "online": self.online,
            "page": self.page,
            "on_page": self.on_page,
            "bank": self.bank,
            "assign": self.assign,
            "accept": self.accept,
            "return": self.give_back,
            "send": self.send,
            "lost": self.lost,
            "undo": self.undo,
        }
        next(act for word, act in acts.items() if word in step)(step)
        self.stripe.deliver()
        work()
        self.stripe.deliver("shuffled")
        work()

    def statement(self, step: dict[str, Any]) -> None:
        lines = [self.line(dict(entry)) for entry in step["statement"]]
        report = bring(self.cooperative, lines, opening=Decimal(step.get("opening", "1000.00")))
        wanted = step.get("report", {})
        assert {name: getattr(report, name) for name in wanted} == wanted

    def line(self, entry: dict[str, Any]) -> Line:
        numbers, account = entry.pop("for", []), entry.pop("account", None)
        paid = entry.pop("payouts", [])
        text = " ".join([entry.pop("text", ""), *(self.payout(n).reference for n in paid)])
        iban = french_iban(account) if account else ""
        return transfer(
            entry.pop("amount"), *numbers, day=entry.pop("day", DAY.day), text=text, iban=iban, **entry
        )

    def payout(self, number: int) -> Payout:
        return Payout.objects.get(number=number)

    def decide(self, step: dict[str, Any]) -> None:
        decide(self.subscriptions[step["decide"]], step["approved"])

    def online(self, step: dict[str, Any]) -> None:
        number = step["online"]
        self.intents[number] = pay_online(self.subscriptions[number], self.stripe, step["way"])

    def page(self, step: dict[str, Any]) -> None:
        self.pages[step["page"]] = open_page(self.subscriptions[step["page"]], step["way"]).session_id

    def on_page(self, step: dict[str, Any]) -> None:
        self.intents[step["on_page"]] = self.stripe.pay(self.pages[step["on_page"]])

    def bank(self, step: dict[str, Any]) -> None:
        intent = self.intents[step["bank"]]
        world = self.stripe.world.objects
        acts: dict[str, Callable[[], object]] = {
            "settle": lambda: self.stripe.settle_debit(intent),
            "fail": lambda: self.stripe.fail_debit(intent),
            "fail_late": lambda: self.stripe.fail_debit(intent, late=True),
            "dispute": lambda: self.stripe.dispute(intent),
            "win": lambda: self.stripe.win_dispute(next(iter(world["dispute"]))),
            "fail_refund": lambda: self.stripe.fail_refund(next(iter(world["refund"]))),
        }
        acts[step["does"]]()

    def nth_line(self, n: int) -> StatementLine:
        return StatementLine.objects.order_by("pk")[n - 1]

    def assign(self, step: dict[str, Any]) -> None:
        assign_line(
            actor=self.actor,
            line=self.nth_line(step["assign"]),
            subscription=self.subscriptions[step["to"]],
            amount=Decimal(step["amount"]),
        )

    def accept(self, step: dict[str, Any]) -> None:
        from shareholders.ledger import with_free

        line = with_free(StatementLine.objects.filter(pk=self.nth_line(step["accept"]).pk)).get()
        found = suggest(self.cooperative, [line], DAY)[line.pk]
        accept_suggestion(actor=self.actor, line=line, told=found.told, free_then=line.free)

    def give_back(self, step: dict[str, Any]) -> None:
        return_line(actor=self.actor, line=self.nth_line(step["return"]))

    def send(self, step: dict[str, Any]) -> None:
        send_payout(actor=self.actor, payout=self.payout(step["send"]))

    def lost(self, step: dict[str, Any]) -> None:
        assert [s.number for s in short_subscriptions(self.cooperative)] == step["lost"]

    def undo(self, step: dict[str, Any]) -> None:
        undo_issue(
            actor=self.actor, subscription=self.subscriptions[step["undo"]], reason="prélèvement rejeté"
        )


@pytest.fixture
def stripe() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_worked_case_comes_out_as_written(case: dict[str, Any], stripe: StandIn):
    treasury = Treasury(case, stripe)
    for step in case["step"]:
        treasury.play(step)
    found = {str(n): told(s) for n, s in treasury.subscriptions.items()}
    wanted = {n: (state, Decimal(held), Decimal(owed)) for n, (state, held, owed) in case["end"].items()}
    assert found == wanted
    assert waiting(treasury.cooperative) == Decimal(case["waiting"])
    assert shares_of(treasury.cooperative) == case["shares"]
    if "payouts" in case:
        due = Payout.objects.filter(state=Payout.State.DUE)
        assert {p.iban: p.amount for p in due} == {
            french_iban(int(n)): Decimal(a) for n, a in case["payouts"].items()
        }
    every_euro_is_in_one_place(treasury.cooperative, stripe)


def shares_of(cooperative: Cooperative) -> int:
    rows = ShareMovement.objects.filter(cooperative=cooperative)
    issued = rows.filter(kind=MovementKind.ISSUE).aggregate(n=Sum("quantity"))["n"] or 0
    return issued - (rows.filter(kind=MovementKind.REVERSAL).aggregate(n=Sum("quantity"))["n"] or 0)


def every_euro_is_in_one_place(cooperative: Cooperative, stripe: StandIn) -> None:
    """Invariant 3: bank lines add up to where they went, the rest of the ledger to the provider's list."""
    signs = {"received": 1, "refunded": -1, "refund_failed": 1, "lost": -1, "regained": 1}
    online = Payment.objects.filter(cooperative=cooperative).exclude(method="transfer")
    ours = sum((signs[row.kind] * row.amount for row in online), Decimal(0))
    theirs = sum(stripe.net_cents(intent) for intent in stripe.intents())
    assert ours * 100 == theirs
    for line in StatementLine.objects.of(cooperative).filter(currency="EUR"):
        placed = sum((row.amount for row in line.payments.all()), Decimal(0))
        back = line.payouts.filter(why="unknown").exclude(state="failed")
        placed += sum((payout.amount for payout in back), Decimal(0))
        assert placed <= abs(line.amount)
    for subscription in Subscription.objects.of(cooperative).filter(state="issued"):
        assert subscription.paid_at is not None

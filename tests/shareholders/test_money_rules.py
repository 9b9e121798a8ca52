"""What the database itself holds about subscriptions and money, whoever writes and however."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shareholders.models import (
    BankStatement,
    Cooperative,
    FundingRound,
    LineSetAside,
    Payment,
    Payout,
    SigningCode,
    StatementLine,
    Subscription,
)
from shareholders.services import issue_shares
from tests.factories import FundingRoundFactory, ShareholderFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
State = Subscription.State
DAY = dt.date(2025, 6, 20)


def refused(rule: str, act: Callable[[], Any]) -> None:
    """The database refuses `act` by the rule of that name."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert refusal.value.__cause__ is not None
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[attr-defined]


def line_of(cooperative: Cooperative, amount: int, currency: str = "EUR") -> StatementLine:
    count = StatementLine.objects.count()
    statement = BankStatement.objects.create(
        cooperative=cooperative, file_name="juin.xml", content=b"", sha256=f"{count:064x}"
    )
    return StatementLine.objects.create(
        cooperative=cooperative,
        statement=statement,
        position=1,
        key=str(count),
        amount=amount,
        currency=currency,
        booked_on=DAY,
    )


def receive(subscription: Subscription, line: StatementLine, amount: int, source: str = "") -> Payment:
    return Payment.objects.create(
        cooperative=subscription.cooperative,
        kind="received",
        method="transfer",
        amount=amount,
        dated=DAY,
        subscription=subscription,
        line=line,
        source=source or f"bank:{line.key}:{subscription.reference}:{Payment.objects.count()}",
    )


def refund(subscription: Subscription, amount: int, payout: Payout | None = None, **more: Any) -> Payment:
    fields = {"kind": "refunded", "method": "card", "source": f"refund:{Payment.objects.count()}"} | more
    return Payment.objects.create(
        cooperative=subscription.cooperative,
        amount=amount,
        dated=DAY,
        subscription=subscription,
        payout=payout,
        **fields,
    )


@pytest.fixture
def signed() -> Subscription:
    return SubscriptionFactory(signed=True)


@pytest.fixture
def line(signed: Subscription) -> StatementLine:
    return line_of(signed.cooperative, 100)


class TestSubscription:
    @pytest.mark.parametrize(
        "change",
        [
            {"quantity": 3},
            {"nominal_value": Decimal(1)},
            {"first_call": Decimal(1)},
            {"identity": {"kind": "natural", "last_name": "Autre"}},
            {"bulletin_sha256": "1" * 64},
            {"signed_place": "Lens"},
            {"reference": "RF18000"},
        ],
    )
    def test_what_was_signed_never_changes(self, signed: Subscription, change: dict[str, Any]):
        row = Subscription.objects.filter(pk=signed.pk)
        refused("signed_bulletin_unchanged", lambda: row.update(**change))

    def test_a_signed_one_is_never_deleted(self, signed: Subscription):
        refused("signed_bulletin_unchanged", signed.delete)

    def test_a_draft_may_be_deleted(self):
        SubscriptionFactory().delete()
        assert not Subscription.objects.exists()

    def test_who_never_became_a_shareholder_may_be_forgotten(self, signed: Subscription):
        row = Subscription.objects.filter(pk=signed.pk)
        refused("signed_bulletin_unchanged", lambda: row.update(identity={}))
        row.update(state=State.EXPIRED)
        row.update(identity={})
        signed.refresh_from_db()
        assert signed.identity == {}

    @pytest.mark.parametrize("end", [State.EXPIRED, State.ABANDONED])
    def test_an_end_is_an_end(self, signed: Subscription, end: str):
        row = Subscription.objects.filter(pk=signed.pk)
        row.update(state=end)
        refused("ended_subscription_unchanged", lambda: row.update(state=State.SIGNED))

    def test_a_round_is_never_overfilled(self):
        offer = FundingRoundFactory(target_shares=3, maximum_shares=3)
        SubscriptionFactory(round=offer, signed=True, quantity=2)
        refused("round_has_room", lambda: SubscriptionFactory(round=offer, signed=True, quantity=2))
        SubscriptionFactory(round=offer, signed=True, quantity=1)

    def test_a_round_reduced_at_its_close_takes_more(self):
        offer = FundingRoundFactory(target_shares=3, maximum_shares=3, rule="pro_rata")
        for _ in range(2):
            SubscriptionFactory(round=offer, signed=True, quantity=3)
        assert offer.subscriptions.standing().count() == 2

    def test_a_closed_round_takes_nobody(self):
        offer = FundingRoundFactory(closed_at=timezone.now(), outcome=FundingRound.Outcome.SUCCEEDED)
        refused("round_is_open", lambda: SubscriptionFactory(round=offer, signed=True))

    def issue(self, signed: Subscription, quantity: int = 2, **more: Any) -> Any:
        holder = ShareholderFactory(college=signed.college, number=1)
        movement = issue_shares(actor=None, shareholder=holder, quantity=quantity, dated=DAY)
        open_gates = {"decision": "approved", "decided_at": timezone.now(), "paid_at": timezone.now()}
        issued = open_gates | {"state": State.ISSUED, "holder": holder, "movement": movement} | more
        return Subscription.objects.filter(pk=signed.pk).update(**issued)

    def test_no_share_is_issued_unpaid(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 99)
        refused("issued_only_when_paid", lambda: self.issue(signed))
        receive(signed, line, 1)
        assert self.issue(signed) == 1

    @pytest.mark.parametrize(
        "gate", [{"decision": "", "decided_at": None}, {"paid_at": None}, {"movement": None}]
    )
    def test_no_share_is_issued_past_a_gate(
        self, signed: Subscription, line: StatementLine, gate: dict[str, Any]
    ):
        receive(signed, line, 100)
        rule = "issued_as_signed" if "movement" in gate else "issued_through_both_gates"
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            self.issue(signed, **gate)
        assert refusal.value.__cause__ is not None
        found = refusal.value.__cause__.diag.constraint_name  # type: ignore[attr-defined]
        assert found in (rule, "issued_through_both_gates")

    def test_as_many_shares_are_issued_as_were_signed(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 100)
        refused("issued_as_signed", lambda: self.issue(signed, quantity=3))


class TestLedger:
    def test_the_same_source_counts_once(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 50, source="bank:1")
        refused("one_payment_per_source", lambda: receive(signed, line, 50, source="bank:1"))

    def test_a_line_of_the_bank_is_spent_once(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 60)
        refused("line_money_counted_once", lambda: receive(signed, line, 41))
        receive(signed, line, 40)

    def test_money_out_is_no_money_in(self, signed: Subscription):
        line = line_of(signed.cooperative, -100)
        refused("line_money_counted_once", lambda: receive(signed, line, 100))

    def test_dollars_pay_no_share(self, signed: Subscription):
        line = line_of(signed.cooperative, 100, "USD")
        refused("line_money_counted_once", lambda: receive(signed, line, 100))

    def test_what_was_set_aside_pays_no_share(self, signed: Subscription, line: StatementLine):
        LineSetAside.objects.create(line=line, why="other_income", amount=30)
        refused("line_money_counted_once", lambda: receive(signed, line, 71))
        receive(signed, line, 70)

    def test_what_pays_a_share_is_not_set_aside(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 80)
        aside = {"line": line, "why": "other_income"}
        refused("line_money_counted_once", lambda: LineSetAside.objects.create(**aside, amount=21))
        LineSetAside.objects.create(**aside, amount=20)

    def test_a_transfer_comes_from_a_line(self, signed: Subscription):
        refused(
            "transfer_comes_from_the_bank",
            lambda: refund(signed, 10, kind="received", method="transfer"),
        )

    def test_nobody_is_refunded_more_than_was_received(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 100)
        refund(signed, 60)
        refused("refunded_within_received", lambda: refund(signed, 41))
        refund(signed, 40)

    def test_a_payout_is_paid_once(self, signed: Subscription, line: StatementLine):
        receive(signed, line, 100)
        payout = Payout.objects.create(
            cooperative=signed.cooperative,
            number=1,
            reference="RF1",
            why="excess",
            cause="x",
            amount=30,
            method="card",
            beneficiary="Jeanne",
        )
        refund(signed, 30, payout)
        refused("payout_paid_once", lambda: refund(signed, 1, payout))

    def test_another_cooperatives_line_pays_nothing(self, signed: Subscription):
        line = line_of(FundingRoundFactory().cooperative, 100)
        with pytest.raises(IntegrityError), transaction.atomic():
            receive(signed, line, 100)
            transaction.get_connection().check_constraints()


class TestWhatWasDone:
    """Acts that are over stay as they were, whoever writes."""

    def owed(self, signed: Subscription) -> Payout:
        return Payout.objects.create(
            cooperative=signed.cooperative,
            number=1,
            reference="RF1",
            why="excess",
            cause="x",
            amount=30,
            method="transfer",
            beneficiary="Jeanne",
        )

    @pytest.mark.parametrize("change", [{"amount": 31}, {"cause": "y"}, {"why": "refused"}, {"number": 2}])
    def test_what_is_owed_never_changes(self, signed: Subscription, change: dict[str, Any]):
        payout = Payout.objects.filter(pk=self.owed(signed).pk)
        refused("payout_owes_the_same", lambda: payout.update(**change))

    def test_what_is_owed_is_never_deleted(self, signed: Subscription):
        payout = self.owed(signed)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            payout.delete()

    @pytest.mark.parametrize("change", [{"attempts": 1}, {"used_at": None}, {"code_hash": "b" * 64}])
    def test_a_signing_code_is_used_up_and_never_renewed(self, signed: Subscription, change: dict[str, Any]):
        now = timezone.now()
        code = SigningCode.objects.create(
            subscription=signed,
            email="jeanne@essai.example",
            code_hash="a" * 64,
            text_sha256="c" * 64,
            expires_at=now,
            attempts=3,
            used_at=now,
        )
        row = SigningCode.objects.filter(pk=code.pk)
        refused("signing_code_only_ages", lambda: row.update(**change))

    def test_a_temporary_table_of_a_trusted_name_deceives_no_rule(self, signed: Subscription):
        """The site may make temporary tables; PostgreSQL would look there first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE shareholders_payment (LIKE public.shareholders_payment) ON COMMIT DROP"
            )
            cursor.execute(
                "INSERT INTO pg_temp.shareholders_payment (id, kind, method, amount, dated, entered_at,"
                " source, cooperative_id, subscription_id)"
                " VALUES (1, 'received', 'card', 5000, now(), now(), 'x', %s, %s)",
                [signed.cooperative_id, signed.pk],
            )
            cursor.execute("SELECT net_received(%s)", [signed.pk])
            assert cursor.fetchone()[0] == 0
            cursor.execute("DROP TABLE pg_temp.shareholders_payment")

    def test_every_function_of_ours_has_its_own_path(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
                "WHERE nspname = 'public' AND proname NOT LIKE 'procrastinate%%' AND proconfig IS NULL"
            )
            assert cursor.fetchall() == []

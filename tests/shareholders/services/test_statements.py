"""A statement is taken whole or not at all, whatever interrupts it, and once, however often it comes."""

import hashlib
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from mine_de_soleil.core.secrets import opened_bytes
from shareholders.ledger import free_of
from shareholders.models import (
    BankStatement,
    LineSetAside,
    Payment,
    Payout,
    ShareMovement,
    StatementLine,
    Subscription,
)
from shareholders.services import reconciliation, statements
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payouts import return_line
from shareholders.services.statements import assign_line, import_statement, set_line_aside
from tests.factories import UserFactory
from tests.shareholders.banking.statements import camt053, zipped
from tests.shareholders.money import bring, decide, open_cooperative, subscribe, told, transfer, waiting

pytestmark = pytest.mark.django_db
TWO = [transfer("100.00", 42), transfer("50.00", 43)]


def state() -> tuple[object, ...]:
    """Everything a statement may change."""
    return (
        BankStatement.objects.count(),
        StatementLine.objects.count(),
        list(Payment.objects.order_by("pk").values_list("source", "amount")),
        list(Subscription.objects.order_by("pk").values_list("state", "paid_at")),
        ShareMovement.objects.count(),
    )


def test_a_dry_run_says_what_would_come_and_leaves_no_trace():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    decide(subscription)
    before = state()
    report = bring(coop, TWO, dry_run=True)
    assert (report.exact, report.to_look_at, report.received) == (1, 1, 100)
    assert report.statement_id is None
    assert state() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%make_papers'")
        assert cursor.fetchone() == (0,)


def test_without_an_account_of_its_own_no_statement_is_believed():
    coop = open_cooperative()
    coop.iban = ""
    with pytest.raises(MoneyRefused, match="n’est pas enregistré"):
        bring(coop, TWO)


def test_a_zip_of_statements_is_one_file():
    coop = open_cooperative()
    one, other = subscribe(coop, 42), subscribe(coop, 43, shares=1)
    archive = zipped(
        {
            "a.xml": camt053([transfer("100.00", 42)]),
            "b.xml": camt053([transfer("50.00", 43, day=3)], opening=1100),
        }
    )
    report = import_statement(actor=None, cooperative=coop, file_name="mars.zip", content=archive)
    assert (report.lines_new, told(one)[1], told(other)[1]) == (2, 100, 50)


def test_a_strange_file_name_is_stored_as_text_and_cut():
    coop = open_cooperative()
    content = camt053([])
    name = "../" + "é" * 300 + "\x00\n.xml"
    report = import_statement(actor=None, cooperative=coop, file_name=name, content=content)
    assert len(report.file_name) <= 200
    assert report.file_name.isprintable()


def test_the_same_reference_paid_three_times_by_hand_is_three_lines_of_the_ledger():
    coop = open_cooperative()
    subscription = subscribe(coop, 42, shares=3)
    bring(coop, [transfer("150.00")])
    line = StatementLine.objects.get()
    for _ in range(3):
        assign_line(actor=UserFactory(), line=line, subscription=subscription, amount=Decimal(50))
    assert told(subscription) == ("signed", 150, 0)
    with pytest.raises(MoneyRefused, match="déjà trouvé sa place"):
        assign_line(actor=UserFactory(), line=line, subscription=subscription, amount=Decimal(1))


def test_more_than_the_price_given_by_hand_is_owed_back():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("130.00")])
    line = StatementLine.objects.get()
    assign_line(actor=UserFactory(), line=line, subscription=subscription, amount=Decimal(130))
    assert told(subscription) == ("signed", 130, 30)
    assert Payout.objects.get().why == Payout.Why.EXCESS


def test_what_is_set_aside_pays_nothing_any_more():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("130.00")])
    line = StatementLine.objects.get()
    set_line_aside(actor=UserFactory(), line=line, why=LineSetAside.Why.OTHER_INCOME, note="subvention")
    assert waiting(coop) == 0
    with pytest.raises(MoneyRefused):
        assign_line(actor=UserFactory(), line=line, subscription=subscription, amount=Decimal(1))
    with pytest.raises(MoneyRefused):
        return_line(actor=UserFactory(), line=line)


def test_setting_aside_needs_a_reason_that_exists():
    coop = open_cooperative()
    bring(coop, [transfer("130.00")])
    for why in ("", "to_return", "pleasure"):
        with pytest.raises(MoneyRefused, match="Dites pourquoi"):
            set_line_aside(actor=UserFactory(), line=StatementLine.objects.get(), why=why)


def test_a_line_never_pays_in_another_cooperative():
    coop, elsewhere = open_cooperative(), open_cooperative()
    subscription = subscribe(elsewhere, 42)
    bring(coop, [transfer("100.00", 42)])
    line = StatementLine.objects.get()
    with pytest.raises(MoneyRefused, match="autre coopérative"):
        assign_line(actor=UserFactory(), line=line, subscription=subscription, amount=Decimal(100))
    assert free_of(line) == 100


def test_the_database_itself_spends_a_line_once():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    row = Payment.objects.get()
    with pytest.raises(DatabaseError, match="gives no"), transaction.atomic():
        Payment.objects.create(
            cooperative=coop,
            kind="received",
            method="transfer",
            amount=1,
            dated=row.dated,
            subscription=subscription,
            line=row.line,
            source="une autre",
        )


def test_a_copy_of_the_database_shows_no_payers_account():
    coop = open_cooperative()
    content = camt053(TWO)
    import_statement(actor=None, cooperative=coop, file_name="mars.xml", content=content)
    kept = BankStatement.objects.get()
    assert b"<Document" in content and b"<" not in bytes(kept.content)
    assert opened_bytes(kept.content) == content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert reconciliation.check_bank(coop).faults == ()


# Accidents

STEPS = ["_new_lines", "_place", "_book", "_receive", "pass_gates", "_match_departures", "record"]


class Accident(Exception):
    """Anything that can go wrong at that step."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_import_that_fails_at_any_step_leaves_what_was_there(
    step: str, after: bool, monkeypatch: pytest.MonkeyPatch
):
    coop = open_cooperative()
    decide(subscribe(coop, 42))
    before = state()
    genuine: Callable[..., object] = getattr(statements, step)

    def failing(*args: object, **kwargs: object) -> object:
        if after:
            genuine(*args, **kwargs)
        raise Accident

    monkeypatch.setattr(statements, step, failing)
    with pytest.raises(Accident):
        bring(coop, TWO)
    assert state() == before
    monkeypatch.undo()
    bring(coop, TWO)
    assert ShareMovement.objects.count() == 1


# A process killed anywhere in the middle: tests/shareholders/killed_at_each_step.


@pytest.mark.django_db(transaction=True)
def test_the_same_statement_twice_at_the_same_moment_counts_once():
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    start = threading.Barrier(2)
    known: list[bool] = []

    def run() -> None:
        try:
            start.wait(timeout=10)
            known.append(bring(coop, TWO).is_known)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(known) == [False, True]
    assert told(subscription) == ("signed", 100, 0)

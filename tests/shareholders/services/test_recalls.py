"""A transfer that the payer's bank takes back: counted once, and the shares don't stay unpaid unseen."""

from decimal import Decimal

import pytest
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from shareholders.ledger import free_of, lines_left, net_of
from shareholders.models import Cooperative, Payment, Payout, RoleGrant, StatementLine
from shareholders.payment_pages import line_page, money_page
from shareholders.roles import Role
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payments import undo_issue
from shareholders.services.recalls import may_be_recalled, recall_payment
from shareholders.services.register import issue_shares
from shareholders.services.roles import grant_role
from tests.factories import ShareholderFactory, UserFactory
from tests.shareholders.banking.statements import DAY, Line
from tests.shareholders.joining_scene import letters
from tests.shareholders.money import bring, decide, fresh, open_cooperative, subscribe, transfer

pytestmark = pytest.mark.django_db
JEANNE, ALI = "FR7630006000011234567890189", "FR1420041010050500013M02606"


@pytest.fixture
def coop(db: None) -> Cooperative:
    return open_cooperative()


def debit(coop: Cooperative, amount: str = "-100.00", *numbers: int, iban: str = "") -> StatementLine:
    """The debit of a recall, as a later statement brings it."""
    bring(coop, [transfer(amount, *numbers, day=9, iban=iban, name="Jeanne Essai", is_return=True)])
    return StatementLine.objects.filter(amount__lt=0).get()


def recall(line: StatementLine, subscription: object, amount: str = "100.00", **fields: object) -> Payment:
    told = {"actor": UserFactory(), "line": line, "subscription": subscription, "amount": Decimal(amount)}
    return recall_payment(**told | fields)


def test_a_recalled_transfer_makes_the_subscription_unpaid_again(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    assert fresh(subscription).paid_at
    line = debit(coop, "-100.00", 42)
    recall(line, subscription)
    assert net_of(subscription) == 0
    assert fresh(subscription).paid_at is None
    assert free_of(line) == 0
    decide(subscription)
    assert fresh(subscription).state == "signed"
    bring(coop, [transfer("100.00", 42, day=12)])
    assert fresh(subscription).state == "issued"


def test_said_twice_it_is_counted_once(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    line = debit(coop, "-100.00", 42)
    recall(line, subscription, free_then=Decimal("100.00"))
    with pytest.raises(MoneyRefused, match="vient d’être traitée"):
        recall(line, subscription, free_then=Decimal("100.00"))
    with pytest.raises(MoneyRefused, match="déjà trouvé sa place"):
        recall(line, subscription)
    assert Payment.objects.filter(kind="lost").count() == 1
    assert JournalEntry.objects.filter(act="recall_payment").count() == 1


def test_of_issued_shares_it_becomes_a_case_for_the_board(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    assert fresh(subscription).state == "issued"
    grant_role(actor=None, cooperative=coop, user=UserFactory(email="conseil@essai.example"), role=Role.BOARD)
    line = debit(coop, "-100.00", 42)
    assert [one.pk for one in money_page(coop, DAY).recalls] == [line.pk]
    recall(line, subscription)
    page = money_page(coop, DAY)
    assert [(lost.subscription, lost.missing) for lost in page.lost] == [(subscription, Decimal("100.00"))]
    assert page.recalls == ()
    assert letters()[-1]["to"] == "conseil@essai.example"
    undo_issue(actor=UserFactory(), subscription=subscription, reason="virement repris")
    assert fresh(subscription).state == "undone"
    assert not Payout.objects.exists()


def test_what_waited_to_go_back_no_longer_does(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription, approved=False)
    assert Payout.objects.get().state == "due"
    recall(debit(coop, "-100.00", 42), subscription)
    assert Payout.objects.get().state == "failed"


def test_the_rest_goes_back_to_whose_bank_took_nothing(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("60.00", 42, iban=JEANNE), transfer("40.00", 42, day=3, iban=ALI)])
    recall(debit(coop, "-40.00", 42, iban=ALI), subscription, "40.00")
    assert [(source.left, source.line.party_iban) for source in lines_left(subscription)] == [
        (Decimal("60.00"), JEANNE)
    ]
    decide(subscription, approved=False)
    assert [(payout.amount, payout.iban) for payout in Payout.objects.all()] == [(Decimal("60.00"), JEANNE)]


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", "entre 0,01 € et"),
        ("-1", "entre 0,01 € et"),
        ("0.001", "entre 0,01 € et"),
        ("150.01", "entre 0,01 € et"),
        ("120.00", "n’a reçu que 100"),
    ],
)
def test_a_wrong_amount_gets_a_sentence_and_changes_nothing(coop: Cooperative, amount: str, sentence: str):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    line = debit(coop, "-150.00", 42)
    with pytest.raises(MoneyRefused, match=sentence):
        recall(line, subscription, amount)
    assert not Payment.objects.filter(kind="lost").exists()


def test_a_credit_takes_nothing_back(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42), Line("30.00", "don", on=DAY.replace(day=2))])
    with pytest.raises(MoneyRefused, match="Seul un débit"):
        recall(StatementLine.objects.get(amount=30), subscription, "30.00")


def test_another_cooperatives_subscription_is_refused(coop: Cooperative):
    other = subscribe(open_cooperative(slug="autre"), 43)
    bring(coop, [])
    with pytest.raises(MoneyRefused, match="autre coopérative"):
        recall(debit(coop, "-100.00"), other)


def test_a_debit_without_reference_is_found_by_its_account(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42, iban=JEANNE)])
    line = debit(coop, "-100.00", iban=JEANNE)
    assert may_be_recalled(line) == [subscription]
    assert line_page(line, DAY).can_be_recall


def test_undoing_the_only_issue_closes_the_shareholders_space(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    user = fresh(subscription).holder.user
    role = RoleGrant.objects.in_force().filter(user=user, role=Role.SHAREHOLDER)
    assert role.exists()
    recall(debit(coop, "-100.00", 42), subscription)
    undo_issue(actor=UserFactory(), subscription=subscription, reason="virement repris")
    assert not role.exists()


def test_who_has_other_shares_keeps_the_space(coop: Cooperative):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    found = fresh(subscription)
    child = ShareholderFactory(college=found.college, number=77, user=found.holder.user)
    issue_shares(actor=None, shareholder=child, quantity=1, dated=timezone.localdate())
    recall(debit(coop, "-100.00", 42), subscription)
    undo_issue(actor=UserFactory(), subscription=subscription, reason="virement repris")
    role = RoleGrant.objects.in_force().filter(user=found.holder.user, role=Role.SHAREHOLDER)
    assert role.exists()

"""GET cooperatives/<coop>/payments/; POST bank-statements/."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shareholders.models import BankStatement, Cooperative, Payment, Subscription
from shareholders.roles import Role
from tests.api.clients import API, client_of, client_with, is_problem
from tests.factories import CollegeFactory, SubscriptionFactory, member
from tests.shareholders.banking.statements import OUR_IBAN, Line, camt053

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed() -> Subscription:
    """Jeanne's, for two shares at 50 €."""
    made = SubscriptionFactory(signed=True)
    Cooperative.objects.filter(pk=made.cooperative.pk).update(iban=OUR_IBAN)
    return made


def url(cooperative: Cooperative, more: str) -> str:
    return f"{API}/cooperatives/{cooperative.slug}/{more}"


def bring(cooperative: Cooperative, content: bytes, role: Role = Role.TREASURER, key: str = "", **fields):
    file = SimpleUploadedFile("releve.xml", content)
    return client_with(cooperative, role).post(
        url(cooperative, "bank-statements/"),
        {"file": file, **fields},
        format="multipart",
        headers={"Idempotency-Key": key} if key else {},
    )


def statement(signed: Subscription, *amounts: str) -> bytes:
    return camt053([Line(amount, signed.reference) for amount in amounts or ("100.00",)], iban=OUR_IBAN)


def test_a_statement_pays_what_it_names(signed: Subscription):
    told = bring(signed.cooperative, statement(signed)).json()
    assert (told["lines_new"], told["paid_exactly"], told["received_eur"]) == (1, 1, "100.00")
    signed.refresh_from_db()
    assert signed.paid_at is not None
    client = client_with(signed.cooperative, Role.AUDITOR)
    (row,) = client.get(url(signed.cooperative, "payments/")).json()["results"]
    assert (row["kind"], row["method"], row["amount_eur"]) == ("received", "transfer", "100.00")
    assert (row["subscription"], row["payout"]) == (signed.reference, None)


def test_the_same_statement_again_adds_nothing(signed: Subscription):
    bring(signed.cooperative, statement(signed))
    again = bring(signed.cooperative, statement(signed)).json()
    assert (again["is_known"], again["lines_new"]) == (True, 0)
    assert Payment.objects.count() == 1


def test_a_dry_run_says_it_all_and_keeps_nothing(signed: Subscription):
    told = bring(signed.cooperative, statement(signed), dry_run="true").json()
    assert (told["is_dry_run"], told["statement_id"], told["paid_exactly"]) == (True, None, 1)
    assert (BankStatement.objects.count(), Payment.objects.count()) == (0, 0)


@pytest.mark.parametrize("content", [b"", b"<html/>", b"\x00", b"PK\x03\x04", b"<!DOCTYPE a []><Document/>"])
def test_what_is_no_statement_is_a_422(signed: Subscription, content: bytes):
    response = bring(signed.cooperative, content)
    assert is_problem(response, 422)
    assert BankStatement.objects.count() == 0


def test_somebody_else_s_account_is_a_422(signed: Subscription):
    Cooperative.objects.filter(pk=signed.cooperative.pk).update(iban="")
    assert is_problem(bring(signed.cooperative, statement(signed)), 422)


def test_no_file_is_a_400(signed: Subscription):
    client = client_with(signed.cooperative, Role.TREASURER)
    assert is_problem(client.post(url(signed.cooperative, "bank-statements/"), {}, format="multipart"), 400)


def test_a_file_too_large_is_a_413(signed: Subscription, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shareholders.api.payments.MAX_BYTES", 10)
    assert is_problem(bring(signed.cooperative, statement(signed)), 413)


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.SHAREHOLDER])
def test_only_the_treasurer_brings_statements(signed: Subscription, role: Role):
    assert is_problem(bring(signed.cooperative, statement(signed), role), 403)


def test_the_ledger_of_another_cooperative_is_not_there(signed: Subscription):
    stranger = client_of(member(CollegeFactory().cooperative, *Role))
    assert is_problem(stranger.get(url(signed.cooperative, "payments/")), 404)
    assert is_problem(stranger.post(url(signed.cooperative, "bank-statements/"), {}), 404)


def test_more_payments_make_no_more_queries(signed: Subscription, assert_flat_queries):
    bring(signed.cooperative, statement(signed, "10.00"))
    client = client_with(signed.cooperative, Role.BOARD)

    def grow() -> None:
        bring(signed.cooperative, statement(signed, *[f"{n}.00" for n in range(1, 8)]))

    assert_flat_queries(lambda: client.get(url(signed.cooperative, "payments/")), grow)

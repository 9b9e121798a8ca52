"""The company’s own account: entered by one, looked at by another; former ones keep their statements."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from mine_de_soleil.core.models import JournalEntry, User
from shareholders.banking.iban import IbanRefused
from shareholders.models import CompanyBank, CompanyBankDecision, Cooperative
from shareholders.roles import Role
from shareholders.services import reconciliation
from shareholders.services.company_bank import (
    BIC,
    BankRefused,
    account_name_of,
    decide_bank,
    enter_bank,
    ibans_of,
    in_force,
    waiting_for,
)
from shareholders.services.statements import import_statement
from tests.factories import member
from tests.shareholders.banking.statements import OTHER_IBAN, OUR_IBAN, Line, camt053
from tests.shareholders.money import open_cooperative

pytestmark = pytest.mark.django_db


@pytest.fixture
def coop(db: None) -> Cooperative:
    return open_cooperative()


@pytest.fixture
def treasurer(coop: Cooperative) -> User:
    return member(coop, Role.TREASURER)


@pytest.fixture
def board(coop: Cooperative) -> User:
    return member(coop, Role.BOARD)


def enter(coop: Cooperative, actor: User, iban: str = OTHER_IBAN, **more: str) -> CompanyBank:
    said = {"account_name": "SAS Soleil", "payment_prefix": "MDS"} | more
    return enter_bank(actor=actor, cooperative=coop, iban=iban, **said)


def test_nothing_changes_before_the_second_look(coop: Cooperative, treasurer: User, board: User):
    bank = enter(coop, treasurer)
    coop.refresh_from_db()
    assert (coop.iban, waiting_for(coop)) == (OUR_IBAN, bank)
    assert account_name_of(coop) == coop.legal_name
    decide_bank(actor=board, bank=bank, approved=True)
    coop.refresh_from_db()
    assert (coop.iban, waiting_for(coop)) == (OTHER_IBAN, None)
    assert account_name_of(coop) == "SAS Soleil"
    acts = list(JournalEntry.objects.order_by("pk").values_list("act", "actor"))[-2:]
    assert acts == [("enter_company_bank", treasurer.pk), ("approve_company_bank", board.pk)]


def test_who_entered_it_does_not_approve_it(coop: Cooperative, treasurer: User):
    bank = enter(coop, treasurer)
    with pytest.raises(BankRefused, match="une autre personne"):
        decide_bank(actor=treasurer, bank=bank, approved=True)
    assert not CompanyBankDecision.objects.filter(bank=bank).exists()


def test_the_account_that_stood_before_is_part_of_the_history(
    coop: Cooperative, treasurer: User, board: User
):
    decide_bank(actor=board, bank=enter(coop, treasurer), approved=True)
    coop.refresh_from_db()
    assert [bank.iban for bank in CompanyBank.objects.approved()] == [OUR_IBAN, OTHER_IBAN]
    assert ibans_of(coop) == {OUR_IBAN, OTHER_IBAN}


def test_statements_of_the_former_account_are_read_as_before(coop: Cooperative, treasurer: User, board: User):
    def bring(iban: str, amount: str) -> None:
        content = camt053([Line(amount, "RF00")], iban=iban)
        import_statement(actor=treasurer, cooperative=coop, file_name="r.xml", content=content)

    bring(OUR_IBAN, "10.00")
    decide_bank(actor=board, bank=enter(coop, treasurer), approved=True)
    coop.refresh_from_db()
    bring(OTHER_IBAN, "20.00")
    bring(OUR_IBAN, "30.00")
    # Two accounts on one day, with balances of their own: no gap between them.
    check = reconciliation.check_bank(coop)
    assert (check.statements, check.lines) == (3, 3)
    assert not [fault for fault in check.faults if "manque dans nos comptes" in fault]


def test_the_same_entered_twice_waits_once(coop: Cooperative, treasurer: User):
    assert enter(coop, treasurer) == enter(coop, treasurer)
    assert waiting_for(coop) is not None
    # The one that stood, and the one that waits.
    assert CompanyBank.objects.count() == 2


def test_a_new_entry_takes_the_place_of_the_one_that_waits(coop: Cooperative, treasurer: User, board: User):
    first = enter(coop, treasurer)
    second = enter(coop, treasurer, bic="AGRIFRPP")
    with pytest.raises(BankRefused, match="Un autre compte a été saisi"):
        decide_bank(actor=board, bank=first, approved=True)
    decide_bank(actor=board, bank=second, approved=True)
    assert in_force(coop) == second


def test_a_word_said_twice_is_one_and_is_not_taken_back(coop: Cooperative, treasurer: User, board: User):
    bank = enter(coop, treasurer)
    assert decide_bank(actor=board, bank=bank, approved=True) == decide_bank(
        actor=board, bank=bank, approved=True
    )
    with pytest.raises(BankRefused, match="déjà répondu"):
        decide_bank(actor=board, bank=bank, approved=False, reason="non")


def test_a_refusal_says_why_and_changes_nothing(coop: Cooperative, treasurer: User, board: User):
    bank = enter(coop, treasurer)
    with pytest.raises(BankRefused, match="Dites pourquoi"):
        decide_bank(actor=board, bank=bank, approved=False, reason="  ")
    decide_bank(actor=board, bank=bank, approved=False, reason="Inconnu de la banque")
    coop.refresh_from_db()
    assert (coop.iban, waiting_for(coop)) == (OUR_IBAN, None)


def test_what_is_in_force_already_is_not_entered_again(coop: Cooperative, treasurer: User, board: User):
    decide_bank(actor=board, bank=enter(coop, treasurer), approved=True)
    with pytest.raises(BankRefused, match="déjà en vigueur"):
        enter(coop, treasurer)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"account_name": "   "}, "titulaire"),
        ({"account_name": "x" * 71}, "titulaire"),
        ({"account_name": "Soleil\x00"}, "titulaire"),
        ({"bic": "AGRI"}, "8 ou 11"),
        ({"bic": "DEUTDEFF"}, "même pays"),
        ({"payment_prefix": "M"}, "2 à 6 lettres"),
        ({"payment_prefix": "ÉTÉ"}, "2 à 6 lettres"),
        ({"payment_prefix": "MDSR"}, "remboursements"),
        ({"payment_prefix": "MDSC"}, "versements restants"),
    ],
)
def test_bad_details_are_refused_with_a_sentence(
    coop: Cooperative, treasurer: User, said: dict[str, str], why: str
):
    with pytest.raises(BankRefused, match=why):
        enter(coop, treasurer, **said)
    assert not CompanyBank.objects.exists()


def test_a_wrong_iban_is_refused(coop: Cooperative, treasurer: User):
    with pytest.raises(IbanRefused):
        enter(coop, treasurer, iban="FR7630006000011234567890188")


def test_the_board_is_told_without_the_whole_iban(coop: Cooperative, treasurer: User, board: User):
    enter(coop, treasurer)
    letters = [job.args for job in ProcrastinateJob.objects.filter(task_name__endswith="send_letter")]
    assert [letter["to"] for letter in letters] == [board.email]
    assert OTHER_IBAN not in str(letters)
    assert f"{OTHER_IBAN[:4]} •••• •••• {OTHER_IBAN[-4:]}" in letters[0]["body"]


def test_a_copy_of_the_table_tells_no_iban(coop: Cooperative, treasurer: User):
    enter(coop, treasurer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(b)::text FROM shareholders_companybank b")
        assert not [row for (row,) in cursor.fetchall() if OTHER_IBAN in row or OTHER_IBAN[5:20] in row]


@pytest.mark.as_owner
def test_not_even_sql_approves_alone_or_rewrites(coop: Cooperative, treasurer: User):
    bank = enter(coop, treasurer)
    with pytest.raises(IntegrityError, match="second look"), transaction.atomic():
        CompanyBankDecision.objects.create(bank=bank, approved=True, by=treasurer)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CompanyBank.objects.filter(pk=bank.pk).update(account_name="Autre")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CompanyBank.objects.filter(pk=bank.pk).delete()


@given(st.text(max_size=14))
def test_a_bic_has_its_shape_or_is_none(text: str):
    if BIC.fullmatch(text):
        assert len(text) in (8, 11)
        assert text.isascii()


def test_another_refusal_of_the_database_isnt_told_as_a_missing_second_look(
    coop: Cooperative, treasurer: User, board: User, monkeypatch: pytest.MonkeyPatch
):
    bank = enter(coop, treasurer)

    def fail(**fields: object) -> None:
        raise IntegrityError("something nobody foresaw")

    monkeypatch.setattr(CompanyBankDecision.objects, "create", fail)
    with pytest.raises(IntegrityError, match="nobody foresaw"):
        decide_bank(actor=board, bank=bank, approved=True)

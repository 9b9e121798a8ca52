"""Transfers and withdrawals: killed anywhere, shares and money move whole, and once."""

import datetime as dt

import pytest

from shareholders.models import Paper, Payout, Shareholder, ShareMovement, ShareTransfer, Withdrawal
from shareholders.services.people import attach, change_bank_account
from shareholders.services.withdrawals import ask_withdrawal
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import Kill, KillWhole
from tests.shareholders.sealed import give_certificate
from tests.shareholders.village import NOW, Clock, Village, build_village, last_code, letters

pytestmark = pytest.mark.django_db(transaction=True)
EFFECT = dt.datetime(2025, 12, 16, 10, tzinfo=dt.UTC)
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def village(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Village:
    Clock(monkeypatch)
    return build_village()


def test_a_gift_goes_from_the_request_to_the_register_step_by_step(
    village: Village, kill: Kill, kill_whole: KillWhole
):
    give_certificate(village.cooperative)
    lines, giver = ShareMovement.objects.count(), village.jeanne
    request = {"giver": giver.pk, "taker": village.karim.pk}
    kill_whole(acts.propose_gift, now=NOW, **request)
    transfer = ShareTransfer.objects.get().pk
    kill_whole(acts.agree, transfer=transfer, now=NOW)
    kill_whole(acts.decide_transfer, transfer=transfer, actor=village.board.pk, now=NOW)
    kill_whole(acts.send_order_code, transfer=transfer, now=NOW, refused_again="Un code vient de partir")
    assert village.held() == [40, 30, 10, 20]
    signed = kill_whole(acts.sign_order, transfer=transfer, code=last_code(giver.email), now=NOW)
    assert {"shareholders_sharemovement", "shareholders_sharetransfer"} < signed
    assert village.held() == [30, 40, 10, 20]
    assert ShareMovement.objects.count() == lines + 1
    told = [(letter["to"], letter["subject"]) for letter in letters()]
    assert len(set(told)) == len(told) > 3
    # The order of movement, then the new certificate: each a paper of its own, with its own letter.
    assert len(kill(acts.make_transfer_papers, transfer=transfer, now=NOW, stride=8)) == 2
    assert sorted(Paper.objects.values_list("kind", flat=True)) == ["certificate", "movement_order"]


def test_somebody_invited_enters_the_register_with_her_agreement(village: Village, kill_whole: KillWhole):
    before = Shareholder.objects.count()
    email = "nadia@essai.example"
    kill_whole(acts.propose_sale, giver=village.jeanne.pk, email=email, now=NOW)
    assert len(letters(email)) == 1
    agreed = kill_whole(acts.agree_as_newcomer, transfer=ShareTransfer.objects.get().pk, now=NOW)
    assert {"shareholders_shareholder", "shareholders_sharetransfer"} < agreed
    assert Shareholder.objects.count() == before + 1


def test_a_withdrawal_is_asked_for_once(village: Village, kill_whole: KillWhole):
    kill_whole(acts.ask_withdrawal, holder=village.jeanne.pk, now=NOW)
    assert (Withdrawal.objects.count(), len(letters(village.jeanne.email))) == (1, 1)


def test_shares_given_back_leave_the_register_with_the_money_owed_for_them(
    village: Village, kill_whole: KillWhole
):
    jeanne = village.jeanne
    change_bank_account(actor=None, holder=jeanne, iban=IBAN, owner_name="Jeanne Delattre")
    asked = ask_withdrawal(actor=jeanne.user, holder=jeanne, quantity=10)
    tables = kill_whole(acts.enter_withdrawal, withdrawal=asked.pk, actor=village.board.pk, now=EFFECT)
    assert {"shareholders_sharemovement", "shareholders_payout", "procrastinate_jobs"} < tables
    assert village.held(day=EFFECT.date()) == [30, 30, 10, 20]
    payout = Payout.objects.get()
    assert (payout.amount, payout.state, payout.iban) == (500, "due", IBAN)
    kill_whole(acts.send_payout, payout=payout.pk, actor=village.board.pk, now=EFFECT)


def test_an_inheritance_freezes_then_passes_on_whole(village: Village, kill: Kill, kill_whole: KillWhole):
    board, jeanne = village.board, village.jeanne
    paper = {"file_name": "acte.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7 acte"}
    deed = attach(actor=board, cooperative=village.cooperative, holder=jeanne, kind="deed", **paper)
    estate = {"holder": jeanne.pk, "actor": board.pk, "deed": deed.pk, "now": NOW}
    kill_whole(acts.enter_death, **estate)
    assert village.held() == [40, 30, 10, 20]

    def is_passed_on() -> bool:
        return village.held()[0] == 0

    [tables] = kill(acts.pass_to_child, child=village.karim.pk, until=is_passed_on, **estate)
    assert {"shareholders_sharemovement", "shareholders_sharetransfer"} < tables
    assert village.held() == [0, 70, 10, 20]

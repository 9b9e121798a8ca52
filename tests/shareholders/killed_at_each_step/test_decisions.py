"""What the board and the treasurer decide: killed anywhere, it is decided whole or not at all, and once."""

import dataclasses
import datetime as dt

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import (
    CallReminder,
    CarriedDebt,
    CompanyBank,
    Cooperative,
    Payment,
    Shareholder,
    ShareMovement,
    StatementLine,
    StatutesEdition,
    Subscription,
)
from shareholders.reports import nominal_on
from shareholders.roles import Role
from shareholders.services.newcomers import open_space
from shareholders.services.people import attach, name_representative, share_account
from shareholders.services.register_decisions import last_number
from shareholders.unpaid import debts_of
from tests.factories import ShareholderFactory, UserFactory, member
from tests.shareholders.bands import edition_of
from tests.shareholders.banking.statements import OTHER_IBAN
from tests.shareholders.instalment_scene import partly_paid
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import Kill, KillWhole
from tests.shareholders.money import bring, decide, fresh, open_cooperative, subscribe, transfer
from tests.shareholders.services.test_joint_accounts import NADIA, OMAR
from tests.shareholders.village import ISSUED_ON, NOW, TODAY, Clock, Village, build_village, letters

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = {"2025-07-01": "100.00"}


@pytest.fixture
def village(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Village:
    Clock(monkeypatch)
    return build_village()


def twin_of_jeanne(village: Village) -> Shareholder:
    """Entered a second time, with 4 shares paid in part and somebody who acts for her."""
    email = "jeanne.bis@essai.example"
    twin = ShareholderFactory(
        college=village.citizens,
        number=12,
        first_names="JEANNE",
        last_name="Delattre",
        birth_date=village.jeanne.birth_date,
        user=member(village.cooperative, Role.SHAREHOLDER, email=email),
        email=email,
    )
    partly_paid(village, twin, 4, paid="100.00", later=CALLS)
    anne = {"first_names": "Anne", "last_name": "Roux", "email": "anne@essai.example"}
    name_representative(actor=None, holder=twin, quality="proxy", since=ISSUED_ON, **anne)
    return twin


def acts_told(act: str) -> int:
    return JournalEntry.objects.filter(act=act).count()


def test_two_accounts_become_one_whole_and_part_whole(village: Village, kill_whole: KillWhole):
    twin, board = twin_of_jeanne(village), village.board.pk

    def is_one_or_two() -> None:
        """With its shares, its debt and its power: all on one side."""
        twin.refresh_from_db()
        at = village.jeanne if twin.merged_into_id else twin
        assert village.held()[0] == (44 if twin.merged_into_id else 40)
        assert [debt.holder for debt in debts_of([village.jeanne, twin]) if debt.calls] == [at]
        assert at.representatives.filter(until=None).count() == 1

    merged = kill_whole(
        acts.merge, kept=village.jeanne.pk, dropped=twin.pk, actor=board, now=NOW, check=is_one_or_two
    )
    assert {"shareholders_sharemovement", "shareholders_shareholder", "shareholders_carrieddebt"} < merged
    assert "procrastinate_jobs" in merged
    assert (acts_told("merge_accounts"), village.held()[0]) == (1, 44)
    parted = kill_whole(acts.part, dropped=twin.pk, actor=board, now=NOW, check=is_one_or_two)
    assert {"shareholders_sharemovement", "shareholders_shareholder"} < parted
    assert (acts_told("part_accounts"), village.held()[0]) == (1, 40)


def test_a_merger_without_shares_is_made_and_undone_whole(village: Village, kill_whole: KillWhole):
    empty = ShareholderFactory(
        college=village.citizens, number=13, last_name="Delattre", birth_date=village.jeanne.birth_date
    )
    kill_whole(acts.merge, kept=village.jeanne.pk, dropped=empty.pk, actor=village.board.pk, now=NOW)
    kill_whole(acts.part, dropped=empty.pk, actor=village.board.pk, now=NOW)
    empty.refresh_from_db()
    assert empty.merged_into is None


def test_what_is_left_to_pay_goes_with_the_shares_or_stays(village: Village, kill: Kill):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=CALLS)
    both = [village.jeanne, village.karim]

    def is_owed_once() -> None:
        owed = [debt.amount for debt in debts_of(both)]
        assert sum(owed) == 100

    [tables] = kill(
        acts.hand_over_shares,
        giver=village.jeanne.pk,
        taker=village.karim.pk,
        quantity=42,
        now=NOW,
        check=is_owed_once,
        until=CarriedDebt.objects.exists,
    )
    assert {"shareholders_sharemovement", "shareholders_carrieddebt"} < tables
    assert village.held()[:2] == [2, 72]


def test_a_call_is_reminded_of_once(village: Village, kill: Kill):
    for holder in (village.jeanne, village.karim):
        partly_paid(village, holder, 4, paid="100.00", later=CALLS)
    before = len(letters())
    steps = kill(acts.remind_calls, now=NOW, now_is=NOW.isoformat())
    # One person after the other: who wasn't reached has her letter the next night.
    assert len(steps) == 2 and steps[0] == steps[1]
    assert CallReminder.objects.count() == len(letters()) - before == 2


def test_a_recalled_transfer_is_counted_once_and_its_shares_undone_once(
    transactional_db: None, kill_whole: KillWhole
):
    coop, board = open_cooperative(), UserFactory().pk
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    decide(subscription)
    bring(coop, [transfer("-100.00", 42, day=9, name="Jeanne Essai", is_return=True)])
    line = StatementLine.objects.get(amount__lt=0)
    kill_whole(acts.recall, line=line.pk, subscription=subscription.pk, refused_again="vient d’être traitée")
    assert Payment.objects.filter(kind=Payment.Kind.LOST).count() == 1
    tables = kill_whole(acts.undo_issue, subscription=subscription.pk, actor=board)
    assert {"shareholders_sharemovement", "shareholders_subscription"} < tables
    assert fresh(subscription).state == Subscription.State.UNDONE
    assert ShareMovement.objects.count() == 2


def test_the_company_s_account_changes_whole_after_both_looks(transactional_db: None, kill_whole: KillWhole):
    coop = open_cooperative()
    treasurer, board = member(coop, Role.TREASURER), member(coop, Role.BOARD, email="conseil@essai.example")
    kill_whole(acts.enter_bank, cooperative=coop.pk, actor=treasurer.pk, iban=OTHER_IBAN)
    bank = CompanyBank.objects.latest("pk")

    def is_paid_where_it_was_approved() -> None:
        ruling = CompanyBank.objects.filter(cooperative=coop).approved().last()
        assert ruling is not None
        assert Cooperative.objects.get(pk=coop.pk).iban == ruling.iban

    kill_whole(acts.approve_bank, bank=bank.pk, actor=board.pk, check=is_paid_where_it_was_approved)
    assert Cooperative.objects.get(pk=coop.pk).iban == OTHER_IBAN
    assert acts_told("approve_company_bank") == 1
    subjects = [letter["subject"] for letter in letters(board.email)]
    assert len(subjects) == len(set(subjects)) == 2


def test_the_board_s_lines_are_written_once(village: Village, kill_whole: KillWhole):
    coop, board, day = village.cooperative, village.board.pk, f"{TODAY}"
    line = ShareMovement.objects.get(to_shareholder=village.lucie)
    decision = {"actor": board, "dated": day, "now": NOW}
    kill_whole(acts.correct_line, movement=line.pk, refused_again="déjà été contre-passée", **decision)
    assert village.held() == [40, 30, 0, 20]
    seen = last_number(coop)
    kill_whole(
        acts.cancel_shares,
        holder=village.paul.pk,
        seen=seen,
        refused_again="a reçu une ligne",
        **decision,
    )
    assert village.held() == [40, 30, 0, 15]
    kill_whole(
        acts.change_nominal,
        cooperative=coop.pk,
        seen=seen + 1,
        refused_again="a reçu une ligne",
        **decision,
    )
    assert nominal_on(Cooperative.objects.get(pk=coop.pk), TODAY) == 60
    assert last_number(coop) == seen + 2


def test_a_death_entered_by_mistake_is_undone_whole(village: Village, kill_whole: KillWhole):
    board, jeanne = village.board, village.jeanne
    paper = {"file_name": "acte.pdf", "content_type": "application/pdf", "content": b"%PDF-1.7 acte"}
    deed = attach(actor=board, cooperative=village.cooperative, holder=jeanne, kind="deed", **paper)
    anne = {"first_names": "Anne", "last_name": "Roux", "email": "anne@essai.example"}
    power = name_representative(actor=None, holder=jeanne, quality="proxy", since=ISSUED_ON, **anne)
    acts.enter_death(jeanne.pk, board.pk, deed.pk)

    def speaks_while_alive() -> None:
        jeanne.refresh_from_db()
        power.refresh_from_db()
        assert (jeanne.died_on is None) == (power.until is None)

    kill_whole(acts.undo_death, holder=jeanne.pk, actor=board.pk, now=NOW, check=speaks_while_alive)
    assert jeanne.died_on is None


def test_a_joint_account_never_has_two_voices_nor_none(village: Village, kill_whole: KillWhole):
    joint = ShareholderFactory(
        college=village.citizens, number=20, legal=True, legal_name="Indivision Delattre"
    )
    Shareholder.objects.filter(pk=joint.pk).update(kind="joint")
    joint.refresh_from_db()
    parts = [
        {**dataclasses.asdict(NADIA), "user": member(village.cooperative, email=NADIA.email)},
        dataclasses.asdict(OMAR),
    ]
    share_account(actor=None, account=joint, since=ISSUED_ON, parts=parts)
    open_space(actor=None, holder=joint)
    voices = joint.parts.filter(is_proxy=True, until=None)

    def has_one_voice() -> None:
        assert voices.count() == 1

    kill_whole(
        acts.name_proxy,
        account=joint.pk,
        proxy=OMAR.email,
        actor=village.board.pk,
        since=f"{TODAY}",
        now=NOW,
        check=has_one_voice,
    )
    assert voices.get().email == OMAR.email


def test_statutes_are_adopted_with_what_waited_for_them(village: Village, kill_whole: KillWhole):
    coop = village.cooperative
    text = edition_of(floor=7_000, ceiling=600_000, adopted_on=dt.date(2025, 6, 10))
    tables = kill_whole(
        acts.adopt,
        cooperative=coop.pk,
        actor=village.board.pk,
        text=text,
        voted_on="2025-06-10",
        today=f"{TODAY}",
        refused_again="déjà enregistré",
        now=NOW,
    )
    assert {"shareholders_statutesedition", "core_journalentry"} <= tables
    assert StatutesEdition.objects.filter(cooperative=coop).count() == 2

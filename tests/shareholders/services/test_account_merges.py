"""Two accounts of one person become one."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Attachment, RoleGrant, Shareholder, ShareMovement, Subscription
from shareholders.own_rights import rights_of
from shareholders.register_reports import verified
from shareholders.services import issue_shares
from shareholders.services.account_merges import differences, merge_accounts, part_accounts
from shareholders.services.newcomers import account_in_register
from shareholders.services.people import attach, change_bank_account, name_representative
from shareholders.services.register import MovementRefused
from shareholders.services.register_decisions import RegisterMoved, correct_line
from shareholders.services.transfer_checks import TransferRefused, holder_named
from shareholders.services.transfers import propose_transfer
from shareholders.transferable import lots_by_holder, lots_of
from shareholders.unpaid import debts_of
from tests.factories import FundingRoundFactory, ShareholderFactory, SubscriptionFactory, member
from tests.shareholders.banking.statements import OTHER_IBAN, OUR_IBAN
from tests.shareholders.instalment_scene import partly_paid
from tests.shareholders.test_register import at_once
from tests.shareholders.village import TODAY, Clock, Village, build_village, letters

pytestmark = pytest.mark.django_db
LATER = dt.date(2024, 3, 1)


@pytest.fixture
def twin(village: Village) -> Shareholder:
    """Jeanne again, entered a second time with 8 shares."""
    holder = ShareholderFactory(
        college=village.citizens,
        number=12,
        first_names="JEANNE",
        last_name="delattre",
        birth_date=village.jeanne.birth_date,
        user=member(village.cooperative, "shareholder", email="jeanne.bis@essai.example"),
        email="jeanne.bis@essai.example",
    )
    issue_shares(actor=None, shareholder=holder, quantity=8, dated=LATER)
    return holder


def merge(village: Village, twin: Shareholder, **said: Any) -> ShareMovement | None:
    words = {"kept": village.jeanne, "dropped": twin, "reason": "Inscrite deux fois", **said}
    return merge_accounts(actor=village.board, **words)


def deed(village: Village) -> Attachment:
    return attach(
        actor=village.board,
        cooperative=village.cooperative,
        kind="identity",
        file_name="acte.pdf",
        content_type="application/pdf",
        content=b"%PDF-1.7 acte",
    )


def test_the_shares_pass_by_one_line_that_says_why(village: Village, twin: Shareholder):
    line = merge(village, twin)
    assert line is not None
    assert (line.kind, line.quantity, line.dated) == ("transfer", 8, TODAY)
    assert "n° 12 au n° 1 : Inscrite deux fois" in line.reason
    assert village.held()[0] == 48
    twin.refresh_from_db()
    assert twin.merged_into == village.jeanne
    assert verified(village.cooperative).is_sound


def test_merged_twice_is_merged_once(village: Village, twin: Shareholder):
    assert merge(village, twin) == merge(village, twin)
    assert village.held()[0] == 48
    assert JournalEntry.objects.filter(act="merge_accounts").count() == 1


def test_an_account_without_shares_merges_without_a_line(village: Village):
    empty = ShareholderFactory(
        college=village.citizens, number=13, last_name="Delattre", birth_date=village.jeanne.birth_date
    )
    assert merge(village, empty) is None
    empty.refresh_from_db()
    assert empty.merged_into == village.jeanne


def test_shares_keep_the_day_they_were_bought(village: Village, twin: Shareholder):
    merge(village, twin)
    lots, given_up = lots_of(village.jeanne, TODAY)
    assert [(lot.acquired_on.year, lot.quantity) for lot in lots] == [(2019, 40), (2024, 8)]
    assert given_up == 0


def test_subscriptions_and_access_follow(village: Village, twin: Shareholder):
    offer = FundingRoundFactory(cooperative=village.cooperative)
    running = SubscriptionFactory(round=offer, college=village.citizens, holder=twin)
    merge(village, twin)
    assert Subscription.objects.get(pk=running.pk).holder == village.jeanne
    second = RoleGrant.objects.get(user__email="jeanne.bis@essai.example")
    assert second.revoked_at is not None
    assert RoleGrant.objects.in_force().filter(user=village.jeanne.user).exists()


def test_the_only_account_of_the_space_goes_to_the_one_that_stays(village: Village, twin: Shareholder):
    Shareholder.objects.filter(pk=village.jeanne.pk).update(user=None)
    merge(village, twin)
    kept = Shareholder.objects.get(pk=village.jeanne.pk)
    assert kept.user == twin.user
    assert RoleGrant.objects.in_force().filter(user=twin.user).exists()


def test_who_acts_for_one_acts_for_the_other(village: Village, twin: Shareholder):
    name_representative(
        actor=None,
        holder=twin,
        quality="proxy",
        since=LATER,
        first_names="Anne",
        last_name="Roux",
        email="anne@essai.example",
    )
    merge(village, twin)
    assert village.jeanne.representatives.get(until=None).email == "anne@essai.example"
    assert not twin.representatives.filter(until=None).exists()


def test_nobody_is_found_under_the_old_number(village: Village, twin: Shareholder):
    merge(village, twin)
    with pytest.raises(TransferRefused):
        holder_named(village.cooperative.pk, 12, "Delattre")
    identity = {
        "kind": "natural",
        "first_names": "Jeanne",
        "last_name": "Delattre",
        "birth_date": f"{village.jeanne.birth_date}",
    }
    assert account_in_register(village.cooperative, identity) == village.jeanne


def test_undone_the_two_accounts_are_two_again(village: Village, twin: Shareholder):
    line = merge(village, twin)
    assert line is not None
    correct_line(actor=village.board, movement=line, dated=TODAY, reason="Deux homonymes")
    twin.refresh_from_db()
    assert twin.merged_into is None
    assert village.held()[0] == 40
    again = merge(village, twin)
    assert again is not None
    assert again.pk != line.pk


def undo(village: Village, twin: Shareholder, **said: Any) -> None:
    words = {"actor": village.board, "dropped": twin, "reason": "Deux homonymes", **said}
    part_accounts(**words)


@pytest.fixture
def alone(village: Village, twin: Shareholder) -> Shareholder:
    """The account that would stay, which nobody acts for yet."""
    Shareholder.objects.filter(pk=village.jeanne.pk).update(user=None)
    return Shareholder.objects.get(pk=village.jeanne.pk)


def test_undone_each_has_her_own_access_again(village: Village, twin: Shareholder, alone: Shareholder):
    theirs = twin.user
    assert theirs is not None
    merge(village, twin)
    undo(village, twin)
    assert list(Shareholder.objects.of(theirs, village.cooperative)) == [twin]
    alone.refresh_from_db()
    assert alone.user is None
    assert RoleGrant.objects.in_force().filter(user=theirs).exists()
    assert village.held()[0] == 40


def test_nobody_is_paid_on_the_account_of_the_other(village: Village, twin: Shareholder):
    change_bank_account(actor=None, holder=twin, iban=OTHER_IBAN, owner_name="Jeanne bis")
    merge(village, twin)
    assert not village.jeanne.bank_accounts.exists()
    undo(village, twin)
    assert twin.bank_accounts.get().owner_name == "Jeanne bis"


def test_an_iban_given_since_by_who_came_in_keeps_the_merger(
    village: Village, twin: Shareholder, alone: Shareholder
):
    merge(village, twin)
    change_bank_account(actor=None, holder=alone, iban=OUR_IBAN, owner_name="Jeanne bis")
    with pytest.raises(MovementRefused, match="compte bancaire"):
        undo(village, twin)


def test_undone_who_acted_for_it_acts_again(village: Village, twin: Shareholder):
    anne = {"first_names": "Anne", "last_name": "Roux", "email": "anne@essai.example"}
    power = name_representative(actor=None, holder=twin, quality="proxy", since=LATER, **anne)
    merge(village, twin)
    undo(village, twin)
    assert twin.representatives.get(until=None) == power
    assert not village.jeanne.representatives.filter(until=None).exists()


def test_undone_the_calls_are_owed_by_who_has_the_shares(village: Village, twin: Shareholder):
    part = partly_paid(village, twin, 4, paid="100.00", later={"2027-06-14": "100.00"})
    merge(village, twin)
    assert [debt.amount for debt in debts_of([village.jeanne]) if debt.calls] == [100]
    undo(village, twin)
    assert [(debt.holder, debt.amount) for debt in debts_of([twin])] == [(twin, 100)]
    assert not [debt for debt in debts_of([village.jeanne]) if debt.calls]
    assert Subscription.objects.get(pk=part.pk).holder == twin


def test_a_merger_without_shares_is_undone_too(village: Village):
    empty = ShareholderFactory(
        college=village.citizens, number=13, last_name="Delattre", birth_date=village.jeanne.birth_date
    )
    merge(village, empty)
    for _ in range(2):
        undo(village, empty)
    empty.refresh_from_db()
    assert empty.merged_into is None
    assert JournalEntry.objects.filter(act="part_accounts").count() == 1


def test_a_sale_before_the_merger_is_not_taken_for_it(village: Village, twin: Shareholder):
    from shareholders.services import transfer_shares

    sold = transfer_shares(actor=None, seller=twin, buyer=village.jeanne, quantity=8, dated=TODAY)
    assert merge(village, twin) is None
    fresh = ShareMovement.objects.get(pk=sold.pk)
    with pytest.raises(MovementRefused, match="défaites d’abord"):
        correct_line(actor=village.board, movement=fresh, dated=TODAY, reason="erreur")


def test_a_merger_the_journal_does_not_tell_stays(village: Village):
    empty = ShareholderFactory(college=village.citizens, number=13)
    Shareholder.objects.filter(pk=empty.pk).update(merged_into=village.jeanne)
    with pytest.raises(MovementRefused, match="Le journal ne dit pas"):
        undo(village, empty)


def test_nobody_merges_or_parts_an_account_of_her_own(village: Village, twin: Shareholder):
    for actor in (village.jeanne.user, twin.user):
        with pytest.raises(MovementRefused, match="autre personne du conseil"):
            merge_accounts(actor=actor, kept=village.jeanne, dropped=twin, reason="Inscrite deux fois")
    merge(village, twin)
    with pytest.raises(MovementRefused, match="autre personne du conseil"):
        undo(village, twin, actor=village.jeanne.user)


def test_a_page_read_before_another_line_merges_nothing(village: Village, twin: Shareholder):
    with pytest.raises(RegisterMoved):
        merge(village, twin, seen=1)
    assert village.held()[0] == 40


def test_a_merger_stays_under_the_cap(village: Village, twin: Shareholder):
    issue_shares(actor=None, shareholder=twin, quantity=60, dated=TODAY)
    with pytest.raises(MovementRefused, match="dépasseraient"):
        merge(village, twin)


def test_the_people_of_both_accounts_are_written_to(village: Village, twin: Shareholder):
    merge(village, twin)
    (told,) = letters("jeanne.bis@essai.example")
    assert "le compte n° 12 au compte n° 1" in told["body"]
    assert len(letters("jeanne@essai.example")) == 1


def test_an_earlier_line_of_a_merged_account_stays(village: Village, twin: Shareholder):
    from shareholders.services import transfer_shares

    sold = transfer_shares(actor=None, seller=twin, buyer=village.karim, quantity=1, dated=TODAY)
    merge(village, twin)
    fresh = ShareMovement.objects.get(pk=sold.pk)
    with pytest.raises(MovementRefused, match="réuni à un autre"):
        correct_line(actor=village.board, movement=fresh, dated=TODAY, reason="erreur")


def test_a_request_under_way_ends_first(village: Village, twin: Shareholder):
    propose_transfer(actor=village.jeanne.user, giver=village.jeanne, kind="gift", taker=twin, quantity=1)
    with pytest.raises(MovementRefused, match="est en cours"):
        merge(village, twin)


def test_two_identities_ask_for_a_paper(village: Village):
    assert differences(village.jeanne, village.karim) == ("le nom", "la date de naissance")
    with pytest.raises(MovementRefused, match="joignez la pièce"):
        merge(village, village.karim)
    merge(village, village.karim, paper=deed(village))
    assert village.held()[:2] == [70, 0]


def test_what_cannot_be_one_person_is_refused(village: Village, twin: Shareholder):
    company = Shareholder.objects.get(cooperative=village.cooperative, kind="legal")
    joint = ShareholderFactory(college=village.citizens, number=14, legal=True, legal_name="Indivision")
    Shareholder.objects.filter(pk=joint.pk).update(kind="joint")
    for kept, dropped, sentence in (
        (village.jeanne, village.jeanne, "le même compte"),
        (village.jeanne, company, "même nature"),
        (joint, joint, "le même compte"),
        (village.jeanne, joint, "même nature"),
    ):
        with pytest.raises(MovementRefused, match=sentence):
            merge(village, dropped, kept=kept)
    with pytest.raises(MovementRefused, match="Dites pourquoi"):
        merge(village, twin, reason=" ")
    Shareholder.objects.filter(pk=twin.pk).update(died_on=LATER)
    with pytest.raises(MovementRefused, match="Un décès"):
        merge(village, twin)


def test_mergers_do_not_chain(village: Village, twin: Shareholder):
    merge(village, twin)
    for kept, dropped in ((village.karim, village.jeanne), (twin, village.karim)):
        with pytest.raises(MovementRefused, match="resté ouvert"):
            merge(village, dropped, kept=kept)


def test_a_merged_account_receives_nothing(village: Village, twin: Shareholder):
    merge(village, twin)
    with pytest.raises(MovementRefused, match="compte qui reste"):
        issue_shares(actor=None, shareholder=twin, quantity=1, dated=TODAY)
    assert dataclasses.is_dataclass(lots_of(twin, TODAY)[0][0])


@pytest.mark.as_owner
def test_not_even_sql_merges_an_account_that_holds_shares(village: Village, twin: Shareholder):
    with pytest.raises(IntegrityError, match="cannot be merged"), transaction.atomic():
        Shareholder.objects.filter(pk=twin.pk).update(merged_into=village.jeanne)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shareholders_shareholder SET merged_into_id = id WHERE id = %s", [village.paul.pk]
        )


@pytest.mark.django_db(transaction=True)
def test_two_people_merging_at_once_merge_once(monkeypatch: pytest.MonkeyPatch):
    Clock(monkeypatch)
    village = build_village()
    again = ShareholderFactory(
        college=village.citizens,
        number=12,
        first_names="Jeanne",
        last_name="Delattre",
        birth_date=village.jeanne.birth_date,
    )
    issue_shares(actor=None, shareholder=again, quantity=8, dated=LATER)

    def act() -> int:
        line = merge(village, again)
        assert line is not None
        return line.number

    assert at_once(2, act) == [7, 7]
    assert village.held()[0] == 48


def test_her_rights_count_the_lock_up_from_the_purchase(village: Village, twin: Shareholder):
    merge(village, twin)
    (holder,) = Shareholder.objects.filter(pk=village.jeanne.pk).with_college_on(TODAY)
    with translation.override("fr"):
        rights = rights_of(village.cooperative, [holder], TODAY)[holder.pk]
    told = next(right.text for right in rights if "vendre ou donner" in right.text)
    # Bought in March 2024: five years later, not five years after the merger.
    assert "40 actions dès maintenant" in told
    assert "8 de vos actions se gardent encore, au plus tard jusqu’au 1er mars 2029." in told


def test_lots_of_several_accounts_come_together(village: Village, twin: Shareholder):
    merge(village, twin)
    people = [*village.people, twin]
    assert lots_by_holder(people, TODAY)[village.karim.pk] == lots_of(village.karim, TODAY)
    assert lots_by_holder([village.jeanne], TODAY)[village.jeanne.pk] == lots_of(village.jeanne, TODAY)
    with CaptureQueriesContext(connection) as few:
        lots_by_holder(people[:1], TODAY)
    with CaptureQueriesContext(connection) as many:
        lots_by_holder(people, TODAY)
    assert len(few) == len(many) == 2

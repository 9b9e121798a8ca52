"""The people of an account that belongs to several."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Attachment, HolderPart, RoleGrant, Shareholder
from shareholders.services.joint_accounts import Owner, change_owners, owners_of
from shareholders.services.newcomers import open_space
from shareholders.services.people import attach, share_account
from shareholders.services.transfer_checks import TransferRefused
from tests.factories import ShareholderFactory, member
from tests.shareholders.village import ISSUED_ON, TODAY, Village

pytestmark = pytest.mark.django_db
OMAR = Owner("Omar", "Delattre", birth_date=dt.date(1992, 5, 6), email="omar@essai.example")
NADIA = Owner("Nadia", "Delattre", birth_date=dt.date(1990, 1, 2), email="nadia@essai.example", is_proxy=True)
INES = Owner("Inès", "Roux", birth_date=dt.date(1988, 9, 9))


@pytest.fixture
def account(village: Village) -> Shareholder:
    """Nadia, who speaks for all, and Omar."""
    joint = ShareholderFactory(
        college=village.citizens, number=20, legal=True, legal_name="Indivision Delattre"
    )
    Shareholder.objects.filter(pk=joint.pk).update(kind="joint")
    joint.refresh_from_db()
    nadia = member(village.cooperative, email="nadia@essai.example")
    parts = [
        {**dataclasses.asdict(NADIA), "user": nadia},
        dataclasses.asdict(OMAR),
    ]
    share_account(actor=None, account=joint, since=ISSUED_ON, parts=parts)
    open_space(actor=None, holder=joint)
    return joint


@pytest.fixture
def paper(village: Village) -> Attachment:
    return attach(
        actor=village.board,
        cooperative=village.cooperative,
        kind="deed",
        file_name="acte.pdf",
        content_type="application/pdf",
        content=b"%PDF-1.7 acte",
    )


def change(village: Village, account: Shareholder, *owners: Owner, **said: Any) -> list[HolderPart]:
    words = {"actor": village.board, "since": TODAY, "paper": None, **said}
    return change_owners(account=account, owners=owners, **words)


def open_to(email: str) -> bool:
    return RoleGrant.objects.in_force().filter(user__email=email, role="shareholder").exists()


def another_proxy() -> list[Owner]:
    return [dataclasses.replace(NADIA, is_proxy=False), dataclasses.replace(OMAR, is_proxy=True)]


def test_another_of_them_speaks_for_all(village: Village, account: Shareholder):
    change(village, account, *another_proxy())
    assert account.parts.get(is_proxy=True, until=None).user.email == "omar@essai.example"
    assert (open_to("omar@essai.example"), open_to("nadia@essai.example")) == (True, False)


def test_who_spoke_before_can_still_be_told(village: Village, account: Shareholder):
    change(village, account, *another_proxy())
    ended = account.parts.get(is_proxy=True, until=TODAY)
    assert (str(ended), ended.since) == ("Nadia Delattre", ISSUED_ON)


def test_who_stays_keeps_the_entry(village: Village, account: Shareholder, paper: Attachment):
    change(village, account, NADIA, INES, paper=paper)
    assert account.parts.get(first_names="Nadia").since == ISSUED_ON
    assert account.parts.get(first_names="Omar").until == TODAY
    assert account.parts.get(first_names="Inès").since == TODAY


def test_said_twice_it_is_written_once(village: Village, account: Shareholder):
    for _ in range(2):
        change(village, account, *another_proxy())
    assert account.parts.count() == 4
    assert JournalEntry.objects.filter(act="change_owners").count() == 1


def test_nobody_changes_an_account_of_her_own(village: Village, account: Shareholder, paper: Attachment):
    nadia = account.parts.get(is_proxy=True).user
    with pytest.raises(TransferRefused, match="est le vôtre"):
        change(village, account, *another_proxy(), actor=nadia)
    herself = dataclasses.replace(INES, email=village.board.email)
    with pytest.raises(TransferRefused, match="parmi les personnes nommées"):
        change(village, account, NADIA, herself, paper=paper)


def test_other_people_ask_for_the_deed(village: Village, account: Shareholder):
    with pytest.raises(TransferRefused, match="joignez l’acte"):
        change(village, account, NADIA, INES)


@pytest.mark.parametrize(
    ("owners", "sentence"),
    [
        ([NADIA], "deux personnes au moins"),
        ([], "deux personnes au moins"),
        ([NADIA, *(dataclasses.replace(INES, last_name=f"R{'x' * n}") for n in range(12))], "12 personnes"),
        ([NADIA, OMAR, dataclasses.replace(OMAR, last_name="DELATTRE")], "deux fois"),
        ([NADIA, dataclasses.replace(OMAR, is_proxy=True)], "une seule personne"),
        ([OMAR, INES], "une seule personne"),
        ([OMAR, dataclasses.replace(INES, is_proxy=True)], "Donnez l’e-mail"),
        ([OMAR, dataclasses.replace(NADIA, birth_date=dt.date(2010, 1, 1))], "majeur"),
        ([NADIA, dataclasses.replace(OMAR, quality="usufructuary")], "chacun est indivisaire"),
        ([NADIA, dataclasses.replace(OMAR, first_names=" ")], "un nom et un prénom"),
    ],
)
def test_bad_owners_are_refused(
    village: Village, account: Shareholder, paper: Attachment, owners: list[Owner], sentence: str
):
    before = owners_of(account)
    with pytest.raises(TransferRefused, match=sentence):
        change(village, account, *owners, paper=paper)
    assert owners_of(account) == before


@pytest.mark.parametrize("since", [ISSUED_ON - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)])
def test_an_impossible_day_is_refused(village: Village, account: Shareholder, since: dt.date):
    with pytest.raises(TransferRefused, match="Choisissez un jour"):
        change(village, account, *another_proxy(), since=since)


def test_one_persons_account_has_no_owners_to_change(village: Village):
    with pytest.raises(TransferRefused, match="une seule personne"):
        change(village, village.jeanne, NADIA, OMAR)


def test_split_ownership_keeps_both_sides(village: Village, account: Shareholder):
    Shareholder.objects.filter(pk=account.pk).update(kind="split")
    with pytest.raises(TransferRefused, match="nu-propriétaire"):
        change(village, account, NADIA, dataclasses.replace(OMAR, email=""))


def test_an_ended_entry_keeps_who_spoke_for_the_account(account: Shareholder):
    parts = [dataclasses.asdict(owner) for owner in another_proxy()]
    share_account(actor=None, account=account, since=TODAY, parts=parts)
    before, now = account.parts.filter(until=TODAY), account.parts.filter(until=None)
    assert [part.first_names for part in before.filter(is_proxy=True)] == ["Nadia"]
    assert [part.first_names for part in now.filter(is_proxy=True)] == ["Omar"]

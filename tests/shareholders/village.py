"""A cooperative under the demo statutes, for tests of what comes after the issue of shares.

100 citizens' shares issued in 2019, free to sell since August 2024: Jeanne 40, Karim 30, Lucie 10, Paul 20;
the SEM holds 300 more, so that nobody is near the cap of one fifth (80 shares).
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from mine_de_soleil.core.models import User
from shareholders.models import College, Cooperative, Shareholder, ShareTransfer
from shareholders.roles import Role
from shareholders.services import grant_role, issue_shares
from shareholders.services.people import adopt_statutes
from shareholders.transferable import held_on
from tests.factories import CollegeFactory, CooperativeFactory, ShareholderFactory, demo_statutes, member

NOW = dt.datetime(2025, 6, 16, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
ISSUED_ON = dt.date(2019, 8, 1)


@dataclass(frozen=True, slots=True)
class Village:
    """The cooperative, its people and two of its colleges."""

    cooperative: Cooperative
    citizens: College
    sem: College
    board: User
    jeanne: Shareholder
    karim: Shareholder
    lucie: Shareholder
    paul: Shareholder

    @property
    def people(self) -> list[Shareholder]:
        return [self.jeanne, self.karim, self.lucie, self.paul]

    def held(self, *, day: dt.date = TODAY) -> list[int]:
        return [held_on(holder, day) for holder in self.people]


def build_village(text: str = "", **fields: Any) -> Village:
    cooperative = CooperativeFactory(short_name="Soleil du village", **fields)
    citizens = CollegeFactory(cooperative=cooperative, code="citoyens", name="Citoyens")
    sem = CollegeFactory(cooperative=cooperative, code="sem", name="SEM")
    adopt_statutes(actor=None, cooperative=cooperative, text=text or demo_statutes())
    names = [
        ("Jeanne", "Delattre", 40),
        ("Karim", "Haddad", 30),
        ("Lucie", "Morel", 10),
        ("Paul", "Wagon", 20),
    ]
    people = []
    for number, (first, last, shares) in enumerate(names, start=1):
        user = member(cooperative, email=f"{first.lower()}@essai.example", full_name=f"{first} {last}")
        grant_role(actor=None, cooperative=cooperative, user=user, role=Role.SHAREHOLDER)
        holder = ShareholderFactory(
            college=citizens,
            number=number,
            first_names=first,
            last_name=last,
            birth_date=dt.date(1970, 5, number),
            user=user,
            email=user.email,
            address=f"{number} rue des Terrils",
            postcode="62750",
            commune="Loos-en-Gohelle",
        )
        issue_shares(actor=None, shareholder=holder, quantity=shares, dated=ISSUED_ON)
        people.append(holder)
    company = ShareholderFactory(college=sem, number=5, legal=True, legal_name="SEM d’essai")
    issue_shares(actor=None, shareholder=company, quantity=300, dated=ISSUED_ON)
    board = member(cooperative, Role.BOARD, email="conseil@essai.example")
    return Village(cooperative, citizens, sem, board, *people)


class Clock:
    """Time as a test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def go_to(self, day: dt.date) -> dt.datetime:
        self.now = dt.datetime.combine(day, dt.time(10), tzinfo=dt.UTC)
        return self.now


def letters(to: str = "") -> list[dict[str, Any]]:
    """What was handed to the worker to be sent, in order."""
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="send_letter").order_by("pk")
    return [job.args for job in jobs if not to or job.args["to"] == to]


def last_code(to: str) -> str:
    """The six figures of the latest code sent there."""
    found = re.search(r"\b(\d{6})\b", letters(to)[-1]["body"])
    assert found
    return found.group(1)


def state_of(transfer: ShareTransfer) -> str:
    transfer.refresh_from_db()
    return transfer.state

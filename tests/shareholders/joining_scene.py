"""A cooperative one may join on 16 June 2025: 200 shares of 50 € offered, 1,000 in the register."""

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shareholders.forms.joining import PlaceForm
from shareholders.models import (
    Attachment,
    BankStatement,
    College,
    Cooperative,
    FundingRound,
    Method,
    Payment,
    StatementLine,
    Subscription,
)
from shareholders.services import issue_shares
from shareholders.services import subscriptions as steps
from shareholders.services.people import adopt_statutes, attach
from shareholders.services.subscription_starts import Started, start
from tests.factories import (
    JEANNE,
    CollegeFactory,
    CooperativeFactory,
    FundingRoundFactory,
    ShareholderFactory,
    demo_statutes,
)

NOW = dt.datetime(2025, 6, 16, 10, tzinfo=dt.UTC)
ORIGIN = {"network_address": "192.0.2.1", "browser": "essai"}
PDF = b"%PDF-1.7 essai"


@dataclass
class Clock:
    """The time the product sees."""

    now: dt.datetime = NOW

    def forward(self, **lapse: float) -> None:
        self.now += dt.timedelta(**lapse)


@dataclass
class Offer:
    """The cooperative, its open round, and the colleges of its statutes."""

    cooperative: Cooperative
    round: FundingRound
    colleges: dict[str, College]
    clock: Clock = field(default_factory=Clock)

    @property
    def base(self) -> str:
        return f"/{self.cooperative.slug}/devenir-actionnaire/"


def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def make_offer(clock: Clock, *, statutes: str = "", **fields: Any) -> Offer:
    cooperative = CooperativeFactory(
        short_name="Soleil d’essai", seat_address="1 place", iban="FR7630006000011234567890189"
    )
    colleges = {
        code: CollegeFactory(cooperative=cooperative, code=code, name=name, position=position)
        for position, (code, name) in enumerate(
            (("citoyens", "Citoyens"), ("sem", "SEM"), ("exploitant", "Exploitant"), ("communes", "Commune"))
        )
    }
    adopt_statutes(actor=None, cooperative=cooperative, text=statutes or demo_statutes())
    founder = ShareholderFactory(college=colleges["sem"], number=1, legal=True, legal_name="SEM d’essai")
    issue_shares(actor=None, shareholder=founder, quantity=1_000, dated=dt.date(2019, 7, 12))
    paper = {"actor": None, "cooperative": cooperative, "content_type": "application/pdf", "content": PDF}
    attach(kind=Attachment.Kind.STATUTES, file_name="statuts.pdf", **paper)
    notice = attach(
        kind=Attachment.Kind.INFORMATION, file_name="information.pdf", **paper | {"content": PDF + b"2"}
    )
    offer = FundingRoundFactory(cooperative=cooperative, information=notice, **fields)
    return Offer(cooperative, offer, colleges, clock)


def draft(offer: Offer, quantity: int = 2, **person: Any) -> Started:
    """A draft for Jeanne, or who `person` says, ready to be signed."""
    started = start(actor=None, offer=offer.round, language="fr")
    told = {"cooperative": offer.cooperative, "key": started.key}
    email = f"personne{started.subscription.number}@essai.example"
    steps.choose_quantity(**told, quantity=quantity)
    steps.give_email(**told, email=email, link_to=lambda key: f"https://essai.example/{key}")
    # Each their own person, unless told otherwise.
    identity = JEANNE | {"first_names": f"Jeanne-{started.subscription.number}"} | person
    steps.give_identity(**told, identity=identity, college=offer.colleges["citoyens"])
    documents = list(Attachment.objects.filter(cooperative=offer.cooperative, holder=None).order_by("pk")[:2])
    steps.confirm_documents(**told, documents=documents)
    return started


def ask_code(offer: Offer, started: Started, place: str = "Lens") -> str:
    """The code of the letter, read from the queue of letters."""
    assert PlaceForm({"place": place}).is_valid()
    steps.ask_code(cooperative=offer.cooperative, key=started.key, place=place)
    return last_code()


def last_code() -> str:
    found = re.search(r"\b(\d{6})\b", letters()[-1]["body"])
    assert found
    return found[1]


def letters() -> list[dict[str, str]]:
    """Every letter written, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%%send_letter' ORDER BY id")
        return [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in cursor.fetchall()]


def sign(offer: Offer, started: Started, code: str | None = None) -> Subscription:
    typed = ask_code(offer, started) if code is None else code
    return steps.sign(cooperative=offer.cooperative, key=started.key, code=typed, origin=ORIGIN)


def signed(offer: Offer, quantity: int = 2, **person: Any) -> Subscription:
    return sign(offer, draft(offer, quantity, **person))


def receive(subscription: Subscription, amount: Decimal | int) -> Payment:
    """A transfer arrives at the bank for this subscription; the gates aren't looked at yet."""
    coop = subscription.cooperative
    n = StatementLine.objects.count() + 1
    statement = BankStatement.objects.create(
        cooperative=coop, file_name=f"{n}.xml", content=b"x", sha256=f"{coop.pk:032x}{n:032x}"
    )
    line = StatementLine.objects.create(
        cooperative=coop,
        statement=statement,
        position=1,
        key=f"essai-{n}",
        amount=Decimal(amount),
        currency="EUR",
        booked_on=timezone.localdate(),
        party_name="Jeanne",
        party_iban="FR7630006000011234567890189",
    )
    return Payment.objects.create(
        cooperative=coop,
        kind=Payment.Kind.RECEIVED,
        method=Method.TRANSFER,
        amount=line.amount,
        dated=line.booked_on,
        subscription=subscription,
        line=line,
        source=f"bank:{line.key}:{subscription.reference}",
    )

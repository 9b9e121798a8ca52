"""The board's work queue: what waits, for whom it is listed."""

import datetime as dt
from decimal import Decimal

import pytest

from shareholders.board_pages import work_queue
from shareholders.models import Cooperative, NewbornPanel, Payout, StatementLine
from shareholders.permissions import Actor
from shareholders.roles import Role
from shareholders.services.payouts import payout_failed, return_line
from tests.shareholders.banking.statements import french_iban
from tests.shareholders.money import bring, open_cooperative, transfer

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 20)


def listed(cooperative: Cooperative, *roles: Role) -> dict[str, int]:
    actor = Actor(None, cooperative, frozenset(roles))
    return {task.words: task.count for task in work_queue(actor, TODAY)}


def test_a_payout_counts_while_the_treasurer_has_to_send_it():
    coop = open_cooperative()
    bring(coop, [transfer("80.00", iban=french_iban(7))])
    payout = return_line(actor=None, line=StatementLine.objects.get())
    assert listed(coop, Role.TREASURER) == {"remboursement à faire": 1}
    payout_failed(actor=None, payout=payout)
    assert listed(coop, Role.TREASURER) == {"virement à placer": 1}


def test_what_the_provider_gives_back_is_nobodys_work():
    coop = open_cooperative()
    Payout.objects.create(
        cooperative=coop, number=1, reference="RF1", cause="x", amount=Decimal(1), method="card", why="excess"
    )
    assert listed(coop, Role.TREASURER) == {}


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.TREASURER, False), (Role.BOARD, True), (Role.AUDITOR, True)]
)
def test_newborns_panels_are_listed_for_those_who_may_open_their_page(role: Role, sees: bool):
    coop = open_cooperative()
    NewbornPanel.objects.create(
        cooperative=coop, number=1, born_on=TODAY, commune="Loos", offered_by="Jeanne"
    )
    assert ("panneau de naissance demandé" in listed(coop, role)) is sees

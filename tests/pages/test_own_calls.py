"""What is left to pay on shares: the holder's page, her tasks, the treasurer's queue, the certificate."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from shareholders.call_pages import late_calls
from shareholders.models import CarriedDebt, ShareTransfer
from shareholders.paper_contents import certificate_of, extract_of
from shareholders.roles import Role
from shareholders.services.transfers import propose_transfer
from tests.factories import member
from tests.pages.scene import read
from tests.shareholders.banking.statements import OUR_IBAN
from tests.shareholders.instalment_scene import hand_over, partly_paid, pay
from tests.shareholders.village import ISSUED_ON, TODAY, Clock, Village, build_village

pytestmark = pytest.mark.django_db
SOON = {"2025-07-01": "200.00", "2026-07-01": "100.00"}
LATER = {"2025-07-01": "60.00", "2026-07-01": "40.00"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def village(clock: Clock) -> Village:
    return build_village(iban=OUR_IBAN, bic="AGRIFRPP", payment_prefix="MDS")


def page(client: Client, village: Village, name: str = "mon-espace/versements/") -> str:
    return plain(read(client.get(f"/{village.cooperative.slug}/{name}")))


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_she_reads_what_to_pay_when_and_how(village: Village, client: Client):
    part = partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    client.force_login(village.jeanne.user)
    text = page(client, village)
    assert "Il vous reste 60 € à verser avant le mardi 1er juillet 2025." in text
    assert "En tout, il reste 100 € à verser." in text
    assert part.reference in text.replace(" ", "")
    assert '<svg role="img"' in client.get(f"/{village.cooperative.slug}/mon-espace/versements/").text


def test_her_space_says_it_first_and_her_account_how_far_it_is_paid(village: Village, client: Client):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    client.force_login(village.jeanne.user)
    text = page(client, village, "mon-espace/")
    assert "Il vous reste 60 € à verser avant le" in text
    assert "libérées (payées) de 2 100 € sur 2 200 €" in text


def test_late_it_is_said_so(village: Village, client: Client, clock: Clock):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    clock.go_to(dt.date(2025, 7, 2))
    client.force_login(village.jeanne.user)
    assert "Votre versement de 60 € était attendu avant le" in page(client, village)


def test_both_sides_of_a_gift_read_where_the_debt_is(village: Village, client: Client):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    hand_over(village.jeanne, village.karim, 44)
    client.force_login(village.karim.user)
    text = page(client, village)
    assert "Elles vous viennent de Jeanne Delattre" in text
    assert CarriedDebt.objects.get().reference in text.replace(" ", "")
    client.force_login(village.jeanne.user)
    text = page(client, village)
    assert "Vos actions sont entièrement payées." in text
    assert "4 actions à Karim Haddad" in text
    assert "16 juin 2027" in text


def test_who_owes_nothing_reads_so(village: Village, client: Client):
    client.force_login(village.paul.user)
    assert "Vous n’avez rien à verser." in page(client, village)


def test_the_treasurer_sees_late_calls_oldest_first(village: Village, client: Client, clock: Clock):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    part = partly_paid(village, village.karim, 4, paid="100.00", later={"2025-06-20": "100.00"})
    pay(part, "25.50")
    clock.go_to(dt.date(2025, 7, 2))
    late = late_calls(village.cooperative, dt.date(2025, 7, 2))
    assert [(one.debt.holder, one.amount) for one in late] == [
        (village.karim, Decimal("74.50")),
        (village.jeanne, Decimal("60.00")),
    ]
    client.force_login(member(village.cooperative, Role.TREASURER))
    text = page(client, village, "conseil/argent/")
    assert "Versements en retard" in text
    assert part.reference in text


def test_a_certificate_says_how_far_shares_are_paid(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    with translation.override("fr"):
        told = certificate_of(village.jeanne, TODAY, "1", "https://essai.example")
        full = certificate_of(village.karim, TODAY, "1", "https://essai.example")
    assert told.paid_up.replace("\u202f", " ").replace("\u00a0", " ") == "libérées de 2 100 € sur 2 200 €"
    assert full.paid_up == ""


def test_an_extract_of_the_register_says_it_of_each_holder(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    with translation.override("fr"):
        told = extract_of(village.cooperative, TODAY, "1", "", "https://essai.example")
        before = extract_of(
            village.cooperative, TODAY - dt.timedelta(days=1), "1", "", "https://essai.example"
        )
    paid = {row.name: plain(row.paid_up) for row in told.holders}
    assert paid["Jeanne Delattre"] == "libérées de 2 100 € sur 2 200 €"
    assert paid["Karim Haddad"] == ""
    assert {row.paid_up for row in before.holders} == {""}


def test_the_board_reads_it_on_the_holders_page(village: Village, client: Client):
    partly_paid(village, village.jeanne, 4, paid="100.00", later=LATER)
    client.force_login(village.board)
    told = "libérées (payées) de 2 100 € sur 2 200 €"
    assert told in page(client, village, "conseil/titulaires/1/")
    assert "libérées" not in page(client, village, "conseil/titulaires/2/")


def offered(village: Village, quantity: int, **taker: Any) -> ShareTransfer:
    """Of Jeanne's 60 shares the 40 oldest are paid; what is left is owed on the other 20."""
    return propose_transfer(
        actor=village.jeanne.user,
        giver=village.jeanne,
        kind="gift",
        quantity=quantity,
        kinship="descendant",
        **taker,
    )


def test_who_is_offered_shares_reads_first_what_is_left_to_pay(village: Village, client: Client):
    partly_paid(village, village.jeanne, 20, paid="700.00", later=SOON, day=ISSUED_ON)
    asked = offered(village, 50, taker=village.karim)
    client.force_login(village.karim.user)
    text = page(client, village, f"mon-espace/transferts/{asked.pk}/")
    assert "une fois à vous, vous devrez encore verser 150 € à la coopérative" in text
    assert "100 € avant le mardi 1er juillet 2025" in text
    assert "50 € avant le mercredi 1er juillet 2026" in text
    assert text.index("verser 150 €") < text.index("Accepter")
    client.force_login(village.jeanne.user)
    text = page(client, village, f"mon-espace/transferts/{asked.pk}/")
    assert "qui les reçoit devra encore verser 150 €" in text


def test_who_takes_paid_shares_is_not_warned(village: Village, client: Client):
    partly_paid(village, village.jeanne, 20, paid="700.00", later=SOON, day=ISSUED_ON)
    asked = offered(village, 40, taker=village.karim)
    client.force_login(village.karim.user)
    assert "entièrement payées" not in page(client, village, f"mon-espace/transferts/{asked.pk}/")

"""Who may speak for both sides of a transfer, and what a declared kinship is worth."""

import datetime as dt
from typing import Any

import pytest

from shareholders.models import Shareholder
from shareholders.services.people import name_representative
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfers import agree, propose_transfer
from tests.shareholders.services.test_transfers import State, agreed, gift, sale
from tests.shareholders.village import TODAY, Village, letters

pytestmark = pytest.mark.django_db


def represented(village: Village, holder: Shareholder, user: Any, quality: str = "parent") -> None:
    name_representative(
        actor=None,
        holder=holder,
        quality=quality,
        since=TODAY,
        user=user,
        first_names="Anne",
        last_name="Essai",
    )


def as_child(holder: Shareholder) -> None:
    Shareholder.objects.filter(pk=holder.pk).update(birth_date=dt.date(2015, 1, 1), user=None)
    holder.refresh_from_db()


def test_a_parent_gives_to_her_own_child_and_accepts_for_it(village: Village):
    as_child(village.karim)
    represented(village, village.karim, village.jeanne.user)
    found = agree(actor=village.jeanne.user, transfer=gift(village, kinship="descendant"))
    assert found.state == State.APPROVED


def test_what_a_parent_takes_from_her_child_goes_to_the_board(village: Village):
    as_child(village.karim)
    represented(village, village.karim, village.jeanne.user)
    asked = propose_transfer(
        actor=village.jeanne.user,
        giver=village.karim,
        quantity=5,
        kind="gift",
        kinship="ascendant",
        taker=village.jeanne,
    )
    found = agree(actor=village.jeanne.user, transfer=asked)
    assert (found.state, found.approval_until) == (State.AGREED, dt.date(2025, 9, 14))


def test_nobody_buys_for_a_ward_what_she_sells_herself(village: Village):
    represented(village, village.karim, village.jeanne.user, "guardian")
    asked = sale(village)
    with pytest.raises(TransferRefused, match="un autre représentant"):
        agree(actor=village.jeanne.user, transfer=asked)


def test_a_kinship_merely_declared_frees_no_sale(village: Village):
    found = agreed(sale(village, kinship="spouse"))
    assert (found.state, found.pre_emption_until) == (State.AGREED, dt.date(2025, 7, 16))


def test_both_sides_are_told_of_the_agreement_with_the_way_to_it(village: Village):
    found = agreed(sale(village))
    body = letters("karim@essai.example")[-1]["body"]
    assert "Jeanne Delattre et Karim Haddad sont d’accord : 10 actions" in body
    assert f"/mon-espace/transferts/{found.pk}/" in body

"""A transfer, from the request to the register."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from shareholders.models import Shareholder, ShareMovement, ShareTransfer
from shareholders.roles import Role
from shareholders.services import issue_shares
from shareholders.services.orders import send_order_code, sign_order
from shareholders.services.people import name_representative
from shareholders.services.transfer_checks import TransferRefused, holder_named
from shareholders.services.transfer_clocks import run_clocks
from shareholders.services.transfers import (
    agree,
    agree_as_newcomer,
    cancel,
    decide_transfer,
    decline,
    fingerprint_of,
    propose_transfer,
)
from shareholders.statutes import statutes_of
from shareholders.transferable import room_of
from tests.factories import JEANNE, CollegeFactory, RoleGrantFactory, ShareholderFactory, UserFactory
from tests.shareholders.village import TODAY, Clock, Village, last_code, letters, state_of

pytestmark = pytest.mark.django_db
State = ShareTransfer.State
FIFTY = Decimal("50.00")
NADIA = {**JEANNE, "first_names": "Nadia", "last_name": "Benali", "birth_date": "1990-01-02"}


def sale(village: Village, quantity: int = 10, **more: Any) -> ShareTransfer:
    fields = {"taker": village.karim, "price_per_share": FIFTY, **more}
    return propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, quantity=quantity, kind="transfer", **fields
    )


def gift(village: Village, quantity: int = 10, **more: Any) -> ShareTransfer:
    fields = {"taker": village.karim, **more}
    return propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, quantity=quantity, kind="gift", **fields
    )


def agreed(transfer: ShareTransfer) -> ShareTransfer:
    return agree(actor=transfer.taker.user, transfer=transfer)


def sign(transfer: ShareTransfer) -> ShareTransfer:
    user = transfer.giver.user
    send_order_code(actor=user, transfer=transfer)
    return sign_order(actor=user, transfer=transfer, code=last_code(user.email))


def test_a_sale_waits_for_the_others_then_for_the_board(village: Village):
    found = agreed(sale(village))
    assert (found.state, found.notified_on) == (State.AGREED, TODAY)
    assert found.pre_emption_until == dt.date(2025, 7, 16)  # 16 June + 30
    assert found.approval_until == dt.date(2025, 10, 14)  # 16 July + 90
    assert found.silence == "approval"


def test_a_gift_waits_for_the_board_alone(village: Village):
    found = agreed(gift(village))
    assert found.pre_emption_until is None
    assert found.approval_until == dt.date(2025, 9, 14)  # 16 June + 90


def test_a_gift_to_a_child_is_free(village: Village):
    found = agreed(gift(village, kinship="descendant"))
    assert (found.state, found.approval_until) == (State.APPROVED, None)


def test_a_sibling_isnt_among_those_the_statutes_exempt(village: Village):
    assert agreed(gift(village, kinship="sibling")).state == State.AGREED


def test_silence_approves_the_day_after_the_last(village: Village, clock: Clock):
    found = agreed(gift(village))
    run_clocks(clock.go_to(dt.date(2025, 9, 14)))
    assert state_of(found) == State.AGREED
    run_clocks(clock.go_to(dt.date(2025, 9, 15)))
    assert state_of(found) == State.APPROVED
    assert found.by_silence


def test_the_clock_run_twice_changes_nothing_more(village: Village, clock: Clock):
    agreed(gift(village))
    now = clock.go_to(dt.date(2025, 9, 15))
    assert (run_clocks(now), run_clocks(now)) == (1, 0)


def test_the_board_cant_answer_while_others_may_buy(village: Village):
    found = agreed(sale(village))
    with pytest.raises(TransferRefused, match="acheter en premier"):
        decide_transfer(actor=village.board, transfer=found, approved=True)


def test_the_board_approves_and_the_giver_signs(village: Village, clock: Clock):
    found = agreed(sale(village))
    clock.go_to(dt.date(2025, 7, 17))
    decide_transfer(actor=village.board, transfer=found, approved=True)
    done = sign(found)
    assert done.state == State.REGISTERED
    assert done.movement.dated == dt.date(2025, 7, 17)
    assert "dix actions" in done.evidence["text"]
    assert village.held(day=dt.date(2025, 7, 17)) == [30, 40, 10, 20]


def test_the_buyer_is_reminded_of_the_duty(village: Village, clock: Clock):
    found = agreed(sale(village))
    clock.go_to(dt.date(2025, 7, 17))
    decide_transfer(actor=village.board, transfer=found, approved=True)
    sign(found)
    body = letters("karim@essai.example")[-1]["body"]
    assert "25\u202f€" in body
    assert "17 août 2025" in body
    assert "2759" not in letters("jeanne@essai.example")[-1]["body"]


def test_a_gift_owes_no_duty_of_sale(village: Village):
    sign(agreed(gift(village, kinship="descendant")))
    assert "2759" not in letters("karim@essai.example")[-1]["body"]


def test_a_refusal_says_why_and_the_shares_stay(village: Village):
    found = agreed(gift(village))
    with pytest.raises(TransferRefused, match="motif"):
        decide_transfer(actor=village.board, transfer=found, approved=False)
    decide_transfer(actor=village.board, transfer=found, approved=False, reason="Hors du territoire.")
    assert state_of(found) == State.REFUSED
    assert "Hors du territoire." in letters("jeanne@essai.example")[-1]["body"]
    assert village.held() == [40, 30, 10, 20]


def test_the_same_answer_twice_is_one(village: Village):
    found = agreed(gift(village))
    for _ in range(2):
        decide_transfer(actor=village.board, transfer=found, approved=True)
    with pytest.raises(TransferRefused, match="rien n’a changé"):
        decide_transfer(actor=village.board, transfer=found, approved=False, reason="Non.")


def test_an_answer_after_silence_has_spoken_is_told_so(village: Village, clock: Clock):
    found = agreed(gift(village))
    clock.go_to(dt.date(2025, 9, 15))
    with pytest.raises(TransferRefused, match="délai est passé"):
        decide_transfer(actor=village.board, transfer=found, approved=False, reason="Non.")


def test_the_same_click_twice_is_one_request(village: Village):
    assert sale(village) == sale(village)
    assert ShareTransfer.objects.count() == 1


def test_signing_twice_moves_shares_once(village: Village):
    found = agreed(gift(village, kinship="descendant"))
    sign(found)
    sign_order(actor=village.jeanne.user, transfer=found, code="000000")
    assert village.held() == [30, 40, 10, 20]


def test_a_wrong_code_moves_nothing_and_is_counted(village: Village):
    found = agreed(gift(village, kinship="descendant"))
    user = village.jeanne.user
    send_order_code(actor=user, transfer=found)
    wrong = "000000" if last_code(user.email) != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(TransferRefused, match="code envoyé"):
            sign_order(actor=user, transfer=found, code=wrong)
    with pytest.raises(TransferRefused, match="trop de fois"):
        sign_order(actor=user, transfer=found, code=last_code(user.email))
    assert village.held() == [40, 30, 10, 20]


def test_nothing_is_signed_before_it_is_approved(village: Village):
    with pytest.raises(TransferRefused, match="agréée"):
        send_order_code(actor=village.jeanne.user, transfer=agreed(gift(village)))


@pytest.mark.parametrize(
    ("quantity", "words"), [(41, "40 actions"), (0, "au moins une action"), (10**9, "40 actions")]
)
def test_more_than_held_is_refused(village: Village, quantity: int, words: str):
    with pytest.raises(TransferRefused, match=words):
        gift(village, quantity=quantity)


def test_shares_promised_elsewhere_are_not_promised_twice(village: Village):
    gift(village, quantity=30)
    with pytest.raises(TransferRefused, match="dont 30 déjà promises"):
        gift(village, quantity=11, taker=village.lucie)
    assert gift(village, quantity=10, taker=village.lucie)


def test_a_cancelled_request_lets_go_of_its_shares(village: Village):
    found = gift(village, quantity=40)
    for _ in range(2):
        cancel(actor=village.jeanne.user, transfer=found)
    assert gift(village, quantity=40, taker=village.lucie)


def test_after_cancelling_nobody_can_agree(village: Village):
    found = gift(village)
    cancel(actor=village.jeanne.user, transfer=found)
    with pytest.raises(TransferRefused, match="n’attend plus de réponse"):
        agreed(found)


def test_the_taker_says_no(village: Village):
    found = decline(actor=village.karim.user, transfer=gift(village))
    assert found.state == State.CANCELLED
    assert "répondu non" in letters("jeanne@essai.example")[-1]["body"]


def test_nobody_declines_what_was_agreed(village: Village):
    with pytest.raises(TransferRefused, match="trop tard"):
        decline(actor=village.karim.user, transfer=agreed(gift(village)))


def test_an_offer_without_answer_lapses_after_two_months(village: Village, clock: Clock):
    found = gift(village)
    run_clocks(clock.go_to(dt.date(2025, 8, 15)))
    assert state_of(found) == State.PROPOSED
    run_clocks(clock.go_to(dt.date(2025, 8, 16)))
    assert state_of(found) == State.CANCELLED


def test_one_cant_give_to_oneself(village: Village):
    with pytest.raises(TransferRefused, match="soi-même"):
        gift(village, taker=village.jeanne)
    with pytest.raises(TransferRefused, match="soi-même"):
        gift(village, taker=None, taker_email="JEANNE@essai.example")


def test_recent_shares_are_locked_up(village: Village):
    issue_shares(actor=None, shareholder=village.lucie, quantity=5, dated=dt.date(2024, 1, 15))
    ask = {"actor": village.lucie.user, "giver": village.lucie, "kind": "gift", "taker": village.paul}
    with pytest.raises(TransferRefused, match=r"10 actions.*15/01/2029"):
        propose_transfer(quantity=11, **ask)
    assert propose_transfer(quantity=10, **ask)


def test_the_oldest_shares_go_first(village: Village):
    """Ten given away are ten old ones: the five recent ones stay locked."""
    issue_shares(actor=None, shareholder=village.lucie, quantity=5, dated=dt.date(2024, 1, 15))
    ask = {"actor": village.lucie.user, "giver": village.lucie, "kind": "gift", "taker": village.paul}
    sign(agreed(propose_transfer(quantity=10, kinship="descendant", **ask)))
    room = room_of(village.lucie, TODAY, statutes_of(village.cooperative, TODAY))
    assert (room.held, room.free, room.locked) == (5, 0, 5)


def test_nobody_gets_over_the_cap(village: Village):
    issue_shares(actor=None, shareholder=village.karim, quantity=40, dated=dt.date(2019, 8, 2))
    # 440 shares of capital, one fifth is 88; Karim holds 70.
    with pytest.raises(TransferRefused, match="18 actions"):
        gift(village, quantity=19)
    assert gift(village, quantity=18)


def test_the_cap_is_held_on_the_day_of_the_signature_too(village: Village):
    found = agreed(gift(village, quantity=40, kinship="descendant"))
    issue_shares(actor=None, shareholder=village.karim, quantity=60, dated=TODAY)
    with pytest.raises(TransferRefused, match="plafonnent"):
        send_order_code(actor=village.jeanne.user, transfer=found)


def test_a_number_and_a_name_must_go_together(village: Village):
    assert holder_named(village.cooperative.pk, 2, " haddad ") == village.karim
    for number, name in [(2, "Morel"), (99, "Haddad"), (10**30, "Haddad"), (-1, ""), (2, "")]:
        with pytest.raises(TransferRefused, match="Aucun actionnaire"):
            holder_named(village.cooperative.pk, number, name)


def test_another_cooperatives_holder_receives_nothing(village: Village):
    stranger = ShareholderFactory(college=CollegeFactory())
    with pytest.raises(TransferRefused, match="ne peut pas recevoir"):
        gift(village, taker=stranger)


def test_nobody_acts_for_somebody_else(village: Village):
    with pytest.raises(TransferRefused, match="Vous ne pouvez pas agir"):
        propose_transfer(
            actor=village.karim.user, giver=village.jeanne, quantity=1, kind="gift", taker=village.lucie
        )
    with pytest.raises(TransferRefused, match="Vous ne pouvez pas agir"):
        agree(actor=village.lucie.user, transfer=gift(village))


def test_a_minor_alone_gives_nothing_and_a_parent_may(village: Village):
    Shareholder.objects.filter(pk=village.lucie.pk).update(birth_date=dt.date(2010, 1, 1))
    village.lucie.refresh_from_db()
    ask = {"giver": village.lucie, "quantity": 1, "kind": "gift", "taker": village.paul}
    with pytest.raises(TransferRefused, match="un parent"):
        propose_transfer(actor=village.lucie.user, **ask)
    mother = UserFactory()
    RoleGrantFactory(cooperative=village.cooperative, user=mother)
    name_representative(
        actor=None,
        holder=village.lucie,
        quality="parent",
        since=TODAY,
        user=mother,
        first_names="Anne",
        last_name="Morel",
    )
    assert propose_transfer(actor=mother, **ask)


@pytest.mark.parametrize(
    ("kind", "price"), [("transfer", "0"), ("gift", "5"), ("inheritance", "0"), ("x", "0")]
)
def test_a_sale_has_a_price_and_a_gift_has_none(village: Village, kind: str, price: str):
    with pytest.raises(TransferRefused):
        propose_transfer(
            actor=village.jeanne.user,
            giver=village.jeanne,
            quantity=1,
            kind=kind,
            price_per_share=Decimal(price),
            taker=village.karim,
        )


def invited(village: Village) -> tuple[ShareTransfer, str]:
    keys: list[str] = []
    found = gift(
        village,
        taker=None,
        taker_email="Nadia@essai.example",
        address_of=lambda key: keys.append(key) or f"https://essai.example/{key}",
    )
    return found, keys[0]


def test_somebody_new_gets_a_link_whose_key_we_dont_keep(village: Village):
    found, key = invited(village)
    assert f"https://essai.example/{key}" in letters("nadia@essai.example")[0]["body"]
    assert found.key_sha256 == fingerprint_of(key)
    assert len(key) >= 32


def test_somebody_new_is_identified_and_becomes_a_shareholder(village: Village, clock: Clock):
    found, _key = invited(village)
    found = agree_as_newcomer(transfer=found, identity=NADIA, college=village.citizens)
    assert found.state == State.AGREED
    again = agree_as_newcomer(transfer=found, identity=NADIA, college=village.citizens)
    assert again.taker == found.taker
    decide_transfer(actor=village.board, transfer=found, approved=True)
    done = sign(found)
    assert (str(done.taker), done.taker.number, done.taker.user.email) == (
        "Nadia Benali",
        6,
        "nadia@essai.example",
    )
    assert done.taker.user.role_grants.get().role == Role.SHAREHOLDER


def test_an_invited_person_who_is_a_shareholder_already_keeps_one_account(village: Village):
    karim = {**JEANNE, "first_names": "Karim", "last_name": "Haddad", "birth_date": "1970-05-02"}
    found = gift(village, taker=None, taker_email="karim@essai.example")
    found = agree_as_newcomer(transfer=found, identity=karim, college=village.citizens)
    assert found.taker == village.karim
    other = gift(village, taker=None, taker_email="autre@essai.example")
    with pytest.raises(TransferRefused, match="déjà actionnaire"):
        agree_as_newcomer(transfer=other, identity=karim, college=village.citizens)


def test_nothing_of_a_refused_request_stays(village: Village):
    with pytest.raises(TransferRefused):
        gift(village, quantity=41)
    assert not ShareTransfer.objects.exists()
    assert letters() == []
    assert ShareMovement.objects.count() == 5

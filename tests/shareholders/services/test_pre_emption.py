"""The others buy first."""

import datetime as dt
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from shareholders.models import Shareholder, ShareTransfer
from shareholders.services.orders import send_order_code, sign_order
from shareholders.services.pre_emption import open_to, wish_to_buy
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfer_clocks import run_clocks, tell_those_who_may_buy_first
from shareholders.services.transfers import agree, decide_transfer, propose_transfer
from tests.shareholders.village import TODAY, Clock, Village, last_code, letters, state_of

pytestmark = pytest.mark.django_db
State = ShareTransfer.State
OVER = dt.date(2025, 7, 17)


@pytest.fixture
def sale(village: Village) -> ShareTransfer:
    """Jeanne sells 10 shares to Karim; Lucie (10 shares) and Paul (20) may come first."""
    found = propose_transfer(
        actor=village.jeanne.user,
        giver=village.jeanne,
        quantity=10,
        price_per_share=Decimal("60.00"),
        taker=village.karim,
    )
    return agree(actor=village.karim.user, transfer=found)


def wish(sale: ShareTransfer, holder: Shareholder, quantity: int) -> None:
    wish_to_buy(actor=holder.user, transfer=sale, holder=holder, quantity=quantity)


def test_every_other_holder_is_told_once(village: Village, sale: ShareTransfer):
    assert ProcrastinateJob.objects.filter(task_name__endswith="tell_about_pre_emption").count() == 1
    tell_those_who_may_buy_first(sale.pk)
    told = [letter["to"] for letter in letters() if "acheter en premier" in letter["subject"]]
    assert told == ["lucie@essai.example", "paul@essai.example"]


def test_too_many_wishes_are_shared_by_holdings(village: Village, sale: ShareTransfer, clock: Clock):
    wish(sale, village.lucie, 10)
    wish(sale, village.paul, 10)
    run_clocks(clock.go_to(OVER))
    granted = list(sale.pre_emptions.order_by("holder__number").values_list("granted", flat=True))
    assert granted == [3, 7]  # 10 shares, held 10 and 20: 3.33 and 6.67
    assert state_of(sale) == State.CANCELLED


def test_what_nobody_takes_goes_on_to_the_board(village: Village, sale: ShareTransfer, clock: Clock):
    wish(sale, village.lucie, 4)
    run_clocks(clock.go_to(OVER))
    assert (state_of(sale), sale.quantity) == (State.AGREED, 6)
    bought = sale.pre_emptions.get().sale
    assert (bought.quantity, bought.taker, bought.price_per_share) == (4, village.lucie, Decimal("60.00"))
    decide_transfer(actor=village.board, transfer=sale, approved=True)
    user = village.jeanne.user
    for transfer in (sale, bought):
        send_order_code(actor=user, transfer=transfer)
        sign_order(actor=user, transfer=transfer, code=last_code(user.email))
    assert village.held(day=OVER) == [30, 36, 14, 20]


def test_closing_twice_makes_each_sale_once(village: Village, sale: ShareTransfer, clock: Clock):
    wish(sale, village.lucie, 4)
    for _ in range(2):
        run_clocks(clock.go_to(OVER))
    assert ShareTransfer.objects.filter(taker=village.lucie).count() == 1


def test_the_last_word_counts_and_zero_takes_it_back(village: Village, sale: ShareTransfer):
    wish(sale, village.lucie, 4)
    wish(sale, village.lucie, 2)
    assert sale.pre_emptions.get().quantity == 2
    wish(sale, village.lucie, 0)
    assert not sale.pre_emptions.exists()


def test_nobody_wishes_after_the_period(village: Village, sale: ShareTransfer, clock: Clock):
    clock.go_to(OVER)
    with pytest.raises(TransferRefused, match="délai"):
        wish(sale, village.lucie, 1)


@pytest.mark.parametrize("quantity", [-1, 11, 10**9])
def test_a_wish_is_within_what_is_sold(village: Village, sale: ShareTransfer, quantity: int):
    with pytest.raises(TransferRefused, match="entre 0 et 10"):
        wish(sale, village.lucie, quantity)


def test_the_two_sides_have_no_wish(village: Village, sale: ShareTransfer):
    for side in (village.jeanne, village.karim):
        with pytest.raises(TransferRefused, match="déjà l’une"):
            wish(sale, side, 1)


def test_each_holder_sees_what_others_sell(village: Village, sale: ShareTransfer):
    assert open_to(village.lucie, TODAY) == [sale]
    assert open_to(village.jeanne, TODAY) == []
    assert open_to(village.lucie, OVER) == []

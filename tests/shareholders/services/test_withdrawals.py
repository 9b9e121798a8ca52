"""Shares given back to the company."""

import datetime as dt
from decimal import Decimal

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.amounts_due import to_pay
from shareholders.ledger import kept_of
from shareholders.models import Payout, Shareholder, Withdrawal
from shareholders.services import issue_shares
from shareholders.services.payouts import owe_back
from shareholders.services.people import change_bank_account
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfers import propose_transfer
from shareholders.services.withdrawals import (
    amount_of,
    ask_withdrawal,
    cancel_withdrawal,
    enter_withdrawal,
    owe_again,
    refuse_withdrawal,
    room_above_floor,
    set_value,
)
from shareholders.unpaid import debts_of
from tests.factories import demo_statutes
from tests.shareholders.instalment_scene import partly_paid
from tests.shareholders.village import TODAY, Clock, Village, build_village, letters

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"
# Asked on 16 June 2025, six months of notice.
EFFECT = dt.date(2025, 12, 16)


def ask(village: Village, quantity: int = 10, holder: Shareholder | None = None) -> Withdrawal:
    who = holder or village.jeanne
    return ask_withdrawal(actor=who.user, holder=who, quantity=quantity)


def test_its_days_and_value_are_those_of_the_statutes(village: Village):
    asked = ask(village)
    assert (asked.effective_on, asked.reimburse_before) == (EFFECT, dt.date(2026, 12, 16))
    assert (asked.value_per_share, asked.value_source) == (
        Decimal("50.00"),
        "Valeur nominale, statuts du 12/07/2019",
    )


def test_shares_held_too_short_a_time_wait_longer(village: Village):
    issue_shares(actor=None, shareholder=village.lucie, quantity=5, dated=dt.date(2024, 1, 15))
    assert ask(village, 10, village.lucie).effective_on == EFFECT
    assert ask(village, 1, village.lucie).effective_on == dt.date(2029, 1, 15)


def test_it_is_entered_on_its_day_and_owed_to_the_holders_account(village: Village, clock: Clock):
    change_bank_account(actor=None, holder=village.jeanne, iban=IBAN, owner_name="Jeanne Delattre")
    asked = ask(village)
    clock.go_to(EFFECT)
    done = enter_withdrawal(actor=village.board, withdrawal=asked)
    assert village.held(day=EFFECT) == [30, 30, 10, 20]
    owed = Payout.objects.get()
    assert (owed.amount, owed.why, owed.cause) == (Decimal("500.00"), "withdrawal", f"withdrawal:{done.pk}")
    assert (owed.iban, owed.beneficiary) == (IBAN, "Jeanne Delattre")


def test_never_before_its_day(village: Village, clock: Clock):
    asked = ask(village)
    clock.go_to(EFFECT - dt.timedelta(days=1))
    with pytest.raises(TransferRefused, match="16/12/2025"):
        enter_withdrawal(actor=village.board, withdrawal=asked)
    assert not Payout.objects.exists()


def test_entered_twice_it_is_owed_once(village: Village, clock: Clock):
    asked = ask(village)
    clock.go_to(EFFECT)
    for _ in range(2):
        enter_withdrawal(actor=village.board, withdrawal=asked)
        owe_again(actor=village.board, withdrawal=asked)
    assert Payout.objects.count() == 1
    assert village.held(day=EFFECT)[0] == 30


def test_money_whose_transfer_failed_is_owed_again(village: Village, clock: Clock):
    asked = ask(village)
    clock.go_to(EFFECT)
    enter_withdrawal(actor=village.board, withdrawal=asked)
    Payout.objects.update(state=Payout.State.FAILED)
    found = owe_again(actor=village.board, withdrawal=asked)
    assert found.payout.cause == f"withdrawal:{asked.pk}:2"
    assert Payout.objects.count() == 2


def test_the_floor_is_told_before(db: None, clock: Clock):
    # 400 shares of 50 €; a floor of 19,000 € keeps 380 of them.
    text = demo_statutes().replace("floor_eur = 7_000", "floor_eur = 19_000")
    village = build_village(text)
    assert room_above_floor(village.cooperative, TODAY) == 20
    ask(village, 15)
    assert room_above_floor(village.cooperative, TODAY) == 5
    with pytest.raises(TransferRefused, match=r"19\u202f000\u202f€.*5 actions"):
        ask(village, 6, village.karim)


def test_the_floor_met_on_the_day_refuses_and_leaves_the_request(db: None, clock: Clock):
    text = demo_statutes().replace("floor_eur = 7_000", "floor_eur = 19_000")
    village = build_village(text)
    first = ask(village, 20)
    second = Withdrawal.objects.create(
        cooperative=village.cooperative,
        holder=village.karim,
        quantity=1,
        effective_on=EFFECT,
        reimburse_before=EFFECT,
        value_per_share=Decimal("50.00"),
        value_source="Valeur nominale",
    )
    clock.go_to(EFFECT)
    enter_withdrawal(actor=village.board, withdrawal=first)
    with pytest.raises(TransferRefused, match="plancher"):
        enter_withdrawal(actor=village.board, withdrawal=second)
    second.refresh_from_db()
    assert (second.state, Payout.objects.count()) == ("asked", 1)


def test_shares_promised_to_somebody_arent_given_back(village: Village):
    propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, quantity=35, kind="gift", taker=village.karim
    )
    with pytest.raises(TransferRefused, match="de 1 à 5"):
        ask(village, 6)
    ask(village, 5)
    with pytest.raises(TransferRefused, match="40 déjà promises"):
        propose_transfer(
            actor=village.jeanne.user, giver=village.jeanne, quantity=1, kind="gift", taker=village.lucie
        )


@pytest.mark.parametrize("quantity", [0, -1, 41, 10**9])
def test_only_what_one_has(village: Village, quantity: int):
    with pytest.raises(TransferRefused, match="de 1 à 40"):
        ask(village, quantity)


def test_the_same_click_twice_is_one_request(village: Village):
    assert ask(village) == ask(village)


def test_one_may_change_ones_mind_before_the_day(village: Village, clock: Clock):
    asked = ask(village)
    cancel_withdrawal(actor=village.jeanne.user, withdrawal=asked)
    clock.go_to(EFFECT)
    with pytest.raises(TransferRefused, match="clos"):
        enter_withdrawal(actor=village.board, withdrawal=asked)
    late = ask_withdrawal(actor=village.karim.user, holder=village.karim, quantity=1)
    clock.go_to(late.effective_on)
    with pytest.raises(TransferRefused, match="trop tard"):
        cancel_withdrawal(actor=village.karim.user, withdrawal=late)


def test_a_refusal_says_why(village: Village):
    asked = ask(village)
    with pytest.raises(TransferRefused, match="motif"):
        refuse_withdrawal(actor=village.board, withdrawal=asked, reason=" ")
    refuse_withdrawal(actor=village.board, withdrawal=asked, reason="Le plancher est atteint.")
    assert "Le plancher est atteint." in letters("jeanne@essai.example")[-1]["body"]


def test_an_equity_share_waits_for_the_treasurers_figure(db: None, clock: Clock):
    village = build_village(demo_statutes().replace('value = "nominal"', 'value = "equity_share"'))
    asked = ask(village)
    assert asked.value_source == ""
    clock.go_to(EFFECT)
    with pytest.raises(TransferRefused, match="pas encore saisie"):
        enter_withdrawal(actor=village.board, withdrawal=asked)
    with pytest.raises(TransferRefused, match="source"):
        set_value(actor=village.board, withdrawal=asked, value_per_share=Decimal("41.37"), source="")
    set_value(
        actor=village.board, withdrawal=asked, value_per_share=Decimal("41.37"), source="Comptes de 2024"
    )
    enter_withdrawal(actor=village.board, withdrawal=asked)
    assert Payout.objects.get().amount == Decimal("413.70")


def test_a_nominal_value_isnt_typed(village: Village):
    with pytest.raises(TransferRefused, match="nominal"):
        set_value(actor=village.board, withdrawal=ask(village), value_per_share=Decimal(99), source="Moi")


def test_a_capital_that_isnt_variable_gives_nothing_back(db: None, clock: Clock):
    text = demo_statutes().replace("variable_capital = true", "variable_capital = false")
    text = text.replace("floor_eur = 7_000", "floor_eur = 70_000")
    village = build_village(text.replace("ceiling_eur = 500_000", "ceiling_eur = 70_000"))
    with pytest.raises(TransferRefused, match="pas variable"):
        ask(village)


def test_only_what_was_paid_is_paid_back(village: Village, clock: Clock):
    partly_paid(village, village.lucie, 10, paid="250.00", later={"2027-06-14": "250.00"})
    # Ten old shares paid in full go first, then four of the ten others: 200 € of which 100 were paid.
    asked = ask(village, 14, village.lucie)
    assert amount_of(asked) == Decimal("600.00")
    clock.go_to(asked.effective_on)
    entered = enter_withdrawal(actor=village.board, withdrawal=asked)
    assert entered.payout is not None
    assert (entered.payout.amount, amount_of(entered)) == (Decimal("600.00"), Decimal("600.00"))
    [left] = [debt for debt in debts_of([village.lucie]) if debt.calls]
    assert (left.shares, left.amount) == (6, Decimal("150.00"))
    assert "100" in letters("lucie@essai.example")[-1]["body"]


def test_shares_given_back_ask_for_no_more_money(village: Village, clock: Clock):
    part = partly_paid(village, village.lucie, 10, paid="250.00", later={"2027-06-14": "250.00"})
    asked = ask(village, 20, village.lucie)
    clock.go_to(asked.effective_on)
    enter_withdrawal(actor=village.board, withdrawal=asked)
    part.refresh_from_db()
    assert kept_of(part) == Decimal("250.00")
    assert to_pay(part, asked.effective_on) == 0
    assert owe_back(actor=None, subscription=part) == []
    assert Payout.objects.get().amount == Decimal("750.00")


def test_the_payout_of_a_withdrawal_is_numbered_like_the_others(village: Village, clock: Clock):
    asked = ask(village)
    clock.go_to(EFFECT)
    payout = enter_withdrawal(actor=village.board, withdrawal=asked).payout
    assert payout is not None
    assert (
        JournalEntry.objects.filter(act="owe_back", subject=f"shareholders.Payout:{payout.pk}").count() == 1
    )

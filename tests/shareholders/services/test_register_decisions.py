"""Lines corrected, shares cancelled, another nominal value: by decision of the board."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from shareholders.models import ShareMovement
from shareholders.register_reports import verified
from shareholders.reports import nominal_on
from shareholders.services import issue_shares, transfer_shares
from shareholders.services.register import MovementRefused
from shareholders.services.register_decisions import (
    RegisterMoved,
    cancel_by_decision,
    change_nominal_by_decision,
    correct_line,
    last_number,
)
from shareholders.services.transfers import propose_transfer
from tests.factories import FundingRoundFactory, SubscriptionFactory
from tests.shareholders.instalment_scene import partly_paid
from tests.shareholders.test_register import at_once
from tests.shareholders.village import ISSUED_ON, TODAY, Clock, Village, build_village

pytestmark = pytest.mark.django_db


def sale(village: Village, quantity: int = 5) -> ShareMovement:
    return transfer_shares(
        actor=None, seller=village.jeanne, buyer=village.karim, quantity=quantity, dated=ISSUED_ON
    )


def correct(village: Village, line: ShareMovement, **said: Any) -> ShareMovement:
    words = {"dated": TODAY, "reason": "saisie deux fois", **said}
    return correct_line(actor=village.board, movement=line, **words)


def cancel(village: Village, **said: Any) -> ShareMovement:
    words = {"holder": village.jeanne, "quantity": 5, "dated": TODAY, "reason": "Exclusion", **said}
    return cancel_by_decision(actor=village.board, **words)


def revalue(village: Village, value: str, **said: Any) -> ShareMovement:
    words = {"dated": TODAY, "decision": "Résolution n° 4", "decided_on": TODAY, **said}
    return change_nominal_by_decision(
        actor=village.board, cooperative=village.cooperative, nominal_value=Decimal(value), **words
    )


def test_a_corrected_line_gives_the_shares_back(village: Village):
    correct(village, sale(village))
    assert village.held() == [40, 30, 10, 20]
    assert verified(village.cooperative).is_sound


def test_a_line_is_corrected_once(village: Village):
    line = sale(village)
    correct(village, line)
    with pytest.raises(MovementRefused, match="déjà été contre-passée"):
        correct(village, line)


def test_a_correction_is_not_corrected(village: Village):
    undone = correct(village, sale(village))
    with pytest.raises(MovementRefused, match="elle-même une contre-passation"):
        correct(village, undone)


def test_a_line_whose_shares_went_on_stays(village: Village):
    line = sale(village, 40)
    transfer_shares(actor=None, seller=village.karim, buyer=village.lucie, quantity=70, dated=TODAY)
    with pytest.raises(MovementRefused, match="ne détient pas autant"):
        correct(village, line)
    assert village.held() == [0, 0, 80, 20]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"dated": dt.date(2019, 7, 31)}, "Choisissez un jour"),
        ({"dated": dt.date(2025, 6, 17)}, "Choisissez un jour"),
        ({"reason": "  "}, "Dites pourquoi"),
        ({"reason": "x" * 201}, "trop long"),
        ({"seen": 0}, "a reçu une ligne"),
    ],
)
def test_a_bad_correction_is_refused(village: Village, said: dict[str, Any], sentence: str):
    line = sale(village)
    with pytest.raises(MovementRefused, match=sentence):
        correct(village, line, **said)
    assert last_number(village.cooperative) == line.number


def test_cancelled_shares_leave_the_capital(village: Village):
    cancel(village)
    assert village.held()[0] == 35
    assert verified(village.cooperative).shares == 395


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"quantity": 0}, "au moins une action"),
        ({"quantity": 41}, "détient 40 actions"),
        ({"dated": dt.date(2019, 1, 1)}, "Choisissez un jour"),
        ({"dated": dt.date(2030, 1, 1)}, "Choisissez un jour"),
        ({"dated": dt.date(2019, 7, 20)}, "ne détient pas autant"),
        ({"reason": ""}, "Dites pourquoi"),
    ],
)
def test_a_bad_cancellation_is_refused(village: Village, said: dict[str, Any], sentence: str):
    with pytest.raises(MovementRefused, match=sentence):
        cancel(village, **said)
    assert village.held()[0] == 40


def test_promised_shares_are_not_cancelled(village: Village):
    propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, kind="gift", taker=village.karim, quantity=38
    )
    with pytest.raises(MovementRefused, match="sont promises"):
        cancel(village)


def test_a_form_sent_twice_cancels_once(village: Village):
    seen = last_number(village.cooperative)
    cancel(village, seen=seen)
    with pytest.raises(RegisterMoved, match="a reçu une ligne"):
        cancel(village, seen=seen)
    assert village.held()[0] == 35


def test_the_capital_stays_above_its_floor(village: Village, monkeypatch: pytest.MonkeyPatch):
    from shareholders.services import register_decisions

    band = register_decisions.Band(Decimal(19_800), Decimal(20_100))
    monkeypatch.setattr(register_decisions, "band_on", lambda *_: band)
    cancel(village, quantity=4)
    with pytest.raises(MovementRefused, match="sous le plancher"):
        cancel(village, quantity=1)
    with pytest.raises(MovementRefused, match="sous le plancher"):
        revalue(village, "25.00")
    with pytest.raises(MovementRefused, match="au-dessus du plafond"):
        revalue(village, "100.00")


def test_every_share_is_worth_the_new_value(village: Village):
    line = revalue(village, "60.00")
    assert nominal_on(village.cooperative, TODAY) == 60
    assert line.reason == "Décision de l’assemblée du 16/06/2025 : Résolution n° 4"
    assert verified(village.cooperative).capital == 24_000


@pytest.mark.parametrize("value", ["0", "-1", "50.00", "0.001", "1000000.01", "NaN", "Infinity"])
def test_a_bad_value_is_refused(village: Village, value: str):
    with pytest.raises(MovementRefused):
        revalue(village, value)
    assert nominal_on(village.cooperative, TODAY) == 50


def test_the_assembly_decides_first(village: Village):
    with pytest.raises(MovementRefused, match="décide avant"):
        revalue(village, "60.00", decided_on=TODAY + dt.timedelta(days=1))


def test_the_value_changes_after_every_line(village: Village):
    issue_shares(actor=None, shareholder=village.karim, quantity=1, dated=TODAY)
    with pytest.raises(MovementRefused, match="après tous les mouvements"):
        revalue(village, "60.00", dated=dt.date(2025, 1, 1), decided_on=dt.date(2025, 1, 1))


def test_signed_bulletins_come_first(village: Village):
    offer = FundingRoundFactory(cooperative=village.cooperative)
    SubscriptionFactory(round=offer, signed=True, college=village.citizens)
    with pytest.raises(MovementRefused, match="à l’ancienne valeur"):
        revalue(village, "60.00")


@pytest.mark.django_db(transaction=True)
def test_two_people_cancelling_at_once_cancel_once(monkeypatch: pytest.MonkeyPatch):
    Clock(monkeypatch)
    village = build_village()
    seen = last_number(village.cooperative)

    def act() -> str:
        try:
            cancel(village, seen=seen)
        except RegisterMoved:
            return "refused"
        return "done"

    assert sorted(at_once(2, act)) == ["done", "refused"]
    assert village.held()[0] == 35


@pytest.mark.parametrize("reason", ["test \u202eabc", "test \u200b abc", "test \x00abc"])
def test_a_reason_that_hides_signs_is_refused(village: Village, reason: str):
    with pytest.raises(MovementRefused, match="invisible"):
        cancel(village, reason=reason)
    assert village.held()[0] == 40


def test_nobody_decides_on_her_own_shares(village: Village):
    line = sale(village)
    for actor in (village.jeanne.user, village.karim.user):
        with pytest.raises(MovementRefused, match="autre personne du conseil"):
            correct_line(actor=actor, movement=line, dated=TODAY, reason="erreur")
    with pytest.raises(MovementRefused, match="autre personne du conseil"):
        cancel_by_decision(
            actor=village.jeanne.user, holder=village.jeanne, quantity=1, dated=TODAY, reason="Exclusion"
        )


def test_the_nominal_value_waits_for_shares_paid_in_full(village: Village):
    partly_paid(village, village.jeanne, 4, paid="100.00", later={"2027-06-14": "100.00"})
    with pytest.raises(MovementRefused, match="1 compte ne sont pas payées"):
        revalue(village, "60")
    assert nominal_on(village.cooperative, TODAY) == 50

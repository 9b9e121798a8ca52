"""What a holder changes alone: address and bank."""

import datetime as dt
from dataclasses import replace

import pytest

from shareholders.models import HolderBankAccount, Shareholder
from shareholders.services.holder_details import (
    DetailsRefused,
    PendingAccount,
    ask_bank_change,
    change_details,
    confirm_bank_change,
)
from tests.shareholders.village import Clock, Village, last_code, letters

pytestmark = pytest.mark.django_db
IBAN = "FR76 3000 6000 0112 3456 7890 189"
NEW = {
    "email": "nouvelle@essai.example",
    "address": "5 rue Neuve",
    "postcode": "62300",
    "commune": "Lens",
    "country": "FR",
}


def ask(village: Village, iban: str = IBAN, before: PendingAccount | None = None) -> PendingAccount:
    return ask_bank_change(
        actor=village.jeanne.user,
        holder=village.jeanne,
        iban=iban,
        owner_name="Jeanne Delattre",
        before=before,
    )


def confirm(village: Village, pending: PendingAccount, code: str) -> HolderBankAccount:
    return confirm_bank_change(actor=village.jeanne.user, holder=village.jeanne, pending=pending, code=code)


def test_old_and_new_addresses_are_told(village: Village):
    change_details(actor=village.jeanne.user, holder=village.jeanne, details=NEW)
    village.jeanne.refresh_from_db()
    assert village.jeanne.commune == "Lens"
    assert {letter["to"] for letter in letters()} == {"jeanne@essai.example", "nouvelle@essai.example"}


def test_nothing_changed_is_told_to_nobody(village: Village):
    for _ in range(2):
        change_details(actor=village.jeanne.user, holder=village.jeanne, details=NEW)
    assert len(letters("nouvelle@essai.example")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("postcode", "6230"), ("address", ""), ("email", "x@"), ("country", "ZZ"), ("commune", "Lens\u202e")],
)
def test_an_address_that_cannot_be_is_refused(village: Village, field: str, value: str):
    with pytest.raises(DetailsRefused):
        change_details(actor=village.jeanne.user, holder=village.jeanne, details={**NEW, field: value})
    village.jeanne.refresh_from_db()
    assert village.jeanne.commune == "Loos-en-Gohelle"


def test_a_frozen_account_changes_nothing(village: Village):
    Shareholder.objects.filter(pk=village.jeanne.pk).update(died_on=dt.date(2025, 6, 1))
    village.jeanne.refresh_from_db()
    with pytest.raises(DetailsRefused, match="gelé"):
        change_details(actor=village.jeanne.user, holder=village.jeanne, details=NEW)
    with pytest.raises(DetailsRefused, match="gelé"):
        ask(village)


def test_a_bank_account_is_in_force_by_its_code(village: Village):
    pending = ask(village)
    assert HolderBankAccount.objects.count() == 0
    account = confirm(village, pending, last_code("jeanne@essai.example"))
    assert (account.iban, account.iban_masked) == (IBAN.replace(" ", ""), "FR76 •••• •••• 0189")
    told = letters("jeanne@essai.example")[-1]
    assert "FR76 •••• •••• 0189" in told["body"]
    assert "3456" not in told["body"]


def test_what_waits_in_the_session_tells_neither_code_nor_number(village: Village):
    kept = str(ask(village).as_dict())
    assert "30006000" not in kept
    assert last_code("jeanne@essai.example") not in kept


def test_a_code_for_one_account_puts_in_no_other(village: Village, clock: Clock):
    first = ask(village)
    code = last_code("jeanne@essai.example")
    clock.now += dt.timedelta(minutes=2)
    second = ask(village, "DE89 3704 0044 0532 0130 00", before=first)
    with pytest.raises(DetailsRefused, match="code envoyé"):
        confirm(village, second, code)


def test_codes_run_out_and_grow_old(village: Village, clock: Clock):
    pending = ask(village)
    code = last_code("jeanne@essai.example")
    with pytest.raises(DetailsRefused, match="trop de fois"):
        confirm(village, replace(pending, attempts=5), code)
    clock.now += dt.timedelta(minutes=15)
    with pytest.raises(DetailsRefused, match="quart d’heure"):
        confirm(village, pending, code)


def test_codes_arent_sent_one_after_the_other(village: Village, clock: Clock):
    pending = ask(village)
    with pytest.raises(DetailsRefused, match="attendez une minute"):
        ask(village, before=pending)
    clock.now += dt.timedelta(minutes=2)
    with pytest.raises(DetailsRefused, match="Revenez demain"):
        ask(village, before=replace(pending, codes_today=8))


@pytest.mark.parametrize("iban", ["", "FR7630006000011234567890188", "x" * 5000, "FR76\x00"])
def test_an_iban_that_cannot_be_is_refused_and_never_quoted(village: Village, iban: str):
    with pytest.raises(DetailsRefused) as refusal:
        ask(village, iban)
    assert not iban or iban not in str(refusal.value)
    assert letters() == []


def test_the_same_account_confirmed_twice_is_one(village: Village):
    pending = ask(village)
    code = last_code("jeanne@essai.example")
    assert confirm(village, pending, code) == confirm(village, pending, code)

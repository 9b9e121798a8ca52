"""What a holder changes alone: address and bank."""

import datetime as dt

import pytest
from django.db import connection

from shareholders.models import BankChange, HolderBankAccount, Shareholder
from shareholders.services.holder_details import (
    DetailsRefused,
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


def ask(village: Village, iban: str = IBAN) -> BankChange:
    return ask_bank_change(
        actor=village.jeanne.user, holder=village.jeanne, iban=iban, owner_name="Jeanne Delattre"
    )


def confirm(village: Village, code: str) -> HolderBankAccount:
    return confirm_bank_change(actor=village.jeanne.user, holder=village.jeanne, code=code)


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
    ask(village)
    assert HolderBankAccount.objects.count() == 0
    account = confirm(village, last_code("jeanne@essai.example"))
    assert (account.iban, account.iban_masked) == (IBAN.replace(" ", ""), "FR76 •••• •••• 0189")
    told = letters("jeanne@essai.example")[-1]
    assert "FR76 •••• •••• 0189" in told["body"]
    assert "3456" not in told["body"]


def test_what_waits_tells_neither_code_nor_number_to_who_reads_the_table(village: Village):
    change = ask(village)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shareholders_bankchange WHERE id = %s", [change.pk])
        kept = str([bytes(x) if isinstance(x, memoryview) else x for x in cursor.fetchone()])
    assert "30006000" not in kept
    assert last_code("jeanne@essai.example") not in kept


def test_a_code_for_one_account_puts_in_no_other(village: Village, clock: Clock):
    ask(village)
    code = last_code("jeanne@essai.example")
    clock.now += dt.timedelta(minutes=2)
    ask(village, "DE89 3704 0044 0532 0130 00")
    with pytest.raises(DetailsRefused, match="code envoyé"):
        confirm(village, code)


def test_somebody_elses_code_puts_in_nothing(village: Village):
    ask(village)
    code = last_code("jeanne@essai.example")
    with pytest.raises(DetailsRefused, match="d’abord un code"):
        confirm_bank_change(actor=village.karim.user, holder=village.jeanne, code=code)


def test_five_tries_use_a_code_up(village: Village):
    ask(village)
    code = last_code("jeanne@essai.example")
    for _ in range(5):
        with pytest.raises(DetailsRefused, match="code envoyé"):
            confirm(village, "x")
    with pytest.raises(DetailsRefused, match="trop de fois"):
        confirm(village, code)
    assert HolderBankAccount.objects.count() == 0


def test_a_code_grows_old(village: Village, clock: Clock):
    ask(village)
    code = last_code("jeanne@essai.example")
    clock.now += dt.timedelta(minutes=15)
    with pytest.raises(DetailsRefused, match="quart d’heure"):
        confirm(village, code)


def test_codes_arent_sent_one_after_the_other(village: Village, clock: Clock):
    ask(village)
    with pytest.raises(DetailsRefused, match="attendez une minute"):
        ask(village)
    for _ in range(7):
        clock.now += dt.timedelta(minutes=2)
        ask(village)
    clock.now += dt.timedelta(minutes=2)
    with pytest.raises(DetailsRefused, match="Revenez demain"):
        ask(village)
    clock.now += dt.timedelta(days=1)
    ask(village)
    assert BankChange.objects.count() == 1


@pytest.mark.parametrize("iban", ["", "FR7630006000011234567890188", "x" * 5000, "FR76\x00"])
def test_an_iban_that_cannot_be_is_refused_and_never_quoted(village: Village, iban: str):
    with pytest.raises(DetailsRefused) as refusal:
        ask(village, iban)
    assert not iban or iban not in str(refusal.value)
    assert letters() == []


def test_the_same_account_confirmed_twice_is_one(village: Village):
    ask(village)
    code = last_code("jeanne@essai.example")
    assert confirm(village, code) == confirm(village, code)

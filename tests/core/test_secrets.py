"""Columns only the site can read."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from mine_de_soleil.core.secrets import Unreadable, closed, closed_bytes, fingerprint, opened, opened_bytes
from shareholders.models import HolderBankAccount
from tests.factories import ShareholderFactory

IBAN = "FR7630006000011234567890189"


@given(st.text(max_size=200))
def test_what_is_closed_opens_again(text: str):
    assert opened(closed(text)) == text


@given(st.binary(max_size=200))
def test_a_closed_file_opens_again_to_the_byte(content: bytes):
    assert opened_bytes(closed_bytes(content)) == content


def test_the_same_text_is_never_closed_the_same_way():
    assert closed(IBAN) != closed(IBAN)


def test_a_new_first_key_still_opens_what_the_old_one_closed(settings):
    settings.DATA_KEYS = ["ancienne"]
    token, before = closed(IBAN), fingerprint(IBAN)
    settings.DATA_KEYS = ["nouvelle", "ancienne"]
    assert (opened(token), fingerprint(IBAN)) == (IBAN, before)


def test_without_its_key_a_secret_stays_closed(settings):
    token = closed(IBAN)
    settings.DATA_KEYS = ["autre"]
    with pytest.raises(Unreadable):
        opened(token)


def test_an_altered_secret_is_refused():
    token = bytearray(closed(IBAN))
    token[20] ^= 1
    with pytest.raises(Unreadable):
        opened(bytes(token))


@pytest.mark.django_db
def test_the_database_holds_no_iban_in_clear():
    account = HolderBankAccount.objects.create(
        holder=ShareholderFactory(), owner_name="Jeanne", iban=IBAN, iban_fingerprint="", iban_masked="FR76"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT iban FROM shareholders_holderbankaccount")
        kept = bytes(cursor.fetchone()[0])
    assert IBAN.encode() not in kept
    account.refresh_from_db()
    assert account.iban == IBAN


@pytest.mark.django_db
def test_an_empty_secret_is_no_bytes():
    HolderBankAccount.objects.create(
        holder=ShareholderFactory(), owner_name="", iban="", iban_fingerprint="", iban_masked=""
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(iban) FROM shareholders_holderbankaccount")
        assert cursor.fetchone()[0] == 0

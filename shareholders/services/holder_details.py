"""What a holder changes alone: where one lives, where one is paid. Each change is told by letter.

A new bank account is asked for twice: the number first, then a code sent by e-mail. Between both it waits,
encrypted, in the database, where tries are counted for good.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import post
from mine_de_soleil.core.refusals import said
from shareholders.banking.iban import IbanRefused, check_iban, masked
from shareholders.models import BankChange, HolderBankAccount, Shareholder
from shareholders.persons import Address, Fault, NaturalPerson, faults_of
from shareholders.services.languages import language_of, reader_language
from shareholders.services.people import change_bank_account
from shareholders.services.register import locked
from shareholders.services.transfer_checks import TransferRefused, check_may_act
from shareholders.services.transfer_mails import letters_to

LIFETIME = dt.timedelta(minutes=15)
RESENT_AFTER = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 5
MOST_CODES_A_DAY = 8
# What one changes alone; a name or a birth date is the board's to change, on a paper.
DETAILS = ("email", "address", "postcode", "commune", "country")


class DetailsRefused(TransferRefused):
    """A change that can't be made; `str()` is the sentence for the person who asked."""


def faults_of_details(details: dict[str, str], day: dt.date) -> list[Fault]:
    """What doesn't hold in an address, field by field as `DETAILS` names them."""
    address = Address(details["address"], details["postcode"], details["commune"], details["country"])
    # Only the address is judged: the rest is somebody who is always right.
    person = NaturalPerson("Nom", "Prénom", dt.date(1970, 1, 1), "Lens", address, "FR", details["email"])
    names = {"street": "address"}
    return [
        Fault(names.get(fault.field, fault.field), fault.sentence, fault.sentence_en)
        for fault in faults_of(person, day)
    ]


@transaction.atomic
def change_details(*, actor: User, holder: Shareholder, details: dict[str, str]) -> Shareholder:
    """Change the address and the e-mail for letters. The old address is told. Raises DetailsRefused."""
    today = timezone.localdate()
    locked(holder.cooperative_id)
    found = Shareholder.objects.select_for_update(of=("self",), no_key=True).get(pk=holder.pk)
    _check_may_change(actor, found, today)
    faults = faults_of_details(details, today)
    if faults:
        raise DetailsRefused(faults[0].sentence_in(get_language()))
    changed = [name for name in DETAILS if getattr(found, name) != details[name]]
    if not changed:
        return found
    told = [*letters_to(found), found.email]
    for name in changed:
        setattr(found, name, details[name])
    found.save(update_fields=changed)
    record(actor, "change_details", found, scope=found.cooperative.slug, fields=changed)
    _tell(found, told, "details_changed")
    return found


def _check_may_change(actor: User, holder: Shareholder, today: dt.date) -> None:
    try:
        check_may_act(actor, holder, today)
    except TransferRefused as refusal:
        raise DetailsRefused(str(refusal)) from refusal


@transaction.atomic
def ask_bank_change(*, actor: User, holder: Shareholder, iban: str, owner_name: str) -> BankChange:
    """Check the number and send the code to the actor's own address. Raises DetailsRefused."""
    now = timezone.now()
    locked(holder.cooperative_id)
    _check_may_change(actor, holder, timezone.localdate())
    _check_pace(holder, now)
    try:
        clean = check_iban(iban)
    except IbanRefused as refusal:
        raise DetailsRefused(said(refusal.sentence)) from refusal
    if not owner_name.strip():
        raise DetailsRefused(_("Indiquez à quel nom est ce compte."))
    code = f"{secrets.randbelow(10**6):06d}"
    context = {"code": code, "account": masked(clean), "cooperative": holder.cooperative}
    template = "shareholders/mail/bank_code.txt"
    post(to=actor.email, template=template, context=context, language=reader_language())
    return BankChange.objects.create(
        holder=holder,
        asked_by=actor,
        owner_name=owner_name.strip()[:120],
        iban=clean,
        iban_masked=masked(clean),
        code_hash=_hashed(code, holder.pk, clean),
        sent_at=now,
        expires_at=now + LIFETIME,
    )


def _check_pace(holder: Shareholder, now: dt.datetime) -> None:
    """Raises DetailsRefused for a code too soon, or too many of them. Yesterday's numbers are forgotten."""
    BankChange.objects.filter(holder=holder, sent_at__lte=now - dt.timedelta(days=1)).delete()
    moments = list(BankChange.objects.filter(holder=holder).values_list("sent_at", flat=True))
    if moments and now < max(moments) + RESENT_AFTER:
        raise DetailsRefused(_("Un code vient de partir : attendez une minute avant le suivant."))
    if len(moments) >= MOST_CODES_A_DAY:
        raise DetailsRefused(
            _("Trop de codes ont été demandés aujourd’hui. Revenez demain : rien n’a changé.")
        )


def _hashed(code: str, holder: int, iban: str) -> str:
    """Bound to the account: a code for one number can't put in another."""
    return salted_hmac("shareholders.bank_change", f"{holder}:{iban}:{code}", algorithm="sha256").hexdigest()


def bank_changes_of(actor: User, holders: Sequence[Shareholder]) -> dict[int, BankChange]:
    """What still waits for a code `actor` asked for, by the key of the holder."""
    rows = BankChange.objects.filter(asked_by=actor, holder__in=holders, used_at=None)
    return {change.holder_id: change for change in rows.filter(expires_at__gt=timezone.now()).order_by("pk")}


def confirm_bank_change(*, actor: User, holder: Shareholder, code: str) -> HolderBankAccount:
    """Put the last account asked for in force by its code, and tell it by letter. Raises DetailsRefused.

    Every try is counted in the database, and committed before its refusal is raised.
    """
    change = BankChange.objects.filter(asked_by=actor, holder=holder).first()
    if change is None:
        raise DetailsRefused(_("Demandez d’abord un code, puis recopiez ses six chiffres."))
    _try_code(change, _hashed("".join(code.split()), holder.pk, change.iban))
    return _put_in_force(actor, holder, change.iban, change.owner_name)


# Judged and counted in one statement, which no session and no second browser can undo.
_TRY = """
UPDATE shareholders_bankchange SET
    attempts = least(attempts + 1, 100),
    used_at = CASE WHEN code_hash = %(hash)s AND expires_at > %(now)s AND attempts < %(most)s
        THEN %(now)s::timestamptz END
WHERE id = %(change)s AND used_at IS NULL
RETURNING used_at, attempts
"""


def _try_code(change: BankChange, code_hash: str) -> None:
    """Use the code up if it is right; used already, the right one is right again. Raises DetailsRefused."""
    now = timezone.now()
    values: dict[str, Any] = {"hash": code_hash, "now": now, "most": MOST_ATTEMPTS, "change": change.pk}
    with connection.cursor() as cursor:
        cursor.execute(_TRY, values)
        used_at, attempts = cursor.fetchone() or (None, 0)
    is_same = change.used_at is not None and constant_time_compare(code_hash, change.code_hash)
    if used_at is not None or is_same:
        return
    if attempts > MOST_ATTEMPTS:
        raise DetailsRefused(_("Ce code a été essayé trop de fois. Recommencez : rien n’a changé."))
    if change.expires_at <= now:
        raise DetailsRefused(_("Ce code a plus d’un quart d’heure. Recommencez : rien n’a changé."))
    raise DetailsRefused(_("Ce n’est pas le code envoyé. Vérifiez les six chiffres."))


@transaction.atomic
def _put_in_force(actor: User, holder: Shareholder, iban: str, owner_name: str) -> HolderBankAccount:
    locked(holder.cooperative_id)
    _check_may_change(actor, holder, timezone.localdate())
    last = holder.bank_accounts.first()
    if last is not None and last.iban == iban and last.owner_name == owner_name:
        return last
    account = change_bank_account(actor=actor, holder=holder, iban=iban, owner_name=owner_name)
    _tell(holder, [*letters_to(holder), holder.email, actor.email], "bank_changed", account=account)
    return account


def _tell(holder: Shareholder, addresses: list[str], what: str, **more: object) -> None:
    """To every address known before and after: who didn't ask for it must learn of it."""
    for address in dict.fromkeys(
        one.lower() for one in [*addresses, *letters_to(holder), holder.email] if one
    ):
        context = {"holder": holder, "cooperative": holder.cooperative, **more}
        language = language_of(address, holder)
        post(to=address, template=f"shareholders/mail/{what}.txt", context=context, language=language)

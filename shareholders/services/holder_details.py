"""What a holder changes alone: where one lives, where one is paid. Each change is told by letter.

A new bank account is asked for twice: the number first, then a code sent by e-mail. Between both it waits,
encrypted, in the person's own session.
"""

import base64
import datetime as dt
import secrets
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import post
from mine_de_soleil.core.secrets import closed, opened
from shareholders.banking.iban import IbanRefused, check_iban, masked
from shareholders.models import HolderBankAccount, Shareholder
from shareholders.persons import Address, Fault, NaturalPerson, faults_of
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


@dataclass(frozen=True, slots=True)
class PendingAccount:
    """A bank account that waits for its code: what the session keeps of it."""

    holder: int
    owner_name: str
    iban_closed: str
    iban_masked: str
    code_hash: str
    sent_at: str
    attempts: int = 0
    codes_today: int = 1

    def as_dict(self) -> dict[str, str | int]:
        """For the session."""
        return asdict(self)


def ask_bank_change(
    *, actor: User, holder: Shareholder, iban: str, owner_name: str, before: PendingAccount | None
) -> PendingAccount:
    """Check the number and send the code to the actor's own address. Raises DetailsRefused."""
    now = timezone.now()
    _check_may_change(actor, holder, timezone.localdate())
    codes_today = _codes_today(before, now)
    try:
        clean = check_iban(iban)
    except IbanRefused as refusal:
        raise DetailsRefused(str(refusal)) from refusal
    if not owner_name.strip():
        raise DetailsRefused(_("Indiquez à quel nom est ce compte."))
    code = f"{secrets.randbelow(10**6):06d}"
    context = {"code": code, "account": masked(clean), "cooperative": holder.cooperative}
    post(to=actor.email, template="shareholders/mail/bank_code.txt", context=context)
    return PendingAccount(
        holder=holder.pk,
        owner_name=owner_name.strip()[:120],
        iban_closed=base64.b64encode(closed(clean)).decode(),
        iban_masked=masked(clean),
        code_hash=_hashed(code, holder.pk, clean),
        sent_at=now.isoformat(),
        codes_today=codes_today,
    )


def _codes_today(before: PendingAccount | None, now: dt.datetime) -> int:
    """How many codes this one makes within a day. Raises DetailsRefused for one too soon, or too many."""
    if before is None or now >= (sent_at := dt.datetime.fromisoformat(before.sent_at)) + dt.timedelta(days=1):
        return 1
    if now < sent_at + RESENT_AFTER:
        raise DetailsRefused(_("Un code vient de partir : attendez une minute avant le suivant."))
    if before.codes_today >= MOST_CODES_A_DAY:
        raise DetailsRefused(
            _("Trop de codes ont été demandés aujourd’hui. Revenez demain : rien n’a changé.")
        )
    return before.codes_today + 1


def _hashed(code: str, holder: int, iban: str) -> str:
    """Bound to the account: a code for one number can't put in another."""
    return salted_hmac("shareholders.bank_change", f"{holder}:{iban}:{code}", algorithm="sha256").hexdigest()


def confirm_bank_change(
    *, actor: User, holder: Shareholder, pending: PendingAccount, code: str
) -> HolderBankAccount:
    """Put the account in force by the code, and tell it by letter. Raises DetailsRefused.

    The caller counts the tries, before calling.
    """
    now = timezone.now()
    if pending.holder != holder.pk or now >= dt.datetime.fromisoformat(pending.sent_at) + LIFETIME:
        raise DetailsRefused(_("Ce code a plus d’un quart d’heure. Recommencez : rien n’a changé."))
    if pending.attempts >= MOST_ATTEMPTS:
        raise DetailsRefused(_("Ce code a été essayé trop de fois. Recommencez : rien n’a changé."))
    iban = opened(base64.b64decode(pending.iban_closed))
    if not constant_time_compare(_hashed("".join(code.split()), holder.pk, iban), pending.code_hash):
        raise DetailsRefused(_("Ce n’est pas le code envoyé. Vérifiez les six chiffres."))
    return _put_in_force(actor, holder, iban, pending.owner_name)


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
        post(to=address, template=f"shareholders/mail/{what}.txt", context=context)

"""Signing by a code sent by e-mail: for a bulletin, or for an order of movement.

A code signs one text, by its fingerprint: whoever changes the text needs another code. It lives 15 minutes,
bears five tries, is asked again after a minute at the earliest, and only its HMAC is stored.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.post import post
from shareholders.models import ShareTransfer, SigningCode, Subscription

DIGITS = 6
LIFETIME = dt.timedelta(minutes=15)
MOST_ATTEMPTS = 5
RESENT_AFTER = dt.timedelta(seconds=60)
# Letters to one address about one thing: somebody else's address is soon left alone.
MOST_CODES_A_DAY = 8
# Letters to one address about everything, from whatever session or network: a family of six that signs on one
# evening passes, who floods somebody's letter box doesn't.
MOST_TO_ONE_ADDRESS_AN_HOUR = 12
MOST_TO_ONE_ADDRESS_A_DAY = 24
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

Signable = Subscription | ShareTransfer


class SigningRefused(Exception):
    """The code can't be sent, or doesn't sign; the sentence says why and what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


_TOO_SOON = _(
    "Un code vient de partir : il arrive en une minute. Regardez aussi dans les courriers indésirables."
)
_TOO_MANY = _("Trop de codes ont été demandés aujourd’hui. Revenez demain : rien n’est perdu.")
_FULL_LETTER_BOX = _(
    "Cette adresse e-mail a reçu beaucoup de codes en peu de temps. Attendez une heure, ou demain si cela "
    "continue : rien n’est perdu."
)
_NONE_SENT = _("Demandez d’abord un code.")
_USED_UP = _("Ce code a été essayé trop de fois. Demandez-en un autre.")
_OUTDATED = _("Ce code a plus d’un quart d’heure. Demandez-en un autre.")
_OTHER_TEXT = _("Le document a changé depuis l’envoi du code. Relisez-le, puis demandez un autre code.")
_WRONG = _("Ce n’est pas le code envoyé. Vérifiez les six chiffres.")


def fingerprint_of(text: str) -> str:
    """What a code is bound to: the SHA-256 of the text to be signed, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def send_code(*, thing: Signable, email: str, text_sha256: str, language: str, title: str) -> SigningCode:
    """Send a code that signs the text of that fingerprint, once. Raises SigningRefused if asked too often.

    The caller holds the row of `thing` in its transaction, so that two clicks send one letter. `title`
    names the text in the letter, in the reader's language.
    """
    now = timezone.now()
    _check_pace(thing, email, now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    sent = SigningCode.objects.create(
        **_of(thing),
        email=email,
        code_hash=_hashed(code, text_sha256),
        text_sha256=text_sha256,
        sent_at=now,
        expires_at=now + LIFETIME,
    )
    context = {"code": code, "title": title, "minutes": LIFETIME.seconds // 60}
    post(to=email, template="shareholders/mail/signing_code.txt", context=context, language=language)
    return sent


def _check_pace(thing: Signable, email: str, now: dt.datetime) -> None:
    """Raises SigningRefused for a code too soon, or too many: about one thing, or to one address."""
    today = SigningCode.objects.filter(sent_at__gt=now - DAY)
    about_it = today.filter(**_of(thing)).order_by("-sent_at")
    moments = list(about_it.values_list("sent_at", flat=True)[:MOST_CODES_A_DAY])
    if moments and now < moments[0] + RESENT_AFTER:
        raise SigningRefused(_TOO_SOON)
    if len(moments) >= MOST_CODES_A_DAY:
        raise SigningRefused(_TOO_MANY)
    receiver = email.strip().lower()
    _wait_for_turn(receiver)
    to_it = today.annotate(receiver=Lower("email")).filter(receiver=receiver)
    sent = to_it.aggregate(day=Count("pk"), hour=Count("pk", filter=Q(sent_at__gt=now - HOUR)))
    if sent["day"] >= MOST_TO_ONE_ADDRESS_A_DAY or sent["hour"] >= MOST_TO_ONE_ADDRESS_AN_HOUR:
        raise SigningRefused(_FULL_LETTER_BOX)


def _wait_for_turn(receiver: str) -> None:
    """Two texts of one receiver pass here one at a time, so that neither misses the other's letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"code to {receiver}"])


@dataclass(frozen=True, slots=True)
class Signature:
    """A code that was typed back: whose address it went to, and when."""

    email: str
    sent_at: dt.datetime
    used_at: dt.datetime

    def as_evidence(self) -> dict[str, str]:
        """For the JSON kept with what was signed."""
        return {
            "email": self.email,
            "code_sent_at": self.sent_at.isoformat(),
            "code_used_at": self.used_at.isoformat(),
        }


# Judged and marked in one statement: two browsers can't both use it, nor try more often than allowed.
_TRY = """
UPDATE shareholders_signingcode SET
    attempts = least(attempts + 1, 100),
    used_at = CASE WHEN used_at IS NULL AND code_hash = %(hash)s AND text_sha256 = %(text)s
        AND expires_at > %(now)s AND attempts < %(most)s THEN %(now)s::timestamptz END
WHERE id = (SELECT id FROM shareholders_signingcode WHERE {column} = %(thing)s ORDER BY id DESC LIMIT 1)
    AND used_at IS NULL
RETURNING email, sent_at, used_at, attempts, expires_at, text_sha256
"""


def try_code(*, thing: Signable, text_sha256: str, code: str) -> Signature | SigningRefused:
    """Judge a code against the last one sent for `thing`, and use it up if it is right.

    A refusal is returned, not raised: the try must be counted, so the caller's transaction has to commit
    before the refusal is raised.
    """
    now = timezone.now()
    values: dict[str, Any] = {
        "hash": _hashed("".join(code.split()), text_sha256),
        "text": text_sha256,
        "now": now,
        "most": MOST_ATTEMPTS,
        "thing": thing.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRY.format(column=f"{next(iter(_of(thing)))}_id"), values)
        row = cursor.fetchone()
    if row is None:
        return SigningRefused(_NONE_SENT)
    email, sent_at, used_at, attempts, expires_at, bound_to = row
    if used_at is not None:
        return Signature(email, sent_at, used_at)
    return SigningRefused(_why(attempts, expires_at <= now, bound_to != text_sha256))


def _why(attempts: int, is_outdated: bool, is_other_text: bool) -> Promise:
    if attempts > MOST_ATTEMPTS:
        return _USED_UP
    if is_outdated:
        return _OUTDATED
    return _OTHER_TEXT if is_other_text else _WRONG


def _of(thing: Signable) -> dict[str, Signable]:
    return {"subscription" if isinstance(thing, Subscription) else "transfer": thing}


def _hashed(code: str, text_sha256: str) -> str:
    """Six figures have a million values: only a keyed hash keeps them from whoever reads the table."""
    return salted_hmac("shareholders.signing", f"{text_sha256}:{code}", algorithm="sha256").hexdigest()

"""The monthly letter: who gets it, and handing it to the post, once to each.

Nobody gets it unasked (opt-in): a shareholder says so in her space, anybody else by an address that confirms.
"""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import Letter, hand_over, post
from production.letter_days import Verdict, month_told, verdict_on
from production.letter_pages import LetterContent, letter_content, letter_of
from production.models import LetterMonth, LetterReader, LetterSent
from shareholders.models import Cooperative

State = LetterReader.State
STOP, CONFIRM = "letter-stop", "letter-confirm"
CONFIRMED_WITHIN = dt.timedelta(days=7)
# The same address typed again sends the letter again, but a double click doesn't.
LETTER_AGAIN_AFTER = dt.timedelta(minutes=10)
# Of one transaction: a worker that is killed loses no more than these, and they are taken up again.
A_BATCH = 100


class NotAReader(Exception):
    """A link that is wrong, too old, or of somebody who was forgotten since."""


# who gets it


@transaction.atomic
def choose_letter(
    *, actor: User, cooperative: Cooperative, wanted: bool, language: str
) -> LetterReader | None:
    """An account's own choice: it gets the letter, or no longer. None where it never did."""
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
    reader = LetterReader.objects.filter(cooperative=cooperative, user=actor).first()
    # Her address may follow already, from before she had an account: that is the same reader.
    same_address = LetterReader.objects.filter(cooperative=cooperative, email__iexact=actor.email, user=None)
    if reader is not None:
        same_address.delete()
    elif (reader := same_address.first()) is None:
        if not wanted:
            return None
        reader = LetterReader(cooperative=cooperative, email=actor.email)
    reader.user, reader.language = actor, language
    reader.state = State.READING if wanted else State.STOPPED
    reader.confirmed_at = timezone.now() if wanted else reader.confirmed_at
    reader.save()
    record(actor, "choose_letter", reader, scope=cooperative.slug, wanted=wanted)
    return reader


def reads_letter(user: User, cooperative: Cooperative) -> bool:
    """Whether that account gets the letter."""
    return LetterReader.objects.of(cooperative).filter(user=user).exists()


@transaction.atomic
def ask_letter(*, cooperative: Cooperative, email: str, language: str) -> None:
    """Anybody may type an address: a letter goes there, and only its link makes a reader.

    Whoever reads already gets nothing, and who asks isn't told: the answer is the same for all.
    """
    now = timezone.now()
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
    reader = LetterReader.objects.filter(cooperative=cooperative, email__iexact=email).first()
    if reader is None:
        reader = LetterReader(cooperative=cooperative, email=email)
    elif reader.state == State.READING or _was_just_asked(reader, now):
        return
    reader.language, reader.asked_at = language, now
    if reader.state != State.STOPPED:
        reader.state = State.ASKED
    reader.save()
    context = {
        "cooperative": cooperative,
        "link": _link("letter_confirm", cooperative, CONFIRM, reader),
        "days": CONFIRMED_WITHIN.days,
    }
    post(to=reader.address, template="production/mail/letter_confirm.txt", context=context, language=language)


def _was_just_asked(reader: LetterReader, now: dt.datetime) -> bool:
    # Whoever stopped, too: her address isn't written to as often as somebody likes to type it.
    return reader.pk is not None and now - reader.asked_at < LETTER_AGAIN_AFTER


@transaction.atomic
def confirm_letter(*, cooperative: Cooperative, token: str) -> LetterReader:
    """The address said yes; said twice, it is said once. Raises NotAReader."""
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
    reader = reader_of(cooperative, token, CONFIRM, CONFIRMED_WITHIN)
    if reader.state != State.READING:
        reader.state, reader.confirmed_at = State.READING, timezone.now()
        reader.save(update_fields=["state", "confirmed_at"])
        record(reader.user, "choose_letter", reader, scope=cooperative.slug, wanted=True)
    return reader


@transaction.atomic
def stop_letter(*, cooperative: Cooperative, token: str) -> None:
    """No more letters to the reader of the link. An address without an account is forgotten.

    Raises NotAReader for a link we never wrote; of a reader forgotten since there is nothing to do.
    """
    pk = _opened(token, STOP, None)
    reader = LetterReader.objects.select_for_update().filter(pk=pk, cooperative=cooperative).first()
    if reader is None:
        return
    record(reader.user, "stop_letter", reader, scope=cooperative.slug)
    if reader.user_id is None:
        reader.delete()
    else:
        LetterReader.objects.filter(pk=reader.pk).update(state=State.STOPPED)


def reader_of(
    cooperative: Cooperative, token: str, salt: str, within: dt.timedelta | None = None
) -> LetterReader:
    """Whose link it is. Raises NotAReader."""
    pk = _opened(token, salt, within)
    own = LetterReader.objects.select_related("user")
    found: LetterReader | None = own.filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotAReader
    return found


def check_stop(token: str) -> None:
    """Whether we wrote this link. Raises NotAReader."""
    _opened(token, STOP, None)


def _opened(token: str, salt: str, within: dt.timedelta | None) -> int:
    try:
        pk = signing.loads(token, salt=salt, max_age=within)
    except signing.BadSignature as fault:
        raise NotAReader from fault
    assert isinstance(pk, int)  # as `_link` wrote it
    return pk


def _link(route: str, cooperative: Cooperative, salt: str, reader: LetterReader) -> str:
    token = signing.dumps(reader.pk, salt=salt)
    return settings.SITE_URL + reverse(route, args=[cooperative.slug, token])


def forget_unconfirmed(*, now: dt.datetime) -> int:
    """Forget the addresses that never said yes; how many."""
    old = LetterReader.objects.filter(
        state=State.ASKED, user=None, confirmed_at=None, asked_at__lt=now - CONFIRMED_WITHIN
    )
    return old.delete()[0]


# sending


def send_due(*, cooperative: Cooperative, today: dt.date) -> bool:
    """Hand over some letters of the month before, if they are due; True while more wait.

    Safe to repeat and to be killed: a letter and the row that says it was sent are one transaction.
    """
    month = month_told(today)
    with transaction.atomic():
        # One worker at a time decides and hands over for a cooperative.
        Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
        decided = LetterMonth.objects.filter(cooperative=cooperative, month=month).first()
        if decided is None:
            decided = _decide(cooperative, month, today)
        if decided is None or decided.state == LetterMonth.State.SKIPPED:
            return False
        return _hand_batch(decided, today)


def _decide(cooperative: Cooperative, month: dt.date, today: dt.date) -> LetterMonth | None:
    """Whether the month's letters leave today; None while they wait, or where nobody reads."""
    if not LetterReader.objects.of(cooperative).exists():
        return None
    content = letter_content(cooperative, month, today)
    fraction = content.told.read_fraction if content else 0.0
    verdict = verdict_on(today, fraction)
    if content is None or verdict == Verdict.WAIT:
        return None
    state = LetterMonth.State.SENT if verdict == Verdict.SEND else LetterMonth.State.SKIPPED
    decided = LetterMonth.objects.create(
        cooperative=cooperative,
        month=month,
        state=state,
        read_percent=round(100 * fraction),
        at=timezone.now(),
    )
    told = {"read": decided.read_percent, "sentence": content.told.sentence}
    if verdict == Verdict.SEND:
        record(None, "send_letters", decided, scope=cooperative.slug, **told)
    else:
        record(None, "skip_letters", decided, scope=cooperative.slug, **told)
    return decided


def _hand_batch(decided: LetterMonth, today: dt.date) -> bool:
    cooperative = decided.cooperative
    readers = LetterReader.objects.still_to_get(decided).select_related("user").order_by("pk")
    batch = list(readers[: A_BATCH + 1])
    contents: dict[str, LetterContent] = {}
    for reader in batch[:A_BATCH]:
        if reader.language not in contents:
            contents[reader.language] = _content_in(reader.language, cooperative, decided.month, today)
        LetterSent.objects.create(reader=reader, month=decided.month)
        stop = _link("letter_stop", cooperative, STOP, reader)
        letter = letter_of(contents[reader.language], reader.language, stop)
        hand_over(letter, to=reader.address, headers=list_headers(cooperative, stop))
    return len(batch) > A_BATCH


def _content_in(language: str, cooperative: Cooperative, month: dt.date, today: dt.date) -> LetterContent:
    with translation.override(language), timezone.override(cooperative.zone):
        content = letter_content(cooperative, month, today)
    assert content is not None  # decided with a content, and roofs stay
    return content


def list_headers(cooperative: Cooperative, stop: str) -> Mapping[str, str]:
    """What a mail program needs to end the letter at one click (RFC 2369 and RFC 8058)."""
    host = settings.SITE_URL.split("://", 1)[1].split("/", 1)[0].split(":", 1)[0]
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<lettre.{cooperative.slug}.{host}>",
    }


def send_to_me(*, actor: User, cooperative: Cooperative, today: dt.date, language: str) -> Letter | None:
    """A copy for who wants to see it in a mail program; nobody else's is counted. None without roofs."""
    content = letter_content(cooperative, month_told(today), today)
    if content is None:
        return None
    letter = letter_of(content, language)
    with transaction.atomic():
        hand_over(letter, to=actor.email)
        record(actor, "preview_letter", actor, scope=cooperative.slug)
    return letter

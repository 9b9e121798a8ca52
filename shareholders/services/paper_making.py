"""Papers made by the worker: typeset, sealed, stored once, told by a letter.

A paper is made outside any transaction, then stored with its letter in one. Killed before: nothing is there,
and the job, or the night, makes it again. Done twice: the second finds the first by its cause.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone, translation

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.papers.seal import seal
from mine_de_soleil.core.papers.typeset import typeset
from shareholders.models import (
    Cooperative,
    NewbornPanel,
    Paper,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Subscription,
)
from shareholders.paper_contents import bulletin_of, certificate_of, extract_of, newborn_of, order_of
from shareholders.paper_keys import verification_address
from shareholders.services.certificates import NoCertificate, certificate_in_use
from shareholders.services.languages import language_of
from shareholders.services.newcomers import users_of
from shareholders.services.paper_letters import tell_panel, tell_paper

logger = logging.getLogger(__name__)
# From the number a paper will have and the address it prints to what it says.
Build = Callable[[str, str], contents.Paper]


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be made: of what kind, from what cause, what it says, whom it belongs to, who is told."""

    cooperative: Cooperative
    kind: str
    cause: str
    build: Build
    language: str = "fr"
    actor: User | None = None
    belongs: dict[str, Any] = field(default_factory=dict)
    tell: Callable[[Paper], None] | None = None


def make_missing_papers(subscription_id: int) -> list[Paper]:
    """What a signed or issued subscription lacks: its bulletin, its certificate."""
    rows = Subscription.objects.select_related("cooperative", "round", "holder__cooperative", "movement")
    subscription = rows.get(pk=subscription_id)
    return _make_all(_orders_of(subscription))


def make_missing_transfer_papers(transfer_id: int) -> list[Paper]:
    """The order of movement of a registered transfer, and the taker's certificate."""
    rows = ShareTransfer.objects.select_related("cooperative", "giver", "taker__cooperative", "movement")
    return _make_all(_orders_of_transfer(rows.get(pk=transfer_id)))


def make_newborn_paper(panel_id: int) -> list[Paper]:
    """The certificate of a panel that was given."""
    panel = NewbornPanel.objects.select_related("cooperative", "subscription").get(pk=panel_id)
    return _make_all(_orders_of_panel(panel))


def certificate_on_demand(*, actor: User, holder: Shareholder, language: str) -> Paper:
    """What `holder` has today; of the same lines and language, the same paper. Raises NoCertificate."""
    today = timezone.localdate(timezone=holder.cooperative.zone)
    own = Q(to_shareholder=holder) | Q(from_shareholder=holder)
    lines = ShareMovement.objects.filter(own, cooperative=holder.cooperative).order_by("-number")
    cause = f"{today}:{lines.values_list('number', flat=True).first() or 0}:{language}"
    return make(_certificate(holder, today, cause, language, actor=actor))


def extract_on_demand(*, actor: User, cooperative: Cooperative, day: dt.date, language: str) -> Paper:
    """The register up to `day`, sealed; of the same lines, the same one. Raises NoCertificate."""
    lines = ShareMovement.objects.filter(cooperative=cooperative)
    last = lines.order_by("-number").values_list("number", flat=True).first() or 0

    def build(number: str, address: str) -> contents.Paper:
        return extract_of(cooperative, day, number, str(actor), address)

    # The last line entered, whatever its day: a line dated back changes an extract of the past.
    cause = f"extract:{day}:{last}:{language}"
    kind = Paper.Kind.REGISTER_EXTRACT
    return make(Order(cooperative, kind, cause, build, language=language, actor=actor))


def make(order: Order) -> Paper:
    """The paper of `order`, made if it isn't there yet. Raises NoCertificate."""
    return _known(order) or _store(order, *_print(order))


def _make_all(orders: list[Order]) -> list[Paper]:
    made = []
    for order in orders:
        if _known(order):
            continue
        try:
            made.append(make(order))
        except NoCertificate as reason:
            # Not a failure of the job: every night tries again, and so does entering a certificate.
            logger.warning("%s waits: %s", order.cause, reason)
    return made


def _known(order: Order) -> Paper | None:
    return Paper.objects.filter(cooperative=order.cooperative, cause=order.cause).first()


def _print(order: Order) -> tuple[int, bytes]:
    """The number the paper will have, and its sealed bytes. Nothing is stored."""
    # A PDF's dates have no fraction of a second.
    now = timezone.now().replace(microsecond=0)
    certificate = certificate_in_use(order.cooperative, now)
    number = _next_number()
    with translation.override(order.language), timezone.override(order.cooperative.zone):
        paper = order.build(f"{number}", verification_address(number))
        reason = f"{Paper.Kind(order.kind).label} {number}"
    printed = typeset(paper.template, asdict(paper), at=now)
    return number, seal(printed, certificate, reason=reason, at=now)


def _next_number() -> int:
    """The key the next paper will have: it is printed on it, so it is drawn before. A gap tells nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('shareholders_paper', 'id'))")
        return int(cursor.fetchone()[0])


def _store(order: Order, number: int, content: bytes) -> Paper:
    """Keep the paper and write its letter, both or none; somebody else's of the same cause wins."""
    try:
        with transaction.atomic():
            paper = Paper.objects.create(
                pk=number,
                cooperative=order.cooperative,
                kind=order.kind,
                cause=order.cause,
                language=order.language,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                **order.belongs,
            )
            scope = order.cooperative.slug
            record(order.actor, "make_paper", paper, scope=scope, kind=order.kind, sha256=paper.sha256)
            if order.tell:
                order.tell(paper)
    except IntegrityError:
        known = _known(order)
        if known is None:
            raise
        return known
    return paper


# What each event deserves


def _orders_of(subscription: Subscription) -> list[Order]:
    orders = []
    # Of who was forgotten after an end, nothing is printed any more.
    if subscription.signed_at and subscription.identity:
        orders.append(_bulletin(subscription))
    if subscription.state == Subscription.State.ISSUED:
        holder, line = subscription.holder, subscription.movement
        assert holder is not None and line is not None
        cause = f"line:{line.number}"
        orders.append(
            _certificate(holder, line.dated, cause, subscription.language, subscription=subscription)
        )
    return orders


def _bulletin(subscription: Subscription) -> Order:
    def build(_number: str, address: str) -> contents.Paper:
        return bulletin_of(subscription, address)

    return Order(
        subscription.cooperative,
        Paper.Kind.BULLETIN,
        f"bulletin:{subscription.pk}",
        build,
        language=subscription.language,
        belongs={"subscription": subscription, "holder": subscription.holder},
        # Before the issue there may be no account to sign in to: the letter's link opens by itself.
        tell=lambda paper: tell_paper(paper, [(subscription.email, subscription.language)], with_key=True),
    )


def _certificate(
    holder: Shareholder, day: dt.date, cause: str, language: str, *, actor: User | None = None, **belongs: Any
) -> Order:
    def build(number: str, address: str) -> contents.Paper:
        return certificate_of(holder, day, number, address)

    return Order(
        holder.cooperative,
        Paper.Kind.CERTIFICATE,
        f"certificate:{holder.pk}:{cause}",
        build,
        language=language,
        actor=actor,
        belongs={"holder": holder} | belongs,
        # Who asks for one on the page gets it there.
        tell=None if actor else lambda paper: tell_paper(paper, _readers(holder)),
    )


def _readers(holder: Shareholder) -> list[tuple[str, str]]:
    """Those who act for `holder`, each in her own language."""
    return [(user.email, language_of(user.email, holder)) for user in users_of(holder)]


def _language(holder: Shareholder) -> str:
    """The language of the first who acts for `holder`: of a paper made for all of them."""
    return next((language for _email, language in _readers(holder)), language_of(holder.email, holder))


def _orders_of_transfer(transfer: ShareTransfer) -> list[Order]:
    if transfer.state != ShareTransfer.State.REGISTERED or transfer.taker is None:
        return []
    line, giver, taker = transfer.movement, transfer.giver, transfer.taker
    assert line is not None

    def build(number: str, address: str) -> contents.Paper:
        return order_of(transfer, number, address)

    order = Order(
        transfer.cooperative,
        Paper.Kind.MOVEMENT_ORDER,
        f"order:{transfer.pk}",
        build,
        belongs={"transfer": transfer, "holder": giver},
        tell=lambda paper: tell_paper(paper, _readers(giver) + _readers(taker)),
    )
    return [
        order,
        _certificate(taker, line.dated, f"line:{line.number}", _language(taker), transfer=transfer),
    ]


def _orders_of_panel(panel: NewbornPanel) -> list[Order]:
    if panel.state != NewbornPanel.State.GIVEN or panel.given_at is None:
        return []
    given_on = timezone.localdate(panel.given_at, timezone=panel.cooperative.zone)

    def build(_number: str, address: str) -> contents.Paper:
        return newborn_of(panel, given_on, address)

    return [
        Order(
            panel.cooperative,
            Paper.Kind.NEWBORN,
            f"newborn:{panel.pk}",
            build,
            language=panel.language,
            belongs={"newborn": panel},
            tell=lambda _paper: tell_panel(panel, "newborn_given"),
        )
    ]


def make_owed_papers() -> int:
    """Make what earlier jobs failed to make; how many. A paper that can't be made holds up no other."""
    made = 0
    for make_them, pk in _owed():
        try:
            made += len(make_them(pk))
        except Exception:
            logger.exception("a paper of %s %s can't be made", make_them.__name__, pk)
    return made


def _owed() -> list[tuple[Callable[[int], list[Paper]], int]]:
    signed = Subscription.objects.exclude(signed_at=None).exclude(identity={})
    no_bulletin = signed.exclude(papers__kind=Paper.Kind.BULLETIN)
    issued = signed.filter(state=Subscription.State.ISSUED)
    no_certificate = issued.exclude(papers__kind=Paper.Kind.CERTIFICATE)
    registered = ShareTransfer.objects.filter(state=ShareTransfer.State.REGISTERED)
    no_order = registered.exclude(papers__kind=Paper.Kind.MOVEMENT_ORDER)
    taken = registered.exclude(papers__kind=Paper.Kind.CERTIFICATE)
    given = NewbornPanel.objects.filter(state=NewbornPanel.State.GIVEN, papers=None)
    wanted: list[tuple[Callable[[int], list[Paper]], Any]] = [
        (make_missing_papers, no_bulletin | no_certificate),
        (make_missing_transfer_papers, no_order | taken),
        (make_newborn_paper, given),
    ]
    return [(act, pk) for act, rows in wanted for pk in rows.order_by("pk").values_list("pk", flat=True)]

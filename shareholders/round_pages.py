"""What the board's pages show of rounds and subscriptions."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.charts import Chart
from mine_de_soleil.core.figures import number
from mine_de_soleil.core.models import JournalEntry
from shareholders.bulletin import address_of, name_of
from shareholders.campaign_weeks import Week, campaign_chart, weeks_of
from shareholders.joining_pages import OpenRound, inviter_name
from shareholders.models import (
    BEFORE_SIGNATURE,
    ENDED,
    STANDING,
    Attachment,
    Cooperative,
    FundingRound,
    Payment,
    Shareholder,
    Subscription,
)
from shareholders.models.subscriptions import SubscriptionQuerySet
from shareholders.reports import nominal_on
from shareholders.services.gates import reaches_minimum

State = Subscription.State
# Of each list, what fits a phone's screen or two; the whole of one list has pages of its own.
FIRST_SHOWN, ROWS_A_PAGE = 10, 25
JOURNAL_SHOWN = 100


@dataclass(frozen=True, slots=True)
class QueueList:
    """One kind of subscriptions; `key` asks for all of them, `count` is how many there are."""

    key: str
    title: str
    rows: Page[Subscription]
    count: int

    @property
    def is_whole(self) -> bool:
        return self.count <= self.rows.paginator.per_page


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The board's work: what waits for its word, then for money; then what ended. `asked`: one list alone."""

    lists: tuple[QueueList, ...]
    to_decide_count: int
    to_pay_count: int
    asked: QueueList | None


def queue_page(cooperative: Cooperative, *, asked: str = "", number: str = "") -> QueuePage:
    """The beginnings of all lists, or a page of the one asked for; as many queries however many wait."""
    kinds = _queues(Subscription.objects.of(cooperative).select_related("round", "college"))
    shown = [kind for kind in kinds if kind[0] == asked] or kinds
    a_page = ROWS_A_PAGE if len(shown) == 1 else FIRST_SHOWN
    lists = []
    for key, title, rows in shown:
        pages = Paginator(rows, a_page)
        lists.append(
            QueueList(key, title, pages.get_page(number if a_page == ROWS_A_PAGE else 1), pages.count)
        )
    counts = {found.key: found.count for found in lists}
    to_decide, to_pay = (counts[key] if key in counts else rows.count() for key, _title, rows in kinds[:2])
    return QueuePage(tuple(lists), to_decide, to_pay, lists[0] if len(lists) == 1 else None)


def _queues(rows: SubscriptionQuerySet) -> list[tuple[str, str, SubscriptionQuerySet]]:
    """Each list's key, title and subscriptions."""
    approved = rows.filter(state=State.SIGNED, decision="approved").order_by("signed_at", "pk")
    ended = rows.filter(Q(state__in=ENDED) | Q(state=State.ISSUED), signed_at__isnull=False)
    return [
        (
            "a-decider",
            _("À décider, les plus anciennes d’abord"),
            rows.awaiting_decision().order_by("signed_at", "pk"),
        ),
        ("a-payer", _("Agréées, paiement attendu"), approved.filter(paid_at=None)),
        # Both gates are open: only their round holds them, until its minimum or its close.
        (
            "en-attente",
            _("Agréées et payées, en attente du minimum ou de la clôture de leur levée"),
            approved.exclude(paid_at=None),
        ),
        ("terminees", _("Terminées, les dernières d’abord"), ended.order_by("-pk")),
    ]


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """All the board needs to decide on one subscription."""

    subscription: Subscription
    name: str
    address: str
    inviter: str
    lines: tuple[tuple[str, str], ...]
    payments: tuple[Payment, ...]
    received: Decimal
    papers: tuple[Attachment, ...]
    namesakes: tuple[Shareholder, ...]
    journal: tuple[JournalEntry, ...]

    @property
    def can_be_decided(self) -> bool:
        return self.subscription.state == State.SIGNED and not self.subscription.decision


def subscription_page(subscription: Subscription, received: Decimal) -> SubscriptionPage:
    """One subscription; `received` net [€] by the ledger."""
    identity = subscription.identity
    journal = JournalEntry.objects.filter(subject=f"{subscription._meta.label}:{subscription.pk}")
    return SubscriptionPage(
        subscription=subscription,
        name=name_of(identity),
        address=address_of(identity),
        inviter=inviter_name(subscription.invited_by),
        lines=tuple((line[0], line[1]) for line in subscription.evidence.get("bulletin", ())),
        payments=tuple(subscription.payments.all()),
        received=received,
        papers=tuple(papers_of(subscription)),
        namesakes=tuple(_namesakes(subscription)),
        journal=tuple(journal.select_related("actor")[:JOURNAL_SHOWN]),
    )


def papers_of(subscription: Subscription) -> QuerySet[Attachment]:
    """What was brought with it: the mandate of who signed. Without the bytes."""
    mandate = subscription.identity.get("representative", {}).get("mandate_id")
    papers = Attachment.objects.filter(cooperative=subscription.cooperative_id, pk=mandate or 0)
    return papers.defer("content")


def _namesakes(subscription: Subscription) -> Iterable[Shareholder]:
    """Accounts of the register that may be the same person: a second account would split one holding."""
    identity = subscription.identity
    if subscription.holder_id or not identity:
        return []
    same = Q(
        last_name__iexact=identity.get("last_name", ""), first_names__iexact=identity.get("first_names", "")
    )
    if identity.get("legal_name"):
        same = Q(legal_name__iexact=identity["legal_name"])
        if identity.get("siren"):
            same |= Q(siren=identity["siren"])
    # An account merged into another takes no more shares: the one that stayed is listed.
    standing = Shareholder.objects.filter(same, cooperative=subscription.cooperative_id, merged_into=None)
    return standing.order_by("number")[:5]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round in the list."""

    open: OpenRound
    state: str


def rounds_page(cooperative: Cooperative, today: dt.date) -> list[RoundRow]:
    """Every round, latest first."""
    nominal = nominal_on(cooperative, today)
    signed = _signed_by_round(cooperative)
    rounds = FundingRound.objects.of(cooperative)
    return [RoundRow(_so_far(r, signed[r.pk], nominal, today), round_state(r, today)) for r in rounds]


def _signed_by_round(cooperative: Cooperative) -> Counter[int]:
    standing = Subscription.objects.of(cooperative).filter(state__in=STANDING)
    signed: Counter[int] = Counter()
    for round_id, quantity, granted in standing.order_by().values_list("round", "quantity", "granted"):
        signed[round_id] += quantity if granted is None else granted
    return signed


def _so_far(offer: FundingRound, signed: int, nominal: Decimal, today: dt.date) -> OpenRound:
    return OpenRound(offer, signed, nominal + offer.premium, (offer.closes_on - today).days)


def round_state(offer: FundingRound, today: dt.date) -> str:
    """Where a round stands: coming, open, over (to be closed), or its outcome."""
    if offer.outcome:
        return str(offer.outcome)
    if today < offer.opens_on:
        return "coming"
    return "open" if today <= offer.closes_on else "over"


@dataclass(frozen=True, slots=True)
class DayOfRound:
    """Signatures of one day, and shares signed for by its close."""

    day: dt.date
    signatures: int
    shares: int
    shares_by_then: int


@dataclass(frozen=True, slots=True)
class Part:
    """How many signatures and shares come from one place, college or inviter."""

    name: str
    signatures: int
    shares: int


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One round: how far, day by day, and where the signatures come from."""

    so_far: OpenRound
    state: str
    by_state: tuple[Part, ...]
    days: tuple[DayOfRound, ...]
    by_college: tuple[Part, ...]
    by_commune: tuple[Part, ...]
    by_inviter: tuple[Part, ...]
    is_promised: bool
    chart: Chart | None

    @property
    def is_ending(self) -> bool:
        return self.state in ("open", "over")

    @property
    def is_from_before(self) -> bool:
        """Whether it ended without a subscription here: its shares came otherwise, if any came."""
        return not self.is_promised and bool(self.so_far.offer.outcome)


def campaign_page(offer: FundingRound, today: dt.date) -> CampaignPage:
    """The campaign of `offer`: four queries, however many subscribe.

    Its communes are those of the day of the signature, as each bulletin says.
    """
    rows = _rows_of(offer)
    standing = [row for row in rows if _stood(row, offer)]
    signed = sum(row.shares for row in standing)
    nominal = nominal_on(offer.cooperative, today)
    so_far = _so_far(offer, signed, nominal, today)
    return CampaignPage(
        so_far=so_far,
        state=round_state(offer, today),
        by_state=_parts((state_in_words(row), row) for row in rows if not _is_draft(row)),
        days=_days(standing, offer.cooperative.zone),
        by_college=_parts((row.college.name if row.college else "", row) for row in standing),
        by_commune=_parts((str(row.identity.get("commune", "")), row) for row in standing),
        by_inviter=_parts((str(row.invited_by), row) for row in standing if row.invited_by),
        is_promised=any(row.signed_at for row in rows),
        chart=campaign_chart(offer, weeks_of(offer, standing, today), so_far.target),
    )


def campaign_weeks(offer: FundingRound, today: dt.date) -> tuple[Week, ...]:
    """The weeks alone, for the file."""
    return weeks_of(offer, [row for row in _rows_of(offer) if _stood(row, offer)], today)


def _rows_of(offer: FundingRound) -> list[Subscription]:
    return list(offer.subscriptions.select_related("college", "invited_by").order_by("signed_at", "pk"))


def _stood(row: Subscription, offer: FundingRound) -> bool:
    """Whether a request stands; of a round that failed, whether it stood until the close cancelled it."""
    if row.state in STANDING:
        return True
    is_cancelled = row.state == State.EXPIRED and offer.outcome == FundingRound.Outcome.FAILED
    if not is_cancelled or not row.signed_at or not row.ended_at or not offer.closed_at:
        return False
    return row.ended_at >= offer.closed_at


def state_in_words(row: Subscription) -> str:
    """Where a subscription stands, as neighbours say it."""
    return str(row.get_state_display())


@dataclass(frozen=True, slots=True)
class Consequence:
    """What closing a round would do to its signed subscriptions now: end `count` of them, or serve them."""

    outcome: str
    count: int

    @property
    def sentence(self) -> str:
        """What who closes says to know."""
        if not self.count:
            return _("Je sais que plus personne ne pourra souscrire, et qu’on ne revient pas en arrière.")
        return self._failing() if self.outcome == FundingRound.Outcome.FAILED else self._serving()

    def _failing(self) -> str:
        return ngettext(
            "Je sais que %(n)s souscription sera annulée et remboursée, et qu’on ne revient pas en arrière.",
            "Je sais que %(n)s souscriptions seront annulées et remboursées,"
            " et qu’on ne revient pas en arrière.",
            self.count,
        ) % {"n": number(self.count, language=get_language() or "fr")}

    def _serving(self) -> str:
        return ngettext(
            "Je sais que %(n)s souscription payée et agréée sera servie, et qu’on ne revient pas en arrière.",
            "Je sais que %(n)s souscriptions payées et agréées seront servies,"
            " et qu’on ne revient pas en arrière.",
            self.count,
        ) % {"n": number(self.count, language=get_language() or "fr")}


def consequence_of_closing(offer: FundingRound) -> Consequence:
    """What `close_round` would decide of `offer` now."""
    signed = offer.subscriptions.filter(state=State.SIGNED)
    if not reaches_minimum(offer):
        return Consequence(FundingRound.Outcome.FAILED, signed.count())
    ready = signed.filter(decision=Subscription.Decision.APPROVED, paid_at__isnull=False)
    return Consequence(FundingRound.Outcome.SUCCEEDED, ready.count())


def _is_draft(row: Subscription) -> bool:
    return row.state in BEFORE_SIGNATURE or row.signed_at is None


def _parts(named: Iterable[tuple[str, Subscription]]) -> tuple[Part, ...]:
    """Counts by name, the most shares first."""
    signatures: Counter[str] = Counter()
    shares: Counter[str] = Counter()
    for name, row in named:
        signatures[name] += 1
        shares[name] += row.shares
    ordered = sorted(shares, key=lambda name: (-shares[name], name))
    return tuple(Part(name, signatures[name], shares[name]) for name in ordered)


def _days(standing: list[Subscription], zone: ZoneInfo) -> tuple[DayOfRound, ...]:
    signatures: Counter[dt.date] = Counter()
    shares: Counter[dt.date] = Counter()
    for row in standing:
        if row.signed_at is not None:
            signatures[local_day(row.signed_at, zone)] += 1
            shares[local_day(row.signed_at, zone)] += row.shares
    days, total = [], 0
    for day in sorted(shares):
        total += shares[day]
        days.append(DayOfRound(day, signatures[day], shares[day], total))
    return tuple(days)

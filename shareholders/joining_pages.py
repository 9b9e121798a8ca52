"""What the pages of a subscription show: the offer, the step one is at, the bulletin, the two gates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.rules.statutes import PersonKind, Statutes
from shareholders.bulletin import Bulletin, bulletin_of
from shareholders.forms.identity import CollegeChoice
from shareholders.joining import Figures, figures_of
from shareholders.models import (
    BEFORE_SIGNATURE,
    STANDING,
    Attachment,
    Cooperative,
    FundingRound,
    InvitationLink,
    Shareholder,
    Subscription,
)
from shareholders.reports import nominal_on
from shareholders.services.invitations import clean_code
from shareholders.services.subscription_rules import key_fingerprint
from shareholders.statutes import NoStatutes, statutes_of

State = Subscription.State
# How many shares are priced beside the question: enough to see the price grow.
PRICED = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round one may join: how far it is, what it costs, how long it lasts."""

    offer: FundingRound
    signed: int
    price: Decimal
    days_left: int

    @property
    def percent(self) -> float:
        """Part of the target reached, 100 at most."""
        return min(100.0, 100 * self.signed / self.offer.target_shares)

    @property
    def amount(self) -> Decimal:
        """Euros signed for so far."""
        return self.signed * self.price

    @property
    def target(self) -> Decimal:
        """Euros wanted."""
        return self.offer.target_shares * self.price

    @property
    def least(self) -> Decimal:
        """Euros one needs to join."""
        return self.offer.least_each * self.price

    @property
    def is_full(self) -> bool:
        """Whether nobody can join any more before it ends."""
        first_come = self.offer.rule == FundingRound.Rule.FIRST_COME
        return first_come and self.signed + self.offer.least_each > self.offer.maximum_shares

    @property
    def bar_label(self) -> str:
        """The bar in words."""
        said = {"part": figures.number(100 * self.signed / self.offer.target_shares, language=_language())}
        return _("%(part)s %% de l’objectif") % said


@dataclass(frozen=True, slots=True)
class JoinPage:
    """The public page: what a share costs, gives and risks, and where one may join today."""

    statutes: Statutes | None
    nominal: Decimal
    rounds: tuple[OpenRound, ...]
    next_round: FundingRound | None
    inviter: str

    @property
    def first(self) -> OpenRound | None:
        """The round the sentences speak of."""
        return self.rounds[0] if self.rounds and self.statutes else None

    @property
    def lock_up_years(self) -> int:
        return self.statutes.shares.lock_up_months // 12 if self.statutes else 0


def join_page(cooperative: Cooperative, today: dt.date, inviter: str = "") -> JoinPage:
    """The public page on `today`. Without statutes nobody can join, and the page says so."""
    try:
        statutes = statutes_of(cooperative, today)
    except NoStatutes:
        statutes = None
    nominal = nominal_on(cooperative, today)
    coming = FundingRound.objects.of(cooperative).filter(opens_on__gt=today, closed_at=None)
    return JoinPage(
        statutes,
        nominal,
        open_rounds(cooperative, today, nominal),
        coming.order_by("opens_on").first(),
        inviter,
    )


def open_rounds(cooperative: Cooperative, today: dt.date, nominal: Decimal) -> tuple[OpenRound, ...]:
    """The rounds open on `today`, the one that ends first before the others: one query."""
    standing = Subscription.objects.filter(round=OuterRef("pk"), state__in=STANDING).order_by()
    total = standing.values("round").annotate(total=Sum(Coalesce("granted", "quantity"))).values("total")
    rounds = FundingRound.objects.of(cooperative).open_on(today).annotate(signed=Coalesce(Subquery(total), 0))
    return tuple(
        OpenRound(offer, offer.signed, nominal + offer.premium, (offer.closes_on - today).days)  # type: ignore[attr-defined]
        for offer in rounds.order_by("closes_on", "pk")
    )


def inviter_name(holder: Shareholder | None) -> str:
    """Who invites, as neighbours say it and no more: first name and initial."""
    if holder is None:
        return ""
    if holder.legal_name:
        return holder.legal_name
    return f"{holder.first_names.split()[0]} {holder.last_name[:1]}."


def inviter_of(cooperative: Cooperative, code: str) -> str:
    """The name behind a remembered code; "" for none."""
    if not (known := clean_code(code)):
        return ""
    link = (
        InvitationLink.objects.filter(code=known, holder__cooperative=cooperative)
        .select_related("holder")
        .first()
    )
    return inviter_name(link.holder if link else None)


def by_key(cooperative: Cooperative, key: str) -> Subscription | None:
    """The subscription behind the key of a link; documents' bytes aren't loaded."""
    rows = Subscription.objects.of(cooperative).filter(key_sha256=key_fingerprint(key))
    found = rows.select_related("round", "college", "user", "movement", "holder").first()
    if found is not None:
        found.cooperative = cooperative
    return found


# The steps, by the word in their address, and what each is called.
STEPS = ("actions", "adresse", "identite", "documents", "bulletin")


def step_names() -> list[str]:
    """What the steps are called, in order."""
    return [_("Nombre"), _("Adresse"), _("Identité"), _("Lecture"), _("Signer")]


def reached(subscription: Subscription) -> str:
    """The furthest step `subscription` may be at: a word of STEPS, or `suivi` once it is signed or ended."""
    if subscription.state not in BEFORE_SIGNATURE:
        return "suivi"
    if not subscription.email:
        return "adresse"
    by_state: dict[str, str] = {State.DRAFT: "identite", State.IDENTIFIED: "documents"}
    return by_state.get(subscription.state, "bulletin")


def resumed(subscription: Subscription) -> str:
    """Where the link leads: the first step for a fresh draft, else where one was."""
    step = reached(subscription)
    return "actions" if step == "adresse" else step


def may_visit(subscription: Subscription, step: str) -> bool:
    """Whether a step may be seen: those already passed, and the next one."""
    furthest = reached(subscription)
    if furthest == "suivi" or step == "suivi":
        return furthest == step
    if subscription.is_gift and step in ("actions", "adresse"):
        return False
    return STEPS.index(step) <= STEPS.index(furthest)


def documents_of(offer: FundingRound) -> list[Attachment]:
    """What must be read before signing: the latest statutes brought, and the round's information document."""
    wanted = Q(kind=Attachment.Kind.STATUTES, holder=None) | Q(pk=offer.information_id)
    papers = Attachment.objects.filter(wanted, cooperative=offer.cooperative_id).defer("content")
    latest: dict[str, Attachment] = {}
    for paper in papers.order_by("pk"):
        # Of two statutes the later; the round's own document always, whatever its kind.
        latest["round" if paper.pk == offer.information_id else paper.kind] = paper
    # One file brought as both is read once.
    return list({paper.sha256: paper for paper in latest.values()}.values())


def has_read(subscription: Subscription, documents: Sequence[Attachment]) -> bool:
    """Whether exactly these documents were confirmed as read."""
    confirmed = {paper["sha256"] for paper in subscription.read_documents}
    return confirmed == {paper.sha256 for paper in documents}


def colleges_for(known: Figures, kind: PersonKind) -> list[CollegeChoice]:
    """The colleges whose rule admits that kind of person, in the statutes' order."""
    rows = {college.code: college for college in known.colleges}
    language = get_language()
    return [
        CollegeChoice(rows[college.code], college.name_in(language), college.rule_in(language))
        for college in known.statutes.colleges
        if kind in college.admits and college.code in rows
    ]


@dataclass(frozen=True, slots=True)
class Priced:
    """What a number of shares costs."""

    quantity: int
    amount: Decimal


def prices(known: Figures) -> list[Priced]:
    """Some numbers of shares one may ask for, and their price."""
    limits = known.limits("")
    most = limits.most if limits.most is not None else max(PRICED)
    asked = [n for n in PRICED if limits.least <= n <= most]
    return [Priced(n, n * known.price) for n in asked or [limits.least]]


@dataclass(frozen=True, slots=True)
class SigningPage:
    """The bulletin to be signed, and whether a code for this very text is on its way."""

    bulletin: Bulletin
    code_sent_at: dt.datetime | None


def signing_page(subscription: Subscription, today: dt.date) -> SigningPage:
    """The bulletin as it would be signed on `today`."""
    known = figures_of(subscription, today)
    place = subscription.signed_place or usual_place(subscription)
    bulletin = bulletin_of(subscription, known, place=place, day=today)
    sent = subscription.signing_codes.filter(used_at=None).order_by("-pk").first()
    is_for_this = sent is not None and sent.text_sha256 == bulletin.sha256 and bool(subscription.signed_place)
    return SigningPage(bulletin, sent.sent_at if sent is not None and is_for_this else None)


def usual_place(subscription: Subscription) -> str:
    """Where one most likely signs: at home."""
    return str(subscription.identity.get("commune") or subscription.cooperative.seat_commune)[:80]


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The two gates of a signed subscription, and where it stands, in words."""

    subscription: Subscription
    title: str
    received: Decimal
    due: Decimal
    is_paid: bool
    decision: str

    @property
    def is_waiting(self) -> bool:
        return self.subscription.state == State.SIGNED

    @property
    def pays_here(self) -> bool:
        """Whether this page asks for money: a gift's receiver is asked for none."""
        return self.is_waiting and not self.is_paid and not self.subscription.is_gift


def status_page(subscription: Subscription, received: Decimal, due: Decimal) -> StatusPage:
    """Where a subscription stands. `received` net and `due` to open the gate [€]."""
    return StatusPage(
        subscription=subscription,
        title=_title(subscription, paid := subscription.paid_at is not None),
        received=received,
        due=due,
        is_paid=paid,
        decision=subscription.decision,
    )


def _title(subscription: Subscription, is_paid: bool) -> str:
    ended = {
        State.REFUSED: _("Votre souscription n’est pas agréée."),
        State.EXPIRED: _("Votre souscription est annulée."),
        State.ABANDONED: _("Votre souscription est abandonnée."),
        State.UNDONE: _("Votre souscription est annulée."),
        State.ISSUED: _("Vos actions sont inscrites."),
    }
    if subscription.state in ended:
        return ended[State(subscription.state)]
    is_approved = subscription.decision == Subscription.Decision.APPROVED
    if is_paid and is_approved:
        return _("Payée et agréée : vos actions attendent la réussite de la levée.")
    if is_paid:
        return _("Votre paiement est arrivé. Le conseil examine votre demande.")
    if subscription.is_gift:
        return _("C’est signé. Vous n’avez rien à payer : on vous l’offre.")
    return _("C’est signé. Il reste à payer.")


def _language() -> str:
    return (get_language() or "fr")[:2]

"""A shareholder's own space: what awaits, each account with its lines, rights, papers, money, neighbours.

The number of queries doesn't grow with the number of accounts.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.models import User
from shareholders.ledger import ZERO, net_of
from shareholders.models import (
    SIGN,
    Cooperative,
    InvitationLink,
    Paper,
    Payment,
    Payout,
    Shareholder,
    ShareMovement,
    Subscription,
)
from shareholders.own_rights import Right, rights_of
from shareholders.own_tasks import Task, tasks_of
from shareholders.reports import nominal_on
from shareholders.services.paying import pay_token
from shareholders.unpaid import PaidUp, unpaid_by_holder

LINES_SHOWN = 30
PAPERS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the register seen from one account: `change` in shares, `balance` afterwards."""

    line: ShareMovement
    change: int
    balance: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """One's own link: who came by it, who began to subscribe, who became a shareholder."""

    link: str
    subject: str
    text: str
    came: int
    began: int
    joined: int

    @property
    def mailto(self) -> str:
        """An address that opens the mail program with the text in it."""
        return f"mailto:?subject={quote(self.subject)}&body={quote(self.text)}"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One account of the register: one's own, or a child's or a company's one acts for."""

    holder: Shareholder
    is_represented: bool
    lines: tuple[AccountLine, ...]
    rights: tuple[Right, ...]
    invitation: Invitation | None
    paid_up: PaidUp | None = None

    @property
    def latest(self) -> tuple[AccountLine, ...]:
        """The last lines, the most recent first."""
        return tuple(reversed(self.lines))[:LINES_SHOWN]

    @property
    def held(self) -> int:
        return self.lines[-1].balance if self.lines else 0


@dataclass(frozen=True, slots=True)
class Money:
    """Euros that came from or went to the shareholder; `amount` is signed as the reader sees it."""

    dated: dt.date
    what: str
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class OwnShares:
    """Everything of shares in one's own space."""

    tasks: tuple[Task, ...]
    accounts: tuple[OwnAccount, ...]
    subscriptions: tuple[Subscription, ...]
    papers: tuple[Paper, ...]
    money: tuple[Money, ...]


def own_shares(user: User, cooperative: Cooperative, day: dt.date) -> OwnShares:
    """What `user` has and acts for in `cooperative` on `day`."""
    holders = list(Shareholder.objects.of(user, cooperative).with_college_on(day))
    subscriptions = list(own_subscriptions(user, cooperative, holders))
    papers = list(_papers(user, cooperative, holders))
    return OwnShares(
        tasks=tuple(tasks_of(user, cooperative, holders, subscriptions, papers, day)),
        accounts=tuple(_accounts(user, cooperative, holders, day)),
        subscriptions=tuple(subscriptions),
        papers=tuple(papers),
        money=tuple(_money(holders, subscriptions)),
    )


def own_subscriptions(
    user: User, cooperative: Cooperative, holders: Sequence[Shareholder]
) -> QuerySet[Subscription]:
    """Subscriptions of the account or its proven address while they have no holder, and of the holders it
    acts for; the latest first.
    """
    mine = Q(user=user, holder=None) | Q(holder__in=holders)
    if user.email:
        mine |= Q(email__iexact=user.email, holder=None)
    rows = Subscription.objects.of(cooperative).filter(mine)
    return rows.select_related("round", "holder", "movement", "cooperative")


def _papers(user: User, cooperative: Cooperative, holders: Sequence[Shareholder]) -> QuerySet[Paper]:
    own = Q(holder__in=holders) | Q(transfer__taker__in=holders, kind=Paper.Kind.MOVEMENT_ORDER)
    own |= Q(subscription__user=user, subscription__holder=None) | Q(subscription__holder__in=holders)
    own |= Q(holder__merged_into__in=holders)
    rows = Paper.objects.filter(own, cooperative=cooperative)
    return rows.defer("content").select_related("holder", "subscription")[:PAPERS_SHOWN]


def _accounts(
    user: User, cooperative: Cooperative, holders: Sequence[Shareholder], day: dt.date
) -> list[OwnAccount]:
    lines = _lines(cooperative, holders, day)
    invitations, unpaid = _invitations(cooperative, holders), unpaid_by_holder(holders)
    rights = rights_of(cooperative, holders, day)
    return [
        OwnAccount(
            holder=holder,
            is_represented=holder.user_id != user.pk,
            lines=tuple(lines[holder.pk]),
            rights=tuple(rights[holder.pk]),
            invitation=invitations.get(holder.pk),
            paid_up=_paid_up(cooperative, lines[holder.pk], unpaid.get(holder.pk, ZERO), day),
        )
        for holder in holders
    ]


def _paid_up(
    cooperative: Cooperative, lines: Sequence[AccountLine], unpaid: Decimal, day: dt.date
) -> PaidUp | None:
    """How far an account is paid; most are in full, and ask for no query."""
    held = lines[-1].balance if lines else 0
    if not unpaid or not held:
        return None
    nominal = held * nominal_on(cooperative, day)
    return PaidUp(max(nominal - unpaid, ZERO), nominal)


def _lines(
    cooperative: Cooperative, holders: Sequence[Shareholder], day: dt.date
) -> dict[int, list[AccountLine]]:
    """The lines of each account in the order of their days, with what it held after each."""
    rows = ShareMovement.objects.filter(cooperative=cooperative).up_to(day)
    touching = rows.filter(Q(to_shareholder__in=holders) | Q(from_shareholder__in=holders))
    found: dict[int, list[AccountLine]] = {holder.pk: [] for holder in holders}
    for line in touching.select_related("to_shareholder", "from_shareholder").order_by("dated", "number"):
        for pk, change in (
            (line.from_shareholder_id, -line.quantity),
            (line.to_shareholder_id, line.quantity),
        ):
            if pk in found:
                own = found[pk]
                own.append(AccountLine(line, change, (own[-1].balance if own else 0) + change))
    return found


def _invitations(cooperative: Cooperative, holders: Sequence[Shareholder]) -> dict[int, Invitation]:
    joined = Q(holder__invited_subscriptions__state=Subscription.State.ISSUED)
    links = InvitationLink.objects.filter(holder__in=holders).annotate(
        began=Count("holder__invited_subscriptions"),
        joined=Count("holder__invited_subscriptions", filter=joined),
    )
    return {link.holder_id: _invitation(cooperative, link) for link in links}


def _invitation(cooperative: Cooperative, link: InvitationLink) -> Invitation:
    address = f"{settings.SITE_URL}/{cooperative.slug}/devenir-actionnaire/?invitation={link.code}"
    words = {"name": cooperative.short_name, "commune": cooperative.seat_commune, "link": address}
    return Invitation(
        link=address,
        subject=_("Des toits solaires à nous, avec %(name)s") % words,
        text=_(
            "Bonjour,\n\nJ’ai des actions de %(name)s : des habitants de %(commune)s et d’autour possèdent "
            "ensemble des toits solaires. On peut commencer par une action. Les chiffres, les risques et la "
            "marche à suivre sont ici :\n%(link)s\n"
        )
        % words,
        came=link.visits,
        began=link.began,  # type: ignore[attr-defined]
        joined=link.joined,  # type: ignore[attr-defined]
    )


def _money(holders: Sequence[Shareholder], subscriptions: Sequence[Subscription]) -> list[Money]:
    """Payments of one's subscriptions, and what was paid for shares given back; the latest first."""
    payments = Payment.objects.filter(subscription__in=subscriptions).select_related("subscription")
    told = [_payment(payment) for payment in payments.order_by("pk")]
    back = Payout.objects.filter(withdrawal__holder__in=holders, state=Payout.State.DONE)
    told += [
        Money(
            local_day(payout.done_at, payout.cooperative.zone),
            _("Remboursement de vos actions"),
            -payout.amount,
            payout.reference,
        )
        for payout in back.select_related("cooperative").order_by("pk")
        if payout.done_at is not None
    ]
    return sorted(told, key=lambda money: money.dated, reverse=True)


def _payment(payment: Payment) -> Money:
    kind = Payment.Kind(payment.kind)
    words = {
        Payment.Kind.RECEIVED: _("Reçu de vous"),
        Payment.Kind.REFUNDED: _("Rendu à vous"),
        Payment.Kind.REFUND_FAILED: _("Un remboursement n’est pas arrivé"),
        Payment.Kind.LOST: _("Repris par votre banque"),
        Payment.Kind.REGAINED: _("Revenu après une contestation"),
    }
    assert payment.subscription is not None
    what = f"{words[kind]} ({payment.get_method_display()})"
    return Money(payment.dated, what, SIGN[kind] * payment.amount, payment.subscription.reference)


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """One subscription of one's own. `pay_url` is empty once nothing is to be paid."""

    subscription: Subscription
    price: Decimal | None
    received: Decimal
    pay_url: str
    papers: tuple[Paper, ...]

    @property
    def is_running(self) -> bool:
        return self.subscription.state == Subscription.State.SIGNED


def subscription_page(subscription: Subscription) -> SubscriptionPage:
    """Where one subscription stands."""
    is_signed = subscription.state == Subscription.State.SIGNED
    pay_url = ""
    if is_signed and not subscription.paid_at:
        pay_url = reverse("pay", args=[subscription.cooperative.slug, pay_token(subscription)])
    papers = Paper.objects.filter(subscription=subscription).defer("content")
    return SubscriptionPage(
        subscription=subscription,
        price=subscription.price if subscription.signed_at else None,
        received=net_of(subscription),
        pay_url=pay_url,
        papers=tuple(papers),
    )

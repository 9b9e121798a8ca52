"""What the treasurer's pages show."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from shareholders.amounts_due import missing_of, short_subscriptions
from shareholders.banking.references import references_in
from shareholders.banking.transfer_code import TransferCodeRefused, transfer_code_svg
from shareholders.call_pages import LateCall, late_calls
from shareholders.claims import searchable
from shareholders.ledger import ON_THEIR_WAY, ZERO, with_free
from shareholders.models import (
    BankStatement,
    Cooperative,
    Method,
    Payout,
    StatementLine,
    Subscription,
)
from shareholders.services.payouts import payer_name
from shareholders.services.recalls import may_be_recalled
from shareholders.suggestions import Suggestion, suggest

# More on one page and nobody reads it; the count says how many there are.
LONGEST = 40
LATEST = 10
EURO = "EUR"


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line with money that has no place yet: what is left of it [its currency], and what it may be."""

    line: Any
    suggestion: Suggestion | None

    @property
    def is_foreign(self) -> bool:
        return bool(self.line.currency != EURO)


@dataclass(frozen=True, slots=True)
class LostPayment:
    """Issued shares whose money went away again [€]."""

    subscription: Subscription
    missing: Decimal


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """The treasurer's work, most pressing first. Sums in euros."""

    waiting: tuple[WaitingLine, ...]
    waiting_count: int
    waiting_sum: Decimal
    odd_debits: tuple[StatementLine, ...]
    # Transfers that a payer's bank took back.
    recalls: tuple[StatementLine, ...]
    to_pay: tuple[Payout, ...]
    to_pay_sum: Decimal
    sent: tuple[Payout, ...]
    # Given to the provider, and not shown as done by it for more than a day.
    late: tuple[Payout, ...]
    lost: tuple[LostPayment, ...]
    late_calls: tuple[LateCall, ...]
    differences: tuple[dict[str, str], ...]
    set_apart: tuple[JournalEntry, ...]
    statements: tuple[BankStatement, ...]

    @property
    def tasks(self) -> int:
        return (
            self.waiting_count
            + len(self.odd_debits)
            + len(self.recalls)
            + len(self.to_pay)
            + len(self.lost)
            + len(self.late_calls)
        )


def money_page(cooperative: Cooperative, today: dt.date) -> MoneyPage:
    """The work queue: a number of queries that doesn't grow with what waits."""
    lines = unplaced_lines(cooperative)
    rows = list(lines[:LONGEST])
    suggestions = suggest(cooperative, rows, today)
    payouts = Payout.objects.filter(cooperative=cooperative, state__in=ON_THEIR_WAY).order_by("pk")
    on_their_way = list(payouts.select_related("subscription"))
    transfers = [p for p in on_their_way if p.method == Method.TRANSFER]
    to_pay = [p for p in transfers if p.state == Payout.State.DUE]
    debits = _debits(cooperative)
    totals = lines.aggregate(count=Count("pk"), total=Sum("free", filter=Q(currency=EURO)))
    return MoneyPage(
        waiting=tuple(WaitingLine(line, suggestions.get(line.pk)) for line in rows),
        waiting_count=totals["count"],
        waiting_sum=totals["total"] or ZERO,
        odd_debits=tuple(_odd_debits(debits, transfers)),
        recalls=tuple(_recalls(cooperative, debits)),
        to_pay=tuple(to_pay),
        to_pay_sum=sum((p.amount for p in to_pay), ZERO),
        sent=tuple(p for p in transfers if p.state == Payout.State.SENT),
        late=tuple(p for p in on_their_way if _is_late(p, today)),
        late_calls=tuple(late_calls(cooperative, today)),
        lost=tuple(LostPayment(s, missing_of(s)) for s in short_subscriptions(cooperative)),
        differences=tuple(_differences(cooperative)),
        set_apart=tuple(_journal(cooperative, "set_payment_apart")[:LATEST]),
        statements=tuple(_statements(cooperative)[:LATEST]),
    )


def _is_late(payout: Payout, today: dt.date) -> bool:
    asked_on = timezone.localtime(payout.asked_at).date()
    return payout.method != Method.TRANSFER and asked_on < today - dt.timedelta(days=1)


def unplaced_lines(cooperative: Cooperative) -> QuerySet[Any]:
    """Money in that has no place, oldest first."""
    money_in = StatementLine.objects.of(cooperative).filter(amount__gt=0)
    return with_free(money_in).filter(free__gt=0).order_by("booked_on", "pk")


def _debits(cooperative: Cooperative) -> list[StatementLine]:
    """The latest money out that nothing explains yet."""
    money_out = StatementLine.objects.of(cooperative).filter(amount__lt=0, currency=EURO)
    return list(with_free(money_out).filter(free__gt=0).order_by("-booked_on", "-pk")[:300])


def _odd_debits(debits: list[StatementLine], transfers: list[Payout]) -> list[StatementLine]:
    """Debits that name a payout but aren't its sum."""
    ours = {payout.reference for payout in transfers}
    return [line for line in debits if ours.intersection(references_in(searchable(line)))]


def _recalls(cooperative: Cooperative, debits: list[StatementLine]) -> list[StatementLine]:
    """Debits that take back a transfer: said so by the bank, or naming a subscription."""
    named = {line.pk: references_in(searchable(line)) for line in debits}
    wanted = {reference for references in named.values() for reference in references}
    own = Subscription.objects.of(cooperative).filter(reference__in=wanted) if wanted else None
    ours = set(own.values_list("reference", flat=True)) if own is not None else set()
    return [line for line in debits if line.is_return or ours.intersection(named[line.pk])]


def _journal(cooperative: Cooperative, act: str) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(scope=cooperative.slug, act=act)


def _differences(cooperative: Cooperative) -> list[dict[str, str]]:
    """What the last night found."""
    last = _journal(cooperative, "reconcile_payments").first()
    return list(last.detail.get("differences", [])) if last else []


def _statements(cooperative: Cooperative) -> QuerySet[BankStatement]:
    return BankStatement.objects.filter(cooperative=cooperative).defer("content").annotate(n=Count("lines"))


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One statement, line by line; `placed` and `waiting` [€] are of the money in."""

    statement: BankStatement
    lines: tuple[Any, ...]
    money_in: Decimal
    waiting: Decimal
    waiting_count: int


def statement_page(statement: BankStatement) -> StatementPage:
    """The lines a file brought, and what became of each."""
    rows = with_free(StatementLine.objects.filter(statement=statement)).select_related("set_aside")
    lines = _with_aside(
        rows.prefetch_related("payments__subscription", "payments__payout", "payouts").order_by(
            "booked_on", "pk"
        )
    )
    credits = [line for line in lines if line.amount > 0 and line.currency == EURO]
    waiting = [line for line in credits if line.free > 0]
    return StatementPage(
        statement,
        tuple(lines),
        sum((line.amount for line in credits), ZERO),
        sum((line.free for line in waiting), ZERO),
        len(waiting),
    )


def _with_aside(rows: QuerySet[Any]) -> list[Any]:
    """Adds `aside`, None where nobody set the line aside: a page can't ask a row that isn't there."""
    lines = list(rows)
    for line in lines:
        line.aside = getattr(line, "set_aside", None)
    return lines


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line: where its money is, what is left, who it may be for."""

    line: Any
    payments: tuple[Any, ...]
    returns: tuple[Payout, ...]
    suggestion: Suggestion | None
    candidates: tuple[tuple[Subscription, str], ...]
    recalled: tuple[tuple[Subscription, str], ...]

    @property
    def can_be_placed(self) -> bool:
        return bool(self.line.free > 0 and self.line.amount > 0)

    @property
    def can_be_recall(self) -> bool:
        """Whether this may be a transfer that the payer's bank took back."""
        return bool(self.line.free > 0 and self.line.amount < 0 and self.line.currency == EURO)

    @property
    def can_pay(self) -> bool:
        return self.can_be_placed and self.line.currency == EURO and not self.line.is_return


def line_page(line: StatementLine, today: dt.date) -> LinePage:
    """All about one line."""
    rows = with_free(StatementLine.objects.filter(pk=line.pk)).select_related("set_aside", "statement")
    row = _with_aside(rows)[0]
    suggestion = suggest(line.cooperative, [row], today).get(line.pk)
    awaited = Subscription.objects.of(line.cooperative).filter(state=Subscription.State.SIGNED, paid_at=None)
    return LinePage(
        row,
        tuple(line.payments.select_related("subscription", "payout")),
        tuple(line.payouts.filter(why=Payout.Why.UNKNOWN)),
        suggestion,
        tuple((s, payer_name(s)) for s in awaited.select_related("holder").order_by("pk")[:LONGEST]),
        tuple((s, payer_name(s)) for s in may_be_recalled(row)),
    )


def payout_code(payout: Payout, title: str) -> str:
    """The code that fills in the transfer of a payout; "" while it has no account."""
    try:
        return transfer_code_svg(
            name=payout.beneficiary,
            iban=payout.iban,
            amount=payout.amount,
            reference=payout.reference,
            title=title,
        )
    except (TransferCodeRefused, ValueError):
        return ""

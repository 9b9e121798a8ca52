"""What is left to pay on shares paid in several times: by whom, when, under which reference.

The calls of a subscription are owed by its holder; those of shares that changed hands, by who has them (rows
of `CarriedDebt`). A row whose line of the register was reversed doesn't count: what was paid on it pays for
where it came from.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from mine_de_soleil.core.money import round_to_cent
from shareholders.instalments import Due, part_of, still_due, without
from shareholders.ledger import ZERO
from shareholders.models import (
    SIGN,
    CarriedDebt,
    Cooperative,
    MovementKind,
    Payment,
    Shareholder,
    ShareMovement,
    Subscription,
)


@dataclass(frozen=True, slots=True)
class Debt:
    """What one holder still owes for shares of one subscription; `shares` are those it is owed for.

    `calls` are what is left of each [€], in order; none once all is paid.
    """

    subscription: Subscription
    carried: CarriedDebt | None
    holder: Shareholder
    shares: int
    calls: tuple[Due, ...]

    @property
    def reference(self) -> str:
        """What the payer writes on the transfer."""
        return self.carried.reference if self.carried else self.subscription.reference

    @property
    def amount(self) -> Decimal:
        """All that is left [€]."""
        return sum((call.amount for call in self.calls), ZERO)

    @property
    def later(self) -> tuple[Due, ...]:
        """The calls that have a day; what was due at subscription stays with who subscribed."""
        return tuple(call for call in self.calls if call.due_on is not None)


def calls_of(subscription: Subscription) -> tuple[Due, ...]:
    """All calls of a signed subscription, for the shares granted; they add up to its price."""
    assert subscription.first_call is not None
    called, told, calls = ZERO, ZERO, []
    steps: list[tuple[dt.date | None, Decimal]] = [(None, subscription.first_call)]
    steps += [
        (dt.date.fromisoformat(call["due_on"]), Decimal(call["amount"])) for call in subscription.schedule
    ]
    for due_on, amount in steps:
        called += amount
        # Rounded as a running sum, so that the last step makes the price.
        step = round_to_cent(called * subscription.shares / subscription.quantity) - told
        told += step
        calls.append(Due(due_on, step))
    return tuple(calls)


def debts_of(holders: Iterable[Shareholder], day: dt.date | None = None) -> list[Debt]:
    """What `holders` owe, nothing left out: debts paid in full come with no call. Two or three queries."""
    own = list(holders)
    taken = CarriedDebt.objects.filter(holder__in=own).values("subscription")
    mine = Q(holder__in=own) | Q(pk__in=taken)
    wanted = {holder.pk for holder in own}
    return [debt for debt in _debts(_partly_paid(mine), day) if debt.holder.pk in wanted]


def debts_in(cooperative: Cooperative, day: dt.date | None = None) -> list[Debt]:
    """Every debt of the cooperative that isn't paid in full, by subscription."""
    return [debt for debt in _debts(_partly_paid(Q(cooperative=cooperative)), day) if debt.calls]


def debts_of_subscription(subscription: Subscription) -> list[Debt]:
    """The holder's own debt first, then those that went with shares."""
    return _debts(_partly_paid(Q(pk=subscription.pk)), None)


def _partly_paid(wanted: Q) -> QuerySet[Subscription]:
    issued = Subscription.objects.filter(wanted, state=Subscription.State.ISSUED).exclude(schedule=[])
    return issued.select_related("holder", "movement", "cooperative").order_by("pk")


def _debts(rows: QuerySet[Subscription], day: dt.date | None) -> list[Debt]:
    """On `day`, or as things stand now."""
    found = list(rows)
    if day is not None:
        found = [one for one in found if one.movement is not None and one.movement.dated <= day]
    if not found:
        return []
    carried, payments = _carried(found, day), _payments(found, day)
    debts = []
    for subscription in found:
        tree = _Tree(subscription, carried[subscription.pk], payments[subscription.pk], day)
        debts += tree.debts()
    return debts


def _carried(found: Sequence[Subscription], day: dt.date | None) -> dict[int, list[CarriedDebt]]:
    rows = CarriedDebt.objects.filter(subscription__in=found).order_by("pk")
    by_subscription: dict[int, list[CarriedDebt]] = defaultdict(list)
    for row in rows.select_related("holder", "giver", "movement__reversed_by"):
        if day is None or row.movement.dated <= day:
            by_subscription[row.subscription_id].append(row)
    return by_subscription


def _payments(found: Sequence[Subscription], day: dt.date | None) -> dict[int, list[tuple[int, Decimal]]]:
    """By subscription: the carried debt each sum was paid on (0 for the subscription itself), and the sum."""
    rows = Payment.objects.filter(subscription__in=found)
    if day is not None:
        rows = rows.filter(dated__lte=day)
    sums: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    for subscription, carried, kind, amount in rows.values_list(
        "subscription_id", "carried_id", "kind", "amount"
    ):
        assert subscription is not None
        sums[subscription].append((carried or 0, SIGN[Payment.Kind(kind)] * amount))
    return sums


def stands(row: CarriedDebt, day: dt.date | None) -> bool:
    """Whether the line that carried it still stands in the register on `day`, or as things stand now."""
    reversal = getattr(row.movement, "reversed_by", None)
    return reversal is None or (day is not None and reversal.dated > day)


class _Tree:
    """The debts of one subscription, from its holder to who has the shares now. 0 is the subscription."""

    def __init__(
        self,
        subscription: Subscription,
        rows: Sequence[CarriedDebt],
        payments: Sequence[tuple[int, Decimal]],
        day: dt.date | None,
    ) -> None:
        self.subscription = subscription
        self.rows = {row.pk: row for row in rows}
        self.standing = {row.pk: row for row in rows if stands(row, day)}
        self.received: dict[int, Decimal] = defaultdict(lambda: ZERO)
        for key, amount in payments:
            self.received[self._owner(key)] += amount
        self.children: dict[int, list[CarriedDebt]] = defaultdict(list)
        for row in self.standing.values():
            self.children[self._owner(row.before_id or 0)].append(row)

    def _owner(self, key: int) -> int:
        """Where what concerns `key` counts: itself, or the nearest before it that still stands."""
        while key in self.rows and key not in self.standing:
            key = self.rows[key].before_id or 0
        return key if key in self.rows else 0

    def debts(self) -> list[Debt]:
        holder = self.subscription.holder
        assert holder is not None
        first = self._debt(None, holder, calls_of(self.subscription), self.subscription.shares)
        return [first] + [
            self._debt(row, row.holder, dues(row.schedule), row.quantity)
            for row in self.standing.values()
            if row.holder is not None
        ]

    def _debt(
        self, row: CarriedDebt | None, holder: Shareholder, calls: tuple[Due, ...], shares: int
    ) -> Debt:
        key = row.pk if row else 0
        for child in self.children[key]:
            calls = without(calls, dues(child.schedule))
            shares -= child.quantity
        return Debt(self.subscription, row, holder, shares, still_due(calls, self.received[key]))


def dues(schedule: Sequence[dict[str, str]]) -> tuple[Due, ...]:
    """Calls as they are stored, read back."""
    return tuple(Due(dt.date.fromisoformat(one["due_on"]), Decimal(one["amount"])) for one in schedule)


@dataclass(frozen=True, slots=True)
class Moved:
    """Shares on which something is left to pay, that leave their holder; `calls` [€] go with them."""

    debt: Debt
    shares: int
    calls: tuple[Due, ...]

    @property
    def amount(self) -> Decimal:
        return sum((call.amount for call in self.calls), ZERO)


def moved_with(
    giver: Shareholder, quantity: int, day: dt.date, *, line: ShareMovement | None = None
) -> list[Moved]:
    """What is left to pay on the `quantity` shares that `giver` would part with: the oldest go first.

    `line` is the movement itself, once it is in the register.
    """
    debts = [debt for debt in debts_of([giver]) if debt.later and debt.shares > 0]
    if not debts:
        return []
    lots, gone = _lots(giver, day, line)
    moved, start = [], 0
    for lot in lots:
        for debt, first, last in _ranges(lot, start, debts):
            shares = min(min(last, gone + quantity) - max(first, gone), debt.shares)
            if shares > 0:
                moved.append(Moved(debt, shares, part_of(debt.later, shares, debt.shares)))
        start += lot.quantity
    return [one for one in moved if one.calls]


def _lots(giver: Shareholder, day: dt.date, line: ShareMovement | None) -> tuple[list[ShareMovement], int]:
    """What came in, in order, and how many shares had gone out before; lines undone left out."""
    kept = Q(reversed_by=None) & ~Q(kind=MovementKind.REVERSAL)
    own = Q(to_shareholder=giver) | Q(from_shareholder=giver)
    rows = ShareMovement.objects.filter(kept, own).up_to(day).order_by("dated", "number")
    lines = [row for row in rows if line is None or row.pk != line.pk]
    gone = sum(row.quantity for row in lines if row.from_shareholder_id == giver.pk)
    return [row for row in lines if row.to_shareholder_id == giver.pk], gone


def _ranges(lot: ShareMovement, start: int, debts: Sequence[Debt]) -> list[tuple[Debt, int, int]]:
    """Where the shares of each debt stand among all the giver ever got; in a lot, paid ones come first."""
    own = [debt for debt in debts if _line_of(debt) == lot.pk]
    counts = [debt.carried.quantity if debt.carried else debt.subscription.shares for debt in own]
    position, ranges = start + lot.quantity - sum(counts), []
    for debt, count in zip(own, counts, strict=True):
        ranges.append((debt, position, position + count))
        position += count
    return ranges


def _line_of(debt: Debt) -> int | None:
    return debt.carried.movement_id if debt.carried else debt.subscription.movement_id


@dataclass(frozen=True, slots=True)
class PaidUp:
    """How far the shares of an account are paid [€]: `paid` of `nominal`."""

    paid: Decimal
    nominal: Decimal


def paid_up(holder: Shareholder, shares: int, nominal_value: Decimal, day: dt.date) -> PaidUp | None:
    """How far `shares` at `nominal_value` [€] are paid on `day`; None where nothing is left to pay."""
    unpaid = sum((debt.amount for debt in debts_of([holder], day)), ZERO)
    return paid_of(shares * nominal_value, unpaid)


def paid_of(nominal: Decimal, unpaid: Decimal) -> PaidUp | None:
    """The same, of shares worth `nominal` on which `unpaid` [€] is left to pay."""
    return PaidUp(max(nominal - unpaid, ZERO), nominal) if unpaid and nominal else None


def left_on(giver: Shareholder, quantity: int, day: dt.date) -> tuple[Due, ...]:
    """What would be left to pay by who takes `quantity` shares of `giver` on `day`, call by call."""
    sums: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for moved in moved_with(giver, quantity, day):
        for call in moved.calls:
            if call.due_on is not None:
                sums[call.due_on] += call.amount
    return tuple(Due(due_on, amount) for due_on, amount in sorted(sums.items()))


def unpaid_by_holder(holders: Iterable[Shareholder]) -> dict[int, Decimal]:
    """What each of `holders` still owes on shares [€], by key; nothing for who owes nothing."""
    return _by_holder(debts_of(holders))


def unpaid_in(cooperative: Cooperative, day: dt.date) -> dict[int, Decimal]:
    """The same of everybody in the register on `day`, in three queries."""
    return _by_holder(debts_in(cooperative, day))


def _by_holder(debts: Iterable[Debt]) -> dict[int, Decimal]:
    owed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for debt in debts:
        if debt.calls:
            owed[debt.holder.pk] += debt.amount
    return dict(owed)

"""What a holder may still give, sell or give back: shares held, less those promised or still locked up."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q, Sum

from mine_de_soleil.rules.statutes import Statutes, UnknownCollege
from shareholders.caps import Lot, free_shares, lock_up_end, room_for_transfer
from shareholders.models import (
    TRANSFER_ENDED,
    College,
    Cooperative,
    MovementKind,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Withdrawal,
)


@dataclass(frozen=True, slots=True)
class Room:
    """Shares of one holder on a day. `free` may be sold or given; `unpromised` may be given back."""

    held: int
    promised: int
    free: int
    next_free_on: dt.date | None

    @property
    def unpromised(self) -> int:
        return max(0, self.held - self.promised)

    @property
    def locked(self) -> int:
        """Shares neither promised nor free: bought too recently."""
        return max(0, self.unpromised - self.free)


def room_of(
    holder: Shareholder, day: dt.date, statutes: Statutes, *, besides: ShareTransfer | None = None
) -> Room:
    """What `holder` may do on `day`; the transfer `besides` isn't counted as promised."""
    lots, given_up = lots_of(holder, day)
    held = sum(lot.quantity for lot in lots) - given_up
    promised = promised_by(holder, besides=besides)
    months = statutes.shares.lock_up_months
    free = free_shares(lots, given_up=given_up + promised, lock_up_months=months, day=day)
    ends = sorted(end for lot in lots if (end := lock_up_end(lot.acquired_on, months)) > day)
    return Room(held, promised, min(free, max(0, held - promised)), ends[0] if ends else None)


def lots_of(holder: Shareholder, day: dt.date) -> tuple[list[Lot], int]:
    """What came in, day by day, and how many shares went out by the close of `day`; undone lines left out.

    Shares of an account merged into this one keep the day they were bought: it is the same person.
    """
    return lots_by_holder([holder], day)[holder.pk]


def lots_by_holder(holders: Iterable[Shareholder], day: dt.date) -> dict[int, tuple[list[Lot], int]]:
    """The same of several accounts, by their keys: two queries, however many they are."""
    account = {holder.pk: holder.pk for holder in holders}
    lots: dict[int, list[Lot]] = {pk: [] for pk in account}
    given_up = dict.fromkeys(account, 0)
    merged = Shareholder.objects.filter(merged_into__in=list(account))
    account |= {one.pk: one.merged_into_id or one.pk for one in merged}
    kept = Q(reversed_by=None) & ~Q(kind=MovementKind.REVERSAL)
    own = Q(to_shareholder__in=list(account)) | Q(from_shareholder__in=list(account))
    for line in ShareMovement.objects.filter(kept, own).up_to(day).order_by("dated", "number"):
        taker, giver = account.get(line.to_shareholder_id or 0), account.get(line.from_shareholder_id or 0)
        if taker == giver:
            continue
        if taker is not None:
            lots[taker].append(Lot(line.dated, line.quantity))
        if giver is not None:
            given_up[giver] += line.quantity
    return {pk: (lots[pk], given_up[pk]) for pk in lots}


def promised_by(holder: Shareholder, *, besides: ShareTransfer | None = None) -> int:
    """Shares in transfers under way and in withdrawals asked for."""
    transfers = ShareTransfer.objects.filter(giver=holder).exclude(state__in=TRANSFER_ENDED)
    if besides is not None:
        transfers = transfers.exclude(pk=besides.pk)
    asked = Withdrawal.objects.filter(holder=holder, state=Withdrawal.State.ASKED)
    totals = (rows.aggregate(total=Sum("quantity"))["total"] or 0 for rows in (transfers, asked))
    return sum(totals)


def held_on(holder: Shareholder, day: dt.date) -> int:
    """Shares held by the close of `day`."""
    return Shareholder.objects.filter(pk=holder.pk).holding_on(day).get().shares_held


def capital_shares_on(cooperative: Cooperative, day: dt.date) -> int:
    """Shares the capital is made of by the close of `day`."""
    lines = ShareMovement.objects.filter(cooperative=cooperative).up_to(day)
    sums = lines.aggregate(
        issued=Sum("quantity", filter=Q(from_shareholder=None)),
        cancelled=Sum("quantity", filter=Q(to_shareholder=None)),
    )
    return (sums["issued"] or 0) - (sums["cancelled"] or 0)


def college_on(holder: Shareholder, day: dt.date) -> College | None:
    """The college `holder` is in on `day`."""
    found = holder.memberships.filter(since__lte=day).order_by("-since", "-pk").select_related("college")
    membership = found.first()
    return membership.college if membership else None


def room_to_receive(taker: Shareholder, college: College, day: dt.date, statutes: Statutes) -> int | None:
    """Most shares `taker` may get from others under the cap; None where nothing bounds it."""
    held, capital = held_on(taker, day), capital_shares_on(taker.cooperative, day)
    return room_for_transfer(held=held, capital_shares=capital, cap=_cap(statutes, college))


def least_in(college: College, statutes: Statutes) -> int:
    """The fewest shares a member of `college` holds; 1 where the statutes don't name it."""
    try:
        return statutes.college(college.code).minimum_shares
    except UnknownCollege:
        return 1


def _cap(statutes: Statutes, college: College) -> Fraction | None:
    try:
        return statutes.cap_of(college.code)
    except UnknownCollege:
        return statutes.shares.cap_fraction

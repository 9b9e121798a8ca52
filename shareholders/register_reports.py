"""The register read back: its lines in order, who holds what on a day, how the capital came about."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from shareholders.capital import Stake
from shareholders.models import Cooperative, ShareMovement
from shareholders.register_chain import Line, Report, verify
from shareholders.register_export import Meta
from shareholders.reports import HELD_ON, last_movement_on, nominal_on

CHUNK = 5_000


class HolderRow(NamedTuple):
    """One holder on a day. A plain tuple: a hundred thousand of them are made at once."""

    id: int
    number: int
    name: str
    commune: str
    college: str
    shares: int
    capital_shares: int
    nominal_value: Decimal

    @property
    def stake(self) -> Stake:
        """What the shares are of the whole."""
        return Stake(self.shares, self.capital_shares, self.nominal_value)


@dataclass(frozen=True, slots=True)
class CommuneShare:
    """What the people of one commune hold together, by the addresses declared on the day asked."""

    commune: str
    members: int
    stake: Stake


@dataclass(frozen=True, slots=True)
class CapitalDay:
    """A day on which the capital changed, and what it was at its close."""

    day: dt.date
    shares: int
    nominal_value: Decimal

    @property
    def amount(self) -> Decimal:
        return self.shares * self.nominal_value


def lines_of(cooperative: Cooperative, on: dt.date | None = None) -> Iterator[Line]:
    """The register in its order, a chunk at a time.

    With `on`, up to the last line dated on or before that day: a piece without hole, so that its chain can
    be verified, in which lines entered earlier may bear a later date.
    """
    rows = ShareMovement.objects.filter(cooperative=cooperative).order_by("number")
    if on:
        rows = rows.filter(number__lte=last_movement_on(cooperative, on))
    columns = (
        "number",
        "kind",
        "dated",
        "entered_at",
        "from_shareholder__number",
        "giver_identity",
        "to_shareholder__number",
        "taker_identity",
        "quantity",
        "nominal_value",
        "reverses__number",
        "reason",
        "previous_sha256",
        "entry_sha256",
    )
    for row in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        yield Line(*row)


def verified(cooperative: Cooperative) -> Report:
    """The whole register checked: its chain, its numbers, its sums."""
    return verify(lines_of(cooperative))


def meta_of(cooperative: Cooperative, on: dt.date | None, now: dt.datetime) -> Meta:
    """What an export says of itself."""
    return Meta(cooperative.slug, cooperative.legal_name, cooperative.siren, now.astimezone(dt.UTC), on)


_HELD = HELD_ON + "SELECT holder_id, shares FROM held"  # noqa: S608 - constants only


def held_on(cooperative: Cooperative, day: dt.date) -> dict[int, int]:
    """Shares held by the close of `day`, by id of their holder: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"cooperative": cooperative.pk, "day": day})
        return {holder: int(shares) for holder, shares in cursor.fetchall()}


_PEOPLE = """
, moved_since AS (
    SELECT DISTINCT ON (holder_id) holder_id, commune FROM shareholders_formeraddress
        WHERE until > %(day)s
        ORDER BY holder_id, until, id
), people AS (
    SELECT id AS holder_id, number, coalesce(moved_since.commune, holder.commune) AS commune,
           CASE WHEN legal_name = '' THEN first_names || ' ' || last_name ELSE legal_name END AS name
        FROM shareholders_shareholder holder LEFT JOIN moved_since ON moved_since.holder_id = holder.id
        WHERE cooperative_id = %(cooperative)s
)
SELECT holder_id, number, name, commune, college_id, shares
    FROM members FULL JOIN people USING (holder_id) WHERE coalesce(shares, 0) > 0
"""
_HOLDERS = HELD_ON + _PEOPLE


def holders_on(cooperative: Cooperative, day: dt.date) -> list[HolderRow]:
    """Everybody who holds shares by the close of `day`, the largest first: three queries."""
    nominal = nominal_on(cooperative, day)
    colleges = dict(cooperative.colleges.values_list("pk", "name"))
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"cooperative": cooperative.pk, "day": day})
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (-row[5], row[1]))
    total = int(sum(row[5] for row in rows))
    return [
        HolderRow(pk, number, name, commune, colleges[college], int(shares), total, nominal)
        for pk, number, name, commune, college, shares in rows
    ]


def by_commune(holders: list[HolderRow]) -> list[CommuneShare]:
    """The same holders by commune, the largest first."""
    found: dict[str, list[HolderRow]] = {}
    for holder in holders:
        found.setdefault(holder.commune, []).append(holder)
    shares = [
        CommuneShare(
            commune,
            len(members),
            Stake(
                sum(m.stake.shares for m in members),
                members[0].stake.capital_shares,
                members[0].stake.nominal_value,
            ),
        )
        for commune, members in found.items()
    ]
    return sorted(shares, key=lambda share: (-share.stake.shares, share.commune))


_HISTORY = """
SELECT dated, sum(sum(quantity * ((from_shareholder_id IS NULL)::int - (to_shareholder_id IS NULL)::int)))
        OVER (ORDER BY dated)
FROM shareholders_sharemovement WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s
GROUP BY dated ORDER BY dated
"""


def capital_history(cooperative: Cooperative, day: dt.date) -> list[CapitalDay]:
    """Every day up to `day` with a line in the register, and the capital at its close."""
    changes = list(
        ShareMovement.objects.filter(cooperative=cooperative, quantity=0)
        .up_to(day)
        .order_by("dated", "number")
        .values_list("dated", "nominal_value")
    )
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"cooperative": cooperative.pk, "day": day})
        rows = cursor.fetchall()
    history, nominal = [], cooperative.nominal_value
    for dated, shares in rows:
        while changes and changes[0][0] <= dated:
            nominal = changes.pop(0)[1]
        history.append(CapitalDay(dated, int(shares), nominal))
    return history


def today_in(cooperative: Cooperative, now: dt.datetime) -> dt.date:
    """The legal day at the cooperative's seat."""
    return timezone.localtime(now, cooperative.zone).date()

"""What pages say about shares: frozen pictures, computed from the register on a day."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from mine_de_soleil.core.models import User
from shareholders.capital import Stake
from shareholders.models import College, Cooperative, Shareholder, ShareMovement


@dataclass(frozen=True, slots=True)
class Holding:
    """One person's shares on a day, with what they weigh and the register line they rest on."""

    shareholder: Shareholder
    college: College
    stake: Stake
    college_members: int
    day: dt.date
    last_movement: int


@dataclass(frozen=True, slots=True)
class CollegeShare:
    """One college's part of the capital on a day."""

    college: College
    members: int
    stake: Stake


@dataclass(frozen=True, slots=True)
class Capital:
    """The whole capital on a day, and how it lies among the colleges."""

    cooperative: Cooperative
    day: dt.date
    nominal_value: Decimal
    shares: int
    last_movement: int
    colleges: tuple[CollegeShare, ...]

    @property
    def amount(self) -> Decimal:
        return self.shares * self.nominal_value

    @property
    def members(self) -> int:
        return sum(college.members for college in self.colleges)


def capital_on(cooperative: Cooperative, day: dt.date) -> Capital:
    """Capital and its colleges by the close of `day`: four queries, whatever the number of holders."""
    nominal = nominal_on(cooperative, day)
    held = _held_by_college(cooperative, day)
    total = sum(shares for _, shares in held.values())
    colleges = []
    for college in cooperative.colleges.all():
        members, shares = held.get(college.pk, (0, 0))
        colleges.append(CollegeShare(college, members, Stake(shares, total, nominal)))
    return Capital(cooperative, day, nominal, total, last_movement_on(cooperative, day), tuple(colleges))


def nominal_on(cooperative: Cooperative, day: dt.date) -> Decimal:
    """What one share is worth on `day` [€]: as the register last changed it, else as at the foundation."""
    changes = ShareMovement.objects.filter(
        cooperative=cooperative, from_shareholder=None, to_shareholder=None
    ).up_to(day)
    last = changes.order_by("-dated", "-number").values_list("nominal_value", flat=True).first()
    return cooperative.nominal_value if last is None else last


# Everybody who holds shares on a day, and the college each was in: the one entered last for that day.
# Full joins, although left ones would do: they are never made by nested loops, which the database chooses,
# and which take minutes, as long as it has no statistics of a register just imported. A test for NULL would
# turn them into left ones, hence `coalesce`.
HELD_ON = """
WITH received AS (
    SELECT to_shareholder_id AS holder_id, sum(quantity) AS shares FROM shareholders_sharemovement
        WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s AND to_shareholder_id IS NOT NULL
        GROUP BY to_shareholder_id
), given AS (
    SELECT from_shareholder_id AS holder_id, sum(quantity) AS shares FROM shareholders_sharemovement
        WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s AND from_shareholder_id IS NOT NULL
        GROUP BY from_shareholder_id
), held AS (
    SELECT holder_id, coalesce(received.shares, 0) - coalesce(given.shares, 0) AS shares
        FROM received FULL JOIN given USING (holder_id)
        WHERE coalesce(received.shares, 0) > coalesce(given.shares, 0)
), colleges AS (
    SELECT DISTINCT ON (shareholder_id) shareholder_id AS holder_id, college_id
        FROM shareholders_collegemembership
        WHERE cooperative_id = %(cooperative)s AND since <= %(day)s
        ORDER BY shareholder_id, since DESC, id DESC
), members AS (
    SELECT holder_id, college_id, shares FROM held FULL JOIN colleges USING (holder_id)
        WHERE coalesce(shares, 0) > 0 AND coalesce(college_id, 0) > 0
)
"""
_HELD_BY_COLLEGE = (
    HELD_ON + "SELECT college_id, count(*), sum(shares) FROM members GROUP BY college_id"  # noqa: S608
)


def _held_by_college(cooperative: Cooperative, day: dt.date) -> dict[int, tuple[int, int]]:
    """Members and shares of each college that has any, by college id."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BY_COLLEGE, {"cooperative": cooperative.pk, "day": day})
        return {college: (members, int(shares)) for college, members, shares in cursor.fetchall()}


def holdings_of(user: User, cooperative: Cooperative, day: dt.date) -> list[Holding]:
    """What `user` holds or acts for in `cooperative` on `day`, one entry a register account."""
    own = list(Shareholder.objects.of(user, cooperative).holding_on(day).with_college_on(day))
    if not own:
        return []
    capital = capital_on(cooperative, day)
    colleges = {share.college.pk: share for share in capital.colleges}
    return [
        Holding(
            shareholder=holder,
            college=colleges[holder.college_id_then].college,
            stake=Stake(holder.shares_held, capital.shares, capital.nominal_value),
            college_members=colleges[holder.college_id_then].members,
            day=day,
            last_movement=capital.last_movement,
        )
        for holder in own
        if holder.college_id_then is not None
    ]


def last_movement_on(cooperative: Cooperative, day: dt.date) -> int:
    """Number of the latest register line dated on or before `day`; 0 when there is none."""
    last = ShareMovement.objects.filter(cooperative=cooperative).up_to(day).order_by("-number").first()
    return last.number if last else 0

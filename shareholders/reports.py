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
    shares: int
    last_movement: int
    colleges: tuple[CollegeShare, ...]

    @property
    def amount(self) -> Decimal:
        return self.shares * self.cooperative.nominal_value

    @property
    def members(self) -> int:
        return sum(college.members for college in self.colleges)


def capital_on(cooperative: Cooperative, day: dt.date) -> Capital:
    """Capital and its colleges by the close of `day`: three queries, whatever the number of holders."""
    held = _held_by_college(cooperative, day)
    total = sum(shares for _, shares in held.values())
    colleges = []
    for college in cooperative.colleges.all():
        members, shares = held.get(college.pk, (0, 0))
        colleges.append(CollegeShare(college, members, Stake(shares, total, cooperative.nominal_value)))
    return Capital(cooperative, day, total, last_movement_on(cooperative, day), tuple(colleges))


_HELD_BY_COLLEGE = """
SELECT college_id, count(*), sum(held) FROM (
    SELECT s.college_id, sum(c.change) AS held
    FROM shareholders_shareholder s
    JOIN (SELECT to_shareholder_id AS holder_id, quantity AS change FROM shareholders_sharemovement
              WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s
          UNION ALL
          SELECT from_shareholder_id, -quantity FROM shareholders_sharemovement
              WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s) AS c ON c.holder_id = s.id
    GROUP BY s.id HAVING sum(c.change) > 0) AS holders
GROUP BY college_id
"""


def _held_by_college(cooperative: Cooperative, day: dt.date) -> dict[int, tuple[int, int]]:
    """Members and shares of each college that has any, by college id."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BY_COLLEGE, {"cooperative": cooperative.pk, "day": day})
        return {college: (members, int(shares)) for college, members, shares in cursor.fetchall()}


def holdings_of(user: User, cooperative: Cooperative, day: dt.date) -> list[Holding]:
    """What `user` holds in `cooperative` on `day`, one entry a register account."""
    own = list(Shareholder.objects.of(user, cooperative).holding_on(day).select_related("college"))
    if not own:
        return []
    capital = capital_on(cooperative, day)
    members = {share.college.pk: share.members for share in capital.colleges}
    return [
        Holding(
            shareholder=holder,
            stake=Stake(holder.shares_held, capital.shares, cooperative.nominal_value),
            college_members=members[holder.college_id],
            day=day,
            last_movement=capital.last_movement,
        )
        for holder in own
    ]


def last_movement_on(cooperative: Cooperative, day: dt.date) -> int:
    """Number of the latest register line dated on or before `day`; 0 when there is none."""
    last = ShareMovement.objects.filter(cooperative=cooperative).up_to(day).order_by("-number").first()
    return last.number if last else 0

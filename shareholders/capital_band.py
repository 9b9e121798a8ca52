"""The band of variable capital: between its floor and its ceiling it moves without changing the statutes."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from shareholders.models import Cooperative, StatutesEdition
from shareholders.reports import nominal_on
from shareholders.transferable import capital_shares_on


@dataclass(frozen=True, slots=True)
class Band:
    """Floor and ceiling [€] on a day; no ceiling where no statutes were in force yet."""

    floor: Decimal = Decimal("0.00")
    ceiling: Decimal | None = None

    def holds(self, amount: Decimal) -> bool:
        """Whether a capital of `amount` [€] lies in the band, its ends included."""
        return self.floor <= amount and (self.ceiling is None or amount <= self.ceiling)


def band_on(cooperative: Cooperative, day: dt.date) -> Band:
    """The band that the edition in force on `day` gives."""
    edition = StatutesEdition.objects.filter(cooperative=cooperative).in_force_on(day).first()
    return Band(edition.capital_floor, edition.capital_ceiling) if edition else Band()


def room_below_ceiling(cooperative: Cooperative, day: dt.date) -> int | None:
    """Shares that may be issued on `day` before the capital meets its ceiling; None without a ceiling."""
    ceiling = band_on(cooperative, day).ceiling
    if ceiling is None:
        return None
    most = int(ceiling // nominal_on(cooperative, day))
    return max(0, most - capital_shares_on(cooperative, day))


def least_shares(cooperative: Cooperative, day: dt.date) -> int:
    """The least whole number of shares that still makes the floor of `day`."""
    return int(-(-band_on(cooperative, day).floor // nominal_on(cooperative, day)))

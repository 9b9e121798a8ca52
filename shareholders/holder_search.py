"""Finding one account among ten thousand: by number, by words of a name, by commune."""

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from shareholders.models import Cooperative, Shareholder

HOLDERS_A_PAGE = 50
LONGEST, MOST_WORDS = 100, 6
_FIELDS = ("first_names", "last_name", "legal_name", "commune", "email")


@dataclass(frozen=True, slots=True)
class HoldersPage:
    """One page of the accounts that hold all words of `asked`; `colleges`: names by id."""

    holders: Page[Shareholder]
    count: int
    asked: str
    colleges: dict[int, str]

    def college_of(self, holder: Shareholder) -> str:
        """Its college today; "" if it has none yet."""
        return self.colleges.get(holder.college_id_then or 0, "")

    @property
    def rows(self) -> list[tuple[Shareholder, str]]:
        return [(holder, self.college_of(holder)) for holder in self.holders]


def find_holders(cooperative: Cooperative, today: dt.date, *, asked: str, number: str) -> HoldersPage:
    """The accounts of the register that hold every word asked for, in order of their numbers."""
    words = asked.replace("\0", "")[:LONGEST].split()[:MOST_WORDS]
    found = Shareholder.objects.filter(cooperative=cooperative).order_by("number")
    for word in words:
        found = found.filter(_says(word))
    pages = Paginator(found.holding_on(today).with_college_on(today), HOLDERS_A_PAGE)
    colleges = dict(cooperative.colleges.values_list("pk", "name"))
    return HoldersPage(pages.get_page(number), pages.count, " ".join(words), colleges)


def _says(word: str) -> Q:
    """The word is the order number, or stands in a name, a commune or an address of mail."""
    matches = Q()
    for field in _FIELDS:
        matches |= Q(**{f"{field}__icontains": word})
    # Longer than any order number: an integer the database has no room for.
    return matches | Q(number=int(word)) if word.isascii() and word.isdigit() and len(word) < 10 else matches

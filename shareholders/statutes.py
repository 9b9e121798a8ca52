"""The statutes of a cooperative on a day, as rules one can ask."""

import datetime as dt
from functools import lru_cache

from mine_de_soleil.rules.statutes import Statutes, read_statutes
from shareholders.models import Cooperative, StatutesEdition


class NoStatutes(LookupError):
    """No edition of the statutes was in force that day: whoever asks has to have them entered first."""


def statutes_of(cooperative: Cooperative, day: dt.date) -> Statutes:
    """The edition in force on `day`. Raises NoStatutes."""
    edition = StatutesEdition.objects.filter(cooperative=cooperative).in_force_on(day).first()
    if edition is None:
        raise NoStatutes(f"{cooperative.slug} has no statutes on {day}")
    return _read(edition.text)


# Editions never change and are few: reading one takes longer than all a page does with it.
@lru_cache(maxsize=64)
def _read(text: str) -> Statutes:
    return read_statutes(text)

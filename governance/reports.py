"""What pages say about votes."""

from dataclasses import dataclass

from shareholders.models import College
from shareholders.reports import Holding


@dataclass(frozen=True, slots=True)
class Voice:
    """One shareholder's vote inside a college: `votes` out of `college_votes`."""

    college: College
    votes: int
    college_votes: int


def voice_of(holding: Holding) -> Voice:
    """One person, one vote inside the college, whatever the number of shares.

    The rule is the citizens' committee's of the first cooperative (public statement); how colleges weigh
    against each other isn't known yet and isn't said.
    """
    votes = 1 if holding.stake.shares > 0 else 0
    return Voice(holding.college, votes, holding.college_members)

"""Every line of the invented register, drawn from a fixed seed; it ends in what is known. Pure.

What is known: 122 citizens with 37 % of the capital. How many shares each holds and how they came by them is
invented: campaigns, later purchases, sales, gifts, an inheritance, withdrawals, a mistake put right.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Literal

import numpy as np

from mine_de_soleil.demo.people import (
    ACTING,
    ASSOCIATION,
    BRUNO,
    CHILD,
    CITIZENS,
    DECEASED,
    GODMOTHER,
    GRANDDAUGHTER,
    HEIRS,
    JEANNE,
    JOINT,
    LEAVER,
    LEGAL_PERSONS,
    RETIRING,
    SEED,
    SELLER,
    SPLIT,
    SPOUSE,
    Person,
    people,
)

FOUNDED_ON = dt.date(2019, 7, 12)
# Places among the citizens: an issue entered twice, a partial withdrawal, a cancellation.
MISTAKEN, GAVE_UP_SOME, CANCELLED = 90, 25, 30
NOMINAL_VALUE = Decimal("50.00")
LEGAL_SHARES = (620, 400, 240)
CITIZENS_SHARES, CAPITAL_SHARES = 740, 2000
MOST_SHARES = 40
CLOSE_ENOUGH = 8
# How many shares people buy: one or two to be part of it, round numbers for those who save.
USUAL_SHARES = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40)
USUAL_WEIGHTS = (18, 25, 8, 16, 13, 7, 5, 14, 4, 6, 2, 2)
# What those have in the end to whom something happens; the others' shares are drawn.
SETTLED = {
    JEANNE: 4,
    BRUNO: 12,
    GRANDDAUGHTER: 2,
    CHILD: 1,
    GODMOTHER: 4,
    ASSOCIATION: 10,
    JOINT: 30,
    SPLIT: 20,
    SELLER: 30,
    SPOUSE: 10,
    RETIRING: 8,
    HEIRS[0]: 10,
    HEIRS[1]: 15,
    MISTAKEN: 8,
    GAVE_UP_SOME: 4,
    CANCELLED: 2,
}
# First and last day of each campaign, and how many citizens came in by it.
CAMPAIGNS = (
    (FOUNDED_ON, FOUNDED_ON, 27),
    (dt.date(2019, 9, 14), dt.date(2019, 10, 26), 34),
    (dt.date(2020, 5, 30), dt.date(2020, 7, 4), 25),
    (dt.date(2021, 10, 2), dt.date(2021, 11, 13), 14),
    (dt.date(2022, 11, 19), dt.date(2022, 12, 17), 12),
    (dt.date(2024, 3, 16), dt.date(2024, 5, 4), 10),
)
TOP_UP = (dt.date(2023, 6, 10), dt.date(2023, 7, 1))
TOP_UPS = 17
# Founders may sell after five years: the statutes keep shares that long.
TRANSFER_DAYS = (
    dt.date(2024, 10, 8),
    dt.date(2025, 1, 16),
    dt.date(2025, 6, 23),
    dt.date(2025, 10, 14),
    dt.date(2026, 2, 17),
    dt.date(2026, 5, 19),
)
TRANSFERRED_SHARES = 3

Kind = Literal[
    "issue",
    "transfer",
    "gift",
    "inheritance",
    "withdrawal",
    "cancellation",
    "reversal",
    "nominal_change",
]


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the register to be; holders are positions in `Register.people`.

    No giver for an issue, no taker for a withdrawal or a cancellation; a reversal names what it undoes; a
    change of the nominal value has no side, no quantity, and the value [€] from its day on.
    """

    kind: Kind
    dated: dt.date
    quantity: int
    taker: int | None = None
    giver: int | None = None
    reason: str = ""
    undoes: "Act | None" = None
    nominal_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody, and all movements in order of date; `deaths`: who died, and when."""

    people: tuple[Person, ...]
    acts: tuple[Act, ...]
    deaths: tuple[tuple[int, dt.date], ...] = ()

    def holdings(self) -> list[int]:
        """Shares of each person once all acts are done."""
        return _held(self.acts, len(self.people))


def _held(acts: Iterable[Act], count: int) -> list[int]:
    held = [0] * count
    for act in acts:
        if act.taker is not None:
            held[act.taker] += act.quantity
        if act.giver is not None:
            held[act.giver] -= act.quantity
    return held


def citizen(place: int) -> int:
    """Where the citizen of that place, counted from 0, stands in the register."""
    return len(LEGAL_PERSONS) + place


@cache
def register() -> Register:
    """The whole register; the same at every call, on every machine."""
    rng = np.random.default_rng([SEED, 6])
    shares = _shares(rng)
    founders = [Act("issue", FOUNDED_ON, held, taker=n) for n, held in enumerate(LEGAL_SHARES)]
    events = _events()
    transfers = _transfers(shares, events)
    issues = _issues(rng, shares, [*events, *transfers])
    acts = sorted(chain(founders, issues, events, transfers), key=lambda act: act.dated)
    return Register(people(), tuple(acts))


def _shares(rng: np.random.Generator) -> list[int]:
    """What each citizen holds in the end: 1 to 40, 740 in all, skewed as such registers are."""
    weights = np.array(USUAL_WEIGHTS, dtype=float) / sum(USUAL_WEIGHTS)
    drawn: list[int] = []
    # Drawn again until nearly right, so that few round numbers have to be bent.
    while abs(sum(drawn) - CITIZENS_SHARES) > CLOSE_ENOUGH:
        drawn = [int(n) for n in rng.choice(USUAL_SHARES, size=CITIZENS, p=weights)]
        for place, held in SETTLED.items():
            drawn[place] = held
    while sum(drawn) != CITIZENS_SHARES:
        place = int(rng.integers(0, CITIZENS))
        step = 1 if sum(drawn) < CITIZENS_SHARES else -1
        if place not in SETTLED and 1 <= drawn[place] + step <= MOST_SHARES:
            drawn[place] += step
    return drawn


def _arrivals(rng: np.random.Generator) -> list[dt.date]:
    """The day each citizen came in; the named ones at the foundation."""
    return [_day_between(rng, first, last) for first, last, count in CAMPAIGNS for _ in range(count)]


def _day_between(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=int(rng.integers(0, (last - first).days + 1)))


def _events() -> list[Act]:
    """What happens to shares besides being bought: one of each kind at least."""
    deceased, leaver, mistaken = citizen(DECEASED), citizen(LEAVER), citizen(MISTAKEN)
    twice = Act("issue", dt.date(2021, 11, 15), 4, taker=mistaken)
    return [
        Act("issue", dt.date(2019, 9, 21), 5, taker=leaver),
        Act("issue", dt.date(2019, 10, 5), 8, taker=deceased),
        twice,
        Act(
            "reversal",
            dt.date(2021, 11, 18),
            4,
            giver=mistaken,
            undoes=twice,
            reason="Même virement saisi deux fois : émission contre-passée.",
        ),
        Act(
            "cancellation",
            dt.date(2022, 6, 25),
            2,
            giver=citizen(CANCELLED),
            reason="Actions annulées par décision de l’assemblée du 25/06/2022, à la demande du titulaire.",
        ),
        Act("inheritance", dt.date(2023, 2, 14), 4, taker=citizen(HEIRS[0]), giver=deceased),
        Act("inheritance", dt.date(2023, 2, 14), 4, taker=citizen(HEIRS[1]), giver=deceased),
        Act("gift", dt.date(2024, 12, 24), 1, taker=citizen(CHILD), giver=citizen(GODMOTHER)),
        Act("withdrawal", dt.date(2025, 1, 31), 5, giver=leaver),
        Act("withdrawal", dt.date(2025, 4, 30), 3, giver=citizen(GAVE_UP_SOME)),
        Act("gift", dt.date(2025, 12, 20), 2, taker=citizen(GRANDDAUGHTER), giver=citizen(JEANNE)),
    ]


def _transfers(shares: Sequence[int], events: Sequence[Act]) -> list[Act]:
    """A few founders sell a few shares to people of the second campaign; the sums stay what they are.

    Sellers are founders with enough left, buyers have at least one share of their own before.
    """
    # Who acts on the day of the load keeps old shares, free to move.
    busy = _touched(events) | {citizen(place) for place in (JEANNE, BRUNO, *ACTING)}
    founders = range(CAMPAIGNS[0][2])
    second = range(CAMPAIGNS[0][2], CAMPAIGNS[0][2] + CAMPAIGNS[1][2])
    sellers = [
        n for n in founders if citizen(n) not in busy and shares[n] <= MOST_SHARES - TRANSFERRED_SHARES
    ]
    buyers = [n for n in second if citizen(n) not in busy and shares[n] > TRANSFERRED_SHARES]
    return [
        Act("transfer", day, TRANSFERRED_SHARES, taker=citizen(buyer), giver=citizen(seller))
        for day, seller, buyer in zip(TRANSFER_DAYS, sellers, buyers, strict=False)
    ]


def _touched(acts: Iterable[Act]) -> set[int | None]:
    return {holder for act in acts for holder in (act.taker, act.giver)}


def _issues(rng: np.random.Generator, shares: Sequence[int], others: Sequence[Act]) -> list[Act]:
    """Issues that, with all the other acts, end in `shares`; some savers take theirs in two times."""
    moved = _held(others, citizen(CITIZENS + 2))
    issued = [held - moved[citizen(n)] for n, held in enumerate(shares)]
    arrivals, touched = _arrivals(rng), _touched(others)
    savers = [
        n
        for n, held in enumerate(issued)
        if held >= 8 and arrivals[n] < TOP_UP[0] and citizen(n) not in touched
    ]
    later = {n: issued[n] // 3 for n in savers[:TOP_UPS]}
    acts = [
        Act("issue", day, issued[n] - later.get(n, 0), taker=citizen(n))
        for n, day in enumerate(arrivals)
        if issued[n]
    ]
    return acts + [
        Act("issue", _day_between(rng, *TOP_UP), more, taker=citizen(n)) for n, more in later.items()
    ]

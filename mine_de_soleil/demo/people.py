"""The invented shareholders and every movement of their register, drawn from a fixed seed. Pure.

What is known: 122 citizens with 37 % of the capital, a mixed-economy company, an operator, the town. Who the
citizens are, how many shares each holds and when is invented, and adds up to those figures.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

import numpy as np

from mine_de_soleil.demo.names import COMMUNES, FIRST_NAMES, LAST_NAMES, STREETS

SEED = 62528
FOUNDED_ON = dt.date(2019, 7, 12)
NOMINAL_VALUE = Decimal("50.00")
CITIZENS, CITIZENS_SHARES, CAPITAL_SHARES = 122, 740, 2000
MOST_SHARES = 40
CLOSE_ENOUGH = 8
# How many shares people buy: one or two to be part of it, round numbers for those who save.
USUAL_SHARES = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40)
USUAL_WEIGHTS = (18, 25, 8, 16, 13, 7, 5, 14, 4, 6, 2, 2)
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
TRANSFER_DAYS = (
    dt.date(2020, 11, 6),
    dt.date(2021, 4, 15),
    dt.date(2022, 2, 28),
    dt.date(2023, 9, 19),
    dt.date(2024, 10, 8),
    dt.date(2025, 6, 23),
)
TRANSFERRED_SHARES = 3

Kind = Literal["issue", "transfer"]


@dataclass(frozen=True, slots=True)
class Person:
    """A shareholder as the register knows it; `college` is a code, `account` the sign-in it belongs to."""

    college: str
    email: str
    first_names: str = ""
    last_name: str = ""
    legal_name: str = ""
    address: str = ""
    postcode: str = ""
    commune: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the register to be; holders are positions in `Register.people`, no giver for an issue."""

    kind: Kind
    dated: dt.date
    taker: int
    quantity: int
    giver: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody, and all movements in order of date."""

    people: tuple[Person, ...]
    acts: tuple[Act, ...]

    def holdings(self) -> list[int]:
        """Shares of each person once all acts are done."""
        held = [0] * len(self.people)
        for act in self.acts:
            held[act.taker] += act.quantity
            if act.giver is not None:
                held[act.giver] -= act.quantity
        return held


# SIREN numbers are left blank: a number that looks real could be somebody's.
LEGAL_PERSONS = (
    (Person("sem", "sem@demo.example", legal_name="Énergies Hauts-de-France"), 620),
    (Person("exploitant", "sunelis@demo.example", legal_name="Sunelis"), 400),
    (
        Person(
            "communes",
            "mairie@demo.example",
            legal_name="Commune de Loos-en-Gohelle",
            postcode="62750",
            commune="Loos-en-Gohelle",
        ),
        240,
    ),
)
# Two citizens one can sign in as. The second sits on the board too, so that a person with two roles exists.
NAMED = (
    ("Jeanne", "Delattre", "citoyenne@demo.example", 4),
    ("Bruno", "Ledru", "conseil@demo.example", 12),
)


@cache
def register() -> Register:
    """The whole register; the same at every call, on every machine."""
    rng = np.random.default_rng([SEED, 1])
    citizens = _citizens(rng)
    shares = _shares(rng)
    people = (*(person for person, _ in LEGAL_PERSONS), *citizens)
    first = len(LEGAL_PERSONS)
    acts = [Act("issue", FOUNDED_ON, n, held) for n, (_, held) in enumerate(LEGAL_PERSONS)]
    transfers = _transfers(shares, first)
    acts += _issues(rng, shares, transfers, first)
    acts += transfers
    return Register(people, tuple(sorted(acts, key=lambda act: act.dated)))


def _citizens(rng: np.random.Generator) -> tuple[Person, ...]:
    names = [(first, last) for first, last, _, _ in NAMED]
    while len(names) < CITIZENS:
        name = (str(rng.choice(FIRST_NAMES)), str(rng.choice(LAST_NAMES)))
        if name not in names:
            names.append(name)
    accounts = [email for _, _, email, _ in NAMED]
    weights = np.array([weight for _, _, weight in COMMUNES], dtype=float)
    citizens = []
    for number, (first, last) in enumerate(names):
        account = accounts[number] if number < len(accounts) else ""
        place = int(rng.choice(len(COMMUNES), p=weights / weights.sum()))
        commune, postcode, _ = COMMUNES[0 if account else place]
        citizens.append(
            Person(
                college="citoyens",
                email=account or _email(first, last),
                first_names=first,
                last_name=last,
                address=f"{rng.integers(1, 90)} {rng.choice(STREETS)}",
                postcode=postcode,
                commune=commune,
                account=account,
            )
        )
    return tuple(citizens)


def _email(first: str, last: str) -> str:
    """A plain address of the reserved domain `example`, which nobody can ever own."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()
    return plain.replace(" ", "-") + "@demo.example"


def _shares(rng: np.random.Generator) -> list[int]:
    """What each citizen holds in the end: 1 to 40, 740 in all, skewed as such registers are."""
    weights = np.array(USUAL_WEIGHTS, dtype=float) / sum(USUAL_WEIGHTS)
    drawn: list[int] = []
    # Drawn again until nearly right, so that few round numbers have to be bent.
    while abs(sum(drawn) - CITIZENS_SHARES) > CLOSE_ENOUGH:
        others = rng.choice(USUAL_SHARES, size=CITIZENS - len(NAMED), p=weights)
        drawn = [*(shares for *_, shares in NAMED), *(int(n) for n in others)]
    while sum(drawn) != CITIZENS_SHARES:
        number = int(rng.integers(len(NAMED), CITIZENS))
        step = 1 if sum(drawn) < CITIZENS_SHARES else -1
        if 1 <= drawn[number] + step <= MOST_SHARES:
            drawn[number] += step
    return drawn


def _arrivals(rng: np.random.Generator) -> list[dt.date]:
    """The day each citizen came in; the named ones at the foundation."""
    return [_day_between(rng, first, last) for first, last, count in CAMPAIGNS for _ in range(count)]


def _day_between(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=int(rng.integers(0, (last - first).days + 1)))


def _transfers(shares: Sequence[int], first: int) -> list[Act]:
    """A few founders sell a few shares to people of the second campaign; the sums stay what they are.

    Sellers are founders with enough left, buyers have at least one share of their own before.
    """
    founders = range(len(NAMED), CAMPAIGNS[0][2])
    second = range(CAMPAIGNS[0][2], CAMPAIGNS[0][2] + CAMPAIGNS[1][2])
    sellers = [n for n in founders if TRANSFERRED_SHARES <= shares[n] <= MOST_SHARES - TRANSFERRED_SHARES]
    buyers = [n for n in second if shares[n] > TRANSFERRED_SHARES]
    return [
        Act("transfer", day, first + buyer, TRANSFERRED_SHARES, giver=first + seller)
        for day, seller, buyer in zip(TRANSFER_DAYS, sellers, buyers, strict=False)
    ]


def _issues(
    rng: np.random.Generator, shares: Sequence[int], transfers: Sequence[Act], first: int
) -> list[Act]:
    """Issues that, with the transfers, end in `shares`; some savers take theirs in two times."""
    issued = list(shares)
    for act in transfers:
        issued[act.taker - first] -= act.quantity
        if act.giver is not None:
            issued[act.giver - first] += act.quantity
    arrivals = _arrivals(rng)
    moved = {holder for act in transfers for holder in (act.taker - first, (act.giver or 0) - first)}
    savers = [n for n, held in enumerate(issued) if held >= 8 and arrivals[n] < TOP_UP[0] and n not in moved]
    later = {n: issued[n] // 3 for n in savers[:TOP_UPS]}
    acts = [Act("issue", day, first + n, issued[n] - later.get(n, 0)) for n, day in enumerate(arrivals)]
    return acts + [Act("issue", _day_between(rng, *TOP_UP), first + n, more) for n, more in later.items()]

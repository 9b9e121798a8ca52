"""One edition of the statutes, as data: what a subscription, a transfer or a withdrawal must obey."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

# Who may join a college: a human being, a company or association, a town or another public body.
PersonKind = Literal["natural", "legal", "public"]
# Who decides. `none`: nobody has to.
Organ = Literal["board", "president", "general_meeting", "none"]
# What a period that ends without a decision means.
Silence = Literal["approval", "refusal", "nothing"]
Relation = Literal["spouse", "civil_partner", "ascendant", "descendant", "sibling", "shareholder"]
WithdrawalValue = Literal["nominal", "equity_share"]
UsufructVoter = Literal["bare_owner", "usufructuary"]


class NoEditionYet(LookupError):
    """No edition had been adopted on that day."""


class UnknownCollege(LookupError):
    """This edition has no college of that code."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value was read, and how sure that is.

    V in the statutes themselves, S in a secondary source, O in an old text, M from memory, D invented
    for the demonstration.
    """

    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Majority:
    """A part of the votes cast, and whether reaching it exactly is enough."""

    fraction: Fraction
    strictly_more: bool

    def is_reached(self, *, votes_for: int, votes_cast: int) -> bool:
        """Whether `votes_for` of `votes_cast` carry it; nothing is carried where nobody votes.

        Raises ValueError for counts that cannot be.
        """
        if not 0 <= votes_for <= votes_cast:
            raise ValueError(f"{votes_for} votes for of {votes_cast} cast cannot be")
        if votes_cast == 0:
            return False
        part = Fraction(votes_for, votes_cast)
        return part > self.fraction if self.strictly_more else part >= self.fraction


@dataclass(frozen=True, slots=True)
class Approval:
    """Who must agree, within how many days, and what silence means at their end."""

    organ: Organ
    days: int
    silence: Silence

    @property
    def is_needed(self) -> bool:
        return self.organ != "none"


@dataclass(frozen=True, slots=True)
class Capital:
    """Capital stated in the statutes [€] and the band it may move in without changing them."""

    stated_eur: Decimal
    floor_eur: Decimal
    ceiling_eur: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """What a share is worth, how it is paid, how long it is kept, how many one may hold.

    `cap_fraction`: most of the capital one holder may have; None where nobody is capped.
    """

    nominal_eur: Decimal
    minimum_paid: Fraction
    balance_within_months: int
    lock_up_months: int
    cap_fraction: Fraction | None


@dataclass(frozen=True, slots=True)
class College:
    """A group of shareholders that votes together, and the rule that admits to it.

    `territory` is the condition of place, for people to read; empty where there is none. `cap_fraction`
    replaces the general cap for its members.
    """

    code: str
    name: str
    name_en: str
    rule: str
    rule_en: str
    admits: tuple[PersonKind, ...]
    minimum_shares: int
    territory: str
    territory_en: str
    cap_fraction: Fraction | None

    def rule_in(self, language: str | None) -> str:
        """The admission rule in French, or in English for a language that starts with `en`."""
        return self.rule_en if (language or "").startswith("en") else self.rule

    def name_in(self, language: str | None) -> str:
        """The name in French, or in English for a language that starts with `en`."""
        return self.name_en if (language or "").startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who approves a subscription, and after how many days an unpaid one lapses."""

    approval: Approval
    expires_after_days: int


@dataclass(frozen=True, slots=True)
class PreEmption:
    """For how many days the others may buy first (0: never), and who among them comes first."""

    days: int
    rank: str
    rank_en: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a transfer goes through; between the relations of `free_between` it goes through nothing."""

    pre_emption: PreEmption
    approval: Approval
    majority: Majority
    free_between: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When one may leave, at what value, and when the money is due."""

    notice_months: int
    not_before_months: int
    value: WithdrawalValue
    reimbursed_within_months: int


@dataclass(frozen=True, slots=True)
class Inheritance:
    """Whether heirs must be approved, and how many days they have to name themselves."""

    approval: bool
    heirs_days: int


@dataclass(frozen=True, slots=True)
class Usufruct:
    """Who votes for shares whose ownership is divided."""

    votes_on_profit: UsufructVoter
    votes_otherwise: UsufructVoter


@dataclass(frozen=True, slots=True)
class Minors:
    """What people read about shares of a child."""

    note: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Statutes:
    """A whole edition. `sha256` is that of its text: an act that used it can prove which one it was."""

    edition: str
    adopted_on: dt.date
    legal_form: str
    variable_capital: bool
    capital: Capital
    shares: Shares
    colleges: tuple[College, ...]
    subscription: Subscription
    transfer: Transfer
    withdrawal: Withdrawal
    inheritance: Inheritance
    usufruct: Usufruct
    minors: Minors
    origins: tuple[tuple[str, Provenance], ...]
    sha256: str

    def college(self, code: str) -> College:
        """The college of that code. Raises UnknownCollege."""
        for college in self.colleges:
            if college.code == code:
                return college
        raise UnknownCollege(f"edition {self.edition} has no college {code}")

    def cap_of(self, college_code: str) -> Fraction | None:
        """Most of the capital a member of that college may hold; None: as much as there is."""
        own = self.college(college_code).cap_fraction
        return self.shares.cap_fraction if own is None else own

    def origin_of(self, path: str) -> Provenance:
        """Where the value at `path` (`shares.nominal_eur`) comes from: its own source, or its section's.

        Raises KeyError for a path this edition doesn't hold.
        """
        known = dict(self.origins)
        return known[path] if path in known else known[path.rpartition(".")[0]]


def in_force_on(editions: Iterable[Statutes], day: dt.date) -> Statutes:
    """The latest edition adopted on or before `day`. Raises NoEditionYet."""
    adopted = [edition for edition in editions if edition.adopted_on <= day]
    if not adopted:
        raise NoEditionYet(f"no statutes had been adopted on {day}")
    return max(adopted, key=lambda edition: edition.adopted_on)

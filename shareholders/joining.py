"""What one person may ask of a round, and the figures behind it: the register, the statutes, the round."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import connection

from mine_de_soleil.rules.statutes import Statutes, read_statutes
from shareholders.caps import Limits, limits_of
from shareholders.instalments import Schedule, even_steps, schedule
from shareholders.models import STANDING, College, FundingRound, Subscription
from shareholders.statutes import NoStatutes


def _bare(text: str) -> str:
    """SQL: a name without accents, case, spaces or signs, however it was typed."""
    return rf"regexp_replace(lower(normalize({text}, NFKD)), '[\s.''’\u0300-\u036f-]', '', 'g')"


def _same(row: dict[str, str]) -> str:
    """SQL: whether a row tells of the same person, whatever the address of the letter.

    A natural person by last name, first of the first names and birth date: one more first name makes nobody
    else. A company or public body by its number; without one, by name and commune.
    """
    first = f"split_part(btrim({row['first']}), ' ', 1)"
    return f"""(
        (%(birth)s <> '' AND {row["birth"]} = %(birth)s
            AND {_bare(row["last"])} = {_bare("%(last)s")} AND {_bare(first)} = {_bare("%(first)s")})
        OR (%(siren)s <> '' AND {row["siren"]} = %(siren)s)
        OR (%(legal)s <> '' AND %(insee)s = coalesce({row["insee"]}, '')
            AND '' IN (%(siren)s, coalesce({row["siren"]}, ''))
            AND {_bare(row["legal"])} = {_bare("%(legal)s")}))"""


_HOLDER = {
    "last": "last_name",
    "first": "first_names",
    "birth": "to_char(birth_date, 'YYYY-MM-DD')",
    "legal": "legal_name",
    "siren": "siren",
    "insee": "insee_code",
}
_PERSON = {
    "last": "last_name",
    "first": "first_names",
    "birth": "birth_date",
    "legal": "legal_name",
    "siren": "siren",
    "insee": "insee_code",
}
_ASKED_BY_SAME = f"""(holder_id IN (SELECT id FROM own)
            OR {_same({name: f"(identity->>'{field}')" for name, field in _PERSON.items()})})"""  # noqa: S608 - no value of a reader is in it

# One question instead of six: a step of the flow is asked by many people at once on the last evening.
_FIGURES = f"""
WITH own AS (SELECT id FROM shareholders_shareholder WHERE cooperative_id = %(cooperative)s
    AND (id = %(holder)s OR {_same(_HOLDER)}))
SELECT
    (SELECT coalesce(json_agg(json_build_array(id, code, name) ORDER BY position, id), '[]')
        FROM shareholders_college WHERE cooperative_id = %(cooperative)s),
    (SELECT text FROM shareholders_statutesedition WHERE cooperative_id = %(cooperative)s
        AND effective_on <= %(day)s ORDER BY effective_on DESC, id DESC LIMIT 1),
    coalesce((SELECT nominal_value FROM shareholders_sharemovement WHERE cooperative_id = %(cooperative)s
        AND dated <= %(day)s AND from_shareholder_id IS NULL AND to_shareholder_id IS NULL
        ORDER BY dated DESC, number DESC LIMIT 1), %(founding)s),
    (SELECT coalesce(
            sum(quantity * ((from_shareholder_id IS NULL)::int - (to_shareholder_id IS NULL)::int)), 0)
        FROM shareholders_sharemovement WHERE cooperative_id = %(cooperative)s AND dated <= %(day)s),
    (SELECT coalesce(sum(quantity * (coalesce(to_shareholder_id IN (SELECT id FROM own), false)::int
            - coalesce(from_shareholder_id IN (SELECT id FROM own), false)::int)), 0)
        FROM shareholders_sharemovement WHERE dated <= %(day)s AND (to_shareholder_id IN (SELECT id FROM own)
            OR from_shareholder_id IN (SELECT id FROM own))),
    (SELECT coalesce(sum(coalesce(granted, quantity)), 0) FROM shareholders_subscription
        WHERE round_id = %(round)s AND state = ANY(%(standing)s) AND id <> %(itself)s),
    (SELECT coalesce(sum(coalesce(granted, quantity)), 0) FROM shareholders_subscription
        WHERE round_id = %(round)s AND state = ANY(%(standing)s) AND id <> %(itself)s
        AND {_ASKED_BY_SAME}),
    (SELECT coalesce(sum(coalesce(granted, quantity)), 0) FROM shareholders_subscription
        WHERE cooperative_id = %(cooperative)s AND state = 'signed' AND id <> %(itself)s
        AND {_ASKED_BY_SAME})
"""  # noqa: S608 - no value of a reader is in it


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round, the register and the statutes say on a day, for one person.

    `held`: shares in the register, under any number of the same person; `waiting`: signed and not issued
    yet, in any round; `taken_in_round`: signed or issued in this one by the same person; `taken`: by anybody.
    """

    offer: FundingRound
    statutes: Statutes
    colleges: tuple[College, ...]
    nominal: Decimal
    capital_shares: int
    held: int
    taken: int
    taken_in_round: int
    waiting: int

    @property
    def price(self) -> Decimal:
        """Euros a share, premium included."""
        return self.nominal + self.offer.premium

    @property
    def left(self) -> int | None:
        """Shares still to be had; None where too many requests are cut down at the end."""
        if self.offer.rule == FundingRound.Rule.PRO_RATA:
            return None
        return max(0, self.offer.maximum_shares - self.taken)

    def limits(self, college_code: str) -> Limits:
        """Least and most shares this person may ask for; `college_code` empty while it isn't known."""
        held = self.held + self.waiting
        minimum = self.statutes.college(college_code).minimum_shares if college_code else 1
        return limits_of(
            held=held,
            capital_shares=max(self.capital_shares, held),
            cap=self._cap(college_code),
            college_minimum=minimum,
            shares_left=self.left,
            round_minimum=self.offer.least_each,
            round_maximum=self._most_each,
            taken_in_round=self.taken_in_round,
        )

    @property
    def _most_each(self) -> int | None:
        # A round cut down at the end still has an end: nobody needs to ask for more than there is.
        ceiling = None if self.left is not None else self.offer.maximum_shares
        given = [most for most in (self.offer.most_each, ceiling) if most is not None]
        return min(given, default=None)

    def _cap(self, college_code: str) -> Fraction | None:
        # Of a company without shares yet, nobody could take the first under a cap.
        if not self.capital_shares:
            return None
        if college_code:
            return self.statutes.cap_of(college_code)
        caps = [self.statutes.cap_of(college.code) for college in self.statutes.colleges]
        known = [cap for cap in caps if cap is not None]
        return max(known) if len(known) == len(caps) else None

    @property
    def may_pay_later(self) -> bool:
        """Whether the statutes let part of the shares be paid later."""
        return self.statutes.shares.minimum_paid < 1 and self.statutes.shares.balance_within_months > 0

    def calls(self, quantity: int, part: Fraction, day: dt.date) -> Schedule:
        """What is due when for `quantity` shares, of which `part` of the nominal is paid at once.

        The rest once a year, as long as the statutes allow; all at once where they don't. The statutes may
        have changed since `part` was chosen: never less than they ask.
        """
        rules = self.statutes.shares
        part = max(part, rules.minimum_paid) if self.may_pay_later else Fraction(1)
        months = rules.balance_within_months
        return schedule(
            quantity=quantity,
            nominal=self.nominal,
            premium=self.offer.premium,
            minimum_paid=rules.minimum_paid,
            chosen=part,
            balance_within_months=months,
            on=day,
            steps=even_steps(max(1, months // 12), months) if part < 1 else (),
        )


def figures_of(subscription: Subscription, day: dt.date) -> Figures:
    """The figures for `subscription` on `day`: one query. Raises NoStatutes."""
    return _figures(subscription.round, day, subscription)


def figures_of_round(offer: FundingRound, day: dt.date) -> Figures:
    """The figures for somebody unknown. Raises NoStatutes."""
    return _figures(offer, day, Subscription(round=offer, cooperative=offer.cooperative, quantity=1))


def _figures(offer: FundingRound, day: dt.date, subscription: Subscription) -> Figures:
    cooperative = subscription.cooperative
    values: dict[str, Any] = {
        "cooperative": cooperative.pk,
        "founding": cooperative.nominal_value,
        "day": day,
        "holder": subscription.holder_id or 0,
        "round": offer.pk,
        "itself": subscription.pk or 0,
        "standing": [str(state) for state in STANDING],
    } | _person(subscription.identity)
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        colleges, text, nominal, *counts = cursor.fetchone()
    if text is None:
        raise NoStatutes(f"{cooperative.slug} has no statutes on {day}")
    capital, held, taken, taken_in_round, waiting = (int(count) for count in counts)
    rows = json.loads(colleges) if isinstance(colleges, str) else colleges
    named = tuple(College(pk=pk, cooperative=cooperative, code=code, name=name) for pk, code, name in rows)
    return Figures(offer, read_once(text), named, nominal, capital, held, taken, taken_in_round, waiting)


def _person(identity: dict[str, Any]) -> dict[str, str]:
    """What tells this person from others, as `_same` asks for it; empty for nobody yet."""
    told = {name: str(identity.get(field) or "") for name, field in _PERSON.items()}
    return told | {"first": told["first"].strip().partition(" ")[0]}


# Editions never change and are few: reading one takes longer than all a page does with it.
read_once = lru_cache(maxsize=64)(read_statutes)

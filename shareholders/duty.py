"""Registration duty on a sale of shares (CGI, art. 726): a reminder for the buyer. No Django, no clock."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.core.money import round_to_cent
from mine_de_soleil.rules.law import Step, parameter
from shareholders.deadlines import add_months

RATE = "shares.transfer_duty_percent"
MINIMUM = "shares.transfer_duty_minimum_eur"
DECLARED_WITHIN = "shares.transfer_duty_declared_within_months"


@dataclass(frozen=True, slots=True)
class Duty:
    """What the buyer owes [€], how it was found, and the last day to declare it.

    `proportional` is the rate times the price; the amount is the minimum where that is more. `sources`
    are the steps of the law used: rate, minimum, time.
    """

    price: Decimal
    rate_percent: Decimal
    proportional: Decimal
    minimum: Decimal
    declare_before: dt.date
    sources: tuple[Step, ...]

    @property
    def amount(self) -> Decimal:
        return max(self.proportional, self.minimum)

    @property
    def is_minimum(self) -> bool:
        """Whether the sale is too small for its rate."""
        return self.proportional < self.minimum

    @property
    def is_verified(self) -> bool:
        """Whether every figure was read in an official text."""
        return all(step.is_verified for step in self.sources)


def transfer_duty(price: Decimal, day: dt.date) -> Duty:
    """The duty on shares sold for `price` [€] on `day`; `declare_before` is the last day, itself included.

    To the cent: whether the tax office rounds to the euro couldn't be verified. A gift has no price and other
    duties. Raises ValueError for a price that isn't above zero, NotInForce before 1 August 2012.
    """
    if not price.is_finite() or price <= 0:
        raise ValueError(f"{price} is no price")
    rate, minimum, within = (parameter(name).on(day) for name in (RATE, MINIMUM, DECLARED_WITHIN))
    rate_percent, minimum_eur, months = (_value(step) for step in (rate, minimum, within))
    return Duty(
        price=price,
        rate_percent=rate_percent,
        proportional=round_to_cent(price * rate_percent / 100),
        minimum=round_to_cent(minimum_eur),
        declare_before=add_months(day, int(months)),
        sources=(rate, minimum, within),
    )


def _value(step: Step) -> Decimal:
    assert step.value is not None  # `on` refuses repealed days
    return step.value

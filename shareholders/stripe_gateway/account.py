"""The keys of one Stripe account, and euros turned into Stripe's cents and back."""

from dataclasses import dataclass, field
from decimal import Decimal

TEST_PREFIXES = ("sk_test_", "rk_test_")


@dataclass(frozen=True)
class Account:
    """How to reach one account. Its keys never show in a message: `repr` leaves them out.

    `api_base` empty is Stripe's own address. `timeout_s` [s] holds for each try: with two
    retries a payer may wait for half a minute.
    """

    secret_key: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_base: str = ""
    timeout_s: float = 10.0
    max_network_retries: int = 2


def is_live(key: str) -> bool:
    """True for a key that moves real money. A key of an unknown kind counts as live; no key does not."""
    return bool(key.strip()) and not key.strip().startswith(TEST_PREFIXES)


def to_cents(amount: Decimal) -> int:
    """Whole cents of `amount` [€]. Raises ValueError for a fraction of a cent: nothing is rounded here."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of cents")
    return int(cents)


def to_euros(cents: int) -> Decimal:
    """Euros with two decimals."""
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))

"""Euros. Amounts are Decimal; they are rounded once, here, where the law or the statutes say so."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def round_to_cent(amount: Decimal) -> Decimal:
    """Euros to the nearest cent, halves away from zero (the commercial rounding of French law)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Share `amount` [€, whole cents] by `weights`; the parts add up to it exactly.

    Each part is cut to the cent, then the missing cents go one by one to the largest remainders
    (the first of equals first). Raises ValueError if the weights are negative or all zero,
    or if the amount isn't in whole cents.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"weights must be positive, not {list(weights)}")
    if amount != amount.quantize(CENT):
        raise ValueError(f"{amount} is not a whole number of cents")
    exact = [amount * weight / total for weight in weights]
    parts = [part.quantize(CENT, rounding=ROUND_DOWN) for part in exact]
    missing = int((amount - sum(parts)) / CENT)
    step = CENT if missing >= 0 else -CENT
    neediest = sorted(range(len(parts)), key=lambda i: abs(exact[i] - parts[i]), reverse=True)
    for i in neediest[: abs(missing)]:
        parts[i] += step
    return parts

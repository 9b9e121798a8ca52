"""Numbers as a French (or English) reader writes them: `1 234,5 kWh`, `+3 %`, `50,00 €`.

Pure text; the language is an argument. No-break spaces are narrow (U+202F), as in French typography.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.numbers import format_decimal

NARROW = "\u202f"
MINUS = "−"
MEGAWATT_HOURS_FROM_KWH = 10_000


def number(
    value: Decimal | Fraction | float, decimals: int = 0, *, language: str = "fr", sign: bool = False
) -> str:
    """A number with its thousands apart, halves away from zero; `sign` also writes the plus."""
    rounded = _rounded(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), format=pattern, locale=language)
    before = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
    return before + text.replace("\xa0", NARROW)


def _rounded(value: Decimal | Fraction | float, decimals: int) -> Decimal:
    # What a fraction writes of itself, 1/3, is no decimal number.
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    return Decimal(str(exact)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def energy(watt_hours: float, *, language: str = "fr") -> str:
    """Energy from watt-hours: kWh, or MWh from 10,000 kWh up. What is shown decides, not what was rounded."""
    kwh = watt_hours / 1000
    if abs(_rounded(kwh, 0)) >= MEGAWATT_HOURS_FROM_KWH:
        return f"{number(kwh / 1000, language=language)}{NARROW}MWh"
    return f"{number(kwh, 1 if abs(_rounded(kwh, 1)) < 100 else 0, language=language)}{NARROW}kWh"


def exact_energy(watt_hours: int, *, language: str = "fr") -> str:
    """Energy to the tenth of a kilowatt-hour, for reports where the total is compared with a meter's."""
    return f"{number(watt_hours / 1000, 1, language=language)}{NARROW}kWh"


def power(watts: float, *, language: str = "fr") -> str:
    """Peak power in kWc (kWp in English)."""
    unit = "kWc" if language == "fr" else "kWp"
    return f"{number(watts / 1000, 1 if watts % 1000 else 0, language=language)}{NARROW}{unit}"


def euros(amount: Decimal, *, language: str = "fr") -> str:
    """Euros, with cents only when there are any."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    text = number(abs(amount), decimals, language=language)
    before = MINUS if amount < 0 else ""
    return f"{before}{text}{NARROW}€" if language == "fr" else f"{before}€{text}"


def percent(
    ratio: Decimal | Fraction | float, decimals: int = 0, *, language: str = "fr", sign: bool = False
) -> str:
    """A ratio (0.03) as a percentage (3 %)."""
    gap = NARROW if language == "fr" else ""
    return f"{number(ratio * 100, decimals, language=language, sign=sign)}{gap}%"

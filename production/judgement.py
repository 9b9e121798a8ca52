"""Expected against metered, to be checked with a pencil; CO₂ avoided too. No Django, no clock.

An ordinary day of a month is the month's middle forecast divided by its days. Days whose daylight isn't
covered by readings are counted in the energy but left out of the comparison, and said so.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.rules.law import Parameter

# A day counts as read when this part of its daylight is covered.
ENOUGH_OF_A_DAY = 0.9


@dataclass(frozen=True, slots=True)
class Result:
    """Energy over a period [Wh]: all that was metered, and the part that can be compared.

    `compared_wh` was metered on the `days_read` complete days, of which `expected_wh` was expected;
    `days_missing` had no complete reading.
    """

    metered_wh: int
    compared_wh: int
    expected_wh: float
    days_read: int
    days_missing: int

    @property
    def deviation(self) -> float | None:
        """Metered over expected, less one (0.03 is 3 % more); None when nothing was expected."""
        return self.compared_wh / self.expected_wh - 1 if self.expected_wh > 0 else None

    @property
    def is_complete(self) -> bool:
        return self.days_missing == 0


NOTHING = Result(0, 0, 0.0, 0, 0)


@dataclass(frozen=True, slots=True)
class MonthCount:
    """What the daily sums of one plant say of one month, between `first` and `last` (both included).

    Nothing is asked of days before `asked_from`: their energy counts, their silence doesn't.
    """

    first: dt.date
    last: dt.date
    metered_wh: int
    compared_wh: int
    days_read: int
    asked_from: dt.date = dt.date.min

    @property
    def days(self) -> int:
        return max(0, (self.last - max(self.first, self.asked_from)).days + 1)


def days_in_month(day: dt.date) -> int:
    """Days of the month `day` is in."""
    return calendar.monthrange(day.year, day.month)[1]


def judge(count: MonthCount, expected_month_wh: float) -> Result:
    """One month, or a part of it, against the whole month's forecast [Wh]."""
    per_day = expected_month_wh / days_in_month(count.first)
    return Result(
        metered_wh=count.metered_wh,
        # Without a forecast there is nothing to compare with: the energy must not swell a fleet's deviation.
        compared_wh=count.compared_wh if expected_month_wh else 0,
        expected_wh=per_day * count.days_read,
        days_read=count.days_read,
        days_missing=count.days - count.days_read,
    )


def total(results: Iterable[Result]) -> Result:
    """Several months, or several plants, together."""
    parts = list(results)
    return Result(
        metered_wh=sum(part.metered_wh for part in parts),
        compared_wh=sum(part.compared_wh for part in parts),
        expected_wh=sum(part.expected_wh for part in parts),
        days_read=sum(part.days_read for part in parts),
        days_missing=sum(part.days_missing for part in parts),
    )


@dataclass(frozen=True, slots=True)
class WeatherSplit:
    """A deviation cut in two: what the weather did, and the rest. All four over the same days.

    Those `days` are both compared (a complete reading, a forecast in force) and told (the weather that was
    is known): `metered_wh` was metered on them, `weather_wh` expected under their weather, `forecast_wh`
    expected of as many ordinary days [Wh].
    """

    metered_wh: int
    weather_wh: int
    forecast_wh: float
    days: int

    @property
    def deviation(self) -> float | None:
        """Metered over the forecast, less one: (1 + `weather_share`) (1 + `rest`) - 1."""
        return self.metered_wh / self.forecast_wh - 1 if self.forecast_wh > 0 else None

    @property
    def weather_share(self) -> float | None:
        """What the weather alone would have made of the forecast: 0.06 is 6 % more sun than usual."""
        return self.weather_wh / self.forecast_wh - 1 if self.forecast_wh > 0 else None

    @property
    def rest(self) -> float | None:
        """What the plant made of its weather: outages, snow, dirt, ageing, the model's own error."""
        return self.metered_wh / self.weather_wh - 1 if self.weather_wh > 0 else None


NOT_TOLD = WeatherSplit(0, 0, 0.0, 0)


def split_month(
    first: dt.date, expected_month_wh: float, *, metered_wh: int, weather_wh: int, days: int
) -> WeatherSplit:
    """The `days` of the month of `first` that are compared and told; nothing without a forecast [Wh]."""
    if not expected_month_wh:
        return NOT_TOLD
    return WeatherSplit(metered_wh, weather_wh, expected_month_wh / days_in_month(first) * days, days)


def split_total(parts: Iterable[WeatherSplit]) -> WeatherSplit:
    """Several months, or several plants, together: energies add up, shares don't."""
    known = list(parts)
    return WeatherSplit(
        metered_wh=sum(part.metered_wh for part in known),
        weather_wh=sum(part.weather_wh for part in known),
        forecast_wh=sum(part.forecast_wh for part in known),
        days=sum(part.days for part in known),
    )


def month_spans(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Cut a period into calendar months, the first and the last cut short where needed."""
    months = [
        dt.date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    spans = [(max(first, month), min(month.replace(day=days_in_month(month)), last)) for month in months]
    return spans if first <= last else []


def co2_avoided_kg(energy_wh: Mapping[dt.date, int], factor: Parameter) -> Decimal:
    """Each day's energy [Wh] times the factor [g/kWh] of that day. Raises NotInForce."""
    milligrams = (wh * factor.value_on(day) for day, wh in energy_wh.items())
    return sum(milligrams, Decimal()) / 1_000_000

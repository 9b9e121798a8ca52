"""Where the energy of a plant went: forecast against metered by cause, and the figures of IEC 61724-1.

Months are the unit: a year is the sum of its months, to the watt-hour. Only complete days are compared.
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from installations.models import Plant
from mine_de_soleil.core.calendar import days as every_day
from production import prices
from production.clipping import age_assumed, age_on, clipped_by_month
from production.described import losses_from, sheet_of
from production.judgement import month_spans
from production.loss_rows import DayLoss, day_losses
from production.losses_by_cause import (
    Balance,
    Cause,
    Lost,
    availability,
    lost_by_cause,
    performance_ratio,
    specific_yield,
)
from production.lost_energy import worth
from production.models import ExpectedDay, ExpectedLight, Forecast
from production.reports import Outlook, PlantDay, outlooks, plant_days
from production.revenue.figures import Figure
from production.weather_reports import ToldDay, told_days


@dataclass(frozen=True, slots=True)
class Light:
    """Light on the panels of one day, as it is and as warm cells convert it [Wh/m²]; energy clipped [Wh]."""

    plane_wh_m2: float
    warm_wh_m2: float
    clipped_wh: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One span of days of a plant.

    metered_wh: all that was metered; the balance is over the `days` complete ones, of which `days_told` have
    a known weather and `days_lit` a known light (`lit_wh` was metered on them). amounts: euros by cause, None
    where a price is missing. lost: the days behind the causes that somebody named; weathers: ids of those
    that told; forecasts: ids of those that judged.
    """

    first: dt.date
    last: dt.date
    peak_power_w: int
    metered_wh: int
    balance: Balance
    days: int
    days_missing: int
    days_told: int
    days_lit: int
    lit_wh: int
    plane_wh_m2: float
    warm_wh_m2: float
    amounts: Mapping[Cause, Decimal] | None
    price: str = ""
    lost: tuple[DayLoss, ...] = ()
    weathers: frozenset[int] = frozenset()
    forecasts: frozenset[int] = frozenset()

    @property
    def specific_yield(self) -> float | None:
        """[kWh/kWp] of all that was metered."""
        if not self.peak_power_w:
            return None
        return specific_yield(energy_wh=self.metered_wh, peak_power_w=self.peak_power_w)

    @property
    def performance_ratio(self) -> float | None:
        """[1] over the days of known light."""
        return self._ratio(self.plane_wh_m2)

    @property
    def warm_performance_ratio(self) -> float | None:
        """[1] the same as if the cells had been at 25 °C."""
        return self._ratio(self.warm_wh_m2)

    def _ratio(self, light_wh_m2: float) -> float | None:
        if not self.peak_power_w or not self.days_lit:
            return None
        return performance_ratio(
            energy_wh=self.lit_wh, peak_power_w=self.peak_power_w, plane_wh_m2=light_wh_m2
        )

    @property
    def availability(self) -> float | None:
        """[1] by energy, over the complete days."""
        return availability(metered_wh=self.balance.metered_wh, outage_wh=self.balance.of(Cause.OUTAGE))

    def euros_of(self, cause: Cause) -> Decimal | None:
        """What a cause cost, rounded to the cent; None without a price."""
        return None if self.amounts is None else worth([(1000, self.amounts[cause])])


@dataclass(frozen=True, slots=True)
class _Known:
    """All days of a plant that are asked for, each fact by day."""

    plant: Plant
    peak_power_w: int
    outlook: Outlook
    days: Mapping[dt.date, PlantDay]
    told: Mapping[dt.date, ToldDay]
    light: Mapping[dt.date, Light]
    lost: Mapping[dt.date, DayLoss] = field(default_factory=dict)
    prices: Mapping[dt.date, Figure | None] = field(default_factory=dict)


def judge_months(plant: Plant, first: dt.date, last: dt.date) -> list[Judged]:
    """Each month of a plant from `first` to `last`, oldest first. Plant with arrays and sheet."""
    return judge_spans(plant, month_spans(max(first, plant.commissioned_on), last))


def judge_spans(plant: Plant, spans: Sequence[tuple[dt.date, dt.date]]) -> list[Judged]:
    """Spans within a month each; a number of queries that doesn't grow with them."""
    if not spans:
        return []
    known = _known(plant, spans)
    return [_judged(known, first, last) for first, last in spans]


def _known(plant: Plant, spans: Sequence[tuple[dt.date, dt.date]]) -> _Known:
    first, last = spans[0][0], spans[-1][1]
    forecasts = outlooks([plant])
    days = plant_days([plant], first, last, forecasts)[plant.pk]
    return _Known(
        plant=plant,
        peak_power_w=sum(array.peak_power_w for array in plant.arrays.all()),
        outlook=forecasts[plant.pk],
        days={day.day: day for day in days},
        told={day: found for (_plant, day), found in told_days([plant], first, last).items()},
        light=_light(plant, first, last),
        lost=day_losses(plant, first, last),
        prices=prices.prices_on(plant, [begin for begin, _end in spans]),
    )


def _light(plant: Plant, first: dt.date, last: dt.date) -> dict[dt.date, Light]:
    """The light of each day by the weather that tells it."""
    past = ExpectedDay.objects.filter(plant=plant, kind=ExpectedDay.Kind.PAST, day__range=(first, last))
    rows = ExpectedLight.objects.filter(expected_day__in=past.latest_made().values("pk")).order_by()
    names = ("expected_day__day", "plane_wh_m2", "warm_plane_wh_m2", "clipped_wh")
    return {day: Light(plane, warm, clipped) for day, plane, warm, clipped in rows.values_list(*names)}


def _judged(known: _Known, first: dt.date, last: dt.date) -> Judged:
    asked = [known.days[day] for day in every_day(first, last)]
    compared = [day for day in asked if day.is_complete and day.metered_wh is not None and day.ordinary_wh]
    told = [known.told[day.day] for day in compared if day.day in known.told]
    lit = [(day, known.light[day.day]) for day in compared if day.day in known.light]
    expected = known.outlook.in_month(first)
    balance, named = _balance(known, first, compared, expected.forecast if expected else None)
    price = known.prices[first]
    return Judged(
        first=first,
        last=last,
        peak_power_w=known.peak_power_w,
        metered_wh=sum(day.metered_wh or 0 for day in asked),
        balance=balance,
        days=len(compared),
        days_missing=sum(day.day >= known.plant.commissioned_on for day in asked) - len(compared),
        days_told=len(told),
        days_lit=len(lit),
        lit_wh=sum(day.metered_wh or 0 for day, _light in lit),
        plane_wh_m2=sum(light.plane_wh_m2 for _day, light in lit),
        warm_wh_m2=sum(light.warm_wh_m2 for _day, light in lit),
        amounts={one.cause: Decimal(one.energy_wh) / 1000 * price.value for one in balance.causes}
        if price
        else None,
        price=price.source if price else "",
        lost=tuple(named),
        weathers=frozenset(day.weather_id for day in told),
        forecasts=frozenset([expected.forecast.pk] if expected else []),
    )


def _balance(
    known: _Known, first: dt.date, compared: Sequence[PlantDay], forecast: Forecast | None
) -> tuple[Balance, list[DayLoss]]:
    """The balance of these days of one month, and the named losses in it."""
    expected = round(sum(day.ordinary_wh for day in compared))
    metered = sum(day.metered_wh or 0 for day in compared)
    named = [known.lost[day.day] for day in compared if day.day in known.lost]
    losses: dict[Cause, int] = defaultdict(int)
    for loss in named:
        losses[loss.cause] += loss.lost_wh
    told = [day for day in compared if day.day in known.told]
    weather = None
    if told and forecast:
        aged, clipped = _aged(known, told, forecast), _clipped(known, first, told, forecast)
        losses[Cause.DEGRADATION] += aged
        losses[Cause.CLIPPING] += clipped
        weather = sum(known.told[day.day].energy_wh for day in told) + aged + clipped
        # Of a day whose weather nobody knows, an ordinary one stands for it: its weather is in the unknown.
        weather += expected - round(sum(day.ordinary_wh for day in told))
    positive = {cause: max(0, wh) for cause, wh in losses.items()}
    balance = lost_by_cause(
        expected_wh=expected,
        weather_wh=None if weather is None else max(0, weather),
        metered_wh=metered,
        losses_wh=positive,
    )
    return balance, named


def _aged(known: _Known, told: Iterable[PlantDay], forecast: Forecast) -> int:
    """What ageing since the forecast took, by the rate of the technical sheet [Wh]; nothing without one."""
    sheet = sheet_of(known.plant)
    if sheet is None:
        return 0
    losses = losses_from(sheet.losses)
    then = losses.kept_at_age(age_assumed(forecast))
    commissioned = known.plant.commissioned_on
    return round(
        sum(
            known.told[day.day].energy_wh
            * max(0.0, then / losses.kept_at_age(age_on(commissioned, day.day)) - 1)
            for day in told
        )
    )


def _clipped(known: _Known, first: dt.date, told: Iterable[PlantDay], forecast: Forecast) -> int:
    """What the inverter's rating cut beyond what it cuts in the forecast of those days [Wh]."""
    lit = [day.day for day in told if day.day in known.light]
    by_month = clipped_by_month(forecast.pk)
    if not lit or not by_month:
        return 0
    usual = by_month[first.month - 1] * len(lit) / calendar.monthrange(first.year, first.month)[1]
    return max(0, round(sum(known.light[day].clipped_wh for day in lit) - usual))


def together(parts: Sequence[Judged]) -> Judged | None:
    """Several spans as one: every energy is the sum of theirs. None of none."""
    if not parts:
        return None
    amounts = None
    if all(part.amounts is not None for part in parts):
        amounts = {c: sum((p.amounts[c] for p in parts if p.amounts), Decimal()) for c in Cause}
    return Judged(
        first=parts[0].first,
        last=parts[-1].last,
        peak_power_w=parts[-1].peak_power_w,
        metered_wh=sum(part.metered_wh for part in parts),
        balance=Balance(
            sum(part.balance.expected_wh for part in parts),
            sum(part.balance.metered_wh for part in parts),
            tuple(Lost(cause, sum(part.balance.of(cause) for part in parts)) for cause in Cause),
        ),
        days=sum(part.days for part in parts),
        days_missing=sum(part.days_missing for part in parts),
        days_told=sum(part.days_told for part in parts),
        days_lit=sum(part.days_lit for part in parts),
        lit_wh=sum(part.lit_wh for part in parts),
        plane_wh_m2=sum(part.plane_wh_m2 for part in parts),
        warm_wh_m2=sum(part.warm_wh_m2 for part in parts),
        amounts=amounts,
        price="\u202f; ".join(sorted({part.price for part in parts if part.price})),
        lost=tuple(loss for part in parts for loss in part.lost),
        weathers=frozenset().union(*(part.weathers for part in parts)),
        forecasts=frozenset().union(*(part.forecasts for part in parts)),
    )

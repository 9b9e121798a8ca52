"""A plant's judged spans as the API and the command write them."""

import datetime as dt
from itertools import groupby
from typing import Any

from installations.models import Plant
from mine_de_soleil.core.calendar import days
from production.balance_reports import Judged, judge_months, judge_spans, together


def judged_by(plant: Plant, first: dt.date, last: dt.date, by: str) -> list[Judged]:
    """The spans of a period: days, months or years. Plant with arrays, sheet."""
    if by == "day":
        return judge_spans(plant, [(day, day) for day in days(max(first, plant.commissioned_on), last)])
    months = judge_months(plant, first, last)
    if by == "month":
        return months
    years = groupby(months, key=lambda one: one.first.year)
    return [found for _year, parts in years if (found := together(list(parts)))]


def shown(one: Judged) -> dict[str, Any]:
    """A span as the API and the command write it."""
    return {
        "first": one.first,
        "last": one.last,
        "forecast_wh": one.balance.expected_wh,
        "compared_wh": one.balance.metered_wh,
        "metered_wh": one.metered_wh,
        "days": one.days,
        "days_missing": one.days_missing,
        "days_told": one.days_told,
        "days_of_known_light": one.days_lit,
        "specific_yield_kwh_per_kwp": _ratio(one.specific_yield),
        "performance_ratio": _ratio(one.performance_ratio),
        "temperature_corrected_performance_ratio": _ratio(one.warm_performance_ratio),
        "availability": _ratio(one.availability),
        "lost": [
            {
                "cause": str(lost.cause),
                "energy_wh": lost.energy_wh,
                "lost_amount": one.euros_of(lost.cause),
                "alerts": sorted(
                    {day.alert_id for day in one.lost if day.alert_id and day.cause == lost.cause}
                ),
            }
            for lost in one.balance.causes
        ],
        "weathers": sorted(one.weathers),
        "forecasts": sorted(one.forecasts),
    }


def _ratio(value: float | None) -> float | None:
    return None if value is None else round(value, 5)

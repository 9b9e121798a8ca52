"""How a result is said to a neighbour. Sentences only: no query, no clock."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.dates import get_day_names, get_month_names
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.judgement import Result, WeatherSplit
from production.standing import ON_TRACK

# Up to half a per cent, "as expected" is truer than a rounded 0 %.
AS_EXPECTED = 0.005
# How a weather was made, as forecasts store it.
TYPICAL_YEAR = "typical-year"
# How `described.ENGINE` and `described_heat.HEAT_ENGINE` are written.
_ENGINE = re.compile(r"(?P<kind>fleet|heat) (?P<version>\d+)(?: \((?P<models>.+)\))?")


def language() -> str:
    """The reader's language, as two letters."""
    return (get_language() or "fr")[:2]


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A number with its thousands apart, as the reader writes it."""
    return figures.number(value, decimals, language=language(), sign=sign)


def percent(ratio: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A ratio (0.03) as the reader writes it (3 %)."""
    return figures.percent(ratio, decimals, language=language(), sign=sign)


def days_words(first: dt.date, last: dt.date | None) -> str:
    """`du 3 mars 2025 au 5 mars 2025`, `le 3 mars 2025`, `depuis le 3 mars 2025` while it lasts."""
    began = short_day(first)
    if last is None:
        return _("depuis le %(first)s") % {"first": began}
    if last == first:
        return _("le %(first)s") % {"first": began}
    return _("du %(first)s au %(last)s") % {"first": began, "last": short_day(last)}


def against_forecast(result: Result) -> str:
    """`3 % de plus que prévu`, `comme prévu`, or nothing when there is nothing to compare with."""
    if result.deviation is None:
        return ""
    if abs(result.deviation) <= AS_EXPECTED:
        return _("comme prévu")
    amount = figures.percent(abs(result.deviation), language=language())
    more = _("%(amount)s de plus que prévu") if result.deviation > 0 else _("%(amount)s de moins que prévu")
    return more % {"amount": amount}


def sun_and_rest(split: WeatherSplit) -> str:
    """`le soleil y est pour +6 %, le reste pour −2 %`; empty where there is nothing to share out."""
    if split.weather_share is None or split.rest is None:
        return ""
    small = abs(split.weather_share) <= AS_EXPECTED, abs(split.rest) <= AS_EXPECTED
    if all(small):
        return ""
    sentences = {
        (False, False): _("le soleil y est pour %(sun)s, le reste pour %(rest)s"),
        (True, False): _("le soleil n’y est pour rien, le reste pour %(rest)s"),
        (False, True): _("le soleil y est pour %(sun)s, le reste pour rien"),
    }
    sun, rest = (
        figures.percent(share, language=language(), sign=True) for share in (split.weather_share, split.rest)
    )
    return sentences[small] % {"sun": sun, "rest": rest}


def days_told(split: WeatherSplit, result: Result) -> str:
    """Says that the weather of some compared days isn't known; empty where all are."""
    if not split.days or split.days >= result.days_read:
        return ""
    told, read = (figures.number(days, language=language()) for days in (split.days, result.days_read))
    return _(
        "Part du soleil et du reste : sur %(told)s des %(read)s jours comparés, ceux dont le temps est connu."
    ) % {
        "told": told,
        "read": read,
    }


def below_its_weather(split: WeatherSplit, month: int) -> str:
    """`En mars, 28 % de moins que ce que le temps permettait.`"""
    assert split.rest is not None  # asked of months that were told
    amount = figures.percent(abs(split.rest), language=language())
    return _("En %(month)s, %(amount)s de moins que ce que le temps permettait.") % {
        "month": month_name(month),
        "amount": amount,
    }


def against_ordinary_day(result: Result, day: dt.date) -> str:
    """One day against its month: `3 % de plus qu’un jour de novembre ordinaire`."""
    if result.deviation is None:
        return ""
    month = month_name(day.month)
    if abs(result.deviation) <= AS_EXPECTED:
        return _("un jour de %(month)s ordinaire") % {"month": month}
    amount = figures.percent(abs(result.deviation), language=language())
    if result.deviation > 0:
        return _("%(amount)s de plus qu’un jour de %(month)s ordinaire") % {"amount": amount, "month": month}
    return _("%(amount)s de moins qu’un jour de %(month)s ordinaire") % {"amount": amount, "month": month}


def mood(result: Result, tolerance: float = ON_TRACK) -> str:
    """The class of a deviation: `bad` beyond `tolerance` below, `good` down to 3 % below, else nothing."""
    if result.deviation is None:
        return ""
    if result.deviation < -tolerance:
        return "bad"
    return "good" if result.deviation >= -ON_TRACK else ""


def missing_days(result: Result) -> str:
    """Says the days left out of the comparison; empty when there are none."""
    if result.is_complete:
        return ""
    if result.days_missing == 1:
        return _("Un jour sans relevé complet n’est pas compté dans la comparaison.")
    count = figures.number(result.days_missing, language=language())
    return _("%(count)s jours sans relevé complet ne sont pas comptés dans la comparaison.") % {
        "count": count
    }


def missing_among_roofs(result: Result) -> str:
    """The same for several roofs together, whose days would add up to more than a year has."""
    if result.is_complete:
        return ""
    return _("Les jours où un toit n’a pas de relevé complet ne sont pas comptés dans sa comparaison.")


def incomplete_sum(result: Result) -> str:
    """Beside a sum: how many days of a roof aren't read in full; empty when all are."""
    if result.is_complete:
        return ""
    count = figures.number(result.days_missing, language=language())
    return ngettext(
        "Somme incomplète : %(count)s jour n’est pas relevé en entier.",
        "Somme incomplète : %(count)s jours ne sont pas relevés en entier.",
        result.days_missing,
    ) % {"count": count}


def incomplete_sum_of_roofs(result: Result) -> str:
    """The same beside the sum of several roofs, whose days would add up to more than a year has."""
    if result.is_complete:
        return ""
    return _("Somme incomplète : certains jours, un toit au moins n’est pas relevé en entier.")


def month_name(month: int) -> str:
    """`novembre`, in the reader's language."""
    return str(get_month_names("wide", locale=language())[month])


def weekday_name(number: int) -> str:
    """`lundi` for 0, in the reader's language."""
    return str(get_day_names("wide", locale=language())[number])


def value_as_written(value: Decimal | None, unit: str) -> str:
    """A figure of the law with the decimals it was written with: `9,2 %`; None was repealed."""
    if value is None:
        return _("abrogé")
    decimals = max(0, -int(value.as_tuple().exponent))
    return f"{figures.number(value, decimals, language=language())}{figures.NARROW}{unit}"


def weather_words(assumptions: Mapping[str, Any], code: str) -> str:
    """The weather a forecast rests on, from what it stored; its bare code when it stored nothing."""
    weather = assumptions.get("weather", {})
    if weather.get("method") != TYPICAL_YEAR:
        return code
    stations = ", ".join(
        f"{part['station']} {figures.percent(part['weight'], language=language())}"
        for part in weather["stations"]
    )
    return _("année type composée d’après ces stations : %(stations)s") % {"stations": stations}


def weather_origin_words(assumptions: Mapping[str, Any]) -> str:
    """Who published the numbers of the weather; empty when the forecast doesn't say."""
    if assumptions.get("weather", {}).get("method") != TYPICAL_YEAR:
        return ""
    return _(
        "Climat des stations : années types réglementaires françaises 1994-2008 (NF EN ISO 15927-4), "
        "publiées par EDF-Lab dans BuildSysPro ; Uccle : année type TMYx 2007-2021, publiée dans "
        "open-ideas/IDEAS."
    )


def engine_name(code: str) -> str:
    """`version 2, d’après Perez-Driesse…` of a stored `fleet 2 (Perez-Driesse…)`; another code as it is."""
    found = _ENGINE.fullmatch(code)
    if found is None:
        return code
    words = {"n": found["version"], "models": found["models"]}
    if found["kind"] == "heat":
        return _("version %(n)s, pour la chaleur") % words
    return (_("version %(n)s, d’après %(models)s") if found["models"] else _("version %(n)s")) % words


def engine_words(code: str) -> str:
    """How a forecast's energy was computed, for who isn't of the trade."""
    return _(
        "Heure par heure : le soleil reçu par chaque pan selon sa pente et son orientation, la température "
        "des panneaux, puis les pertes et l’onduleur (calcul %(code)s)."
    ) % {"code": engine_name(code)}

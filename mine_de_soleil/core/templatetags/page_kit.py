"""Filters of the page kit: figures in the reader's language."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from babel.dates import format_date
from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.acts import act_name
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.words import spaced

register = template.Library()
register.filter("spaced", spaced)


def _language() -> str:
    return (get_language() or "fr")[:2]


def _date_locale() -> str:
    """English days are written the British way: 14 June 2025."""
    return "fr" if _language() == "fr" else "en_GB"


@register.filter
def energy(watt_hours: float) -> str:
    """Watt-hours as kWh or MWh."""
    return figures.energy(watt_hours, language=_language())


@register.filter
def exact_energy(watt_hours: int) -> str:
    """Watt-hours as kWh with one decimal."""
    return figures.exact_energy(watt_hours, language=_language())


@register.filter
def power(watts: float) -> str:
    """Watts as peak kilowatts."""
    return figures.power(watts, language=_language())


@register.filter
def euros(amount: Decimal) -> str:
    """Euros, cents only if any."""
    return figures.euros(amount, language=_language())


@register.filter
def number(value: float, decimals: int = 0) -> str:
    """A number with its thousands apart."""
    return figures.number(value, decimals, language=_language())


@register.filter
def percent(ratio: float, decimals: int = 0) -> str:
    """A ratio as a percentage."""
    return figures.percent(ratio, decimals, language=_language())


@register.filter
def deviation(ratio: float) -> str:
    """A signed percentage: +3 %, −6 %."""
    return figures.percent(ratio, language=_language(), sign=True)


@register.filter
def full_day(day: dt.date) -> str:
    """A day in full: samedi 14 juin 2025."""
    return _first_of_month(format_date(day, format="full", locale=_date_locale()))


@register.filter
def short_day(day: dt.date) -> str:
    """A day without its name: 14 juin 2025."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return _first_of_month(format_date(day, "d MMMM y", locale=_date_locale()))


@register.filter
def moment(instant: dt.datetime) -> str:
    """An instant where the reader is: 1er janvier 2026 à 0 h 05."""
    local = timezone.localtime(instant)
    if _language() == "fr":
        return _first_of_month(format_date(local, "d MMMM y", locale="fr")) + f" à {hour(local)}"
    return format_date(local, "d MMMM y", locale="en_GB") + f", {hour(local)}"


@register.filter
def hour(instant: dt.datetime) -> str:
    """A time of day where the reader is: 14 h 10."""
    local = timezone.localtime(instant)
    return (
        f"{local.hour}{figures.NARROW}h{figures.NARROW}{local:%M}"
        if _language() == "fr"
        else f"{local:%H:%M}"
    )


def _first_of_month(french: str) -> str:
    """The first is an ordinal in French: 1er janvier, but 2 janvier."""
    return re.sub(r"(?<!\d)1 (?=[a-zéû]+ \d{4}$)", "1er ", french)


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], url: str) -> str:
    """`aria-current` for the menu entry of the page one is on."""
    request = context.get("request")
    return "page" if request is not None and request.path == url else "false"


@register.filter
def at(items: Sequence[Any], position: int) -> Any:
    """The item at a position."""
    return items[position]


@register.filter
def unlocalized(value: float) -> str:
    """A number for an attribute or an address, with a dot whatever the language."""
    return f"{value:g}" if abs(value) < 1e5 and round(value, 4) == value else f"{value:.6f}"


_SIDES = (
    _("le nord"),
    _("le nord-est"),
    _("l’est"),
    _("le sud-est"),
    _("le sud"),
    _("le sud-ouest"),
    _("l’ouest"),
    _("le nord-ouest"),
)


@register.filter
def compass(azimuth_deg: float) -> str:
    """An azimuth in words: 180 is `le sud`."""
    return str(_SIDES[round(azimuth_deg / 45) % 8])


@register.filter
def act_in_words(entry: JournalEntry) -> str:
    """A journal entry as a reader says it, with what identifies it."""
    act = act_name(entry.act)
    detail = entry.detail
    told = detail.get("file") or detail.get("meter") or detail.get("plant") or detail.get("role") or ""
    if "number" in detail:
        told = f"n° {detail['number']}"
    return f"{act} ({told})" if told else act


@register.filter
def folded(entries: Iterable[JournalEntry]) -> list[tuple[JournalEntry, int]]:
    """Journal entries in their order, the same act of the same person repeated in a row told once.

    The entry is the first of its row, with how many times the act was done.
    """
    rows = groupby(entries, key=lambda entry: (entry.actor_id, act_in_words(entry)))
    lists = [list(same) for _key, same in rows]
    return [(same[0], len(same)) for same in lists]

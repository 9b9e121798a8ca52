"""Filters of the pages of sales."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext_lazy as _

from production import revenue_words as words
from production.revenue import Figure

register = template.Library()
register.filter("part_name", words.part_name)
register.filter("quantity", words.quantity)
register.filter("line_price", words.line_price)
register.filter("coefficient_words", words.coefficient)
register.filter("plain", words.plain)

MARKS = {
    "V": _("lu dans un texte officiel"),
    "C": _("lu au contrat"),
    "S": _("source secondaire, à vérifier"),
    "O": _("à vérifier"),
    "M": _("de mémoire, à vérifier"),
}


@register.filter
def cents(amount: Decimal) -> str:
    """Euros with their cents, so that columns add up to the eye."""
    return words.euros(amount)


@register.filter
def signed_cents(amount: Decimal) -> str:
    """The same with its sign."""
    return words.euros(amount, sign=True)


@register.filter
def mark_words(mark: str) -> str:
    """How sure a figure is."""
    return str(MARKS.get(mark, MARKS["M"]))


@register.filter
def figure_source(figure: Figure) -> str:
    """A figure's source and mark in one line."""
    return f"{figure.source} ({mark_words(figure.confidence)})"

"""Amounts, dates and texts out of XML elements. Tags are local names, without their namespace."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.banking.camt053.refusal import BadElement, shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CENT = Decimal("0.01")
# The standard's texts have 500 characters at most: ten times that is no bank's.
MAX_TEXT_CHARACTERS = 5_000
_AMOUNT = re.compile(r"\+?(\d{1,15}(\.\d{0,5})?|\.\d{1,5})", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*|Z|[+-]\d{2}:\d{2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def text(parent: Element | None, path: str) -> str:
    """The text at `path`, blanks squeezed; "" when there is none. Raises BadElement when it is endless."""
    return clean(parent.findtext(path), path) if parent is not None else ""


def texts(parent: Element, path: str) -> list[str]:
    """All texts at `path` that aren't empty, in order."""
    return [line for found in parent.findall(path) if (line := clean(found.text, path))]


def clean(content: str | None, path: str) -> str:
    """Squeeze blanks. Raises BadElement beyond MAX_TEXT_CHARACTERS."""
    squeezed = " ".join((content or "").split())
    if len(squeezed) > MAX_TEXT_CHARACTERS:
        raise BadElement(
            path, worded(_("Le texte est démesuré (%(count)s caractères)."), count=len(squeezed))
        )
    return squeezed


def amount(parent: Element, path: str = "Amt") -> tuple[Decimal, str]:
    """The amount at `path` without sign, and its currency. Raises BadElement.

    Euros have whole cents; another currency keeps the decimals it came with.
    """
    found = parent.find(path)
    if found is None:
        raise BadElement(path, _("Le montant manque."))
    content, currency = (found.text or "").strip(), found.get("Ccy", "")
    if not _CURRENCY.fullmatch(currency):
        raise BadElement(
            path, worded(_("La devise du montant est illisible : %(currency)s."), currency=shown(currency))
        )
    if not _AMOUNT.fullmatch(content):
        raise BadElement(path, worded(_("Le montant est illisible : %(content)s."), content=shown(content)))
    value = Decimal(content)
    if currency != "EUR":
        return value, currency
    if value != value.quantize(CENT):
        raise BadElement(
            path, worded(_("Le montant %(content)s a plus de deux décimales."), content=shown(content))
        )
    return value.quantize(CENT), currency


def signed_amount(parent: Element) -> tuple[Decimal, str]:
    """Amount and currency of an entry or a balance, money in positive. Raises BadElement."""
    value, currency = amount(parent)
    return value * sign(parent), currency


def sign(parent: Element) -> int:
    """1 for a credit, -1 for a debit. Raises BadElement.

    A reversal needs nothing more: the standard gives it the direction of the money it moves back.
    """
    indicator = text(parent, "CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise BadElement(
            "CdtDbtInd",
            worded(_("Le sens (crédit ou débit) est illisible : %(indicator)s."), indicator=shown(indicator)),
        )
    return 1 if indicator == "CRDT" else -1


def day(parent: Element, path: str) -> dt.date | None:
    """The day at `path`, a date or an instant, as the bank wrote it. Raises BadElement if it isn't one."""
    content = text(parent, f"{path}/Dt") or text(parent, f"{path}/DtTm")
    return as_day(content, path) if content else None


def as_day(content: str, path: str) -> dt.date:
    """A day from `2026-03-02`, with or without a time or a zone behind. Raises BadElement."""
    found = _DAY.fullmatch(content)
    try:
        return dt.date.fromisoformat(found.group(1) if found else content[:20])
    except ValueError:
        raise BadElement(
            path, worded(_("La date est illisible : %(content)s."), content=shown(content))
        ) from None

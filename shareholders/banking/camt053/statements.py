"""One `Stmt`: its account, its period, its balances, and whether they add up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from mine_de_soleil.core.figures import NARROW, euros, number
from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.banking.camt053.elements import as_day, day, signed_amount, text
from shareholders.banking.camt053.refusal import BadElement, export_again
from shareholders.banking.camt053.results import Entry, Statement
from shareholders.banking.iban import masked

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# An opening balance, or the closing one of the statement before, which is the same money.
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)
_NO_OPENING = _("Le solde de départ manque (OPBD ou PRCD).")
_NO_CLOSING = _("Le solde de fin manque (CLBD).")


def account_of(stmt: Element | None) -> str:
    """IBAN of the account the statement is about, "" when it doesn't say."""
    return text(stmt, "Acct/Id/IBAN").replace(" ", "").upper()


def read_statement(stmt: Element, entries: tuple[Entry, ...], own: frozenset[str]) -> Statement:
    """The statement with its `entries`, already read. Raises BadElement.

    `own` are the accounts it may be about (all when empty).
    """
    iban = _checked_account(stmt, own)
    first, last = _balance(stmt, _OPENING, _NO_OPENING), _balance(stmt, _CLOSING, _NO_CLOSING)
    opening, currency = signed_amount(first)
    closing, closing_currency = signed_amount(last)
    if closing_currency != currency:
        raise BadElement(
            "Bal",
            worded(
                _("Les soldes sont en deux devises, %(currency)s et %(closing_currency)s."),
                currency=currency,
                closing_currency=closing_currency,
            ),
        )
    booked = [entry for entry in entries if entry.is_counted]
    is_checked = all(entry.currency == currency for entry in booked)
    if is_checked:
        _check_sums(opening, sum((e.amount for e in booked), Decimal(0)), closing, currency)
    return Statement(
        identifier=text(stmt, "Id"),
        iban=iban,
        currency=currency,
        opened_on=_edge(stmt, "FrDtTm", first, min((e.booked_on for e in booked), default=None)),
        closed_on=_edge(stmt, "ToDtTm", last, max((e.booked_on for e in booked), default=None)),
        opening=opening,
        closing=closing,
        entries=entries,
        is_checked=is_checked,
    )


def _checked_account(stmt: Element, own: frozenset[str]) -> str:
    iban = account_of(stmt)
    if not iban:
        raise BadElement("Acct", export_again(_("Le relevé ne dit pas de quel compte (IBAN) il s’agit.")))
    if own and iban not in own:
        expected = ", ".join(sorted(masked(other) for other in own))
        problem = _(
            "C’est le relevé d’un autre compte (%(iban)s) que celui attendu (%(expected)s). "
            "Déposez le relevé du bon compte."
        )
        raise BadElement("Acct", worded(problem, iban=masked(iban), expected=expected))
    return iban


def _balance(stmt: Element, codes: tuple[str, ...], missing: str) -> Element:
    """The first opening or the last closing balance: a long statement may repeat them on each page."""
    for code in codes:
        found = [bal for bal in stmt.findall("Bal") if text(bal, "Tp/CdOrPrtry/Cd") == code]
        if found:
            return found[0] if codes is _OPENING else found[-1]
    raise BadElement("Bal", export_again(missing))


def _edge(stmt: Element, element: str, balance: Element, booked_on: dt.date | None) -> dt.date:
    """First or last day of the period: as announced, else the day of the balance or of an entry."""
    announced = text(stmt, f"FrToDt/{element}")
    found = as_day(announced, f"FrToDt/{element}") if announced else day(balance, "Dt") or booked_on
    if found is None:
        raise BadElement("FrToDt", _("Le relevé ne dit pas quels jours il couvre."))
    return found


def _check_sums(opening: Decimal, moved: Decimal, closing: Decimal, currency: str) -> None:
    if opening + moved == closing:
        return
    gap = abs(closing - opening - moved)
    raise BadElement(
        "Bal",
        export_again(
            _(
                "Le relevé est incomplet ou modifié : solde de départ %(opening)s, écritures "
                "%(moved)s, donc %(sum)s, mais le solde de fin est "
                "%(closing)s (écart : %(gap)s)."
            ),
            opening=_money(opening, currency),
            moved=_money(moved, currency),
            sum=_money(opening + moved, currency),
            closing=_money(closing, currency),
            gap=_money(gap, currency),
        ),
    )


def _money(value: Decimal, currency: str) -> str:
    return euros(value) if currency == "EUR" else f"{number(value, 2)}{NARROW}{currency}"

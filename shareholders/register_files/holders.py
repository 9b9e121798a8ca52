"""A list of holders with their shares of today, one line each (état des actionnaires)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.register_files.faults import Faults
from shareholders.register_files.headings import Headings, plain
from shareholders.register_files.people import Holder, read_person, written_name
from shareholders.register_files.values import Row

_TOTALS = {"total", "totaux", "total general", "somme", "sous total"}
_ADD_COLUMN = _("ajoutez cette colonne, avec son titre sur la première ligne")


def read_holders(
    rows: Sequence[tuple[int, Sequence[Any]]],
    headings: Headings,
    faults: Faults,
    colleges: Mapping[str, str],
    on: dt.date,
    *,
    shares_told: bool,
) -> list[Holder]:
    """The holders below the headings; `shares_told`: each line must say how many shares.

    A line of totals is compared and left out.
    """
    if not headings.has("college") and len(colleges) > 1:
        faults.add(headings.line, "", _("il manque une colonne « collège »"), _ADD_COLUMN)
        return []
    holders: list[Holder] = []
    for line, cells in rows:
        row = Row(line, cells, headings, faults)
        if _is_total(cells):
            _check_total(row, holders)
        else:
            holders.append(_holder(row, colleges, on, shares_told=shares_told))
    _check_nominal(holders, faults)
    return holders


def _is_total(cells: Sequence[Any]) -> bool:
    texts = [plain(cell) for cell in cells if isinstance(cell, str) and plain(cell)]
    return any(text in _TOTALS for text in texts) and sum(not text.isdigit() for text in texts) <= 2


def _holder(row: Row, colleges: Mapping[str, str], on: dt.date, *, shares_told: bool) -> Holder:
    if not written_name(row) and row.words("quantity"):
        row.refuse(
            "last_name", _("des actions sont à quelqu’un qui n’est pas nommé"), _("complétez la ligne")
        )
    person = read_person(row, colleges, on)
    quantity = row.whole("quantity")
    if shares_told and not row.words("quantity"):
        row.refuse("quantity", _("le nombre d’actions manque"), _("complétez la ligne ou supprimez-la"))
    return replace(
        person,
        quantity=quantity,
        acquired_on=row.day("date", last=on),
        nominal_value=row.amount("nominal_value"),
    )


def _check_total(row: Row, holders: Sequence[Holder]) -> None:
    stated = row.whole("quantity", least=0)
    found = sum(holder.quantity or 0 for holder in holders)
    if stated is not None and stated != found:
        told = worded(
            _("le total écrit est %(stated)s, mais les lignes au-dessus font %(found)s"),
            stated=stated,
            found=found,
        )
        row.refuse("quantity", told, _("cherchez la ligne manquante ou fausse, ou supprimez le total"))


def _check_nominal(holders: Sequence[Holder], faults: Faults) -> None:
    first: Decimal | None = None
    for holder in holders:
        first = first if first is not None else holder.nominal_value
        if holder.nominal_value not in (None, first):
            told = worded(
                _("la valeur nominale est %(nominal_value)s €, et %(first)s € plus haut"),
                nominal_value=f"{holder.nominal_value}",
                first=f"{first}",
            )
            faults.add(
                holder.line, "", told, _("toutes les actions ont la même valeur nominale : corrigez-la")
            )

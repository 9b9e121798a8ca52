"""A list of movements, one line each, and the people they are between."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import Any

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.capital import SIDES, Kind
from shareholders.register_files.faults import Faults, quoted
from shareholders.register_files.headings import Headings, plain
from shareholders.register_files.people import Holder, name_key, read_person, written_name
from shareholders.register_files.values import Row

_KIND_NAMES = {
    Kind.ISSUE: "emission|souscription|augmentation de capital|apport|creation|entree|issue|subscription",
    Kind.TRANSFER: "cession|vente|transfert|mutation|achat|transfer|sale",
    Kind.GIFT: "donation|don|gift",
    Kind.INHERITANCE: "succession|heritage|deces|inheritance",
    Kind.WITHDRAWAL: "retrait|remboursement|rachat|retrait et remboursement|sortie|withdrawal",
    Kind.CANCELLATION: "annulation|annulation d actions|reduction de capital|cancellation",
    Kind.NOMINAL_CHANGE: "changement de la valeur nominale|changement du nominal|modification du nominal"
    "|modification de la valeur nominale|nominal change",
}
_KIND_OF = {name: kind for kind, names in _KIND_NAMES.items() for name in names.split("|")}
_REVERSALS = {"contre passation", "extourne", "rectification", "correction", "reversal"}
# What an issue may name as its giver: the company itself.
_ISSUERS = {"societe", "la societe", "emission", "neant", ""}
_KNOWN = _("émission, souscription, cession, donation, succession, retrait, remboursement ou annulation")
_NEEDED = {"date": _("date"), "nature": _("nature"), "quantity": _("nombre d’actions")}


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of the file. `giver` and `taker`: places in the list of holders, from 0.

    `line` from 1; `quantity` in shares; `nominal_value` in €, if told.
    """

    line: int
    number: int | None
    kind: Kind
    dated: dt.date
    giver: int | None
    taker: int | None
    quantity: int
    nominal_value: Decimal | None
    reason: str


class People:
    """Who is known in the file, found again by number or by name."""

    def __init__(self, holders: Sequence[Holder], *, complete: bool) -> None:
        self.holders = list(holders)
        # A sheet of holders is complete: nobody is added by a movement.
        self.complete = complete
        self._by_number: dict[int, int] = {}
        self._by_name: dict[str, list[int]] = {}
        for at in range(len(self.holders)):
            self._index(at)

    def _index(self, at: int) -> None:
        holder = self.holders[at]
        if holder.number is not None:
            self._by_number.setdefault(holder.number, at)
        self._by_name.setdefault(holder.name_key, []).append(at)

    def add(self, holder: Holder) -> int:
        self.holders.append(holder)
        self._index(len(self.holders) - 1)
        return len(self.holders) - 1

    def places(self, number: int | None, name: str) -> list[int]:
        """Where this person stands: by number if there is one, else by name; several are namesakes."""
        if number is not None:
            return [self._by_number[number]] if number in self._by_number else []
        return self._by_name.get(name_key(name), [])


def read_movements(
    rows: Sequence[tuple[int, Sequence[Any]]],
    headings: Headings,
    faults: Faults,
    people: People,
    colleges: Mapping[str, str],
    on: dt.date,
) -> list[Movement]:
    """The movements below the headings, oldest first; newcomers are added to `people`."""
    missing = [name for field, name in _NEEDED.items() if not headings.has(field)]
    for name in missing:
        faults.add(
            headings.line,
            "",
            worded(_("il manque une colonne « %(name)s »"), name=worded(name)),
            _("ajoutez cette colonne"),
        )
    if missing:
        return []
    table = [Row(line, cells, headings, faults) for line, cells in rows]
    number = "movement_number" if headings.has("movement_number") else "number"
    numbers = [row.whole(number) for row in table]
    _check_numbers(table, numbers, number)
    entries = _oldest_first(
        [
            _Entry(row, number, row.day("date", last=on), _kind(row))
            for row, number in zip(table, numbers, strict=True)
        ]
    )
    takers = [_taker(entry, people, colleges, on) for entry in entries]
    # Givers afterwards: on one day, a line may name somebody whom a later one brings in.
    found = map(_movement, entries, takers, repeat(people))
    return [movement for movement in found if movement is not None]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line half read: what is needed to know its place in time and its sides."""

    row: Row
    number: int | None
    dated: dt.date | None
    kind: Kind | None


def _oldest_first(entries: list[_Entry]) -> list[_Entry]:
    """By number where every line has one; else as the file has them, turned round if the newest is first."""
    if all(entry.number is not None for entry in entries):
        return sorted(entries, key=lambda entry: entry.number or 0)
    days = [entry.dated for entry in entries if entry.dated is not None]
    return entries[::-1] if days and days[0] > days[-1] else entries


def _check_numbers(table: Sequence[Row], numbers: Sequence[int | None], field: str) -> None:
    """A register is numbered from 1, by 1; one without any number is taken as it comes."""
    if not any(number is not None for number in numbers):
        return
    expected = 1
    for number, row in sorted(zip(numbers, table, strict=True), key=lambda pair: pair[0] or 0):
        if number is None and not row.words(field):
            row.refuse(field, _("le numéro du mouvement manque"), _("donnez à chaque mouvement son numéro"))
        elif number is not None and number < expected:
            row.refuse(
                field,
                worded(_("le numéro %(number)s sert deux fois"), number=number),
                _("donnez à chaque mouvement son numéro"),
            )
        elif number is not None and number > expected:
            first, last = expected, number - 1
            told = (
                worded(_("les mouvements %(first)s à %(last)s manquent"), first=first, last=last)
                if first < last
                else worded(_("le mouvement %(last)s manque"), last=last)
            )
            row.refuse(field, told, _("rétablissez ce qui manque : un registre va de 1 en 1, sans trou"))
        expected = max(expected, (number or 0) + 1)


def _kind(row: Row) -> Kind | None:
    text = row.words("nature")
    kind = _KIND_OF.get(plain(text))
    if kind is None and plain(text) in _REVERSALS:
        remedy = _("écrivez le mouvement inverse (cession, annulation), ou ôtez les deux lignes")
        row.refuse("nature", _("une contre-passation ne dit pas ici ce qu’elle annule"), remedy)
    elif kind is None:
        told = (
            worded(_("la nature %(text)s est inconnue"), text=quoted(text))
            if text
            else _("la nature du mouvement manque")
        )
        row.refuse("nature", told, worded(_("écrivez %(known)s"), known=worded(_KNOWN)))
    return kind


def _taker(entry: _Entry, people: People, colleges: Mapping[str, str], on: dt.date) -> int | None:
    row, kind = entry.row, entry.kind
    if kind is None or not SIDES[kind][1]:
        return None
    number = row.whole("taker_number") if row.headings.has("taker_number") else row.whole("holder_number")
    name = row.words("taker") or written_name(row)
    if not name and number is None:
        row.refuse("taker", _("le cessionnaire manque"), _("dites qui reçoit les actions"))
        return None
    places = people.places(number, name)
    if len(places) == 1:
        _same_person(row, people.holders[places[0]], on)
        return places[0]
    if not places and name and not people.complete:
        return people.add(_newcomer(row, number, colleges, on))
    _not_one(row, "taker", number, name, namesakes=bool(places))
    return None


def _newcomer(row: Row, number: int | None, colleges: Mapping[str, str], on: dt.date) -> Holder:
    person = read_person(row, colleges, on, full_name=row.text("taker"))
    return replace(person, number=number)


def _same_person(row: Row, holder: Holder, on: dt.date) -> None:
    """Two people of one name would share one account: another birth date or SIREN betrays them."""
    if holder.line == row.line:
        return
    born = row.day("birth_date", last=on)
    if born and holder.birth_date and born != holder.birth_date:
        told = worded(
            _("%(name)s a une autre date de naissance à la ligne %(line)s"),
            name=holder.name,
            line=holder.line,
        )
        row.refuse("birth_date", told, _("corrigez la date, ou donnez à chacun son numéro d’actionnaire"))
    siren = row.siren()
    if siren and holder.siren and siren != holder.siren:
        told = worded(_("%(name)s a un autre SIREN à la ligne %(line)s"), name=holder.name, line=holder.line)
        row.refuse("siren", told, _("corrigez le SIREN, ou donnez à chacun son numéro d’actionnaire"))


def _giver(row: Row, kind: Kind, people: People) -> int | None:
    if not SIDES[kind][0]:
        if row.words("giver") and plain(row.words("giver")) not in _ISSUERS:
            row.refuse("giver", _("une émission n’a pas de cédant"), _("effacez-le, ou écrivez cession"))
        return None
    number, name = row.whole("giver_number"), row.words("giver")
    if number is None and not name and not SIDES[kind][1]:
        # Who leaves stands in the only name of the line.
        number, name = row.whole("holder_number"), row.words("taker") or written_name(row)
    if not name and number is None:
        row.refuse("giver", _("le cédant manque"), _("dites qui donne les actions"))
        return None
    places = people.places(number, name)
    if len(places) == 1:
        return places[0]
    _not_one(row, "giver", number, name, namesakes=bool(places))
    return None


def _not_one(row: Row, side: str, number: int | None, name: str, *, namesakes: bool) -> None:
    field = side if number is None else f"{side}_number"
    who = quoted(name) if number is None else worded(_("le n° %(number)s"), number=number)
    if namesakes:
        told = worded(_("plusieurs actionnaires s’appellent %(who)s"), who=who)
        row.refuse(field, told, _("donnez à chacun son numéro d’actionnaire et citez ce numéro"))
        return
    told = worded(_("%(who)s ne reçoit d’actions nulle part dans ce fichier"), who=who)
    if side == "taker":
        told = worded(_("%(who)s n’est pas dans la liste des actionnaires"), who=who)
    row.refuse(field, told, _("écrivez-le partout de la même façon, ou ajoutez la ligne qui manque"))


def _movement(entry: _Entry, taker: int | None, people: People) -> Movement | None:
    row, kind, dated = entry.row, entry.kind, entry.dated
    if kind is None:
        return None
    giver, nominal_value = _giver(row, kind, people), row.amount("nominal_value")
    quantity = _quantity(row, kind)
    if not row.words("date"):
        row.refuse("date", _("la date manque"), _("dites le jour du mouvement"))
    if kind == Kind.NOMINAL_CHANGE and nominal_value is None:
        row.refuse("nominal_value", _("la nouvelle valeur nominale manque"), _("écrivez-la en euros"))
    if giver is not None and giver == taker:
        row.refuse("taker", _("cédant et cessionnaire sont la même personne"), _("corrigez l’un des deux"))
    if dated is None or quantity is None or (giver is not None, taker is not None) != SIDES[kind]:
        return None
    return Movement(
        row.line, entry.number, kind, dated, giver, taker, quantity, nominal_value, row.text("reason")
    )


def _quantity(row: Row, kind: Kind) -> int | None:
    if kind == Kind.NOMINAL_CHANGE:
        if row.whole("quantity", least=0):
            row.refuse(
                "quantity", _("un changement de valeur nominale ne déplace pas d’actions"), _("écrivez 0")
            )
        return 0
    if not row.words("quantity"):
        row.refuse("quantity", _("le nombre d’actions manque"), _("complétez la ligne ou supprimez-la"))
    return row.whole("quantity")

"""One row of a register file under its headings: its cells as values, or as faults."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from mine_de_soleil.core.sentences import Words, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.register_files.faults import Faults, quoted
from shareholders.register_files.headings import Headings

MAX_SHARES = 2_147_483_647
# Of the columns of the database the text goes to.
LENGTHS = {
    "last_name": 120,
    "first_names": 120,
    "legal_name": 160,
    "full_name": 240,
    "giver": 240,
    "taker": 240,
    "address": 200,
    "postcode": 10,
    "commune": 80,
    "email": 254,
    "birth_place": 120,
    "reason": 300,
}
_DEFAULT_LENGTH = 80
_SPREADSHEET_ERRORS = {"#REF!", "#N/A", "#NA", "#NAME?", "#NOM?", "#VALUE!", "#VALEUR!", "#DIV/0!", "#NULL!"}
_FIRST_DAY = dt.date(1900, 1, 1)
# Day 0 of spreadsheets, so that their false 29 February 1900 falls out.
_SERIAL_EPOCH = dt.date(1899, 12, 30)
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T]0{1,2}:00(?::00)?)?", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+|\d+", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")


class Row:
    """Cells of one line by field. What can't be read becomes a fault of its line and column, and None."""

    def __init__(self, line: int, cells: Sequence[Any], headings: Headings, faults: Faults) -> None:
        self.line = line
        self.headings = headings
        self._cells = cells
        self._faults = faults

    def refuse(self, field: str, problem: Words, remedy: Words) -> None:
        """Add a fault of this line, under the heading of `field`."""
        self._faults.add(self.line, self.headings.wording.get(field, ""), problem, remedy)

    def _cell(self, field: str) -> Any:
        at = self.headings.column_of.get(field)
        return self._cells[at] if at is not None and at < len(self._cells) else ""

    def words(self, field: str) -> str:
        """The cell as one line of text, spaces made plain; "" if empty. Nothing is judged."""
        cell = self._cell(field)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return " ".join(unicodedata.normalize("NFC", str(cell)).split())

    def text(self, field: str) -> str:
        """The same, judged: not too long, no control character, no broken formula."""
        text = self.words(field)
        limit = LENGTHS.get(field, _DEFAULT_LENGTH)
        if len(text) > limit:
            self.refuse(
                field,
                worded(_("ce texte a %(count)s caractères, %(limit)s au plus"), count=len(text), limit=limit),
                "raccourcissez-le",
            )
            return text[:limit]
        if any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in text):
            self.refuse(
                field,
                worded(_("%(text)s contient un caractère invisible"), text=quoted(text)),
                _("écrivez-le de nouveau"),
            )
        elif text.upper() in _SPREADSHEET_ERRORS:
            self.refuse(
                field,
                worded(_("la formule du tableur a échoué (%(text)s)"), text=text),
                _("remplacez-la par sa valeur"),
            )
        return text

    def whole(self, field: str, *, least: int = 1) -> int | None:
        """A whole number, `least` at the smallest; None if empty (no fault) or unreadable."""
        text = self.words(field).replace("\u202f", " ").replace("\xa0", " ")
        if not text:
            return None
        digits = re.sub(r"[.,]0{1,2}$", "", text)
        if not _GROUPED.fullmatch(digits):
            remedy = _("écrivez un nombre entier sans virgule ni point, par exemple 1000")
            self.refuse(field, worded(_("%(text)s n’est pas un nombre entier"), text=quoted(text)), remedy)
            return None
        value = int(re.sub(r"\D", "", digits)) if len(digits) < 20 else MAX_SHARES + 1
        if not least <= value <= MAX_SHARES:
            self.refuse(
                field,
                worded(
                    _("%(text)s n’est pas entre %(least)s et %(max_shares)s"),
                    text=quoted(text),
                    least=least,
                    max_shares=MAX_SHARES,
                ),
                _("corrigez ce nombre"),
            )
            return None
        return value

    def amount(self, field: str) -> Decimal | None:
        """Euros above zero, in whole cents; None if empty (no fault) or unreadable."""
        text = re.sub(r"\s*(?:€|EUR|euros?)$", "", self.words(field), flags=re.IGNORECASE)
        if not text:
            return None
        plain = re.sub(r"(?<=\d)[ '’](?=\d{3}(?:\D|$))", "", text).replace(",", ".")
        if not re.fullmatch(r"\d{1,8}(?:\.\d{1,2}0*)?", plain, re.ASCII) or not Decimal(plain):
            remedy = _("écrivez un montant en euros, par exemple 50,00")
            self.refuse(
                field,
                worded(_("%(text)s n’est pas un montant en euros et centimes"), text=quoted(text)),
                remedy,
            )
            return None
        return Decimal(plain).quantize(Decimal("0.01"))

    def day(self, field: str, *, last: dt.date) -> dt.date | None:
        """A day from 1900 to `last`; None if empty (no fault) or unreadable."""
        text = self.words(field)
        if not text:
            return None
        day = self._day(field, text)
        if day is not None and not _FIRST_DAY <= day <= last:
            told = worded(
                _("le %(day)s n’est pas entre le 01/01/1900 et le %(last)s"),
                day=f"{day:%d/%m/%Y}",
                last=f"{last:%d/%m/%Y}",
            )
            self.refuse(field, told, _("corrigez cette date"))
            return None
        return day

    def _day(self, field: str, text: str) -> dt.date | None:
        cell = self._cell(field)
        if isinstance(cell, dt.date):
            return cell.date() if isinstance(cell, dt.datetime) else cell
        remedy = _("écrivez le jour, le mois et l’année sur quatre chiffres, par exemple 03/03/2024")
        try:
            if found := _FRENCH_DAY.fullmatch(text):
                return dt.date(int(found[3]), int(found[2]), int(found[1]))
            if found := _ISO_DAY.fullmatch(text):
                return dt.date(int(found[1]), int(found[2]), int(found[3]))
            if re.fullmatch(r"\d{4,6}", text, re.ASCII):
                return _SERIAL_EPOCH + dt.timedelta(days=int(text))
        except ValueError:
            self.refuse(field, worded(_("le jour %(text)s n’existe pas"), text=quoted(text)), remedy)
            return None
        words = _("%(text)s n’est pas une date")
        if _SHORT_YEAR.fullmatch(text):
            words = _("%(text)s n’a que deux chiffres d’année")
        self.refuse(field, worded(words, text=quoted(text)), remedy)
        return None

    def email(self) -> str:
        text = self.text("email")
        if text and not _EMAIL.fullmatch(text):
            self.refuse(
                "email",
                worded(_("%(text)s n’est pas une adresse e-mail"), text=quoted(text)),
                _("corrigez-la ou effacez-la"),
            )
        return text

    def siren(self) -> str:
        """Nine digits, from a SIREN or the SIRET it begins."""
        digits = re.sub(r"[\s.\-]", "", self.words("siren"))
        if not digits:
            return ""
        try:
            return str(siren.validate(digits[:9] if len(digits) == 14 and digits.isdigit() else digits))
        except ValidationError:
            remedy = _("recopiez les neuf chiffres du SIREN depuis le Kbis ou l’avis Sirene")
            self.refuse(
                "siren",
                worded(_("%(digits)s n’est pas un numéro SIREN valable"), digits=quoted(digits)),
                remedy,
            )
            return ""

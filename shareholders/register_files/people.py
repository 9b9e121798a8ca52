"""The people of a register file: who they are, and whether the same one stands there twice."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.core.sentences import Sentence, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.register_files.faults import Faults, quoted
from shareholders.register_files.headings import plain
from shareholders.register_files.values import Row

_CIVILITY = re.compile(r"^(?:M\.|MM\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle|Me|Dr)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Holder:
    """One holder as the file tells it. `line` from 1; `kind`: natural or legal; `college`: its code.

    `quantity`: shares now (None where only movements tell it); `acquired_on` and `nominal_value` [€] if told.
    """

    line: int
    number: int | None
    kind: str
    last_name: str
    first_names: str
    legal_name: str
    siren: str
    address: str
    postcode: str
    commune: str
    email: str
    birth_date: dt.date | None
    birth_place: str
    college: str
    quantity: int | None
    acquired_on: dt.date | None
    nominal_value: Decimal | None

    @property
    def name(self) -> str:
        return self.legal_name or f"{self.first_names} {self.last_name}".strip()

    @property
    def name_key(self) -> str:
        return name_key(self.name)


def name_key(name: str) -> str:
    """The same for one name however it is ordered, accented or capitalised."""
    return " ".join(sorted(plain(_CIVILITY.sub("", name)).split()))


def read_person(row: Row, colleges: Mapping[str, str], on: dt.date, *, full_name: str = "") -> Holder:
    """The person a row describes; `full_name` stands in where no column gives the name."""
    last_name, first_names, legal_name = _names(row, full_name)
    number = row.whole("holder_number")
    if number is None and not row.headings.tells_movements:
        number = row.whole("number")
    return Holder(
        line=row.line,
        number=number,
        kind="legal" if legal_name else "natural",
        last_name=last_name,
        first_names=first_names,
        legal_name=legal_name,
        siren=row.siren(),
        address=row.text("address"),
        postcode=row.text("postcode"),
        commune=row.text("commune"),
        email=row.email(),
        birth_date=row.day("birth_date", last=on),
        birth_place=row.text("birth_place"),
        college=_college(row, colleges),
        quantity=None,
        acquired_on=None,
        nominal_value=None,
    )


def written_name(row: Row) -> str:
    """The name in the columns of a person, whole; "" if there is none."""
    parts = " ".join(part for part in (row.words("first_names"), row.words("last_name")) if part)
    return row.words("legal_name") or parts or row.words("full_name")


def _names(row: Row, full_name: str) -> tuple[str, str, str]:
    """(last name, first names, legal name); faults where somebody has none, or both kinds."""
    last_name, first_names = row.text("last_name"), row.text("first_names")
    legal_name = row.text("legal_name")
    is_legal = bool(row.words("siren")) and not first_names
    if not (last_name or first_names or legal_name):
        full_name = full_name or row.text("full_name")
        if is_legal:
            return "", "", full_name
        return *_split_name(row, full_name), ""
    if is_legal and not legal_name:
        return "", "", last_name
    if legal_name and (last_name or first_names):
        remedy = _(
            "laissez la dénomination pour une personne morale, le nom et les prénoms pour une personne"
        )
        row.refuse("legal_name", _("la ligne décrit à la fois une personne et une société"), remedy)
    elif not legal_name and not (last_name and first_names):
        missing = "first_names" if last_name else "last_name"
        told = _("les prénoms manquent") if last_name else _("le nom manque")
        row.refuse(missing, told, _("complétez la ligne, ou donnez une dénomination et un SIREN"))
    return last_name, first_names, legal_name


def _split_name(row: Row, full_name: str) -> tuple[str, str]:
    """`DUPONT Marie` and `Marie DUPONT` are told apart by capitals; anything else is a fault."""
    if not full_name:
        row.refuse("last_name", _("le nom manque"), _("complétez la ligne ou supprimez-la"))
        return "", ""
    words = _CIVILITY.sub("", full_name).split()
    last = [word for word in words if word.isupper() and len(word) > 1]
    first = [word for word in words if word not in last]
    whole = words in (last + first, first + last)
    if not last or not first or not whole:
        remedy = _("mettez le nom et les prénoms dans deux colonnes, ou le nom en capitales (Marie DUPONT)")
        row.refuse(
            "full_name",
            worded(_("dans %(full_name)s, le nom et les prénoms se confondent"), full_name=quoted(full_name)),
            remedy,
        )
    return " ".join(last), " ".join(first)


def _college(row: Row, colleges: Mapping[str, str]) -> str:
    text = row.words("college")
    if not text and len(colleges) == 1:
        return next(iter(colleges))
    found = [code for code, name in colleges.items() if plain(text) in (plain(code), plain(name))]
    if found and text:
        return found[0]
    known = ", ".join(colleges.values())
    told = (
        worded(_("le collège %(text)s n’existe pas"), text=quoted(text)) if text else _("le collège manque")
    )
    row.refuse("college", told, worded(_("écrivez l’un de ceux-ci : %(known)s"), known=known))
    return ""


def check_twice(holders: Sequence[Holder], faults: Faults) -> list[tuple[int, Sentence]]:
    """Faults for a number, SIREN or person that stands twice; returns (line, sentence) for mere namesakes."""
    first: dict[tuple[str, object], Holder] = {}
    namesakes: list[tuple[int, Sentence]] = []
    for holder in holders:
        for key, told in _marks(holder):
            other = first.setdefault(key, holder)
            if other is not holder:
                remedy = _("réunissez les deux lignes, ou corrigez celle qui se trompe")
                faults.add(
                    holder.line,
                    "",
                    worded(_("%(told)s se trouve déjà à la ligne %(line)s"), told=told, line=other.line),
                    remedy,
                )
        other = first.setdefault(("namesake", holder.name_key), holder)
        if other is not holder and (other.birth_date is None or holder.birth_date is None):
            told = worded(
                _("%(name)s porte le même nom qu’à la ligne %(line)s"), name=holder.name, line=other.line
            )
            namesakes.append(
                (holder.line, worded(_("%(told)s : vérifiez que ce sont deux personnes."), told=told))
            )
    return namesakes


def _marks(holder: Holder) -> list[tuple[tuple[str, object], Sentence]]:
    marks: list[tuple[tuple[str, object], Sentence]] = []
    if holder.number is not None:
        marks.append((("number", holder.number), worded(_("le numéro %(number)s"), number=holder.number)))
    if holder.siren:
        marks.append((("siren", holder.siren), worded(_("le SIREN %(siren)s"), siren=holder.siren)))
    if holder.birth_date is not None and holder.kind == "natural":
        marks.append(
            (
                ("person", (holder.name_key, holder.birth_date)),
                worded(_("la même personne (%(name)s)"), name=holder.name),
            )
        )
    return marks

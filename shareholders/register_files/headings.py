"""What the columns of somebody else's register are called, in French and in English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.register_files.faults import Faults

# By field: the headings that name it, as `_key` writes them.
_NAMES = {
    "number": "n|n ordre|number",
    "holder_number": "n actionnaire|n compte|compte|matricule|n associe|shareholder number|account",
    "movement_number": "n mouvement|n ligne|movement number",
    "date": "date|date mouvement|date effet|date operation|date entree|date entree au capital"
    "|date souscription|date inscription|date acquisition|day",
    "nature": "nature|mouvement|nature mouvement|type mouvement|operation|type operation|nature operation"
    "|motif mouvement|kind|movement",
    "giver": "cedant|nom cedant|vendeur|donateur|ancien titulaire|ancien actionnaire|from|seller|transferor",
    "taker": "cessionnaire|nom cessionnaire|beneficiaire|acquereur|acheteur|donataire|souscripteur"
    "|nouveau titulaire|nouvel actionnaire|to|buyer|transferee",
    "giver_number": "n cedant|compte cedant|from number",
    "taker_number": "n cessionnaire|compte cessionnaire|to number",
    "full_name": "nom et prenom|nom et prenoms|nom prenom|nom prenoms|prenom nom|prenom et nom|actionnaire"
    "|titulaire|associe|societaire|nom complet|identite|shareholder|name|holder",
    "last_name": "nom|nom famille|nom naissance|nom usage|last name|surname|family name",
    "first_names": "prenom|prenoms|prenom s|first name|first names|given names",
    "legal_name": "denomination|raison sociale|denomination sociale|societe|organisme|personne morale"
    "|nom societe|company|legal name",
    "siren": "siren|n siren|siret|n siret|siren siret",
    "address": "adresse|adresse postale|rue|voie|adresse 1|domicile|siege|address|street",
    "postcode": "code postal|cp|postcode|zip|postal code",
    "commune": "commune|ville|localite|city|town",
    "email": "e mail|email|mail|courriel|adresse e mail|adresse email|adresse mail|adresse electronique",
    "birth_date": "date naissance|ne le|nee le|ne e le|naissance|birth date|date of birth",
    "birth_place": "lieu naissance|ne a|ne e a|commune naissance|ville naissance|birth place|place of birth",
    "college": "college|college vote|categorie|categorie actionnaire|college electoral",
    "quantity": "nombre actions|actions|nombre titres|titres|nombre parts|parts|nombre parts sociales"
    "|quantite|nombre|actions detenues|actions souscrites|shares|quantity|number of shares",
    "nominal_value": "valeur nominale|nominal|valeur nominale eur|valeur nominale euros|valeur action"
    "|valeur nominale action|nominal value|par value",
    "reason": "motif|observation|observations|commentaire|commentaires|remarque|remarques|reason|comment",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split("|")}
_IDLE = {"d", "de", "du", "des", "l", "la"}
_SHORT = {"numero": "n", "no": "n", "num": "n", "nb": "nombre", "nbre": "nombre", "qte": "quantite"}
_MOVES = {"nature", "giver", "taker", "giver_number", "taker_number", "movement_number"}
_PEOPLE = {"last_name", "full_name", "legal_name"}
_SEARCHED_ROWS = 30


def plain(text: str) -> str:
    """Without accents, case or punctuation: `N° d’ordre` is `n d ordre`."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters.casefold()))


def _key(heading: str) -> str:
    words = (word for word in plain(heading).split() if word not in _IDLE)
    return " ".join(_SHORT.get(word, word) for word in words)


def field_of(cell: Any) -> str | None:
    """The field a heading names, if it is known; a unit between brackets doesn't count."""
    if not isinstance(cell, str):
        return None
    return _FIELD_OF.get(_key(cell)) or _FIELD_OF.get(_key(re.sub(r"\(.*?\)", " ", cell)))


def score(row: Sequence[Any]) -> int:
    """How much a row looks like headings: the fields it names."""
    return len({field_of(cell) for cell in row} - {None})


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings: the place and wording of each field, and the wording of what is left aside."""

    line: int
    column_of: dict[str, int]
    wording: dict[str, str]
    unknown: tuple[str, ...]

    @property
    def tells_movements(self) -> bool:
        return bool(_MOVES & self.column_of.keys())

    def has(self, *fields: str) -> bool:
        return any(field in self.column_of for field in fields)


def find_headings(rows: Sequence[tuple[int, Sequence[Any]]], faults: Faults) -> Headings | None:
    """The likeliest of the first rows, None if none names shares and people; twins are a fault."""
    candidates = rows[:_SEARCHED_ROWS]
    line, row = max(candidates, key=lambda candidate: score(candidate[1]), default=(0, ()))
    fields = [field_of(cell) for cell in row]
    if "quantity" not in fields or not ((_PEOPLE | _MOVES) & set(fields)):
        return None
    column_of: dict[str, int] = {}
    for at, field in enumerate(fields):
        if field is None:
            continue
        if field in column_of:
            first = str(row[column_of[field]]).strip()
            remedy = _("gardez-en une seule, ou renommez l’autre")
            faults.add(
                line,
                str(row[at]).strip(),
                worded(_("elle dit la même chose que « %(first)s »"), first=first),
                remedy,
            )
        column_of.setdefault(field, at)
    wording = {field: str(row[at]).strip() for field, at in column_of.items()}
    unknown = tuple(str(cell).strip() for cell, field in zip(row, fields, strict=True) if not field)
    return Headings(line, column_of, wording, tuple(name for name in unknown if name))

"""Cut an Enedis file into blocks of points: one preamble and its points, or lines that carry everything."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

import numpy as np

from production.formats.errors import quoted, refuse
from production.formats.notes import Notes
from production.formats.series import Ints
from production.formats.text import RESEND, Table, TextFile, read_table, split_line

SEPARATOR = ";"
MAX_BLOCKS = 100
MAX_KINDS = 50
# A heading with this column is one of indexes, not of a curve.
INDEX_COLUMN = "type de releve"
_ONE_CURVE = "exportez la seule courbe de charge de la production"
_HEADING = re.compile(r'^[ \t"]*(?:identifiant prm|horodate)\b[^\n]*$', re.IGNORECASE | re.MULTILINE)
_INDEX_HEADING = re.compile(r'^[ \t"]*horodate"?;"?type de rel[eè]v[eé]', re.IGNORECASE | re.MULTILINE)
_CURVE = re.compile(r'^[^;\n]*;[ "]*courbe de charge', re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a block measures, in the words of the file (lower case, without accents), and its unit."""

    physical: str = ""
    business: str = ""
    stage: str = ""
    unit: str = "W"

    @property
    def is_production(self) -> bool:
        """Whether the file says production (or injection)."""
        return self.business.startswith(("prod", "inj"))

    @property
    def is_consumption(self) -> bool:
        """Whether the file says consumption (or draw)."""
        return self.business.startswith(("cons", "sout"))

    def __str__(self) -> str:
        words = (self.physical, self.business, self.stage, self.unit)
        return ", ".join(quoted(word) for word in words if word)


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one quantity: texts and line numbers, each of length n. `prms` are (number, line)."""

    quantity: Quantity
    prms: tuple[tuple[str, int], ...]
    announced_end: str
    instants: list[str]
    values: list[str]
    line: Ints
    steps: list[str] | None = None

    def __len__(self) -> int:
        return len(self.line)


def holds_only_indexes(text: str) -> bool:
    """Whether an Enedis text has a table of indexes, and no load curve, which is worth more."""
    return _INDEX_HEADING.search(text) is not None and _CURVE.search(text) is None


def plain(word: str) -> str:
    """Lower case without accents, quotes nor outer spaces: headers come in both spellings."""
    stripped = unicodedata.normalize("NFKD", word.strip().strip('"').lower())
    return "".join(c for c in stripped if not unicodedata.combining(c))


def read_blocks(source: TextFile, notes: Notes) -> list[Points]:
    """Return every block of points, empty ones too; others (index, calendar) are set aside with a remark."""
    blocks: list[Points] = []
    preamble: dict[str, str] = {}
    at = 0
    found = headings(source.text, notes)
    line, counted = 1, 0
    for heading, following in zip(found, [*found[1:], None], strict=True):
        line, counted = line + source.text.count("\n", counted, heading.start()), heading.start()
        names = [plain(name) for name in split_line(heading.group(), SEPARATOR)]
        body = source.text[heading.end() + 1 : following.start() if following else None]
        if INDEX_COLUMN in names:
            _say_set_aside(preamble, line, notes)
        elif names[0] == "horodate":
            blocks.append(_from_preamble(preamble, at, names, body, line, notes))
        elif "horodate" in names:
            blocks += _from_full_lines(names, body, line, notes)
        else:
            preamble, at = read_preamble(names, body, line, notes), line + 1
            if following is None or plain(following.group()).startswith("identifiant prm"):
                _say_set_aside(preamble, line, notes)
    return blocks


def headings(text: str, notes: Notes) -> list[re.Match[str]]:
    """Return the heading lines: at most two by block, that of the meter and that of the points."""
    found = list(islice(_HEADING.finditer(text), 2 * MAX_BLOCKS + 1))
    if len(found) > 2 * MAX_BLOCKS:
        raise refuse(notes.filename, f"le fichier contient plus de {MAX_BLOCKS} blocs", _ONE_CURVE)
    return found


def read_preamble(names: list[str], body: str, line: int, notes: Notes) -> dict[str, str]:
    """Return what the line below “Identifiant PRM” says, by column."""
    values = split_line(body.split("\n", 1)[0], SEPARATOR)
    if len(values) < 2:
        notes.refuse(line + 1, "Identifiant PRM", "la ligne qui identifie le compteur manque", RESEND)
    return dict(zip(names, values, strict=False))


def _say_set_aside(preamble: dict[str, str], line: int, notes: Notes) -> None:
    kind = quoted(preamble.get("type de donnees", ""))
    notes.say("info", "Type de données", f"Bloc {kind} laissé de côté : il n’a pas de courbe.", line)


def _from_preamble(
    preamble: dict[str, str], at: int, names: list[str], body: str, line: int, notes: Notes
) -> Points:
    table = read_table(body, SEPARATOR, line + 1, max(2, len(names)), notes) if body.strip() else _EMPTY
    quantity = quantity_of(preamble)
    prm = preamble.get("identifiant prm", "")
    prms = ((prm, at),) if preamble else ()
    end = preamble.get("date de fin", "")
    return Points(quantity, prms, end, table.columns[0], table.columns[1], table.line)


_EMPTY = Table([[], []], np.zeros(0, dtype=np.int64))
_UNITS = {"w": "W", "kw": "kW", "wh": "Wh", "kwh": "kWh"}


def quantity_of(named: dict[str, str]) -> Quantity:
    """Return what a preamble or a line measures."""
    unit = named.get("unite", "")
    return Quantity(
        physical=plain(named.get("grandeur physique", "")),
        business=plain(named.get("grandeur metier", "")),
        stage=plain(named.get("etape metier", "")),
        unit=_UNITS.get(unit.lower(), unit) or "W",
    )


def _from_full_lines(names: list[str], body: str, line: int, notes: Notes) -> list[Points]:
    if not body.strip():
        return []
    table = read_table(body, SEPARATOR, line + 1, len(names), notes)
    columns = dict(zip(names, table.columns, strict=True))
    if "valeur" not in columns:
        notes.refuse(line, "Valeur", "la colonne « Valeur » manque", RESEND)
        return []
    # A meter's lines make blocks of their own: the file may hold several meters.
    keys = ("grandeur physique", "grandeur metier", "etape metier", "unite", "identifiant prm")
    blank = [""] * len(table)
    kinds = list(zip(*(columns.get(key, blank) for key in keys), strict=True))
    distinct = dict.fromkeys(kinds)
    if len(distinct) > MAX_KINDS:
        problem = (
            f"plus de {MAX_KINDS} grandeurs ou compteurs différents dans un même fichier ({len(distinct)})"
        )
        raise refuse(notes.filename, problem, _ONE_CURVE, line=line, field="Grandeur physique")
    return [
        _select(
            columns,
            table.line,
            np.array([k == kind for k in kinds], dtype=np.bool_),
            dict(zip(keys, kind, strict=True)),
        )
        for kind in distinct
    ]


def _select(columns: dict[str, list[str]], line: Ints, mask: np.ndarray, named: dict[str, str]) -> Points:
    rows = np.flatnonzero(mask).tolist()

    def column(name: str) -> list[str]:
        return [columns[name][i] for i in rows]

    prms = columns["identifiant prm"]
    first: dict[str, int] = {}
    for i in rows:
        first.setdefault(prms[i], int(line[i]))
    steps = column("pas") if "pas" in columns else None
    end = max(columns.get("date de fin", [""]), default="")
    return Points(
        quantity_of(named), tuple(first.items()), end, column("horodate"), column("valeur"), line[mask], steps
    )

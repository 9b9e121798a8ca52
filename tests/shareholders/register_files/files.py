"""Register files as other tools write them, built row by row."""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

from shareholders.register_files import RegisterFile, RegisterFileRefused, read_register_file

COLLEGES = {"citoyens": "Citoyens", "sem": "SEM", "communes": "Commune"}
TODAY = dt.date(2026, 11, 20)
Table = Sequence[Sequence[Any]]

HOLDERS: list[list[Any]] = [
    ["N°", "Nom", "Prénom(s)", "Dénomination", "SIREN", "Adresse", "Code postal", "Commune", "E-mail",
     "Date de naissance", "Lieu de naissance", "Collège", "Nombre d’actions", "Valeur nominale"],
    [1, "Durand", "Élise Anne", "", "", "3 rue Basly", "62750", "Loos-en-Gohelle", "elise@example.org",
     "03/03/1980", "Lens", "citoyens", 20, "50,00"],
    [2, "Lefèvre", "Paul", "", "", "8 rue du Stade", "62300", "Lens", "", "14/07/1975",
     "Divion", "Citoyens", 4, "50"],
    [3, "", "", "Commune de Divion", "216202705", "Mairie", "62460", "Divion", "", "", "",
     "COMMUNE", 100, "50 €"],
]  # fmt: skip
MOVEMENTS: list[list[Any]] = [
    ["N°", "Date", "Nature", "Cédant", "Cessionnaire", "Collège", "Nombre d’actions", "Valeur nominale",
     "Motif"],
    [1, "12/07/2019", "Souscription", "", "DURAND Élise", "Citoyens", 20, "50,00", "fondation"],
    [2, "12/07/2019", "Émission", "", "LEFÈVRE Paul", "Citoyens", 10, "50,00", ""],
    [3, "01/02/2021", "Cession", "Élise Durand", "Paul LEFEVRE", "", 5, "50,00", ""],
    [4, "03/03/2022", "Donation", "DURAND Élise", "PETIT Zoé", "Citoyens", 3, "50,00", "naissance"],
    [5, "04/04/2023", "Remboursement", "LEFÈVRE Paul", "", "", 15, "50,00", ""],
]  # fmt: skip


def csv_file(table: Table, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """As a spreadsheet saves it: a cell with a separator, a quote or a newline is quoted."""
    return "".join(separator.join(_quoted(cell, separator) for cell in row) + "\r\n" for row in table).encode(
        encoding
    )


def _quoted(cell: Any, separator: str) -> str:
    text = str(cell)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in (separator, '"', "\n")) else text


def xlsx_file(**sheets: Table) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append([None if cell == "" else cell for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_sheet(table: Table) -> bytes:
    return xlsx_file(Registre=table)


writers: list[Callable[[Table], bytes]] = [csv_file, xlsx_sheet]


def read(content: bytes, name: str = "registre.csv") -> RegisterFile:
    return read_register_file(name, content, COLLEGES, on=TODAY)


def faults(content: bytes, name: str = "registre.csv") -> list[str]:
    """The French sentences of a refusal, with plain spaces."""
    try:
        read(content, name)
    except RegisterFileRefused as refused:
        return [sentence.replace("\u202f", " ") for sentence in refused.sentences]
    return []


def changed(table: Table, line: int, heading: str, cell: Any) -> list[list[Any]]:
    """The table with one cell written otherwise; `line` from 1, as people count."""
    copy = [list(row) for row in table]
    copy[line - 1][table[0].index(heading)] = cell
    return copy

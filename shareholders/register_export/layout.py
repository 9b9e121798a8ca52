"""What an export is made of: its columns, its words, what it claims to be."""

import datetime as dt
from dataclasses import dataclass

from shareholders.capital import Kind
from shareholders.register_chain import Stated

COLUMNS = (
    "numéro",
    "nature",
    "date d’effet",
    "saisi le (UTC)",
    "n° du cédant",
    "cédant",
    "n° du cessionnaire",
    "cessionnaire",
    "nombre d’actions",
    "valeur nominale (€)",
    "annule la ligne",
    "motif",
    "empreinte de la ligne précédente",
    "empreinte de la ligne",
)
# In a CSV, columns filled on its last row alone: a file that was cut has lost them. In a workbook, a sheet.
CLAIMS = (
    "société",
    "dénomination",
    "SIREN",
    "exporté le (UTC)",
    "arrêté au",
    "lignes",
    "dernière empreinte",
    "actions du capital",
    "capital (€)",
)
KINDS: dict[str, str] = {
    Kind.ISSUE: "émission",
    Kind.TRANSFER: "cession",
    Kind.GIFT: "donation",
    Kind.INHERITANCE: "succession",
    Kind.WITHDRAWAL: "retrait et remboursement",
    Kind.CANCELLATION: "annulation",
    Kind.NOMINAL_CHANGE: "changement de la valeur nominale",
    Kind.REVERSAL: "contre-passation",
}
SHEETS = ("Registre", "Export")
MAX_XLSX_LINES = 1_048_575


@dataclass(frozen=True, slots=True)
class Meta:
    """Whose register it is, and when it was exported (UTC).

    `on`: the day it stops at, if not today. `stated`: what the export claims to be; counted when it is
    written, found again when it is read.
    """

    slug: str
    name: str
    siren: str
    exported_at: dt.datetime
    on: dt.date | None = None
    stated: Stated | None = None

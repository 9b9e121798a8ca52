"""Every bad input an operator may bring (issue 2), and what the refusal must say."""

import datetime as dt
from dataclasses import dataclass

import pytest

from installations.models import Meter
from tests.production.deliveries import PRM, csv_of, enedis, paris_day

DAY = dt.date(2025, 6, 10)
GOOD = csv_of(paris_day(DAY, 1000))
OTHER_PRM = "99999999999999"


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file, the line its refusal names (None: the file as a whole), and words of the sentence.

    `rest`: the file without its faulty lines can be stored, so it waits for a decision.
    """

    name: str
    content: bytes
    line: int | None
    words: tuple[str, ...]
    rest: bool = False


BAD_FILES = {
    "wrong format": BadFile(
        "notice.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", None, ("document PDF", "portail")
    ),
    "wrong meter": BadFile("enedis.csv", enedis(), None, (PRM, OTHER_PRM, "bon fichier")),
    "empty": BadFile("vide.csv", b"", None, ("le fichier est vide", "exportez de nouveau")),
    "header only": BadFile("entete.csv", GOOD.splitlines()[0] + b"\n", None, ("Que faire",)),
    "half written": BadFile("coupe.csv", GOOD[:-6], 25, ("inachevée", "coupé"), rest=True),
    "duplicate lines that disagree": BadFile(
        "double.csv",
        GOOD + GOOD.splitlines()[5].replace(b"1000", b"1100") + b"\n",
        26,
        ("deux valeurs différentes", "déjà donné ligne 6", "supprimez l’autre"),
        rest=True,
    ),
    "negative power": BadFile(
        "negatif.csv",
        GOOD.replace(b"T03:00:00Z;", b"T03:00:00Z;-"),
        7,
        ("puissance négative", "sens du compteur"),
        rest=True,
    ),
    "absurd power": BadFile(
        "absurde.csv",
        GOOD.replace(b"T03:00:00Z;1000", b"T03:00:00Z;900000"),
        7,
        ("puissance impossible", "unité"),
        rest=True,
    ),
    "a year in the future": BadFile(
        "futur.csv", csv_of(paris_day(dt.date(2099, 6, 10), 1000)), 2, ("dans le futur", "vérifiez l’année")
    ),
    "a spreadsheet renamed": BadFile(
        "classeur.csv",
        b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml",
        None,
        ("classeur Excel renommé", ".xlsx"),
    ),
    "binary": BadFile("binaire.csv", b"a;b\n\x00\x01\x02\x03", None, ("Que faire",)),
}

every_bad_file = pytest.mark.parametrize("bad", BAD_FILES.values(), ids=BAD_FILES)


def expects_another_prm(meter: Meter) -> Meter:
    """Give a meter an identifier that no sample file has."""
    meter.identifier = OTHER_PRM
    meter.save()
    return meter

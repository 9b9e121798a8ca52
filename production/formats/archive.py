"""An archive that a portal sends in place of a file: the one file in it that counts, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile

from production.formats.detection import MAX_FILE_BYTES, is_workbook
from production.formats.errors import FileRefused, refuse
from production.formats.text import RESEND

# EDF's customer area sends its load curve beside three others, in one archive.
_WANTED = re.compile(r"(?:[^/\\]{1,100}/)?mes-puissances-atteintes-30min[^/\\]{0,100}\.csv", re.IGNORECASE)
MAX_MEMBERS = 100
_ENCRYPTED = 0x1


def unpacked(data: bytes, filename: str) -> bytes:
    """Return the load curve of an EDF archive; anything else comes back as it is. Raises FileRefused."""
    if not is_workbook(data):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            wanted = [one for one in members[:MAX_MEMBERS] if _WANTED.fullmatch(one.filename)]
            if not wanted:
                return data
            return _read(archive, _only(wanted, filename), filename)
    except FileRefused:
        raise
    except Exception:
        # Damaged archives raise a dozen kinds of errors; one that isn't EDF's is judged as a workbook.
        return data


def _only(wanted: list[zipfile.ZipInfo], filename: str) -> zipfile.ZipInfo:
    if len(wanted) > 1:
        problem = f"l’archive contient {len(wanted)} courbes de puissances"
        raise refuse(filename, problem, "décompressez-la et déposez chaque courbe pour son compteur")
    if wanted[0].flag_bits & _ENCRYPTED:
        raise refuse(filename, "l’archive est protégée par un mot de passe", "déposez la courbe décompressée")
    return wanted[0]


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, filename: str) -> bytes:
    """Unpack one member, whatever size it announces. Raises FileRefused."""
    try:
        with archive.open(member) as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except Exception:
        raise refuse(filename, "l’archive est abîmée ou incomplète", RESEND) from None
    if len(content) > MAX_FILE_BYTES:
        problem = f"la courbe de l’archive dépasse {MAX_FILE_BYTES // 1024**2} Mo une fois décompressée"
        raise refuse(filename, problem, "demandez une période plus courte")
    return content

"""From the bytes somebody dropped to XML documents: sizes first, archives opened, strangers named."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from mine_de_soleil.core.sentences import Sentence, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.banking.camt053.refusal import StatementRefused, export_again, refuse, shown

MAX_BYTES = 20 * 1024 * 1024
# A year of daily statements, and some.
MAX_PARTS = 500
TOO_BIG = _(
    "Ce fichier est trop gros (plus de 20 Mo une fois décompressé). Exportez une période plus courte."
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What other files begin with, and what to call them.
_STRANGERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"%PDF"), _("C’est un document PDF.")),
    (re.compile(rb"\xd0\xcf\x11\xe0"), _("C’est un classeur Excel (ancien format .xls).")),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8"), _("C’est une image.")),
    (re.compile(rb"(?i)\s*<(!doctype )?html"), _("C’est une page web.")),
    (re.compile(rb"(?i)\s*(OFXHEADER|<OFX)"), _("C’est un relevé au format OFX.")),
    (re.compile(rb"!Type|!Account"), _("C’est un relevé au format QIF.")),
    (re.compile(rb"\s*(\{1:|:20:)"), _("C’est un relevé au format MT940.")),
    (re.compile(rb"01\d{5} {4}\d{5}"), _("C’est un relevé au format CFONB (120 caractères).")),
    (re.compile(rb"\s*[\[{]"), _("C’est un fichier JSON.")),
    (re.compile(rb"(?!\s*<)[^\n]*[;,\t][^\n]*[;,\t]"), _("C’est un tableau (CSV).")),
)


def documents(data: bytes) -> list[tuple[str, bytes]]:
    """The XML documents of `data`: itself (name ""), or each of a ZIP archive. Raises StatementRefused."""
    if not data.strip():
        raise refuse(export_again(_("Le fichier est vide.")))
    if len(data) > MAX_BYTES:
        raise refuse(TOO_BIG)
    if data.startswith(b"PK"):
        return _unpacked(data)
    _refuse_strangers(data, "")
    return [("", data)]


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except StatementRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise refuse(export_again(_("L’archive est abîmée ou incomplète."))) from None


def _parts(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    wanted = [part for part in archive.infolist() if not _is_noise(part)]
    _refuse_spreadsheet({part.filename for part in wanted})
    if len(wanted) > MAX_PARTS:
        raise refuse(
            worded(_("L’archive contient trop de fichiers : %(max_parts)s au plus."), max_parts=MAX_PARTS)
        )
    found: list[tuple[str, bytes]] = []
    left = MAX_BYTES
    for part in wanted:
        content = _content(archive, part, left)
        left -= len(content)
        _refuse_strangers(content, part.filename)
        found.append((part.filename, content))
    if not found:
        raise refuse(export_again(_("L’archive est vide.")))
    return found


def _is_noise(part: zipfile.ZipInfo) -> bool:
    """Folders, and what computers add by themselves to an archive."""
    name = part.filename.rpartition("/")[2]
    return part.is_dir() or part.filename.startswith("__MACOSX/") or name in (".DS_Store", "Thumbs.db")


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    if part.flag_bits & 1:
        raise refuse(_("L’archive est protégée par un mot de passe. Déposez-la ouverte."), file=part.filename)
    # The announced size may lie: no more is unpacked than is allowed.
    with archive.open(part) as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise refuse(TOO_BIG, file=part.filename)
    return content


def _refuse_spreadsheet(names: set[str]) -> None:
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise refuse(export_again(_("C’est un classeur ou un document bureautique, pas un relevé.")))


def _refuse_strangers(content: bytes, file: str) -> None:
    start = content[:1000]
    for mark in _BOMS:
        start = start.removeprefix(mark)
    for pattern, what in _STRANGERS:
        if pattern.match(start):
            raise refuse(export_again(what), file=file)
    if not start.replace(b"\0", b"").lstrip().startswith(b"<"):
        raise refuse(
            export_again(_("Ce n’est pas un fichier XML, mais %(start)s."), start=_glimpse(start)), file=file
        )


def _glimpse(start: bytes) -> Sentence:
    return worded(_("un fichier qui commence par %(shown)s"), shown=shown(start[:20].decode("latin-1")))

"""From bytes to rows of text: encoding, separator, quotes; every row keeps the number of its first line."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.register_files.faults import Faults, refuse

NumberedRow = tuple[int, list[str]]

_CONTROL = bytes([*range(9), *range(0x0E, 0x20), 0x7F])
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEPARATORS = ";\t,|"
_SAMPLE_ROWS = 30
_RESAVE = _("enregistrez de nouveau le fichier au format CSV (UTF-8) ou .xlsx, puis déposez-le")
CUT = _("la dernière ligne est inachevée : le fichier a été coupé à l’enregistrement ou à l’envoi")


def decode(content: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with its mark, else Windows-1252. Raises RegisterFileRefused."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    if len(content.translate(None, _CONTROL)) < len(content):
        raise refuse(_("le contenu est binaire ou abîmé : ce n’est ni un texte ni un classeur"), _RESAVE)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        undefined = any(byte in content for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))
        return _decoded(content, "latin-1" if undefined else "cp1252")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(
            worded(_("le texte n’est pas lisible (%(encoding)s)"), encoding=encoding), _RESAVE, line=line
        ) from None
    if "\0" in text:
        raise refuse(_("le contenu est binaire ou abîmé"), _RESAVE)
    return text


def best_separator(text: str, score: Callable[[list[str]], int]) -> str:
    """The separator under which one of the first rows scores best (as a row of headings)."""

    def best(separator: str) -> int:
        sample = islice(_rows(text, separator, strict=False), _SAMPLE_ROWS)
        return max((score(row) for _, row in sample), default=0)

    return max(_SEPARATORS, key=best)


def read_rows(text: str, separator: str, faults: Faults) -> list[NumberedRow]:
    """Rows that aren't blank, each with the number of its first line; a cut last row is a fault."""
    rows: list[NumberedRow] = []
    try:
        for line, row in _rows(text, separator, strict=True):
            if any(cell.strip() for cell in row):
                rows.append((line, row))
    except csv.Error:
        line = rows[-1][0] + 1 if rows else 1
        remedy = _("refermez le guillemet, ou exportez de nouveau le fichier")
        faults.add(line, "", _("un guillemet ouvert à partir de cette ligne n’est pas refermé"), remedy)
        return rows
    if len(rows) > 1 and not text.endswith(("\n", "\r")) and len(rows[-1][1]) < len(rows[-2][1]):
        faults.add(rows[-1][0], "", CUT, _("exportez de nouveau le fichier, puis déposez-le entier"))
        rows.pop()
    return rows


def _rows(text: str, separator: str, *, strict: bool) -> Iterator[NumberedRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if strict:
                raise
            return
        yield line, row
        line = reader.line_num + 1

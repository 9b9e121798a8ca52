"""What a file is, by its content: its name is only believed when it contradicts a spreadsheet."""

from __future__ import annotations

from pathlib import Path, PurePath

from production.formats.errors import FileRefused, refuse

MAX_FILE_BYTES = 64 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})
_TEXT_REMEDY = "exportez la courbe au format CSV depuis le portail, puis déposez-la"
_MAGIC = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "un ancien classeur Excel (.xls)",
        "enregistrez-le au format .xlsx ou .csv",
    ),
    (b"%PDF", "un document PDF", _TEXT_REMEDY),
    (b"\x89PNG", "une image", _TEXT_REMEDY),
    (b"\xff\xd8\xff", "une image", _TEXT_REMEDY),
    (b"GIF8", "une image", _TEXT_REMEDY),
    (b"\x1f\x8b", "un fichier compressé (gzip)", "décompressez-le, puis déposez-le"),
    (b"7z\xbc\xaf\x27\x1c", "une archive compressée (7z)", "décompressez-la, puis déposez chaque fichier"),
    (b"Rar!", "une archive compressée (RAR)", "décompressez-la, puis déposez chaque fichier"),
    (b"PK\x05\x06", "une archive vide", _TEXT_REMEDY),
    (b"SQLite format 3", "une base de données", _TEXT_REMEDY),
)
_MARKUP = (
    (
        ("<!doctype html", "<html", "<head", "<body"),
        "une page web (le portail a sans doute répondu par une erreur)",
        "reconnectez-vous au portail et exportez de nouveau le fichier",
    ),
    (("<?xml", "<"), "un fichier XML", _TEXT_REMEDY),
    (("{", "["), "un fichier JSON", _TEXT_REMEDY),
)


def load(source: Path | str | bytes, filename: str) -> bytes:
    """Return the bytes of a file, refusing an empty one, and one above MAX_FILE_BYTES before reading it."""
    size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
    if size > MAX_FILE_BYTES:
        most = f"{MAX_FILE_BYTES // 1024**2} Mo au plus"
        problem = f"le fichier est trop gros ({size / 1024**2:.0f} Mo ; {most})"
        raise refuse(
            filename, problem, "exportez une période plus courte, par exemple un mois ou un an à la fois"
        )
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise refuse(filename, "le fichier est vide", "exportez de nouveau la courbe, puis déposez-la")
    return data


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip archive, as an XLSX is."""
    return data.startswith(_ZIP)


def opens_like_json(data: bytes) -> bool:
    """Whether the first sign is the opening brace of a JSON object."""
    return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def opens_like_xml(data: bytes) -> bool:
    """Whether the first sign is an opening tag."""
    return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def refuse_disguise(filename: str) -> None:
    """Refuse a spreadsheet whose name says text: someone renamed it, thinking to convert it."""
    if PurePath(filename).suffix.lower() in _TEXT_SUFFIXES:
        raise refuse(
            filename,
            "c’est un classeur Excel renommé, ce qui ne le convertit pas en texte",
            "rendez-lui son extension .xlsx, ou exportez un vrai fichier CSV, puis déposez-le",
        )


def refuse_foreign(data: bytes, filename: str) -> None:
    """Refuse a content that is plainly something else: PDF, image, archive, web page, XML, JSON."""
    for magic, kind, remedy in _MAGIC:
        if data.startswith(magic):
            raise _wrong_kind(filename, kind, remedy)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").decode("latin-1").lower()
    for openings, kind, remedy in _MARKUP:
        if head.startswith(openings):
            raise _wrong_kind(filename, kind, remedy)


def _wrong_kind(filename: str, kind: str, remedy: str) -> FileRefused:
    return refuse(filename, f"ce n’est pas une courbe de mesures mais {kind}", remedy)

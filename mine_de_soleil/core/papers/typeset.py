"""From a paper's contents to PDF/UA-1, by Typst. No Django, no clock, no network.

Data reach the templates as one JSON text and are printed as strings: Typst reads markup in templates only,
so that `#`, `\\` or `$` in a name are just characters. What could still break a page is dealt with here:
invisible characters and letters that no font has (words without end: see `broken` in common.typ).
"""

import json
import os
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "templates"
NAMES = (
    "bulletin",
    "certificate",
    "movement_order",
    "newborn",
    "register_extract",
    "sale_invoice",
    "yield_study",
    "heat_study",
)
LANGUAGES = ("fr", "en")
BASE_DIR = Path(__file__).resolve().parents[3]

# Controls, direction marks (they can make a number read backwards), halves of pairs, private, unassigned.
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")
_MISSING_GLYPH = re.compile(r'the text `"(?P<text>(?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Typst names every letter it lacks; a second round is for what the first one uncovered.
_ROUNDS = 4


class PaperError(Exception):
    """A paper that couldn't be made; the message says why, in French."""


class UnknownTemplate(PaperError):
    """No paper of that name."""


class UnfitData(PaperError):
    """Contents that aren't texts, lists and groups of texts, or of an unknown language."""


class TypesettingFailed(PaperError):
    """Typst refused the paper; its own words follow."""


def typeset(
    template: str, data: Mapping[str, Any], *, at: datetime | None = None, fonts: Path | None = None
) -> bytes:
    """The paper as PDF/UA-1: `data` is `asdict` of the class in `contents` named after the template.

    `at` (with time zone) is written as the file's creation date; without it the file has none, and equal
    data give equal bytes. `fonts` is a folder of TTF files, `font_folder()` if not given. Characters that
    can't be seen are left out and letters without a font become their code, « [U+1F600] ».
    Raises UnknownTemplate, UnfitData, TypesettingFailed.
    """
    options: dict[str, Any] = {"format": "pdf", "pdf_standards": ["ua-1"], "timestamp": at}
    printed = _compile(template, data, fonts, options)
    assert isinstance(printed, bytes)
    return printed


def pictures(
    template: str, data: Mapping[str, Any], *, fonts: Path | None = None, ppi: int = 96
) -> list[bytes]:
    """The same paper as PNG, a picture a page: for the eye, not for the file. Raises as `typeset`."""
    drawn = _compile(template, data, fonts, {"format": "png", "ppi": float(ppi)})
    return drawn if isinstance(drawn, list) else [drawn]


def font_folder() -> Path:
    """Where set-up put the fonts: under MDS_VAR_DIR, otherwise under the var/ of this tree."""
    chosen = Path(os.environ.get("MDS_VAR_DIR", BASE_DIR / "var")) / "fonts"
    return chosen if chosen.is_dir() else BASE_DIR / "var" / "fonts"


def plain(text: str) -> str:
    """`text` as it can be printed: composed letters, nothing invisible."""
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    seen = "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in _UNPRINTABLE)
    # Afterwards: what was left out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", seen)


def _compile(
    template: str, data: Mapping[str, Any], fonts: Path | None, options: dict[str, Any]
) -> bytes | list[bytes]:
    source = _source(template)
    text = _as_json(data)
    for _ in range(_ROUNDS):
        try:
            return _run(source, text, fonts or font_folder(), options)
        except typst.TypstError as error:
            lacking = _letters_without_font(error.diagnostic)
            if not lacking:
                raise TypesettingFailed(f"La mise en page a échoué : {error.message}") from error
            text = _with_codes(text, lacking)
    raise TypesettingFailed("La mise en page a échoué : des lettres manquent encore aux polices.")


def _run(source: Path, text: str, fonts: Path, options: dict[str, Any]) -> bytes | list[bytes]:
    dated = {"dated": "yes"} if options.get("timestamp") else {}
    printed = typst.Compiler(
        str(source),
        root=str(TEMPLATES),
        font_paths=_fonts(str(fonts)),
        ignore_system_fonts=True,
        sys_inputs={"data": text, **dated},
        # Templates use no package; these folders hold none, so that none could be fetched either.
        package_path=str(TEMPLATES),
        package_cache_path=str(TEMPLATES),
    ).compile(**options)
    assert printed is not None
    return printed


def _source(template: str) -> Path:
    if template not in NAMES:
        raise UnknownTemplate(f"Aucun document ne s’appelle « {template[:60]} ».")
    return TEMPLATES / f"{template}.typ"


def _as_json(data: Mapping[str, Any]) -> str:
    if data.get("language") not in LANGUAGES:
        raise UnfitData("La langue d’un document est « fr » ou « en ».")
    return json.dumps(_fit(data, "data"), ensure_ascii=False)


def _fit(value: Any, path: str) -> Any:
    """`value` with every text made plain. A number or a date is refused: writing it is the caller's part."""
    if isinstance(value, str):
        return plain(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return {key: _fit(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_fit(item, f"{path}[{i}]") for i, item in enumerate(value)]
    raise UnfitData(f"Le champ {path} doit être un texte, pas {type(value).__name__}.")


def _letters_without_font(diagnostic: str) -> set[str]:
    texts = [match["text"] for match in _MISSING_GLYPH.finditer(diagnostic)]
    spelled = "".join(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in texts)
    return {letter for letter in spelled if not letter.isascii()}


def _with_codes(text: str, letters: set[str]) -> str:
    return text.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in letters})


@lru_cache(maxsize=4)
def _fonts(folder: str) -> typst.Fonts:
    """Typst's own fonts and those of a folder: nothing of the machine, so papers look alike everywhere."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder] if folder else []
    )

"""Fonts for papers: the site's web fonts made into what Typst reads, once, at set-up.

Typst reads neither woff2 nor variable fonts. fontTools and brotli do the conversion and leave again with
the set-up's other tools: nothing here is imported while the product runs, and nothing here knows Django.
"""

import os
import sys
from pathlib import Path
from typing import Any

FAMILY = "Atkinson Hyperlegible Next"
PACKAGE = "@fontsource-variable/atkinson-hyperlegible-next"
SUBSETS = ("latin", "latin-ext")
# Name of the face, style of the web font it comes from, weight.
FACES = [("Regular", "normal", 400), ("Bold", "normal", 700), ("Italic", "italic", 400)]

NARROW_SPACE, WORD_SPACE = 0x202F, 0x20
# The web fonts lack the narrow space that French puts before ; : ! ? and between thousands.
NARROW_FRACTION = 0.6

BASE_DIR = Path(__file__).resolve().parents[2]


class FontsError(Exception):
    """A web font or a tool of the set-up is missing."""


def make_fonts(node_modules: Path, fonts: Path) -> list[Path]:
    """Write one static TTF per face into `fonts`; the files written. Raises FontsError."""
    fonts.mkdir(parents=True, exist_ok=True)
    return [_make_face(node_modules, fonts, *face) for face in FACES]


def source_files(node_modules: Path, style: str) -> list[Path]:
    """The web fonts of one style, one per subset of letters. Raises FontsError if one is missing."""
    folder = node_modules / PACKAGE / "files"
    files = [folder / f"atkinson-hyperlegible-next-{subset}-wght-{style}.woff2" for subset in SUBSETS]
    for file in files:
        if not file.is_file():
            raise FontsError(f"{file} manque : lancez « make setup » (ou « npm ci »), puis recommencez.")
    return files


def _make_face(node_modules: Path, fonts: Path, face: str, style: str, weight: int) -> Path:
    target = fonts / f"AtkinsonHyperlegibleNext-{face}.ttf"
    font = _merged([_static(file, weight) for file in source_files(node_modules, style)], fonts)
    _add_narrow_space(font)
    _name(font, face)
    # A set-up cut short must leave no half-written font behind.
    unfinished = target.with_suffix(".part")
    font.save(unfinished)
    unfinished.replace(target)
    return target


def _static(file: Path, weight: int) -> Any:
    """A variable font frozen at one weight."""
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
    from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-not-found]

    font = TTFont(file)
    font.flavor = None
    return instantiateVariableFont(font, {"wght": weight}, updateFontNames=False)


def _merged(parts: list[Any], folder: Path) -> Any:
    """The subsets as one font. The merger reads files only, hence the two passing ones."""
    from fontTools.merge import Merger  # type: ignore[import-not-found]

    files = [folder / f"part-{i}.part" for i in range(len(parts))]
    try:
        for part, file in zip(parts, files, strict=True):
            part.save(file)
        return Merger().merge([str(file) for file in files])
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def _add_narrow_space(font: Any) -> None:
    """U+202F as a narrower copy of the word space."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-not-found]

    width = font["hmtx"][font.getBestCmap()[WORD_SPACE]][0]
    name = "narrownbspace"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = Glyph()
    font["hmtx"][name] = (round(width * NARROW_FRACTION), 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[NARROW_SPACE] = name


def _name(font: Any, face: str) -> None:
    """Say in the font itself which face it is: Typst chooses by this, not by the file's name."""
    bold, italic = face == "Bold", face == "Italic"
    names = {1: FAMILY, 2: face, 4: f"{FAMILY} {face}", 6: f"AtkinsonHyperlegibleNext-{face}"}
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
        font["name"].setName(text, name_id, 1, 0, 0)
    regular = not (bold or italic)
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["OS/2"].fsSelection = (1 if italic else 0) | (32 if bold else 0) | (64 if regular else 0) | 128
    font["head"].macStyle = (1 if bold else 0) | (2 if italic else 0)


def main() -> int:
    """Make the fonts under var/ (or MDS_VAR_DIR). Exit status 1, with a sentence, if something is missing."""
    var = Path(os.environ.get("MDS_VAR_DIR", BASE_DIR / "var"))
    try:
        make_fonts(BASE_DIR / "node_modules", var / "fonts")
    except FontsError as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"{error.name} manque : les polices se préparent avec « make setup ».", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The fonts themselves are made at set-up, with tools that are gone afterwards: what they left is tested."""

import sys

import pytest
import typst

from mine_de_soleil.core import paper_fonts
from mine_de_soleil.core.papers.typeset import font_folder


def test_set_up_made_regular_bold_and_italic():
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
    )
    faces = {(font.family, font.style, font.weight) for font in fonts.fonts()}
    assert faces == {
        (paper_fonts.FAMILY, "normal", 400),
        (paper_fonts.FAMILY, "normal", 700),
        (paper_fonts.FAMILY, "italic", 400),
    }


def test_nothing_half_made_is_left():
    assert [file.name for file in font_folder().iterdir() if file.suffix != ".ttf"] == []


def test_every_face_is_made_of_both_subsets():
    for _, style, _ in paper_fonts.FACES:
        files = paper_fonts.source_files(paper_fonts.BASE_DIR / "node_modules", style)
        assert [file.name.split("next-")[1] for file in files] == [
            f"latin-wght-{style}.woff2",
            f"latin-ext-wght-{style}.woff2",
        ]


def test_a_missing_web_font_is_named(tmp_path):
    with pytest.raises(paper_fonts.FontsError, match=r"latin-wght-normal\.woff2 manque"):
        paper_fonts.make_fonts(tmp_path, tmp_path / "fonts")


def test_a_missing_package_ends_set_up_with_a_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MDS_VAR_DIR", str(tmp_path))
    monkeypatch.setattr(paper_fonts, "BASE_DIR", tmp_path)
    assert paper_fonts.main() == 1
    assert "lancez « make setup »" in capsys.readouterr().err


def test_missing_tools_end_set_up_with_a_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MDS_VAR_DIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "fontTools", None)
    assert paper_fonts.main() == 1
    assert "« make setup »" in capsys.readouterr().err
    assert list((tmp_path / "fonts").iterdir()) == []

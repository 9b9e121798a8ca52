import re
import tomllib
from dataclasses import asdict, fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.papers.typeset import (
    NAMES,
    TEMPLATES,
    PaperError,
    UnfitData,
    UnknownTemplate,
    font_folder,
    pictures,
    plain,
    typeset,
)

from . import samples
from .reading import metadata, pages, reader, says, structure, text_of

HOSTILE = (
    '#read("/etc/passwd") \\ "guillemets" $x^2$ *gras* _i_ <l> @ref [c] // x /* y */ {amount} {shares} `r`'
)
HUNDRED_YEARS = date(2126, 1, 1)


def printed(paper, **options) -> bytes:
    return typeset(paper.template, asdict(paper), **options)


def texts_in(value) -> list[str]:
    """Every text of a paper's contents, but for its language and for the numbers of its pictures."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if is_told(key) for text in texts_in(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in texts_in(item)]
    return []


def is_told(field: str) -> bool:
    return field != "language" and not field.endswith("drawn")


# Papers as long as their tables: two lines of each are enough of a mischief.
LONG = (samples.register_extract, samples.yield_study, samples.heat_study)


def with_texts(value, text: str):
    if isinstance(value, str):
        return text
    if isinstance(value, dict):
        return {key: item if key == "language" else with_texts(item, text) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_texts(item, text) for item in value]
    return value


makers = pytest.mark.parametrize("make", samples.ALL, ids=lambda make: make.__name__)


@makers
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_paper_says_all_its_contents(make, language):
    paper = make(language=language)
    # A newborn's certificate names the company only, not its legal form and seat.
    wanted = {**asdict(paper), "company": paper.company.name} if make is samples.newborn else asdict(paper)
    assert says(printed(paper), *texts_in(wanted)) == []


@makers
def test_a_paper_is_accessible(make):
    pdf = printed(make())
    root = reader(pdf).root
    assert "part>1<" in metadata(pdf) or 'pdfuaid:part="1"' in metadata(pdf)
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    tags = structure(pdf)
    assert tags["Title"] == 1
    assert tags["P"] + tags["Div"] >= 3


def test_the_language_of_the_file_is_that_of_the_paper():
    pdf = printed(samples.certificate(language="en"))
    assert reader(pdf).root["/Lang"] == "en"
    assert says(pdf, "Certificate of registration of shares", "page 1 of 1") == []


@makers
def test_every_page_tells_how_to_verify_and_its_number(make):
    pdf = printed(make())
    for number in range(1, len(pages(pdf)) + 1):
        assert says(pdf, f"page {number} sur {len(pages(pdf))}") == []
    assert says(pdf, f"Vérifiez ce document : {samples.COMMON['verification_address']}") == []


@makers
def test_demonstration_data_are_marked_and_real_ones_are_not(make):
    assert says(printed(make()), "Données de démonstration") == []
    assert says(printed(make(is_demo=False)), "Données de démonstration") == ["Données de démonstration"]


@makers
def test_hostile_text_is_printed_and_never_run(make):
    paper = make(lines=2) if make in LONG else make()
    pdf = typeset(paper.template, with_texts(asdict(paper), HOSTILE))
    assert says(pdf, HOSTILE) == []
    assert says(pdf, "root:") == ["root:"]


@makers
@pytest.mark.parametrize("text", ["a" * 10_000, "mot " * 2_500, "ligne\n" * 500, "", " "], ids=len)
def test_huge_or_empty_text_breaks_no_paper(make, text):
    paper = make(lines=2) if make in LONG else make()
    assert typeset(paper.template, with_texts(asdict(paper), text)).startswith(b"%PDF-1.7")


def test_a_word_of_ten_thousand_letters_stays_on_the_page():
    pdf = printed(samples.bulletin(terms="w" * 10_000))
    assert text_of(pdf).count("w") >= 10_000
    assert len(pages(pdf)) > 2


def test_letters_without_a_font_become_their_code():
    pdf = printed(samples.newborn(first_names="Zoé 😀 李"))
    assert says(pdf, "Zoé [U+1F600] [U+674E]") == []


def test_all_letters_of_european_names_are_printed_as_they_are():
    names = "Œuvrard Ÿ Šťastný Őry Łukasz İnci Țepeș Æsa Ødegård Gûntß Ðóra Żółć Ñuñez Ġorġ Ķ"
    pdf = printed(samples.newborn(first_names=names))
    assert says(pdf, names) == []
    assert "[U+" not in text_of(pdf)


def test_other_alphabets_are_printed():
    assert "[U+" not in text_of(printed(samples.newborn(first_names="Ελένη Жанна שרה ليلى")))


def test_the_narrow_space_of_french_is_kept():
    assert "60\u202f750" in text_of(printed(samples.certificate(total_nominal="60\u202f750 €")))


def test_the_site_s_font_is_the_one_printed():
    families = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pages(printed(samples.newborn()))
        for font in page["/Resources"]["/Font"].values()
    }
    assert families == {f"AtkinsonHyperlegibleNext-{face}" for face in ("Regular", "Bold", "Italic")}


def test_without_the_site_s_font_a_paper_is_printed_all_the_same(tmp_path):
    assert says(printed(samples.newborn(), fonts=tmp_path), "Léonie") == []


def test_invisible_characters_are_left_out():
    assert plain("a\x00b\x07c\u202ed\u2066e\ud800f\ue000g\r\nh\ti") == "abcdefg\nh i"


def test_a_letter_and_its_accent_become_one():
    assert plain("Le\u0301onie") == "Léonie"


@given(st.text(max_size=200))
def test_what_is_plain_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)


def test_an_address_or_a_fingerprint_is_copied_without_anything_added():
    text = text_of(printed(samples.bulletin()))
    assert samples.COMMON["verification_address"] in text
    assert samples.FINGERPRINT in text.replace("\n", "")
    assert "\u200b" not in text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_printed(name, address, message):
    person = contents.Person(name=name, address=address)
    for paper in (
        samples.newborn(first_names=name, message=message, offered_by=address),
        samples.movement_order(seller=person, nature=message),
    ):
        assert printed(paper).startswith(b"%PDF")


def test_a_draft_says_that_it_is_not_signed():
    pdf = printed(samples.bulletin(signature=None))
    assert says(pdf, "Projet, non signé", "Ce document n’est pas encore signé.") == []


def test_a_signed_bulletin_is_no_draft():
    assert says(printed(samples.bulletin()), "Projet, non signé") == ["Projet, non signé"]


def test_a_bulletin_names_the_number_in_words_and_the_copy():
    pdf = printed(samples.bulletin())
    assert says(pdf, "10 (dix)", "Un exemplaire de ce bulletin a été remis à la personne qui souscrit.") == []


def test_a_gift_has_neither_price_nor_duty():
    pdf = printed(samples.movement_order(nature="donation", price="", price_per_share="", duty=None))
    absent = ["Prix total", "Droit d’enregistrement"]
    assert says(pdf, *absent) == absent


def test_a_long_register_repeats_its_heading_on_each_page():
    pdf = printed(samples.register_extract(lines=200))
    assert len(pages(pdf)) > 5
    tags = structure(pdf)
    assert tags["Table"] == 1
    assert tags["TR"] == 201
    assert text_of(pdf).count("Ancien titulaire") >= len(pages(pdf)) - 1


def test_an_empty_register_is_printed():
    assert says(printed(samples.register_extract(lines=0)), "Les mouvements") == []


def test_equal_contents_give_equal_files():
    assert printed(samples.certificate()) == printed(samples.certificate())


def test_the_file_is_dated_when_a_day_is_given():
    at = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
    assert "2026-11-20T18:42:00" in metadata(printed(samples.certificate(), at=at))
    assert "CreateDate" not in metadata(printed(samples.certificate()))


@pytest.mark.parametrize("name", ["facture", "../typeset", "common", "", "bulletin.typ", "x" * 10_000])
def test_an_unknown_paper_is_refused(name):
    with pytest.raises(UnknownTemplate, match="Aucun document ne s’appelle"):
        typeset(name, asdict(samples.newborn()))


@pytest.mark.parametrize("language", ["de", "", None, "FR", 3])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(UnfitData, match="« fr » ou « en »"):
        typeset("newborn", {**asdict(samples.newborn()), "language": language})


@pytest.mark.parametrize("value", [3, 2.5, HUNDRED_YEARS, b"x"])
def test_what_isn_t_text_is_refused_with_its_place(value):
    paper = {**asdict(samples.certificate()), "holder": {**asdict(samples.ANNE), "address": value}}
    with pytest.raises(UnfitData, match=r"data\.holder\.address doit être un texte"):
        typeset("certificate", paper)


def test_a_missing_field_is_refused_by_name():
    paper = asdict(samples.certificate())
    del paper["on_day"]
    with pytest.raises(PaperError, match="on_day"):
        typeset("certificate", paper)


def test_every_sentence_exists_in_both_languages():
    words = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))
    assert set(words) == {"fr", "en"}
    assert words["fr"].keys() == words["en"].keys()
    blanks = {key: set(re.findall(r"\{\w+\}", text)) for key, text in words["fr"].items()}
    for key, text in words["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == blanks[key], key


def test_every_sentence_is_used():
    words = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))["fr"]
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.typ"))
    assert [key for key in words if f"words.{key}" not in source and f'"{key}"' not in source] == []


def test_every_field_of_a_paper_is_printed_by_its_template():
    classes = [make().__class__ for make in samples.ALL]
    assert sorted(paper.template for paper in classes) == sorted(NAMES)
    common = (TEMPLATES / "common.typ").read_text(encoding="utf-8")
    for paper in classes:
        source = common + (TEMPLATES / f"{paper.template}.typ").read_text(encoding="utf-8")
        assert [f.name for f in fields(paper) if f"data.{f.name}" not in source] == []


def test_a_picture_is_drawn_of_every_page():
    paper = samples.register_extract(lines=30)
    drawn = pictures(paper.template, asdict(paper), ppi=20)
    assert len(drawn) == len(pages(printed(paper)))
    assert all(picture.startswith(b"\x89PNG") for picture in drawn)


def test_fonts_are_those_of_the_set_up(monkeypatch, tmp_path):
    (tmp_path / "fonts").mkdir()
    monkeypatch.setenv("MDS_VAR_DIR", str(tmp_path))
    assert font_folder() == tmp_path / "fonts"
    monkeypatch.setenv("MDS_VAR_DIR", str(tmp_path / "elsewhere"))
    assert font_folder().parent.name == "var"


def holder_line(number: int, paid_up: str = "") -> contents.HolderLine:
    return contents.HolderLine(
        number=str(number),
        name="Jeanne Delattre",
        college="Citoyens",
        shares="44",
        part="9,9 %",
        paid_up=paid_up,
    )


def test_an_extract_says_how_far_shares_are_paid_only_where_they_arent():
    partly = (holder_line(1, "libérées de 2 100 € sur 2 200 €"), holder_line(2))
    pdf = printed(samples.register_extract(lines=1, holders=partly))
    assert says(pdf, "Paiement", "libérées de 2 100 € sur 2 200 €") == []
    full = printed(samples.register_extract(lines=1, holders=(holder_line(1),)))
    assert says(full, "Jeanne Delattre") == []
    assert says(full, "Paiement") == ["Paiement"]

"""French is written in the source; English has to be complete, and say so when it isn't."""

import gettext
import io

from babel.messages.catalog import Catalog

from mine_de_soleil.core.translations import (
    Problem,
    merged,
    messages_in_python,
    messages_in_template,
    messages_of,
    parse,
    problems,
    to_mo,
    to_text,
    with_own_plurals,
)


def english(said, text="", **options):
    return merged({key: ["a.py"] for key in said}, parse(text, "en"), "en", **options)


def test_marked_strings_of_python_are_found_and_others_are_not():
    source = '_("Bonjour")\nprint("non")\ngettext_lazy("À " "demain")\nngettext("%d toit", "%d toits", n)\n'
    assert list(messages_in_python(source)) == [
        (None, "Bonjour"),
        (None, "À demain"),
        (None, ("%d toit", "%d toits")),
    ]


def test_a_context_tells_apart_two_messages_of_the_same_words():
    source = 'pgettext("verb", "Note")\npgettext_lazy("noun", "Note")\n'
    assert set(messages_in_python(source)) == {("verb", "Note"), ("noun", "Note")}


def test_a_template_is_read_whatever_its_indentation():
    source = """    <p>{% translate "L’été d’avant" %}</p>
  <b>{{ x }}</b>
<i title="{% translate 'Titre' %}">
      {% blocktranslate count n=t|length %}{{ n }} toit{% plural %}{{ n }} toits{% endblocktranslate %}
   (
"""
    assert list(messages_in_template(source)) == [
        (None, "L’été d’avant"),
        (None, "Titre"),
        (None, ("%(n)s toit", "%(n)s toits")),
    ]


def test_migrations_are_not_read_and_places_are_relative(tmp_path):
    for name in ("app/a.py", "app/migrations/0001.py", "app/templates/b.html", "app/data/c.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('_("Un")' if name.endswith("py") else '{% translate "Deux" %}')
    assert messages_of(tmp_path, ["app"]) == {
        (None, "Un"): ["app/a.py"],
        (None, "Deux"): ["app/templates/b.html"],
    }


def test_an_extraction_keeps_what_is_translated():
    text = 'msgid "Toit"\nmsgstr "Roof"\n'
    catalog = english([(None, "Toit"), (None, "Voix")], text)
    assert catalog["Toit"].string == "Roof"
    assert catalog["Voix"].string == ""


def test_a_sentence_no_longer_said_stays_as_obsolete_until_pruned():
    text = 'msgid "Ancien"\nmsgstr "Old"\n'
    assert '#~ msgid "Ancien"' in to_text(english([], text), "en")
    assert "Ancien" not in to_text(english([], text, prune=True), "en")


def test_a_sentence_said_again_gets_its_translation_back():
    obsolete = to_text(english([], 'msgid "Toit"\nmsgstr "Roof"\n'), "en")
    assert english([(None, "Toit")], obsolete)["Toit"].string == "Roof"


def test_the_file_is_the_same_whatever_the_order_of_the_source():
    said = [(None, "Un"), (None, ("%d voix", "%d voix plurielles")), ("ctx", "Un")]
    text = to_text(english(said), "en")
    assert text == to_text(english(said[::-1]), "en")
    assert text == to_text(english(said, text), "en")
    assert "POT-Creation-Date" not in text
    assert "a.py:" not in text


def test_a_missing_translation_is_a_problem():
    assert problems(english([(None, "Toit")]), {(None, "Toit"), (None, "Voix")}, "en") == [
        Problem("missing", "en", "Toit"),
        Problem("missing", "en", "Voix"),
    ]


def test_an_obsolete_translation_is_a_problem():
    catalog = parse('msgid "Ancien"\nmsgstr "Old"\n\n#~ msgid "Mort"\n#~ msgstr "Dead"\n', "en")
    assert problems(catalog, set(), "en") == [
        Problem("obsolete", "en", "Ancien"),
        Problem("obsolete", "en", "Mort"),
    ]


def test_placeholders_must_be_the_same():
    catalog = parse('msgid "%(n)s toits de {name}"\nmsgstr "%(m)s roofs of {name}"\n', "en")
    said = {(None, "%(n)s toits de {name}")}
    assert problems(catalog, said, "en") == [
        Problem("placeholders", "en", "%(n)s toits de {name}", "%(m)s, %(n)s")
    ]


def test_a_percentage_is_not_a_placeholder():
    catalog = parse('msgid "68 % de l’objectif"\nmsgstr "68% of the goal"\n', "en")
    assert problems(catalog, {(None, "68 % de l’objectif")}, "en") == []


def test_a_singular_may_leave_the_number_out():
    text = 'msgid "%(n)s toit"\nmsgid_plural "%(n)s toits"\nmsgstr[0] "one roof"\nmsgstr[1] "%(n)s roofs"\n'
    said = {(None, ("%(n)s toit", "%(n)s toits"))}
    assert problems(parse(text, "en"), said, "en") == []


def test_the_compiled_catalogue_speaks():
    text = 'msgid "%(n)s toit"\nmsgid_plural "%(n)s toits"\nmsgstr[0] "%(n)s roof"\nmsgstr[1] "%(n)s roofs"\n'
    compiled = gettext.GNUTranslations(io.BytesIO(to_mo(parse(text, "en"))))
    assert compiled.ngettext("%(n)s toit", "%(n)s toits", 0) == "%(n)s roofs"
    assert compiled.ngettext("%(n)s toit", "%(n)s toits", 1) == "%(n)s roof"


def test_zero_is_singular_in_french_for_sentences_no_catalogue_has():
    said = [(None, ("%(n)s toit", "%(n)s toits")), (None, "Toits"), ("an", ("%(n)s an", "%(n)s ans"))]
    catalog = with_own_plurals(Catalog(locale="fr"), said)
    speaks = gettext.GNUTranslations(io.BytesIO(to_mo(catalog)))
    assert [speaks.ngettext("%(n)s toit", "%(n)s toits", n) for n in (0, 1, 2)] == [
        "%(n)s toit",
        "%(n)s toit",
        "%(n)s toits",
    ]
    assert speaks.npgettext("an", "%(n)s an", "%(n)s ans", 0) == "%(n)s an"


def test_what_our_french_says_better_is_kept_beside_the_source_s_plurals():
    catalog = Catalog(locale="fr")
    catalog.add(("%(n)s key", "%(n)s keys"), ("%(n)s clé", "%(n)s clés"))
    whole = with_own_plurals(catalog, [(None, ("%(n)s key", "%(n)s keys"))])
    assert whole.get("%(n)s key").string == ("%(n)s clé", "%(n)s clés")

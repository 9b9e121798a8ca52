"""French texts kept by somebody, as a page shows them."""

from mine_de_soleil.core.words import spaced


def test_no_line_of_a_page_can_begin_with_a_colon():
    assert spaced("Fondation : huit toits ; « à voir » !") == (
        "Fondation\u202f: huit toits\u202f; «\u202fà voir\u202f»\u202f!"
    )


def test_what_is_spaced_already_and_what_has_no_space_stays():
    for text in ("Déjà\u202f: bien", "https://exemple.example/a:b?c", "Sources: English", ""):
        assert spaced(text) == text

"""Contrast of a cooperative's own colours."""

import pytest

from mine_de_soleil.core.colours import COAL, WHITE, TooFaint, check_pair, contrast, stylesheet


def test_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_grey_on_the_limit_of_aa_is_known():
    # #767676 on white is the classic darkest grey that just passes: 4.54.
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


def test_our_own_pair_passes():
    check_pair(COAL, "#f2a900")


@pytest.mark.parametrize(("primary", "accent"), [("#f2a900", ""), ("", "#3b4049")])
def test_a_pair_that_cannot_be_read_is_refused(primary: str, accent: str):
    with pytest.raises(TooFaint):
        check_pair(primary, accent)


def test_no_colours_change_nothing():
    assert "--action" not in stylesheet("", "")

"""Horizons as operators have them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production.fleet.horizon import COUNTS
from production.horizon_profiles import HorizonUnread, read_horizon

# 48 rows and the first again, as PVGIS writes them: from -180 (north) through 0 (south).
AZIMUTHS = [-180 + 7.5 * n for n in range(49)]
PVGIS_CSV = (
    "Latitude (decimal degrees):\t50.430\nLongitude (decimal degrees):\t2.830\n\n"
    "A\tH_hor\tA_sun(w)\tH_sun(w)\tA_sun(s)\tH_sun(s)\n"
    + "\n".join(f"{a}\t{4.0 if abs(a) < 10 else 1.0}\t-180.0\t-63.0\t-180.0\t-16.0" for a in AZIMUTHS)
    + "\n\nA: Azimuth (0 = S, 90 = W, -90 = E) (degree)\nH_hor: Horizon height (degree)\n"
)


def refused(text: str) -> HorizonUnread:
    with pytest.raises(HorizonUnread) as caught:
        read_horizon(text)
    return caught.value


def test_pvgis_counts_from_south_and_we_from_north():
    heights = read_horizon(PVGIS_CSV)
    assert len(heights) == 48
    assert heights[0] == 1.0  # north
    assert heights[23:26] == (4.0, 4.0, 4.0)  # around south
    assert heights[12] == 1.0


def test_the_json_of_pvgis_gives_the_same_as_its_csv():
    profile = [{"A": a, "H_hor": 4.0 if abs(a) < 10 else 1.0} for a in AZIMUTHS]
    assert read_horizon(json.dumps({"outputs": {"horizon_profile": profile}})) == read_horizon(PVGIS_CSV)


@pytest.mark.parametrize(
    "text",
    [
        "0 1 2 3 4 5 6 7",
        "0;1;2;3;4;5;6;7",
        "0,1,2,3,4,5,6,7",
        "0, 1, 2, 3, 4, 5, 6, 7",
        "0\n1\n2\n3\n4\n5\n6\n7\n",
        "0,0; 1,0; 2,0; 3,0; 4,0; 5,0; 6,0; 7,0",
    ],
)
def test_a_plain_list_is_read_however_it_is_separated(text: str):
    assert read_horizon(text) == (0, 1, 2, 3, 4, 5, 6, 7)


def test_pairs_at_even_directions_stay_as_they_are():
    pairs = "\n".join(f"{45 * n} {n}" for n in range(8))
    assert read_horizon(pairs) == (0, 1, 2, 3, 4, 5, 6, 7)


def test_uneven_pairs_are_drawn_through_at_every_five_degrees():
    directions = (0, 40, 90, 130, 180, 200, 270, 300, 330)
    heights = read_horizon("\n".join(f"{a};{10 if a == 180 else 0}" for a in directions))
    assert len(heights) == 72
    assert heights[36] == 10.0
    assert heights[38] == 5.0  # halfway to 200°


def test_pairs_written_from_west_to_east_of_south_count_from_south():
    pairs = "\n".join(f"{-180 + 45 * n} {n}" for n in range(8))
    assert read_horizon(pairs) == (0, 1, 2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", None),
        (" \n\t ", "empty", None),
        ("1 2 3", "count", None),
        ("1 2 3 quatre 5 6 7 8", "not-numbers", 1),
        ("0\n1\n2\n3\n-1\n5\n6\n7", "height", 5),
        ("0\n1\n2\n3\n4\n5\n6\n90", "height", 8),
        ("0 1\n45 1\n30 1", "azimuth", 3),
        ("0 1\n45 1\n400 1", "azimuth", 3),
        ("nan inf 1 2 3 4 5 6", "not-numbers", 1),
        ("{", "unreadable", None),
        ('{"outputs": {"horizon_profile": [{"A": "x"}]}}', "unreadable", None),
        ("A\tH_hor\n", "empty", None),
        ("<html><body>erreur</body></html>", "not-numbers", 1),
        ("1 " * 30_000, "too-long", None),
        ("[" * 30_000, "not-numbers", 1),
        ('{"a":' * 6_000, "unreadable", None),
    ],
)
def test_a_bad_horizon_is_refused_by_name(text: str, code: str, line: int | None):
    error = refused(text)
    assert (error.code, error.line) == (code, line)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str):
    try:
        heights = read_horizon(text)
    except HorizonUnread:
        return
    assert len(heights) in COUNTS
    assert all(0 <= height < 90 for height in heights)


@given(st.lists(st.floats(0, 89.9), min_size=36, max_size=36))
def test_a_list_written_out_is_read_back(heights: list[float]):
    rounded = [round(height, 2) for height in heights]
    assert read_horizon("; ".join(f"{height:.2f}".replace(".", ",") for height in rounded)) == tuple(rounded)

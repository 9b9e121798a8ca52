"""Who is whose neighbour."""

from hypothesis import given
from hypothesis import strategies as st

from production.neighbours import Place, towns
from production.neighbours.towns import MOST


def test_roofs_of_one_commune_are_one_town():
    places = [Place("62528", 50.45, 2.79 + n / 1000) for n in range(8)]
    assert towns(places) == [list(range(8))]


def test_a_small_commune_joins_the_nearest_one_within_reach():
    many = [Place("62528", 50.45, 2.79)] * 5
    near, far = Place("62498", 50.43, 2.83), Place("59350", 50.63, 3.06)
    assert sorted(map(len, towns([*many, near, far]))) == [1, 6]


def test_a_large_commune_is_cut_from_west_to_east():
    places = [Place("62528", 50.45, 2.7 + n / 1000) for n in range(MOST + 6)]
    found = towns(places)
    assert len(found) == 2
    assert max(found[0]) < min(found[1])


@given(
    st.lists(
        st.builds(Place, st.sampled_from(["1", "2", "3"]), st.floats(43, 51), st.floats(-4, 8)), max_size=60
    )
)
def test_every_roof_is_in_one_town(places: list[Place]):
    found = [number for town in towns(places) for number in town]
    assert sorted(found) == list(range(len(places)))
    assert all(len(town) <= MOST for town in towns(places))

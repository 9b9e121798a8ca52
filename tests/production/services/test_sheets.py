"""The technical sheet: what is stored, what is refused, who comes second."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import JournalEntry
from production.described import described
from production.fleet import FleetError, Losses, Physics, build_fleet, errors
from production.services.sheets import (
    LOSS_DEFAULTS,
    PHYSICS_DEFAULTS,
    SheetChanged,
    SheetRefused,
    save_sheet,
    seen_token,
)
from production.sheet_words import LABELS, said_of_fleet
from tests.factories import PlantFactory, plant_with_meter

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


def save(plant: Plant, **fields: Any) -> TechnicalSheet:
    said: dict[str, Any] = {"losses": {}, "physics": {}, "horizon_deg": ()} | fields
    return save_sheet(actor=None, plant=Plant.objects.get(pk=plant.pk), **said)


def faults(plant: Plant, **fields: Any) -> dict[str, str]:
    with pytest.raises(SheetRefused) as caught:
        save(plant, **fields)
    assert not TechnicalSheet.objects.filter(plant=plant).exists()
    return caught.value.faults


def test_only_what_differs_from_the_defaults_is_stored(plant: Plant):
    sheet = save(plant, losses={**LOSS_DEFAULTS, "wiring": 0.03}, physics={**PHYSICS_DEFAULTS, "albedo": 0.3})
    assert (sheet.losses, sheet.physics, sheet.horizon_deg) == ({"wiring": 0.03}, {"albedo": 0.3}, [])


def test_the_engine_computes_with_what_was_saved(plant: Plant):
    months = [0.01] * 6 + [0.04] * 6
    save(
        plant,
        losses={"soiling": months},
        physics={"temperature": "sapm", "mounting": "open_rack_glass_glass"},
    )
    told = described(Plant.objects.select_related("sheet").get(pk=plant.pk))
    assert told.losses == Losses(soiling=tuple(months))
    assert told.physics == Physics(temperature="sapm", mounting="open_rack_glass_glass")


def test_twelve_equal_months_are_one_figure(plant: Plant):
    assert save(plant, losses={"shading": [0.05] * 12, "soiling": [0.02] * 12}).losses == {"shading": 0.05}


def test_the_journal_says_what_changed(plant: Plant):
    save(plant, losses={"wiring": 0.03}, source="visite")
    save(plant, losses={"wiring": 0.04}, source="visite")
    first, second = JournalEntry.objects.filter(act="save_sheet").order_by("pk")
    assert first.detail["changed"] == {"wiring": [0.02, 0.03], "source": ["", "visite"]}
    assert second.detail["changed"] == {"wiring": [0.03, 0.04]}


def test_saving_the_same_twice_writes_once(plant: Plant):
    save(plant, losses={"wiring": 0.03})
    save(plant, losses={"wiring": 0.03})
    assert JournalEntry.objects.filter(act="save_sheet").count() == 1


def test_the_later_of_two_sees_that_it_changed(plant: Plant):
    read = seen_token(Plant.objects.get(pk=plant.pk))
    save(plant, losses={"wiring": 0.03}, seen=read)
    with pytest.raises(SheetChanged):
        save(plant, losses={"wiring": 0.09}, seen=read)
    assert TechnicalSheet.objects.get().losses == {"wiring": 0.03}


@pytest.mark.parametrize(
    ("field", "fields", "words"),
    [
        ("wiring", {"losses": {"wiring": 2}}, "Câbles\u202f: entre 0 et 99,9"),
        ("wiring", {"losses": {"wiring": -0.01}}, "Câbles"),
        ("wiring", {"losses": {"wiring": math.nan}}, "bonne sorte"),
        ("wiring", {"losses": {"wiring": 10**400}}, "bonne sorte"),
        ("wiring", {"losses": {"wiring": True}}, "bonne sorte"),
        ("wiring", {"losses": {"wiring": "2"}}, "bonne sorte"),
        ("wiring", {"losses": {"wiring": [0.01] * 12}}, "une seule valeur"),
        ("soiling", {"losses": {"soiling": [0.01] * 11}}, "douze mois"),
        ("soiling", {"losses": {"soiling": [0.01] * 11 + [None]}}, "bonne sorte"),
        ("soiling", {"losses": {"soiling": [0.01] * 11 + [1.5]}}, "salissures"),
        ("colour", {"losses": {"colour": 0.1}}, "retirez-la"),
        ("temperature", {"physics": {"temperature": "hot"}}, "modèle connaît"),
        ("mounting", {"physics": {"mounting": "insulated"}}, "Pose des panneaux"),
        ("albedo", {"physics": {"albedo": 3}}, "hors de ce que"),
        ("diffuse_iam", {"physics": {"diffuse_iam": 1}}, "bonne sorte"),
        ("module", {"physics": {"module": "Canadian_Solar_Inc__CS5P_220"}}, "par exemple"),
        ("module", {"physics": {"module": "\0"}}, "bonne sorte"),
        ("inverter", {"physics": {"inverter": "zzzzzzzzzzzzzzzzz"}}, "laissez vide"),
        ("horizon_deg", {"horizon_deg": [1.0] * 7}, "au nombre de"),
        ("horizon_deg", {"horizon_deg": [90.0] * 8}, "moins de 90°"),
        ("horizon_deg", {"horizon_deg": ["1"] * 8}, "bonne sorte"),
        ("source", {"source": "x" * 301}, "300 caractères"),
    ],
)
def test_a_bad_item_is_refused_by_its_field(plant: Plant, field: str, fields: dict[str, Any], words: str):
    found = faults(plant, **fields)
    assert set(found) == {field}
    assert words in found[field]


def test_every_fault_is_told_at_once(plant: Plant):
    found = faults(plant, losses={"wiring": 2, "snow": -1}, physics={"albedo": 9}, horizon_deg=[95.0] * 8)
    assert set(found) == {"wiring", "snow", "albedo", "horizon_deg"}


def test_a_plant_without_panels_is_told_first():
    assert "aucun pan" in faults(PlantFactory())["plant"] or "puissance" in faults(PlantFactory())["plant"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=13) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=14,
)
NAMES = st.sampled_from([*LOSS_DEFAULTS, *PHYSICS_DEFAULTS]) | st.text(max_size=6)


@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.dictionaries(NAMES, JUNK, max_size=4), st.dictionaries(NAMES, JUNK, max_size=4), st.lists(JUNK))
def test_any_sheet_is_saved_and_computable_or_refused(
    plant: Plant, losses: dict[str, Any], physics: dict[str, Any], horizon: list[Any]
):
    try:
        save(plant, losses=losses, physics=physics, horizon_deg=horizon)
    except SheetRefused as refusal:
        assert all(refusal.faults.values())
        return
    build_fleet([described(Plant.objects.select_related("sheet").get(pk=plant.pk))])


@pytest.mark.parametrize(
    "kind",
    [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, FleetError)],
)
def test_every_refusal_of_the_engine_has_words(kind: type[FleetError]):
    try:
        error = kind("anything")
    except TypeError:
        error = kind("module", "x", ("y",))  # type: ignore[call-arg]
    sentence = said_of_fleet(error, "wiring")
    assert sentence.startswith("Câbles\u202f: ")
    assert "Que faire" in sentence
    assert "%(" not in sentence


def test_every_item_has_a_label():
    assert {*LOSS_DEFAULTS, *PHYSICS_DEFAULTS} <= set(LABELS)

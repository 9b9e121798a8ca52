"""Kept for ever: to JSON and back, and any change noticed."""

import copy
import json

import pytest

from production.study import AlteredStudy, Study, UnknownStudy

from ..studies import roof, study


def stored() -> dict:
    return json.loads(json.dumps(study().as_json()))


def test_what_is_read_back_is_equal():
    assert Study.from_json(stored()) == study()


def test_what_is_read_back_has_the_same_fingerprint():
    assert Study.from_json(stored()).fingerprint == study().fingerprint == stored()["fingerprint"]


def test_the_order_of_keys_and_1_for_1_0_change_nothing():
    shuffled = dict(reversed(stored().items()))
    shuffled["plant"]["altitude_m"] = 55
    shuffled["plant"]["horizon_deg"] = [5, 5, 5, 5, 20, 20, 5, 5]
    assert Study.from_json(shuffled) == study()


def test_one_watt_hour_changed_is_noticed():
    changed = stored()
    changed["energy_wh"][4000] += 1
    with pytest.raises(AlteredStudy):
        Study.from_json(changed)


@pytest.mark.parametrize("field", ["name", "made_on", "weather", "items", "plant", "fingerprint"])
def test_whatever_is_changed_is_noticed(field):
    changed = copy.deepcopy(stored())
    changed[field] = {
        "name": "Autre école",
        "made_on": "2026-11-22",
        "weather": {**changed["weather"], "sha256": "0" * 64},
        "items": changed["items"][1:],
        "plant": {**changed["plant"], "latitude": 50.457},
        "fingerprint": "0" * 64,
    }[field]
    with pytest.raises(AlteredStudy):
        Study.from_json(changed)


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_another_version_is_named(version):
    with pytest.raises(UnknownStudy, match="version"):
        Study.from_json({**stored(), "version": version})


@pytest.mark.parametrize("field", ["months", "weather", "plant", "energy_wh", "made_on"])
@pytest.mark.parametrize("value", [None, 3, "x", [{"nothing": 1}], {}])
def test_what_cannot_be_read_is_said_so(field, value):
    with pytest.raises((UnknownStudy, AlteredStudy)):
        Study.from_json({**stored(), field: value})


@pytest.mark.parametrize("field", ["months", "weather", "plant", "life"])
def test_a_missing_field_is_said_so(field):
    short = stored()
    del short[field]
    with pytest.raises(UnknownStudy):
        Study.from_json(short)


def test_losses_by_month_and_none_at_all_are_kept_apart():
    for plant in (roof(), roof(losses=None, losses_fraction=0.2)):
        found = study(plant)
        assert Study.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_two_roofs_have_two_fingerprints():
    assert study().fingerprint != study(roof(horizon_deg=())).fingerprint


def test_nothing_in_it_is_no_number():
    json.dumps(study().as_json(), allow_nan=False)


def test_it_stays_small_enough_to_be_a_field():
    assert len(json.dumps(study().as_json())) < 120_000

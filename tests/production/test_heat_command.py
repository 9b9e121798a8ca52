"""`forecast --plant` of a heat network."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import PlantFactory, PVArrayFactory
from tests.production.heat_networks import bare_heat_plant, frozen_heat_study, heat_plant

pytestmark = pytest.mark.django_db


def told(*words: str) -> dict:
    out = StringIO()
    call_command("forecast", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_network_is_told_when_it_is_named_and_agrees_with_its_study():
    plant = heat_plant()
    (row,) = told("--plant", plant.slug)["plants"]
    assert row["kind"] == "heat" and row["boiler_power_kw"] == 150
    assert row["p50_kwh"] * 1000 == frozen_heat_study(plant).year_p50_wh
    assert row["p90_kwh"] < row["p75_kwh"] < row["p50_kwh"]
    assert sum(row["months_kwh"]) == pytest.approx(row["p50_kwh"])


def test_heat_is_not_added_to_electricity():
    plant = heat_plant()
    roof = PlantFactory(cooperative=plant.cooperative)
    PVArrayFactory(plant=roof)
    assert [row["plant"] for row in told("--cooperative", plant.cooperative.slug)["plants"]] == [roof.slug]


def test_a_network_nobody_described_is_refused_with_what_to_do():
    with pytest.raises(CommandError, match="ajoutez au moins un bâtiment"):
        call_command("forecast", "--plant", bare_heat_plant().slug, stdout=StringIO())


def test_for_people_it_is_one_line_a_network():
    out = StringIO()
    call_command("forecast", "--plant", heat_plant().slug, stdout=out)
    assert "centre-ville" in out.getvalue() and "P90" in out.getvalue()

"""The demo's heat network: planned, described, studied once."""

import pytest

from installations.models import Plant
from mine_de_soleil.demo.heat import plan_heat
from production.models import Forecast
from production.study.heat import HeatStudy
from tests.factories import CooperativeFactory

pytestmark = pytest.mark.django_db


def test_the_network_is_planned_once_with_one_frozen_study():
    cooperative = CooperativeFactory(is_demo=True)
    plant = plan_heat(cooperative)
    assert plant is not None and plant.under_study
    assert plan_heat(cooperative) is None
    study = HeatStudy.from_json(Forecast.objects.get().study)
    assert len(study.network.buildings) == 12
    assert round(study.coverage, 2) == 0.94
    assert not Plant.objects.of(cooperative).exists()

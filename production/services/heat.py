"""Heat networks computed: the climate of their place, a study, the output of several under a weather."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from installations.models import Plant
from production.described_heat import HEAT_ENGINE, described_heat
from production.heat import ReferenceClimate, expected_energy_wh, reference_climate
from production.services.forecasts import HOUR, Cell, cell_of, typical_weather
from production.study import Subject
from production.study.heat import HeatStudy, make_heat_study
from production.weather import WeatherMeta


@lru_cache(maxsize=64)
def climate_at(cell: Cell) -> ReferenceClimate:
    """The year that buildings' heat refers to: the embedded typical year of their place.

    Raises climate.ClimateError.
    """
    data, _meta = typical_weather(cell)
    return reference_climate(data, HOUR)


def heat_study(
    plant: Plant, data: pd.DataFrame, meta: WeatherMeta, *, made_on: dt.date, software: str
) -> HeatStudy:
    """The long-term heat of a network under one year of weather; nothing is stored.

    Plant comes with cooperative, network and buildings. Raises study.NotOneYear, heat.HeatError,
    weather.WeatherError, climate.ClimateError.
    """
    owner = plant.cooperative.legal_name
    subject = Subject(plant.name, plant.commune, owner, software, HEAT_ENGINE)
    network = described_heat(plant, climate_at(cell_of(plant)))
    return make_heat_study(subject, network, data, meta, made_on=made_on)


def heat_energy(plants: Sequence[Plant], data: pd.DataFrame, interval: dt.timedelta) -> pd.DataFrame:
    """Heat behind each network's wood boiler [Wh], as `fleet.expected_energy_wh` tells that of roofs.

    Raises heat.HeatError, weather.WeatherError, climate.ClimateError.
    """
    networks = [described_heat(plant, climate_at(cell_of(plant))) for plant in plants]
    return expected_energy_wh(networks, data, interval)

"""Weathers the tests of the engine share, read once."""

import pytest

from production import weather
from tests.production.fleet.plants import AMSTERDAM, LOOS, UCCLE


@pytest.fixture(scope="session")
def loos():
    return weather.get_typical_year(*LOOS)[0]


@pytest.fixture(scope="session")
def uccle():
    return weather.read_epw(UCCLE)


@pytest.fixture(scope="session")
def amsterdam():
    return weather.read_epw(AMSTERDAM)

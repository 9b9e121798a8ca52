"""A Dask cluster computes the same fleet to the last bit; without one, nothing changes."""

import logging
import time

import numpy as np
import pytest
from distributed import LocalCluster

from production.fleet import build_fleet, cluster, expected_energy_wh, stream_energy_wh
from production.fleet.batches import plan, run_here
from production.weather import get_typical_year
from tests.production.fleet.plants import HOUR, LOOS, plant

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def small_year(number):
    """A weather a worker loads for itself."""
    return get_typical_year(*LOOS)[0].iloc[4000 : 4240 + number]


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0
    ) as running:
        yield running.scheduler_address


@pytest.fixture
def fleet(monkeypatch):
    monkeypatch.setattr(cluster, "CLUSTER_PLANTS", 12)
    return build_fleet([plant(5 + n, 90 + 7 * n, weather=n % 2) for n in range(12)])


def test_the_cluster_gives_the_same_bits(fleet, scheduler, monkeypatch, loos):
    weathers = [loos.iloc[4000:4240], loos.iloc[4000:4240].assign(temp_air=25.0)]
    here = expected_energy_wh(fleet, weathers, HOUR)
    monkeypatch.setenv(cluster.ADDRESS, scheduler)
    monkeypatch.setattr("production.fleet.cluster.run_here", None)  # it must not be needed
    started = time.monotonic()
    there = expected_energy_wh(fleet, weathers, HOUR)
    assert time.monotonic() - started < 120
    np.testing.assert_array_equal(there, here)


def test_a_worker_loads_its_own_weather(fleet, scheduler, monkeypatch):
    here = {int(b.plants[0]): b for b in stream_energy_wh(fleet, small_year, HOUR, block_plants=2)}
    monkeypatch.setenv(cluster.ADDRESS, scheduler)
    for block in stream_energy_wh(fleet, small_year, HOUR, block_plants=2):
        np.testing.assert_array_equal(block.energy_wh, here[int(block.plants[0])].energy_wh)


def test_an_unreachable_cluster_is_logged_and_the_fleet_computed_here(fleet, monkeypatch, loos, caplog):
    here = expected_energy_wh(fleet, [loos, loos], HOUR)
    monkeypatch.setenv(cluster.ADDRESS, "tcp://127.0.0.1:9")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with caplog.at_level(logging.WARNING, "production.fleet.cluster"):
        answer = expected_energy_wh(fleet, [loos, loos], HOUR)
    assert "no Dask cluster at tcp://127.0.0.1:9" in caplog.text
    np.testing.assert_array_equal(answer, here)


def test_a_cluster_without_workers_is_logged_and_the_fleet_computed_here(fleet, monkeypatch, loos, caplog):
    june = loos.iloc[4000:4048]
    here = expected_energy_wh(fleet, [june, june], HOUR)
    with LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as idle:
        monkeypatch.setenv(cluster.ADDRESS, idle.scheduler_address)
        with caplog.at_level(logging.WARNING, "production.fleet.cluster"):
            answer = expected_energy_wh(fleet, [june, june], HOUR)
    assert "has no worker" in caplog.text
    np.testing.assert_array_equal(answer, here)


def test_a_small_fleet_stays_here(monkeypatch, fleet):
    monkeypatch.setenv(cluster.ADDRESS, "tcp://127.0.0.1:9")
    assert cluster.is_wanted(fleet)
    assert not cluster.is_wanted(build_fleet([plant()]))
    monkeypatch.delenv(cluster.ADDRESS)
    assert not cluster.is_wanted(fleet)


def test_batches_share_weather_place_and_physics():
    plants = [plant(weather=n % 2, place=(50.0 + n % 3, 2.0, 0.0)) for n in range(12)]
    batches = list(plan(build_fleet(plants), block_plants=5))
    assert len(batches) == 6
    assert [batch.weather for batch in batches] == sorted(batch.weather for batch in batches)
    for batch in batches:
        assert set(batch.fleet.latitude) == {batch.place[0]}
        assert set(batch.fleet.weather_index) == {batch.weather}


def test_a_batch_may_run_on_its_own(loos):
    fleet = build_fleet([plant(), plant(20)])
    (block,) = run_here(plan(fleet), loos, HOUR)
    np.testing.assert_array_equal(block.energy_wh, expected_energy_wh(fleet, loos, HOUR))

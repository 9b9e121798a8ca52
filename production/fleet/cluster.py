"""Large fleets on a Dask cluster: the same batches, the same code, the same numbers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pandas as pd

from production.fleet.batches import Batch, EnergyBlock, Weathers, batch_energy, run_here, weather_of
from production.fleet.description import Fleet
from production.fleet.sky import read_record, sky_over

CLUSTER_PLANTS = 2000  # below it, a second or two here: the cluster would spend as long on travel
CONNECT_SECONDS = 10
BATCHES_PER_THREAD = 2
BATCH_SECONDS = 600  # a cluster that loses its workers would keep us waiting for ever
ADDRESS = "DASK_SCHEDULER_ADDRESS"
Loader = Callable[[int], pd.DataFrame]
logger = logging.getLogger(__name__)


def is_wanted(fleet: Fleet) -> bool:
    """A cluster is named in the environment, and the fleet is worth it."""
    return bool(os.environ.get(ADDRESS)) and fleet.plant_count >= CLUSTER_PLANTS


def run(batches: Iterator[Batch], weather: Weathers, interval: timedelta) -> Iterator[EnergyBlock]:
    """Compute batches on the cluster; here, with a line in the log, where it can't work."""
    address = os.environ[ADDRESS]
    try:
        client = _connect(address)
    except (OSError, ValueError) as error:
        logger.warning("no Dask cluster at %s (%s): the fleet is computed here", address, error)
        yield from run_here(batches, weather, interval)
        return
    with client:
        if client.nthreads():
            yield from _run_there(client, batches, weather, interval)
            return
    logger.warning("the Dask cluster at %s has no worker: the fleet is computed here", address)
    yield from run_here(batches, weather, interval)


def _connect(address: str) -> Any:
    # Loaded only where a cluster is named: half a second that no page should pay.
    from distributed import Client

    return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]


def _run_there(
    client: Any, batches: Iterator[Batch], weather: Weathers, interval: timedelta
) -> Iterator[EnergyBlock]:
    """A few batches under way for each thread of the cluster; answers in their order, so that memory is
    bounded on both sides."""
    threads = sum(client.nthreads().values())
    sent: dict[int, Any] = {}
    first = islice(batches, threads * BATCHES_PER_THREAD)
    waiting = [_submit(client, batch, weather, interval, sent) for batch in first]
    while waiting:
        batch, future = waiting.pop(0)
        yield EnergyBlock(batch.plants, future.result(timeout=BATCH_SECONDS))
        future.release()
        waiting.extend(_submit(client, b, weather, interval, sent) for b in islice(batches, 1))


def _submit(
    client: Any, batch: Batch, weather: Weathers, interval: timedelta, sent: dict[int, Any]
) -> tuple[Batch, Any]:
    """A callable weather is loaded by the worker; a given one travels once and serves its batches."""
    if callable(weather):
        source: Any = weather
    elif batch.weather in sent:
        source = sent[batch.weather]
    else:
        sent.clear()  # batches come weather by weather: the one before is done with
        source = sent[batch.weather] = client.scatter(weather_of(weather, batch.weather), hash=False)
    return batch, client.submit(compute, batch, source, interval, pure=False)


def compute(batch: Batch, source: pd.DataFrame | Loader, interval: timedelta) -> pd.DataFrame:
    """One batch on a worker, from its weather or from what loads it."""
    frame = source(batch.weather) if callable(source) else source
    record = read_record(frame, interval)
    return batch_energy(batch, sky_over(batch.place, record, batch.physics.transposition), interval)

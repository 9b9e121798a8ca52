"""Boiler sizes of one heat network over a year of hours: what the sizing chart of a study waits for."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import Any

from production import weather
from production.heat import coverage_by_size, demonstration_network, reference_climate

PLACE = (50.456, 2.795, 55.0)
HOUR = timedelta(hours=1)
RUNS = 5


def run() -> dict[str, Any]:
    """Median seconds of one sweep. No peer: nothing else at hand sizes a wood boiler by degree days."""
    data, _ = weather.get_typical_year(*PLACE)
    network = demonstration_network(reference_climate(data, HOUR))
    sizes = coverage_by_size(network, data, HOUR)
    taken = []
    for _run in range(RUNS):
        start = time.perf_counter()
        coverage_by_size(network, data, HOUR)
        taken.append(time.perf_counter() - start)
    seconds, buildings = statistics.median(taken), len(network.buildings)
    done = f"{len(sizes)} boiler sizes, {buildings} buildings, {len(data):,} hours"
    return {
        "case": "heat sizes",
        "ours_s": seconds,
        "text": f"heat sizes: {done} in {seconds:.3f} s; no peer",
    }

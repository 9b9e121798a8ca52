"""Readers of metered output files: shared helpers of their tests."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from production.formats import FileRefused, MeterSeries, read_meter_file

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def shared(name: str) -> Path:
    """Path of a real file; skips where the folder is absent, except in continuous integration."""
    path = SHARED / name
    if not path.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"{path} is absent")
    return path


def read(content: str | bytes | Path, filename: str = "releve.csv", **options: Any) -> MeterSeries:
    data = content.encode() if isinstance(content, str) else content
    return read_meter_file(data, filename=filename, **{"latest": LATEST, **options})


def refused(content: str | bytes | Path, filename: str = "releve.csv", **options: Any) -> FileRefused:
    """Return the refusal; every sentence names the file and says what to do."""
    with pytest.raises(FileRefused) as caught:
        read(content, filename, **options)
    for sentence in caught.value.sentences:
        assert sentence.startswith(f"«\u202f{filename}\u202f»")
        assert "Que faire\u202f:" in sentence
        assert sentence.endswith(".")
    return caught.value


def by_local_day(series: MeterSeries, zone: str = "Europe/Paris") -> dict[str, int]:
    start = series.readings["start"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d")
    return {
        str(day): int(energy) for day, energy in series.readings["energy_wh"].groupby(start).sum().items()
    }


def starts(series: MeterSeries) -> list[str]:
    return [pd.Timestamp(t).strftime("%Y-%m-%dT%H:%M") for t in series.readings["start"]]


def messages(series: MeterSeries) -> str:
    return "\n".join(remark.message for remark in series.remarks)

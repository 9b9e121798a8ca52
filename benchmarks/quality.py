"""Quality of days: faults put into invented series, real files that mustn't raise storms, a year's time.

Faults: each kind, in each of three roofs, at ten places of a year, one at a time. Found means a finding of
that kind on a day of the fault. Real files are those of ../shared/data: what is raised there is listed day
by day with `--word`.
"""

from __future__ import annotations

import datetime as dt
import gzip
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from benchmarks import _metered
from mine_de_soleil.core.calendar import PARIS
from mine_de_soleil.demo import series
from production.fleet import Physics, PvArray, PvPlant
from production.formats import read_meter_file
from production.quality import DayVerdict, Finding, Site, State, clearness, judge_days, meter_series


@dataclass(frozen=True, slots=True)
class Roofs:
    """Invented roofs of the demo, and the year they are looked at."""

    year: int
    slugs: tuple[str, ...]

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 1, 1)

    @property
    def last(self) -> dt.date:
        return dt.date(self.year, 12, 31)


# The settings were chosen on the first; nobody looked at the others while they were.
CHOSEN_ON = Roofs(2025, ("ecole-ovide-leroy", "ecole-salengro", "salle-varet"))
OTHERS = Roofs(
    2023, ("centre-technique-municipal", "ecole-lamendin", "ecole-basly-batiment-4", "ecole-basly-batiment-5")
)
PLACES = tuple(range(20, 350, 33))
FORMATS = _metered.DATA / "formats"
# Places and sizes nobody told: the Netherlands, and the strongest value seen.
SOMEWHERE = (52.0, 5.0, 0.0)
FILES = (
    "sma_webui_5min.csv.gz",
    "sma_webui_daily.csv",
    "enphase_hourly_prod.csv",
    "solaredge_api_2025_03.json",
)

Frame = pd.DataFrame
Fault = Callable[[Frame, Any, dt.date], Frame]


def run(word: bool = False) -> dict[str, Any]:
    """The case of the bench."""
    lines, found = _faults(CHOSEN_ON)
    others, _found = _faults(OTHERS)
    real = [_told(name, *judged, word) for name, judged in _real()]
    heading = ["  on four other roofs, in another year, which no setting was chosen on:"]
    text = "\n".join(
        ["quality: faults found in invented series (10 places x 3 roofs)", *lines, *heading, *others, *real]
    )
    return {"case": "quality", "text": text, "found": found}


def _faults(roofs: Roofs) -> tuple[list[str], dict[str, float]]:
    frames, sky, sound_days, alarms, seconds = _sound(roofs)
    found: dict[str, float] = {}
    for kind, (fault, days) in FAULTS.items():
        hits = [
            _is_found(roofs, slug, frames[slug], sky, kind, fault, days, place)
            for slug in roofs.slugs
            for place in PLACES
        ]
        found[kind.value] = float(np.mean(hits))
    lines = [f"  {name:14}{share:>6.0%}" for name, share in found.items()]
    lines.append(f"  days without a fault: {sound_days}, of which not good: {alarms}")
    lines.append(f"  a year of ten minutes of one meter: {seconds:.2f} s")
    return lines, found


def _sound(roofs: Roofs) -> tuple[dict[str, Frame], dict[dt.date, float], int, int, float]:
    frames = {roof.slug: _frame(roofs, roof) for roof in series.ROOFS}
    clear = {roof.slug: clearness(_series(roofs, roof.slug, frames[roof.slug])) for roof in series.ROOFS}
    middle = np.median(np.column_stack([clear[slug] for slug in clear if slug != "cybercoin"]), axis=1)
    days = [roofs.first + dt.timedelta(days=n) for n in range(365)]
    sky = dict(zip(days, middle.tolist(), strict=True))
    _verdicts(roofs, roofs.slugs[0], frames[roofs.slugs[0]], sky)  # the libraries are loaded once
    started = time.perf_counter()
    verdicts = [one for slug in roofs.slugs for one in _verdicts(roofs, slug, frames[slug], sky)]
    seconds = (time.perf_counter() - started) / len(roofs.slugs)
    return frames, sky, len(verdicts), sum(one.state != State.GOOD for one in verdicts), seconds


def _frame(roofs: Roofs, roof: Any) -> Frame:
    blocks = series.blocks(roof, roofs.first, roofs.last)
    return pd.concat(
        pd.DataFrame(
            {
                "start": pd.DatetimeIndex(block.start).tz_localize("UTC"),
                "length_s": 600,
                "energy_wh": block.energy_wh.astype(float),
                "source": 1,
            }
        )
        for block in blocks
    ).reset_index(drop=True)


def _site(slug: str) -> Site:
    return Site(series.describe(next(roof for roof in series.ROOFS if roof.slug == slug)), PARIS)


def _series(roofs: Roofs, slug: str, frame: Frame) -> Any:
    return meter_series(frame, _site(slug), roofs.first, roofs.last)


def _verdicts(roofs: Roofs, slug: str, frame: Frame, sky: dict[dt.date, float]) -> list[DayVerdict]:
    return judge_days(_series(roofs, slug, frame), roofs.first, town=sky)


def _is_found(
    roofs: Roofs,
    slug: str,
    frame: Frame,
    sky: dict[dt.date, float],
    kind: Finding,
    fault: Fault,
    days: int,
    place: int,
) -> bool:
    first = roofs.first + dt.timedelta(days=place)
    local = frame["start"].dt.tz_convert(PARIS)
    last = first + dt.timedelta(days=days - 1)
    ours = (local.dt.date >= first) & (local.dt.date <= last)
    broken = fault(frame, ours, local).sort_values("start").reset_index(drop=True)
    said = {one.day for one in _verdicts(roofs, slug, broken, sky) for f in one.findings if f.kind is kind}
    # What caught up came in on the day after.
    return any(first <= day <= last + dt.timedelta(days=1) for day in said)


def _hours(local: Any, first: int, last: int) -> Any:
    return (local.dt.hour >= first) & (local.dt.hour < last)


def _set(frame: Frame, where: Any, energy_wh: Any) -> Frame:
    broken = frame.copy()
    broken.loc[where, "energy_wh"] = energy_wh
    return broken


def _scaled(frame: Frame, where: Any, by: float) -> Frame:
    return _set(frame, where, (frame.loc[where, "energy_wh"] * by).round())


def _moved(frame: Frame, where: Any) -> Frame:
    moved = frame.copy()
    moved.loc[where, "start"] += pd.Timedelta(hours=1)
    others = moved[~where & ~moved["start"].isin(moved.loc[where, "start"])]
    return pd.concat([moved[where], others])


def _straight(frame: Frame, where: Any) -> Frame:
    energy = frame.loc[where, "energy_wh"]
    return _set(frame, where, np.linspace(energy.iloc[0], energy.iloc[-1] + 400, len(energy)).round())


def _caught_up(frame: Frame, where: Any) -> Frame:
    after = frame.index[where][-1] + 1
    broken = frame.copy()
    broken.loc[after, "energy_wh"] += frame.loc[where, "energy_wh"].sum()
    return broken[~where]


# Each kind, what is done to the readings, and on how many days running.
FAULTS: dict[Finding, tuple[Fault, int]] = {
    Finding.GAP: (lambda f, ours, at: f[~(ours & _hours(at, 10, 12))], 1),
    Finding.MUTE: (lambda f, ours, at: f[~ours], 3),
    Finding.CAUGHT_UP: (lambda f, ours, at: _caught_up(f, ours), 2),
    Finding.STOPPED: (lambda f, ours, at: _set(f, ours, 0.0), 2),
    Finding.PART_STOPPED: (lambda f, ours, at: _scaled(f, ours, 0.5), 7),
    Finding.STUCK: (lambda f, ours, at: _set(f, ours & _hours(at, 11, 14), 2_500.0), 1),
    Finding.STRAIGHT: (lambda f, ours, at: _straight(f, ours & _hours(at, 10, 14)), 1),
    Finding.NIGHT: (lambda f, ours, at: _set(f, ours & _hours(at, 1, 3), 300.0), 1),
    Finding.TOO_MUCH: (lambda f, ours, at: _set(f, ours & _hours(at, 12, 13), 60_000.0), 1),
    Finding.CLOCK: (lambda f, ours, at: _moved(f, ours), 14),
}


def _real() -> list[tuple[str, tuple[list[DayVerdict], int]]]:
    year = _metered.aarhus_year().readings
    cases = [
        ("Aarhus, a year by hour", year, _metered.aarhus_plant((56.173, 10.206, 0.0)), "Europe/Copenhagen")
    ]
    power = _metered.enerpos_power_w()
    for roof, plant in zip(power.columns, _metered.enerpos_plants(None, Physics()), strict=True):
        energy = (power[roof].dropna().clip(lower=0) / 6).round()
        frame = pd.DataFrame({"start": energy.index, "length_s": 600, "energy_wh": energy.to_numpy()})
        cases.append((f"ENERPOS {roof}, 15 days by 10 min", frame, plant, "Indian/Reunion"))
    cases += [(name, *_unplaced(name), "Europe/Amsterdam") for name in FILES]
    return [(name, _judged(frame, plant, zone)) for name, frame, plant, zone in cases]


def _unplaced(name: str) -> tuple[Frame, PvPlant]:
    raw = (FORMATS / name).read_bytes()
    content = gzip.decompress(raw) if name.endswith(".gz") else raw
    latest = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    frame = read_meter_file(content, filename=name, latest=latest, timezone="Europe/Amsterdam").readings
    power = frame["energy_wh"] / frame["length_s"] * 3600
    is_daily = frame["length_s"].iloc[0] > 7200
    peak = float(frame["energy_wh"].quantile(0.99) / 6.5 if is_daily else power.quantile(0.9999) * 1.15)
    return frame, PvPlant(*SOMEWHERE, peak, (PvArray(30.0, 180.0, peak),))


def _judged(frame: Frame, plant: PvPlant, zone_name: str) -> tuple[list[DayVerdict], int]:
    zone = ZoneInfo(zone_name)
    local = frame["start"].dt.tz_convert(zone)
    first, last = local.iloc[0].date(), local.iloc[-1].date()
    found = meter_series(frame.assign(source=1), Site(plant, zone), first, last)
    return judge_days(found, first), len(frame)


def _told(name: str, verdicts: list[DayVerdict], readings: int, word: bool) -> str:
    states = Counter(one.state.value for one in verdicts)
    line = f"  {name:34}{readings:>7} readings  " + ", ".join(f"{n} {state}" for state, n in states.items())
    if not word:
        return line
    bad = [one for one in verdicts if one.state != State.GOOD]
    return "\n".join(
        [line, *(f"      {one.day} {one.state}: {[f.kind.value for f in one.findings]}" for one in bad)]
    )

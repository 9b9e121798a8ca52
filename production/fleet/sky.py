"""The light over one place, shared by all planes there: sun, beam, and the sky in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import irradiance

from production.fleet.sun import Bools, Floats, Place, SunSeries, sun_over, sun_series
from production.weather import CELL, IN_PLANE, PLANE, check_weather

Ints = npt.NDArray[np.int64]
# Months of losses are those of metropolitan France's standard time, as those of the typical year are.
STANDARD_TIME = "Etc/GMT-1"
BEAMS = ("ghi", "dni", "dhi")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A checked weather as arrays over its lit intervals, shape (lit,); `lit` itself over all of them.

    columns: W/m², °C, m/s, by name; planes and cells: what pyranometers and reference cells in the plane saw
    [W/m²], by the plane's name, "" for one that serves all; month: 0 to 11; series: the sun of the lit
    intervals. sunlit and sun: intervals whose sun is known, and that sun, to be lent.
    """

    times: pd.DatetimeIndex
    lit: Bools
    columns: Mapping[str, Floats]
    planes: Mapping[str, Floats]
    cells: Mapping[str, Floats]
    month: Ints
    series: SunSeries
    sunlit: Bools
    sun: SunSeries

    @property
    def sensed(self) -> frozenset[str]:
        """Names of the planes a sensor lies in."""
        return frozenset((*self.planes, *self.cells))

    def in_plane(self, name: str) -> tuple[Floats | None, Floats | None]:
        """What a plane's pyranometer and cell saw [W/m²]; those that serve all where it has neither."""
        known = name if name in self.sensed else ""
        return self.planes.get(known), self.cells.get(known)


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """What every array of a place shares, shape (lit,).

    The sun as a unit vector east, north, up [1], its height and azimuth [radians]; dni, ghi and the parts of
    the diffuse light as `_diffuse_parts` gives them [W/m²].
    """

    record: Record
    east: Floats
    north: Floats
    up: Floats
    height: Floats
    azimuth: Floats
    dni: Floats
    ghi: Floats
    isotropic: Floats
    circumsolar: Floats
    horizon: Floats


def read_record(weather: pd.DataFrame, interval: timedelta, known: Record | None = None) -> Record:
    """Check a weather and lay it out; a record ``known`` of the same times lends its sun.

    Raises weather.WeatherError before anything is computed.
    """
    check_weather(weather, interval)
    times = pd.DatetimeIndex(weather.index)
    columns = {str(name): weather[name].to_numpy(dtype=np.float64) for name in weather.columns}
    bright = [values for name, values in columns.items() if name in BEAMS or name.startswith(IN_PLANE)]
    lit = np.any([values > 0 for values in bright], axis=0)
    columns = {name: values[lit] for name, values in columns.items()}
    month = times[lit].tz_convert(STANDARD_TIME).month.to_numpy().astype(np.int64) - 1
    sunlit, series = _series(times, lit, interval, known)
    planes, cells = _in_planes(columns, PLANE), _in_planes(columns, CELL)
    return Record(times, lit, columns, planes, cells, month, series.at(lit[sunlit]), sunlit, series)


def _series(
    times: pd.DatetimeIndex, lit: Bools, interval: timedelta, known: Record | None
) -> tuple[Bools, SunSeries]:
    """Instants the sun was computed for, and its series: lent where it reaches, else of what is lit, and of
    all once a second weather needs it."""
    same = known is not None and times.equals(known.times)
    if known is not None and same and not (lit & ~known.sunlit).any():
        return known.sunlit, known.sun
    sunlit = np.ones(len(times), dtype=np.bool_) if same else lit
    return sunlit, sun_series(times[sunlit] + pd.Timedelta(interval) / 2)


def sky_over(place: Place, record: Record, transposition: str) -> Sky:
    """Sun and light over a place at the middle of each lit interval."""
    zenith, true_zenith, azimuth = sun_over(place, record.series)
    ghi, dni, dhi = _components(record.columns, true_zenith, record.series.normal)
    isotropic, circumsolar, horizon = _diffuse_parts(
        dhi, dni, record.series.normal, zenith, azimuth, transposition
    )
    theta, phi = np.radians(zenith), np.radians(azimuth)
    return Sky(
        record=record,
        east=np.sin(theta) * np.sin(phi),
        north=np.sin(theta) * np.cos(phi),
        up=np.cos(theta),
        height=np.pi / 2 - theta,
        azimuth=phi,
        dni=dni,
        ghi=ghi,
        isotropic=isotropic,
        circumsolar=circumsolar,
        horizon=horizon,
    )


def _diffuse_parts(
    dhi: Floats, dni: Floats, normal: Floats, zenith: Floats, azimuth: Floats, transposition: str
) -> tuple[Floats, Floats, Floats]:
    """Isotropic, circumsolar and horizon light [W/m²], each before the factor of the plane.

    The plane multiplies them by 1 + cos(tilt), cos(incidence) and sin(tilt). pvlib is asked once, for a
    vertical plane, where each part stands alone: a thousand orientations cost no second call.
    """
    if not len(dhi):  # a weather of nights alone
        return dhi, dhi, dhi
    if transposition == "hay-davies":
        parts = irradiance.haydavies(90.0, azimuth, dhi, dni, normal, zenith, azimuth, return_components=True)
        lowest, horizon = 0.01745, np.zeros_like(dhi)  # pvlib's own floor of the sun's height in this model
    else:
        parts = irradiance.perez_driesse(
            90.0, azimuth, dhi, dni, normal, zenith, azimuth, return_components=True
        )
        lowest, horizon = np.cos(np.radians(85)), parts["poa_horizon"]
    isotropic = parts["poa_isotropic"]
    return isotropic, (dhi - 2 * isotropic) / np.maximum(np.cos(np.radians(zenith)), lowest), horizon


def _components(
    columns: Mapping[str, Floats], zenith: Floats, normal: Floats
) -> tuple[Floats, Floats, Floats]:
    """Global, beam and diffuse [W/m²]: as given; the third from two; by Erbs-Driesse from the global one."""
    # at night a sensor shows a little less than nothing
    known = {name: np.maximum(columns[name], 0.0) for name in BEAMS if name in columns}
    ghi, upright = known["ghi"], np.maximum(np.cos(np.radians(zenith)), 0.0)
    if "dni" in known:
        return ghi, known["dni"], known.get("dhi", np.maximum(ghi - known["dni"] * upright, 0.0))
    if "dhi" in known:
        beam = np.nan_to_num(irradiance.dni(ghi, known["dhi"], zenith))
        return ghi, np.clip(beam, 0.0, normal), known["dhi"]
    split = irradiance.erbs_driesse(ghi, zenith, dni_extra=normal)
    return ghi, np.asarray(split["dni"]), np.asarray(split["dhi"])


def _in_planes(columns: Mapping[str, Floats], kind: str) -> dict[str, Floats]:
    named = {name.removeprefix(kind).removeprefix("_"): name for name in columns if name.startswith(kind)}
    return {plane: np.maximum(columns[name], 0.0) for plane, name in named.items()}

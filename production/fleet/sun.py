"""Where the sun stands over many places at the same instants.

NREL's algorithm (Reda & Andreas 2004) is a long series in time alone, then a short step for the place. pvlib
runs both for each place; here its own functions run the first once for all places that share their times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pvlib import atmosphere, irradiance, spa

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# pvlib's own for a sun whose air is not told: difference of clocks [s], temperature [°C], refraction [°].
DELTA_T_S, AIR_C, REFRACTION_DEG = 67.0, 12.0, 0.5667
Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class SunSeries:
    """What the sun's course owes to time alone, shape (instants,): sidereal_time, right_ascension,
    declination, parallax [°], normal: irradiance above the atmosphere [W/m²]."""

    sidereal_time: Floats
    right_ascension: Floats
    declination: Floats
    parallax: Floats
    normal: Floats

    def at(self, chosen: Bools) -> SunSeries:
        """The same at some of the instants."""
        return SunSeries(
            self.sidereal_time[chosen],
            self.right_ascension[chosen],
            self.declination[chosen],
            self.parallax[chosen],
            self.normal[chosen],
        )


def sun_series(instants: pd.DatetimeIndex) -> SunSeries:
    """The sun at UTC instants, for the whole Earth."""
    seconds = instants.as_unit("ns").asi8 / 1e9
    sidereal, ascension, declination = spa.solar_position_numpy(
        seconds, None, None, None, None, None, DELTA_T_S, None, 1, sst=True
    )
    (distance,) = spa.solar_position_numpy(
        seconds, None, None, None, None, None, DELTA_T_S, None, 1, esd=True
    )
    # pandas 3.1 warns of what pvlib 0.16 asks a DatetimeIndex, so pvlib gets the day of the year
    normal = np.asarray(irradiance.get_extra_radiation(instants.day_of_year.to_numpy()), dtype=np.float64)
    return SunSeries(sidereal, ascension, declination, spa.equatorial_horizontal_parallax(distance), normal)


def sun_over(place: Place, series: SunSeries) -> tuple[Floats, Floats, Floats]:
    """Apparent zenith, true zenith and azimuth [°] over latitude, longitude [°], altitude [m]."""
    latitude, longitude, altitude_m = place
    hour = spa.local_hour_angle(series.sidereal_time, longitude, series.right_ascension)
    term = spa.uterm(latitude)
    x, y = spa.xterm(term, latitude, altitude_m), spa.yterm(term, latitude, altitude_m)
    shift = spa.parallax_sun_right_ascension(x, series.parallax, hour, series.declination)
    declination = spa.topocentric_sun_declination(series.declination, x, y, series.parallax, shift, hour)
    hour = spa.topocentric_local_hour_angle(hour, shift)
    true = spa.topocentric_elevation_angle_without_atmosphere(latitude, declination, hour)
    pressure_mbar = atmosphere.alt2pres(altitude_m) / 100
    lift = spa.atmospheric_refraction_correction(pressure_mbar, AIR_C, true, REFRACTION_DEG)
    azimuth = spa.topocentric_azimuth_angle(spa.topocentric_astronomers_azimuth(hour, declination, latitude))
    return 90 - (true + lift), 90 - true, np.asarray(azimuth)

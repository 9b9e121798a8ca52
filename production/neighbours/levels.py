"""What each plant makes under skies from dark to clear: the scale its meter is read on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from pvlib import atmosphere, clearsky, irradiance, solarposition

from production.fleet import Fleet, expected_energy_wh
from production.neighbours.median import Floats
from production.synthesis import LINKE_TURBIDITY

# Clearness of the sky: sunlight on flat ground over that of a very clean clear sky.
LEVELS = np.array([0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1])
CLEAR = 10  # which of them is the clear sky itself


def output_by_level(
    fleet: Fleet, start: pd.DatetimeIndex, interval: timedelta, temp_air: Floats, wind_speed: Floats
) -> Floats:
    """Energy of each plant under each of `LEVELS`, shape (levels, steps, plants) [Wh].

    start: UTC starts, regular at ``interval``; temp_air [°C], wind_speed [m/s], shape (steps,): an ordinary
    year's do, an error in them is the same for all roofs of a town. Raises fleet.FleetError.
    """
    clear = clear_sky_ghi(fleet, start, interval)
    layers = []
    for level in LEVELS:
        weather = pd.DataFrame(
            {"ghi": level * clear, "temp_air": temp_air, "wind_speed": wind_speed}, index=start
        )
        layers.append(expected_energy_wh(fleet, weather, interval).to_numpy())
    return np.stack(layers)


def clear_sky_ghi(fleet: Fleet, start: pd.DatetimeIndex, interval: timedelta) -> Floats:
    """Sunlight on flat ground under a clear sky in the middle of the town, shape (steps,) [W/m²].

    Ineichen & Perez 2002 (Solar Energy 73, 151-157) as in `production.synthesis`, at the middle of each step.
    """
    latitude, longitude = float(fleet.latitude.mean()), float(fleet.longitude.mean())
    altitude = float(fleet.altitude_m.mean())
    middle = start + interval / 2
    position = solarposition.get_solarposition(middle, latitude, longitude, altitude=altitude)
    normal = np.asarray(irradiance.get_extra_radiation(middle.day_of_year.to_numpy()), dtype=float)
    relative = atmosphere.get_relative_airmass(position["apparent_zenith"])
    airmass = atmosphere.get_absolute_airmass(relative, atmosphere.alt2pres(altitude))
    clear = clearsky.ineichen(position["apparent_zenith"], airmass, LINKE_TURBIDITY, altitude, normal)
    return np.asarray(np.nan_to_num(clear["ghi"].to_numpy()), dtype=float)

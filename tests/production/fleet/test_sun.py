"""The sun of many places at once is pvlib's, place by place."""

import numpy as np
import pandas as pd
import pytest
from pvlib import solarposition

from production.fleet.sun import sun_over, sun_series

INSTANTS = pd.date_range("2024-01-01 00:30", periods=8784, freq="h", tz="UTC")


@pytest.mark.parametrize("place", [(50.456, 2.795, 55.0), (-21.333, 55.483, 20.0), (69.6, 18.9, 0.0)])
def test_the_sun_is_that_of_pvlib(place):
    latitude, longitude, altitude_m = place
    theirs = solarposition.get_solarposition(INSTANTS, latitude, longitude, altitude=altitude_m)
    ours = sun_over(place, sun_series(INSTANTS))
    for values, name in zip(ours, ("apparent_zenith", "zenith", "azimuth"), strict=True):
        np.testing.assert_allclose(values, theirs[name], atol=1e-9)

"""What a horizon hides: the sun while it stands behind, and part of the sky for good.

The share of sky light a plane keeps is Dozier & Frew's (1990, IEEE Transactions on Geoscience and Remote
Sensing 28, 963-969) integral over azimuth, the sky being equally bright everywhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from production.fleet.errors import InvalidHorizon

Floats = npt.NDArray[np.float64]
Profile = tuple[float, ...]
COUNTS = (8, 12, 16, 24, 36, 48, 72, 90, 120, 180, 360)
DIRECTIONS = np.radians(np.arange(360.0))


def check_horizon(profile: Profile, plant: int) -> None:
    """Raise InvalidHorizon unless it is empty or has heights from 0° to below 90° in a known number."""
    if profile and len(profile) not in COUNTS:
        raise InvalidHorizon(f"plant {plant}: a horizon of {len(profile)} heights; there may be {COUNTS}")
    wrong = [height for height in profile if not 0 <= height < 90]
    if wrong:
        raise InvalidHorizon(f"plant {plant}: horizon height [°] is {wrong[0]:g}, not from 0 to below 90")


def height_at(profile: Profile, azimuth: Floats) -> Floats:
    """Height of the horizon at azimuths [radians from north], between two given ones in proportion [°]."""
    heights = np.array([*profile, profile[0]])
    return np.asarray(np.interp(np.mod(azimuth, 2 * np.pi), np.linspace(0, 2 * np.pi, len(heights)), heights))


def kept_sky(profile: Profile, tilt: Floats, azimuth: Floats) -> Floats:
    """Share of the sky light of each plane the horizon leaves; tilt, azimuth, result: shape (arrays,).

    tilt, azimuth [radians]. With H the zenith angle down to which the plane sees the sky in a direction, the
    integrand is cos tilt · sin² H + sin tilt · cos(direction - azimuth) · (H - sin H cos H).
    """
    slope, facing = tilt[:, None], np.cos(DIRECTIONS - azimuth[:, None])
    # Behind itself a plane sees the sky only down to its own edge.
    edge = np.arctan2(np.cos(slope), -np.sin(slope) * np.minimum(facing, 0.0))
    seen = np.minimum(edge, np.pi / 2 - np.radians(height_at(profile, DIRECTIONS)))

    def sky(zenith: Floats) -> Floats:
        turned = np.sin(slope) * facing * (zenith - np.sin(zenith) * np.cos(zenith))
        return np.asarray((np.cos(slope) * np.sin(zenith) ** 2 + turned).mean(axis=1))

    return sky(seen) / sky(edge)

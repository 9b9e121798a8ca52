"""A plant's rows as the yield engine is told them."""

import datetime as dt
from typing import Any

from installations.models import Plant, TechnicalSheet
from production.fleet import Losses, Physics, PvArray, PvPlant

# Told with every figure; it moves when the same inputs would give another.
ENGINE = "fleet 2 (Perez-Driesse, Faiman, PVWatts, Huld 2025)"
DAYS_A_YEAR = 365.25


def described(plant: Plant, *, on: dt.date | None = None, weather: int = 0) -> PvPlant:
    """The plant with its arrays and its technical sheet, of the age it has `on` that day (new if none).

    Without a sheet its losses are the one lump it was entered with, and it is taken not to age.
    Raises fleet.FleetError where the sheet says what no engine can compute.
    """
    sheet = sheet_of(plant)
    return PvPlant(
        latitude=plant.latitude_deg,
        longitude=plant.longitude_deg,
        altitude_m=plant.altitude_m,
        inverter_power_w=plant.inverter_power_w,
        arrays=tuple(
            # The rank names the plane, for sensors that lie in one of several.
            PvArray(a.tilt_deg, a.azimuth_deg, a.peak_power_w, plane=str(rank))
            for rank, a in enumerate(plant.arrays.all())
        ),
        losses_fraction=float(plant.loss_percent) / 100,
        losses=losses_from(sheet.losses) if sheet else None,
        physics=physics_from(sheet.physics) if sheet else Physics(),
        horizon_deg=tuple(float(height) for height in sheet.horizon_deg) if sheet else (),
        age_years=max(0.0, (on - plant.commissioned_on).days / DAYS_A_YEAR) if on else 0.0,
        weather=weather,
    )


def sheet_of(plant: Plant) -> TechnicalSheet | None:
    """Its technical sheet, if one was made."""
    return getattr(plant, "sheet", None)


def losses_from(stored: dict[str, Any]) -> Losses:
    """Losses of a sheet: what it names, the rest by default. Raises TypeError for an unknown item."""
    values: dict[str, Any] = {name: _frozen(value) for name, value in stored.items()}
    return Losses(**values)


def physics_from(stored: dict[str, Any]) -> Physics:
    """Models of a sheet: what it names, the rest by default. Raises TypeError for an unknown one."""
    return Physics(**stored)


def _frozen(value: Any) -> Any:
    """Monthly values come from the database as a list."""
    return tuple(value) if isinstance(value, list) else value

"""What the page of a technical sheet shows: the plant, its losses item by item, its horizon under the sun."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from django.forms import BoundField
from django.utils.translation import gettext as _
from pvlib import solarposition

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import COAL, QUIET_SLATE, SLATE_EDGE, SUN, Chart, quiet_layout
from production.described import losses_from, sheet_of
from production.fleet.horizon import height_at
from production.services.sheets import LOSS_DEFAULTS, SEASONAL
from production.sheet_forms import MONTHS, NAMES, PERCENT_PHYSICS, PLAIN_PHYSICS, SheetForm
from production.sheet_words import CHOICES
from production.wording import language

# The longest and the shortest day, and the one between.
SUN_DAYS = (("12-21", "dash"), ("03-21", "dot"), ("06-21", "solid"))
CHART_YEAR = 2025
DIRECTIONS = ((0, "N"), (45, "NE"), (90, "E"), (135, "SE"), (180, "S"), (225, "SO"), (270, "O"), (315, "NO"))


@dataclass(frozen=True, slots=True)
class LossField:
    """One item of the losses, with its twelve months where it may have them."""

    field: BoundField
    months: tuple[BoundField, ...]
    is_monthly: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A plant's sheet; `total`: what its losses take together [1], before ageing."""

    plant: Plant
    has_sheet: bool
    total: float
    source: str
    form: SheetForm
    losses: tuple[LossField, ...]
    models: tuple[BoundField, ...]
    numbers: tuple[BoundField, ...]
    equipment: tuple[BoundField, ...]
    chart: Chart

    @property
    def inverter_kw(self) -> float:
        """What the inverters can deliver [kW]."""
        return self.plant.inverter_power_w / 1000

    @property
    def has_model_fault(self) -> bool:
        """Whether what is folded away has something to correct."""
        return any(field.errors for field in (*self.models, *self.numbers))


def sheet_page(plant: Plant, form: SheetForm) -> SheetPage:
    """The page of a plant with arrays and sheet."""
    sheet = sheet_of(plant)
    losses = losses_from(sheet.losses).fraction if sheet else float(plant.loss_percent) / 100
    return SheetPage(
        plant=plant,
        has_sheet=sheet is not None,
        total=losses,
        source=sheet.source if sheet else "",
        form=form,
        losses=tuple(_loss_field(form, name) for name in LOSS_DEFAULTS),
        models=tuple(form[name] for name in (*CHOICES, "diffuse_iam")),
        numbers=tuple(form[name] for name in (*PERCENT_PHYSICS, *PLAIN_PHYSICS)),
        equipment=tuple(form[name] for name in NAMES),
        chart=horizon_chart(plant, tuple(sheet.horizon_deg) if sheet else ()),
    )


def _loss_field(form: SheetForm, name: str) -> LossField:
    months = tuple(form[f"{name}_{month}"] for month in MONTHS) if name in SEASONAL else ()
    return LossField(form[name], months, any(month.value() for month in months))


def horizon_chart(plant: Plant, horizon: tuple[float, ...]) -> Chart:
    """The horizon all around, and the sun's way over it on three days."""
    directions = np.arange(0.0, 361.0, 5.0)
    heights = height_at(horizon, np.radians(directions)) if horizon else np.zeros(len(directions))
    return Chart(
        id="horizon",
        title=_horizon_title(horizon),
        summary=_(
            "Du nord au nord, en passant par le sud. Au-dessus, le chemin du soleil trois jours de l’année."
        ),
        figure_json=_figure(plant, directions, heights),
        columns=(_("Direction"), _("Hauteur de l’horizon")),
        rows=tuple(_row(label, direction, horizon) for direction, label in DIRECTIONS),
        total_row=(),
        csv_url="",
    )


def _horizon_title(horizon: tuple[float, ...]) -> str:
    if not horizon:
        return _("Aucun relevé d’horizon\u202f: le calcul fait comme si rien ne cachait le soleil")
    if not any(horizon):
        return _("Rien ne cache le soleil à l’horizon")
    highest = figures.number(max(horizon), 0, language=language())
    return _("L’horizon monte jusqu’à %(height)s°") % {"height": highest}


def _row(label: str, direction: int, horizon: tuple[float, ...]) -> tuple[str, str]:
    height = float(height_at(horizon, np.radians([float(direction)]))[0]) if horizon else 0.0
    return label, f"{figures.number(height, 1, language=language())}°"


def _figure(plant: Plant, directions: Any, heights: Any) -> dict[str, Any]:
    traces: list[go.Scatter] = [
        go.Scatter(
            x=directions.tolist(),
            y=heights.round(1).tolist(),
            fill="tozeroy",
            mode="lines",
            name=_("Horizon"),
            line={"color": SLATE_EDGE, "width": 1},
            fillcolor=QUIET_SLATE,
            hovertemplate="%{y:.0f}°<extra></extra>",
        )
    ]
    traces += [_sun_path(plant, day, dash) for day, dash in SUN_DAYS]
    layout = quiet_layout("°")
    layout.xaxis = {
        "type": "linear",
        "range": [0, 360],
        "tickvals": [direction for direction, _label in DIRECTIONS] + [360],
        "ticktext": [label for _direction, label in DIRECTIONS] + ["N"],
        "fixedrange": True,
    }
    figure: dict[str, Any] = go.Figure(data=traces, layout=layout).to_plotly_json()
    return figure


def _sun_path(plant: Plant, day: str, dash: str) -> go.Scatter:
    start = pd.Timestamp(f"{CHART_YEAR}-{day}", tz=plant.time_zone)
    instants = pd.date_range(start, start + pd.Timedelta(days=1), freq="15min")
    sun = solarposition.get_solarposition(instants, plant.latitude_deg, plant.longitude_deg)
    up = sun[sun["elevation"] > 0].sort_values("azimuth")
    name = _day_name(dt.date.fromisoformat(f"{CHART_YEAR}-{day}"))
    return go.Scatter(
        x=up["azimuth"].round(1).tolist(),
        y=up["elevation"].round(1).tolist(),
        mode="lines",
        name=name,
        line={"color": SUN if dash == "solid" else COAL, "width": 2, "dash": dash},
        hovertemplate=f"{name}: %{{y:.0f}}°<extra></extra>",
    )


def _day_name(day: dt.date) -> str:
    return {12: _("21 décembre"), 3: _("21 mars"), 6: _("21 juin")}[day.month]

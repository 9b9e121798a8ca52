"""Charts of a yield study, each with the table that says the same."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import COAL, HEAP, QUIET_SLATE, SLATE_EDGE, SUN, Chart, quiet_layout
from mine_de_soleil.core.templatetags.page_kit import compass
from production.study import OrientationMap, Study, SunMonth, Waterfall
from production.study_words import directions, hidden_words, short_months, stage_name
from production.wording import language, month_name, number, percent

BRICK, SKY, SLATE = "#b4472e", "#1f5fa8", "#3b4049"
# The six paths a sun chart shows: December to June; the other half year comes back the same way.
SHOWN_MONTHS = (12, 1, 2, 3, 4, 5, 6)
# What the faintest tile stands for: below half of the best, nobody puts panels.
FAINTEST = 0.4


def study_charts(study: Study, csv_url: str = "") -> tuple[Chart, ...]:
    """All of them, in the order a study is read; csv_url: where its numbers can be had."""
    makers = (months_chart, life_chart, waterfall_chart, orientation_chart, sun_chart)
    return tuple(make(study, csv_url) for make in makers)


def months_chart(study: Study, csv_url: str = "") -> Chart:
    """Energy of each month over the band that eight years in ten fall in."""
    months, labels = study.months, short_months()
    band = go.Bar(
        x=labels,
        y=[(m.p10_wh - m.p90_wh) / 1000 for m in months],
        base=[m.p90_wh / 1000 for m in months],
        name=_("Huit années sur dix"),
        marker={"color": QUIET_SLATE, "line": {"width": 1, "color": SLATE_EDGE}},
        hoverinfo="skip",
        width=0.86,
    )
    middle = go.Bar(
        x=labels,
        y=[m.p50_wh / 1000 for m in months],
        name=_("Année médiane"),
        marker={"color": SUN},
        hovertemplate="%{x} : %{y:,.0f} kWh<extra></extra>",
        width=0.56,
    )
    best = max(months, key=lambda m: m.p50_wh)
    return Chart(
        id="etude-mois",
        title=_("Le meilleur mois est %(month)s : %(energy)s")
        % {"month": month_name(best.month), "energy": _energy(best.p50_wh)},
        summary=_("La colonne est le mois d’une année médiane ; le trait gris, huit années sur dix."),
        figure_json=_plain(go.Figure([band, middle], quiet_layout("kWh", barmode="overlay"))),
        columns=(
            _("Mois"),
            _("Médiane (kWh)"),
            _("P90 (kWh)"),
            _("P10 (kWh)"),
            _("Soleil sur les panneaux (kWh/m²)"),
            _("Ratio de performance"),
        ),
        rows=tuple(
            (
                month_name(m.month),
                _kwh(m.p50_wh),
                _kwh(m.p90_wh),
                _kwh(m.p10_wh),
                number(m.plane_kwh_m2, 1),
                percent(m.performance_ratio, 1),
            )
            for m in months
        ),
        # Bands of months don't add up to that of the year: only what adds up is totalled.
        total_row=(
            _("Année"),
            _kwh(study.year_wh),
            "–",
            "–",
            number(study.plane_kwh_m2, 1),
            percent(study.performance_ratio, 1),
        ),
        csv_url=csv_url,
    )


def life_chart(study: Study, csv_url: str = "") -> Chart:
    """Each year of life: the middle one and what is passed nine times in ten."""
    labels = [str(year.year) for year in study.life]
    lines = [
        go.Scatter(
            x=labels,
            y=[wh / 1000 for wh in values],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": symbol, "size": 7},
        )
        for name, values, colour, dash, symbol in (
            (_("Année médiane"), [y.p50_wh for y in study.life], SLATE, "solid", "circle"),
            (_("Dépassé neuf années sur dix"), [y.p90_wh for y in study.life], BRICK, "dash", "square"),
        )
    ]
    layout = quiet_layout("kWh")
    layout.update(xaxis={"title": {"text": _("Année de vie")}})
    first, last = study.life[0].p50_wh, study.life[-1].p50_wh
    part = percent(1 - last / first if first else 0.0, 1)
    return Chart(
        id="etude-vie",
        title=_("%(part)s de moins après %(years)s ans") % {"part": part, "years": study.life[-1].year},
        summary=_("L’énergie de chaque année de vie, les panneaux vieillissant un peu chaque année."),
        figure_json=_plain(go.Figure(lines, layout)),
        columns=(_("Année"), _("Médiane (kWh)"), _("P90 (kWh)")),
        rows=tuple((str(y.year), _kwh(y.p50_wh), _kwh(y.p90_wh)) for y in study.life),
        total_row=(),
        csv_url=csv_url,
    )


def waterfall_chart(study: Study, csv_url: str = "") -> Chart:
    """From the sun on flat ground to the meter, a bar a step."""
    fall = study.waterfall
    return Chart(
        id="etude-pertes",
        title=_(
            "Là où des panneaux à plat, sans aucune perte, donneraient 100 kWh, ce toit en livre %(count)s"
        )
        % {"count": number(100 * fall.output_wh / fall.start_wh if fall.start_wh else 0, 0)},
        summary=_(
            "Du soleil reçu à plat à l’énergie livrée. Le tableau donne chaque perte une à une. Comptée "
            "depuis le soleil que la pente reçoit, et non à plat, la part rendue est de %(ratio)s."
        )
        % {"ratio": percent(study.performance_ratio, 1)},
        figure_json=_plain(_steps(fall)),
        columns=(_("Étape"), _("Reste (kWh)"), _("Effet (kWh)"), _("Effet")),
        rows=tuple(
            (
                stage_name(s.code),
                _kwh(s.energy_wh),
                _kwh(s.change_wh, sign=True),
                percent(s.share, 1, sign=True),
            )
            for s in fall.stages
        ),
        total_row=(_("Énergie livrée"), _kwh(fall.output_wh), "", ""),
        csv_url=csv_url,
    )


def _steps(fall: Waterfall) -> go.Figure:
    """Bars of the stages in groups: a phone has room for ten."""
    groups = [(name, change) for name, change in _grouped(fall) if change]
    ends = [
        fall.start_wh + sum(change for _name, change in groups[:count]) for count in range(len(groups) + 1)
    ]
    lows = [min(pair) / 1000 for pair in pairwise(ends)]
    shares = [
        percent(change / before if before else 0.0, 1, sign=True)
        for (_name, change), before in zip(groups, ends, strict=False)
    ]
    bars = go.Bar(
        orientation="h",
        y=[_("À plat"), *(name for name, _change in groups), _("Livré")],
        x=[wh / 1000 for wh in (fall.start_wh, *(abs(change) for _name, change in groups), fall.output_wh)],
        base=[0, *lows, 0],
        marker={"color": [SUN, *(HEAP if change > 0 else BRICK for _name, change in groups), SUN]},
        text=["", *shares, ""],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y} : %{x:,.0f} kWh %{text}<extra></extra>",
    )
    layout = quiet_layout("", showlegend=False)
    # Room for the figure beside the longest bar.
    layout.update(
        xaxis={
            "type": "linear",
            "title": {"text": "kWh"},
            "range": [0, max(ends) * 1.2 / 1000],
            "nticks": 4,
            "tickformat": ",~f",
        },
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "rangemode": "normal",
            "showgrid": False,
            "title": {"text": ""},
        },
        hovermode="closest",
    )
    return go.Figure([bars], layout)


def _grouped(fall: Waterfall) -> list[tuple[str, int]]:
    """What each group of stages adds or takes [Wh]; a stage of a new kind stands alone."""
    names = {
        "plane": _("Pente"),
        "horizon": _("Horizon"),
        **dict.fromkeys(("reflection", "low_light"), _("Reflets, ciel gris")),
        "temperature": _("Chaleur"),
        **dict.fromkeys(("soiling", "shading", "snow"), _("Poussière, ombres")),
        **dict.fromkeys(
            ("mismatch", "wiring", "connections", "light_induced", "nameplate"), _("Panneaux, câbles")
        ),
        "availability": _("Arrêts"),
        "lump": _("Pertes"),
        "degradation": _("Vieillissement"),
        **dict.fromkeys(("inverter", "clipping"), _("Onduleur")),
    }
    found: dict[str, int] = {}
    for stage in fall.stages[1:]:
        name = names.get(stage.code, stage_name(stage.code))
        found[name] = found.get(name, 0) + stage.change_wh
    return list(found.items())


def orientation_chart(study: Study, csv_url: str = "") -> Chart:
    """Every slope and direction as a tile; the fuller its colour, the better. Ours are marked."""
    found = study.orientation
    return Chart(
        id="etude-orientation",
        title=_("Nos panneaux donnent %(part)s de la meilleure orientation")
        % {"part": percent(sum(mark.relative * mark.power_share for mark in found.marks))},
        summary=_(
            "La meilleure\u202f: %(tilt)s° de pente, vers %(side)s (%(azimuth)s°), %(yield)s kWh par kWc et "
            "par an. Plus la couleur est pleine, plus des panneaux y donneraient."
        )
        % {
            "tilt": found.best_tilt_deg,
            "side": compass(found.best_azimuth_deg),
            "azimuth": found.best_azimuth_deg,
            "yield": number(found.best_kwh_kwp),
        },
        figure_json=_plain(_tiles(found)),
        columns=(_("Pente"), *(f"{azimuth}°" for azimuth in found.azimuths_deg)),
        rows=tuple(
            (f"{tilt}°", *(percent(share) for share in row))
            for tilt, row in zip(found.tilts_deg, found.relative, strict=True)
        ),
        total_row=(),
        csv_url=csv_url,
    )


def _tiles(found: OrientationMap) -> go.Figure:
    step, height = 360 // len(found.azimuths_deg), found.tilts_deg[1] - found.tilts_deg[0]
    tiles = [
        # The basic bundle has no heat map: bars without gaps, one row over the other.
        go.Bar(
            x=list(found.azimuths_deg),
            y=[height] * len(row),
            base=[tilt - height / 2] * len(row),
            width=step,
            marker={"color": [_tile(share) for share in row], "line": {"width": 0}},
            customdata=[[tilt, percent(share)] for share in row],
            hovertemplate="%{x}°, %{customdata[0]}° : %{customdata[1]}<extra></extra>",
            showlegend=False,
        )
        for tilt, row in zip(found.tilts_deg, found.relative, strict=True)
    ]
    marks = go.Scatter(
        x=[mark.azimuth_deg for mark in found.marks],
        y=[mark.tilt_deg for mark in found.marks],
        mode="markers",
        name=_("Nos pans de panneaux"),
        marker={"symbol": "diamond", "size": 13, "color": SKY, "line": {"width": 2, "color": "#faf8f3"}},
        hovertemplate="%{x}°, %{y}°<extra></extra>",
    )
    layout = quiet_layout(_("Pente (°)"), barmode="overlay", bargap=0)
    layout.update(
        xaxis={
            "type": "linear",
            "range": [-step / 2, 360 - step / 2],
            "tickvals": [0, 90, 180, 270],
            "ticktext": directions(),
        },
        yaxis={"range": [-height / 2, 90 + height / 2], "tickvals": [0, 30, 60, 90], "showgrid": False},
        hovermode="closest",
    )
    return go.Figure([*tiles, marks], layout)


def _tile(share: float) -> str:
    """The sun's colour, from none to full."""
    strength = max(0.0, (share - FAINTEST) / (1 - FAINTEST))
    return f"rgba(242,169,0,{strength**1.5:.3f})"


def sun_chart(study: Study, csv_url: str = "") -> Chart:
    """The sun's way across the sky by month, behind the horizon where it is hidden."""
    view = study.shading
    paths = [_path(view.months[number - 1]) for number in SHOWN_MONTHS]
    hidden = sum(month.hidden_hours for month in view.months)
    lost = view.lost_wh / (study.year_wh + view.lost_wh) if study.year_wh + view.lost_wh else 0.0
    if view.horizon_deg:
        title = _("L’horizon prend %(part)s de l’année") % {"part": percent(lost, 1)}
    else:
        title = _("Aucun relevé d’horizon")
    layout = quiet_layout(_("Hauteur (°)"))
    layout.update(
        xaxis={
            "type": "linear",
            "range": [0, 360] if study.plant.latitude < 0 else [30, 330],
            "tickvals": [0, 90, 180, 270, 360],
            "ticktext": [*directions(), directions()[0]],
        },
        hovermode="closest",
    )
    return Chart(
        id="etude-soleil",
        title=title,
        summary=f"{_('La course du soleil le 21 de chaque mois.')} {hidden_words(hidden)}",
        figure_json=_plain(go.Figure([*_horizon(view.horizon_deg), *paths], layout)),
        columns=(_("Mois"), _("Heures de soleil possibles"), _("Heures cachées"), _("Énergie perdue (kWh)")),
        rows=tuple(
            (month_name(m.month), number(m.sun_hours), number(m.hidden_hours), _kwh(m.lost_wh))
            for m in view.months
        ),
        total_row=(
            _("Année"),
            number(sum(m.sun_hours for m in view.months)),
            number(hidden),
            _kwh(view.lost_wh),
        ),
        csv_url=csv_url,
    )


def _path(month: SunMonth) -> go.Scatter:
    """A solstice is drawn full, the months between them thin."""
    name, is_solstice = month_name(month.month), month.month in (6, 12)
    return go.Scatter(
        # Below the tropics the sun passes north: its path is read in the order of directions.
        x=_gapped([point.azimuth_deg for point in month.path]),
        y=_gapped([point.height_deg for point in month.path], [p.azimuth_deg for p in month.path]),
        mode="lines",
        name=name,
        showlegend=is_solstice,
        line={
            "color": SUN if month.month == 6 else SKY if is_solstice else SLATE_EDGE,
            "width": 3 if is_solstice else 1,
        },
        customdata=_gapped([point.hour for point in month.path], [p.azimuth_deg for p in month.path]),
        hovertemplate=f"{name}, %{{customdata}} h : %{{y:.0f}}°<extra></extra>",
        connectgaps=False,
    )


def _gapped(values: Sequence[float], azimuths: Sequence[float] | None = None) -> list[float | None]:
    """Values with a hole where the path passes north, from 359° to 1°, so that no line crosses the chart."""
    turns = azimuths or values
    found: list[float | None] = []
    for at, value in enumerate(values):
        if at and abs(turns[at] - turns[at - 1]) > 180:
            found.append(None)
        found.append(value)
    return found


def _horizon(heights: Sequence[float]) -> list[go.Scatter]:
    if not heights:
        return []
    step = 360 / len(heights)
    return [
        go.Scatter(
            x=[number * step for number in range(len(heights) + 1)],
            y=[*heights, heights[0]],
            mode="lines",
            fill="tozeroy",
            name=_("Horizon"),
            line={"color": COAL, "width": 1},
            fillcolor=QUIET_SLATE,
            hoverinfo="skip",
        )
    ]


def _plain(figure: go.Figure) -> dict[str, Any]:
    return dict(figure.to_plotly_json())


def _energy(watt_hours: float) -> str:
    return figures.energy(watt_hours, language=language())


def _kwh(watt_hours: float, *, sign: bool = False) -> str:
    return figures.number(watt_hours / 1000, 0, language=language(), sign=sign)

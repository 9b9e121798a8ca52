"""Charts of a heat network's study, each with the table that says the same."""

from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import COAL, HEAP, SLATE_EDGE, SUN, Chart, quiet_layout
from production.heat_words import lorries, mwh, stage_name
from production.study.heat import BoilerSize, HeatStudy, WoodNeed
from production.study_words import short_months
from production.wording import language, month_name, percent

BRICK, SKY = "#b4472e", "#1f5fa8"
HOURS_SHOWN = (100, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 8760)


def heat_charts(study: HeatStudy) -> tuple[Chart, ...]:
    """All of them, in the order a study is read."""
    makers = (months_chart, load_chart, sizes_chart, waterfall_chart, wood_chart)
    return tuple(make(study) for make in makers)


def months_chart(study: HeatStudy) -> Chart:
    """Heat sent into the network month by month, gas on top of wood."""
    coldest = max(study.months, key=lambda m: m.p50_wh + m.gas_heat_wh)
    return Chart(
        id="chaleur-mois",
        title=_("Le mois le plus froid, %(month)s, demande %(energy)s MWh")
        % {"month": month_name(coldest.month), "energy": mwh(coldest.p50_wh + coldest.gas_heat_wh)},
        summary=_("Chaleur envoyée dans le réseau chaque mois d’une année médiane, en MWh."),
        figure_json=_plain(go.Figure(_stacked_months(study), quiet_layout("MWh", barmode="stack"))),
        columns=(
            _("Mois"),
            _("Bois (MWh)"),
            _("Bois, P90 (MWh)"),
            _("Bois, P10 (MWh)"),
            _("Gaz (MWh)"),
            _("Bâtiments (MWh)"),
            _("Perdu dans le réseau (MWh)"),
            _("Part du bois"),
        ),
        rows=tuple(
            (
                month_name(m.month),
                mwh(m.p50_wh),
                mwh(m.p90_wh),
                mwh(m.p10_wh),
                mwh(m.gas_heat_wh),
                mwh(m.demand_wh),
                mwh(m.loss_wh),
                percent(m.coverage),
            )
            for m in study.months
        ),
        # Bands of months don't add up to that of the year.
        total_row=(
            _("Année"),
            mwh(study.year_wh),
            "–",
            "–",
            mwh(study.gas_heat_wh),
            mwh(study.demand_wh),
            mwh(study.loss_wh),
            percent(study.coverage),
        ),
        csv_url="",
    )


def _stacked_months(study: HeatStudy) -> list[go.Bar]:
    return [
        go.Bar(
            x=short_months(),
            y=[wh / 1e6 for wh in values],
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": shape, "fgcolor": COAL, "size": 6, "fillmode": "overlay"},
            },
            hovertemplate=f"%{{x}} : %{{y:,.0f}} MWh ({name})<extra></extra>",
        )
        for name, values, colour, shape in (
            (_("Bois"), [m.p50_wh for m in study.months], HEAP, ""),
            (_("Gaz"), [m.gas_heat_wh for m in study.months], BRICK, "/"),
        )
    ]


def load_chart(study: HeatStudy) -> Chart:
    """The year's hours from the most to the least demanding, and the wood boiler's part."""
    hours = [point.hours for point in study.load]
    lines = [
        _area(hours, [p.load_w / 1000 for p in study.load], _("Demandée au total"), BRICK, "dash", ""),
        _area(
            hours, [p.wood_w / 1000 for p in study.load], _("Fournie par le bois"), HEAP, "solid", "tozeroy"
        ),
    ]
    layout = quiet_layout("kW")
    layout.update(
        xaxis={
            "type": "linear",
            "title": {"text": _("Heures de l’année")},
            "range": [0, 8784],
            "nticks": 6,
            "tickformat": ",~f",
        },
    )
    return Chart(
        id="chaleur-puissance",
        title=_("L’heure la plus froide demande %(peak)s kW\u202f; la chaudière bois peut en donner %(wood)s")
        % {"peak": _kw(study.peak_w), "wood": _kw(study.network.boiler.nominal_power_w)},
        summary=_("Les heures de l’année, de la plus demandeuse à la plus calme."),
        figure_json=_plain(go.Figure(lines, layout)),
        columns=(_("Heures par an"), _("Au moins demandé (kW)"), _("Par le bois (kW)")),
        rows=tuple(
            (figures.number(hour, language=language()), _kw(point.load_w), _kw(point.wood_w))
            for hour, point in _at_hours(study)
        ),
        total_row=(),
        csv_url="",
    )


def _area(
    hours: list[float], values: list[float], name: str, colour: str, dash: str, fill: str
) -> go.Scatter:
    return go.Scatter(
        x=hours,
        y=values,
        name=name,
        mode="lines",
        fill=fill or "none",
        fillcolor="rgba(47,111,78,0.22)",
        line={"color": colour, "width": 2, "dash": dash},
        hovertemplate=f"%{{x:,.0f}} h : %{{y:,.0f}} kW<extra>{name}</extra>",
    )


def _at_hours(study: HeatStudy) -> list[tuple[int, Any]]:
    """The point of the curve nearest to each round number of hours."""
    return [(hour, min(study.load, key=lambda p: abs(p.hours - hour))) for hour in HOURS_SHOWN]


def sizes_chart(study: HeatStudy) -> Chart:
    """What boilers of other sizes would cover; ours is marked."""
    chosen_w = study.network.boiler.nominal_power_w
    curve = go.Scatter(
        x=[size.size_w / 1000 for size in study.sizes],
        y=[100 * size.coverage for size in study.sizes],
        name=_("Autres puissances"),
        mode="lines+markers",
        line={"color": SLATE_EDGE, "width": 2},
        marker={"size": 6},
        hovertemplate="%{x:,.0f} kW : %{y:.0f} %<extra></extra>",
    )
    chosen = go.Scatter(
        x=[chosen_w / 1000],
        y=[100 * study.coverage],
        name=_("Puissance choisie"),
        mode="markers",
        marker={"symbol": "diamond", "size": 15, "color": SUN, "line": {"width": 2, "color": COAL}},
        hovertemplate="%{x:,.0f} kW : %{y:.0f} %<extra></extra>",
    )
    layout = quiet_layout("%")
    layout.update(
        xaxis={
            "type": "linear",
            "title": {"text": _("Puissance de la chaudière bois (kW)")},
            "rangemode": "tozero",
            "nticks": 6,
            "tickformat": ",~f",
        },
        yaxis={"range": [0, 105]},
        hovermode="closest",
    )
    return Chart(
        id="chaleur-taille",
        title=_("Avec %(power)s kW, le bois couvre %(part)s de la chaleur")
        % {"power": _kw(chosen_w), "part": percent(study.coverage)},
        summary=_("Part de la chaleur que couvriraient des chaudières d’autres puissances."),
        figure_json=_plain(go.Figure([curve, chosen], layout)),
        columns=(
            _("Puissance (kW)"),
            _("De la pointe"),
            _("Part du bois"),
            _("Heures à pleine puissance"),
            _("Bois brûlé (MWh)"),
            _("Gaz brûlé (MWh)"),
        ),
        rows=tuple(_size_row(size) for size in study.sizes),
        total_row=(),
        csv_url="",
    )


def _size_row(size: BoilerSize) -> tuple[str, ...]:
    return (
        _kw(size.size_w),
        percent(size.peak_fraction),
        percent(size.coverage),
        figures.number(size.full_load_hours, language=language()),
        mwh(size.wood_fuel_wh),
        mwh(size.gas_fuel_wh),
    )


def waterfall_chart(study: HeatStudy) -> Chart:
    """From the energy of the wood to the heat in the buildings."""
    fall = study.waterfall
    ends = [stage.energy_wh / 1e6 for stage in fall.stages]
    lost = [(before - after) for before, after in pairwise(ends)]
    names = [stage_name(stage.code) for stage in fall.stages[1:]]
    bars = go.Bar(
        orientation="h",
        y=[_("Bois"), *names, _("Bâtiments")],
        x=[ends[0], *lost, ends[-1]],
        base=[0, *ends[1:], 0],
        marker={"color": [HEAP, *(BRICK for _name in names), SUN]},
        text=["", *(percent(stage.share, sign=True) for stage in fall.stages[1:]), ""],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y} : %{x:,.0f} MWh %{text}<extra></extra>",
    )
    layout = quiet_layout("", showlegend=False)
    layout.update(
        # Room for the words beside the longest bar: on a phone they would be cut.
        xaxis={
            "type": "linear",
            "title": {"text": "MWh"},
            "nticks": 4,
            "tickformat": ",~f",
            "range": [0, 1.25 * ends[0]],
        },
        yaxis={"type": "category", "autorange": "reversed", "rangemode": "normal", "showgrid": False},
        hovermode="closest",
    )
    arrived = 100 * fall.output_wh / fall.start_wh if fall.start_wh else 0
    return Chart(
        id="chaleur-pertes",
        title=_("Sur 100 kWh de bois, %(count)s chauffent les bâtiments")
        % {"count": figures.number(arrived, language=language())},
        summary=_("Le reste se perd dans la chaudière et dans les tuyaux enterrés."),
        figure_json=_plain(go.Figure([bars], layout)),
        columns=(_("Étape"), _("Reste (MWh)"), _("Effet (MWh)"), _("Effet")),
        rows=tuple(
            (
                stage_name(stage.code),
                mwh(stage.energy_wh),
                mwh(stage.change_wh, sign=True),
                percent(stage.share, sign=True),
            )
            for stage in fall.stages
        ),
        total_row=(_("Chaleur des bâtiments"), mwh(fall.output_wh), "", ""),
        csv_url="",
    )


def wood_chart(study: HeatStudy) -> Chart:
    """Tonnes of wood a year by its humidity: wetter wood, more lorries."""
    chosen = min(study.wood, key=lambda need: abs(need.humidity - study.network.boiler.humidity))
    bars = go.Bar(
        x=[percent(need.humidity) for need in study.wood],
        y=[round(need.tonnes) for need in study.wood],
        marker={"color": [SUN if need is chosen else SLATE_EDGE for need in study.wood]},
        hovertemplate="%{x} : %{y:,.0f} t<extra></extra>",
    )
    layout = quiet_layout("t", showlegend=False)
    layout.update(xaxis={"title": {"text": _("Humidité du bois")}})
    return Chart(
        id="chaleur-bois",
        title=_("À %(humidity)s d’humidité, %(tonnes)s tonnes de bois par an, soit %(lorries)s camions")
        % {
            "humidity": percent(chosen.humidity),
            "tonnes": figures.number(chosen.tonnes, language=language()),
            "lorries": lorries(chosen.tonnes),
        },
        summary=_("Plus le bois est humide, plus il en faut\u202f: l’eau qu’il contient s’évapore d’abord."),
        figure_json=_plain(go.Figure([bars], layout)),
        columns=(_("Humidité"), _("Énergie (MWh/t)"), _("Bois par an (t)"), _("Camions")),
        rows=tuple(_wood_row(need) for need in study.wood),
        total_row=(),
        csv_url="",
    )


def _wood_row(need: WoodNeed) -> tuple[str, ...]:
    return (
        percent(need.humidity),
        figures.number(need.mwh_per_t, 2, language=language()),
        figures.number(need.tonnes, language=language()),
        str(lorries(need.tonnes)),
    )


def _plain(figure: go.Figure) -> dict[str, Any]:
    return dict(figure.to_plotly_json())


def _kw(watts: float) -> str:
    return figures.number(watts / 1000, language=language())

"""The chart of a day, reading by reading."""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.models import Plant
from mine_de_soleil.core import figures
from mine_de_soleil.core.charts import SLATE_EDGE, SUN, Chart, quiet_layout
from production.charts import SKY
from production.day_steps import DaySteps, day_steps, lit
from production.hours import HourlyCurve
from production.wording import language

Powers = Sequence[float | None]


def step_chart(
    plant: Plant, day: dt.date, curve: HourlyCurve | None, *, period_name: str, line_name: str
) -> Chart:
    """Mean power metered at each step, over what the weather and a clear sky would have given.

    `line_name` says under which weather `curve` is.
    """
    steps = day_steps(plant, day, curve)
    shown = lit(steps)
    labels = [f"{steps.start[n]:%H:%M}" for n in shown]
    metered, expected, clear = (
        [powers[n] for n in shown] for powers in (steps.metered_w, steps.expected_w, steps.clear_w)
    )
    lines = [(_("Mesuré"), metered), (line_name, expected), (_("Ciel clair"), clear)]
    known = [(name, powers) for name, powers in lines if any(power is not None for power in powers)]
    base = reverse("plant_steps_csv", args=[plant.cooperative.slug, plant.slug])
    return Chart(
        id="production",
        title=_title(period_name, steps),
        summary=_summary(steps, curve is not None),
        figure_json=_figure(labels, metered, expected, clear, line_name),
        columns=(_("Heure"), *(f"{name} (kW)" for name, _powers in known)),
        rows=tuple(
            (label, *(_kilowatts(powers[n]) for _name, powers in known)) for n, label in enumerate(labels)
        ),
        total_row=(),
        csv_url=f"{base}?jour={day}",
    )


def _title(period_name: str, steps: DaySteps) -> str:
    name = f"{period_name[:1].upper()}{period_name[1:]}"
    said = {"period": name, "energy": figures.energy(steps.metered_wh, language=language())}
    if not steps.metered_wh or steps.clear_wh <= 0:
        return _("%(period)s : %(energy)s mesurés") % said
    said["part"] = figures.percent(steps.metered_wh / steps.clear_wh, language=language())
    return _("%(period)s : %(energy)s mesurés, %(part)s de ce qu’un ciel clair aurait donné") % said


def _summary(steps: DaySteps, is_told: bool) -> str:
    minutes = figures.number(steps.step_s / 60, language=language())
    words = _("Puissance moyenne par pas de %(minutes)s minutes.") % {"minutes": minutes}
    if steps.is_coarse:
        words = _("Ce compteur ne dit pas les heures : ses relevés durent plus longtemps.")
    if steps.in_part:
        words += " " + ngettext(
            "À %(n)s moment il manque un compteur de ce toit : il a produit plus que ce qui est montré.",
            "À %(n)s moments il manque un compteur de ce toit : il a produit plus que ce qui est montré.",
            steps.in_part,
        ) % {"n": figures.number(steps.in_part, language=language())}
    words += " " + _("Tirets : par ciel clair, à 15 °C ; en pointillé : pour le temps de ce jour-là.")
    return words if is_told else words + " " + _("Ce temps n’est pas connu.")


def _kilowatts(watts: float | None) -> str:
    return "–" if watts is None else figures.number(watts / 1000, 1, language=language())


def _figure(
    labels: list[str], metered: Powers, expected: Powers, clear: Powers, line_name: str
) -> dict[str, object]:
    traces = [
        _line(labels, clear, _("Ciel clair"), {"color": SLATE_EDGE, "width": 2, "dash": "dash"}),
        _line(labels, expected, line_name, {"color": SKY, "width": 2, "dash": "dot", "shape": "hvh"}),
        _line(labels, metered, _("Mesuré"), {"color": SUN, "width": 3}, fill="tozeroy"),
    ]
    layout = quiet_layout("kW")
    return dict(go.Figure([trace for trace in traces if trace is not None], layout).to_plotly_json())


def _line(
    labels: list[str], powers: Powers, name: str, line: dict[str, object], **more: str
) -> go.Scatter | None:
    if all(power is None for power in powers):
        return None
    return go.Scatter(
        x=labels,
        y=[None if power is None else round(power / 1000, 3) for power in powers],
        name=name,
        mode="lines",
        connectgaps=False,
        line=line,
        hovertemplate=f"%{{x}} : %{{y:.1f}} kW<extra>{name}</extra>",
        **more,
    )

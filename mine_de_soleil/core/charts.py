"""The shape of a chart in the page kit, and the light tokens its figures are written in.

`charts.js` swaps those colours for the theme's own.
"""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

SUN, LINE, COAL, HEAP = "#f2a900", "#e4dfd3", "#16181d", "#2f6f4e"
QUIET_SLATE, SLATE_EDGE = "rgba(59,64,73,0.22)", "rgba(59,64,73,0.72)"


@dataclass(frozen=True, slots=True)
class Chart:
    """What `page_kit/chart.html` needs: the finding as title, a Plotly figure, the same as a table."""

    id: str
    title: str
    summary: str
    figure_json: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total_row: tuple[str, ...]
    csv_url: str


def quiet_layout(unit: str, **more: Any) -> go.Layout:
    """The house's layout: no frame, the unit on the axis, from zero; `more` is what one chart adds."""
    return go.Layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": COAL, "size": 14},
        margin={"l": 48, "r": 8, "t": 28, "b": 40},
        legend={"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        xaxis={"type": "category", "fixedrange": True, "tickangle": 0, "automargin": True},
        yaxis={
            "title": {"text": unit},
            "gridcolor": LINE,
            "zerolinecolor": LINE,
            "rangemode": "tozero",
            "fixedrange": True,
            "automargin": True,
            "tickformat": ",~f",
        },
        hovermode="x",
        **more,
    )

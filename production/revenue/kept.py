"""Figures as JSON and back, exactly: decimals are texts, days are ISO days. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from production.revenue.figures import Dated, Figure

Json = dict[str, Any]


def figure_json(figure: Figure | None) -> Json | None:
    """A figure with its source and mark."""
    if figure is None:
        return None
    return {"value": f"{figure.value:f}", "source": figure.source, "mark": figure.confidence}


def figure_from(kept: Mapping[str, Any] | None) -> Figure | None:
    """The figure that was kept."""
    if kept is None:
        return None
    return Figure(Decimal(kept["value"]), kept["source"], kept["mark"])


def sure_figure(kept: Mapping[str, Any]) -> Figure:
    """The same, where one must be."""
    found = figure_from(kept)
    assert found is not None  # a mapping is never nothing
    return found


def dated_json(steps: Sequence[Dated]) -> list[Json]:
    """Dated figures."""
    return [{"since": step.since.isoformat(), "figure": figure_json(step.figure)} for step in steps]


def dated_from(kept: Sequence[Mapping[str, Any]]) -> tuple[Dated, ...]:
    """The dated figures that were kept."""
    return tuple(Dated(dt.date.fromisoformat(step["since"]), sure_figure(step["figure"])) for step in kept)

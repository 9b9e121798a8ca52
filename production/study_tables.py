"""The numbers behind a study's charts, as files: plain figures, units in the titles."""

from collections.abc import Callable, Iterable

from mine_de_soleil.core.csv_text import csv_text
from production.study import Study

Row = tuple[str | int | float, ...]


def study_csv(study: Study, chart_id: str) -> str | None:
    """The table behind one chart of `study_charts`; None for a chart that isn't one."""
    rows_of = TABLES.get(chart_id)
    if rows_of is None:
        return None
    return csv_text(rows_of(study), delimiter=";")


def _months(study: Study) -> Iterable[Row]:
    yield "month", "p50_wh", "p10_wh", "p75_wh", "p90_wh", "horizontal_kwh_m2", "plane_kwh_m2"
    for m in study.months:
        yield m.month, m.p50_wh, m.p10_wh, m.p75_wh, m.p90_wh, m.horizontal_kwh_m2, m.plane_kwh_m2


def _life(study: Study) -> Iterable[Row]:
    yield "year", "p50_wh", "p90_wh"
    for year in study.life:
        yield year.year, year.p50_wh, year.p90_wh


def _losses(study: Study) -> Iterable[Row]:
    yield "stage", "energy_wh", "change_wh", "share"
    for stage in study.waterfall.stages:
        yield stage.code, stage.energy_wh, stage.change_wh, stage.share


def _orientations(study: Study) -> Iterable[Row]:
    found = study.orientation
    yield "tilt_deg", "azimuth_deg", "relative_yield"
    for tilt, shares in zip(found.tilts_deg, found.relative, strict=True):
        for azimuth, share in zip(found.azimuths_deg, shares, strict=True):
            yield tilt, azimuth, share


def _sun(study: Study) -> Iterable[Row]:
    yield "month", "hour_utc_plus_1", "azimuth_deg", "height_deg", "hidden_hours", "lost_wh"
    for month in study.shading.months:
        for point in month.path:
            sun = (point.hour, point.azimuth_deg, point.height_deg)
            yield month.month, *sun, month.hidden_hours, month.lost_wh


# By the identifiers of `study_charts`.
TABLES: dict[str, Callable[[Study], Iterable[Row]]] = {
    "etude-mois": _months,
    "etude-vie": _life,
    "etude-pertes": _losses,
    "etude-orientation": _orientations,
    "etude-soleil": _sun,
}

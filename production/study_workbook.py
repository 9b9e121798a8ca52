"""A study as a workbook: every number to the watt-hour, totals that a spreadsheet counts again."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range

from production.study import Study
from production.study_words import (
    array_rows,
    band_name,
    confidence_words,
    item_name,
    limits,
    loss_rows,
    model_rows,
    probability_name,
    probability_words,
    stage_name,
    weather_rows,
)
from production.uncertainty import combined_standard_deviation
from production.wording import engine_name, month_name

Cell = str | int | float | dt.date | None
WHOLE, DECIMALS, PERCENT, DEGREES = "#,##0", "#,##0.00", "0.0%", "0.0000"
INSTANT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"


def as_xlsx(study: Study, weather: pd.DataFrame | None = None) -> bytes:
    """Six sheets in the reader's language; weather: the numbers the study was computed from, shown by hour.

    No text is ever a formula or a link.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # Without its day, the workbook would ask the clock.
        created = dt.datetime.combine(study.made_on, dt.time(), dt.UTC)
        book.set_properties({"title": f"{_('Étude de productible')}, {study.name}", "created": created})
        _summary(SheetWriter(book, _("Synthèse"), (52, 20, 16, 16, 16, 16, 16, 16)), study)
        _months(SheetWriter(book, _("Mois"), (14, *(16,) * 9)), study)
        _hours(SheetWriter(book, _("Heures"), (18, *(16,) * 8)), study, weather)
        _losses(SheetWriter(book, _("Pertes"), (40, 18, 18, 12)), study)
        _doubts(SheetWriter(book, _("Incertitudes"), (42, 14, 14, 52, 44)), study)
        _weather(SheetWriter(book, _("Météo"), (34, 100)), study)
    return target.getvalue()


class SheetWriter:
    """A sheet written downwards, line by line."""

    def __init__(self, book: Any, name: str, widths: Sequence[int]) -> None:
        self._sheet = book.add_worksheet(name)
        codes = (WHOLE, DECIMALS, PERCENT, DEGREES, INSTANT, DAY)
        self._formats = {code: book.add_format({"num_format": code}) for code in codes}
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._at = 0
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def heading(self, *titles: str) -> None:
        for column, title in enumerate(titles):
            self._sheet.write_string(self._at, column, title, self._bold)
        self._at += 1

    def freeze(self) -> None:
        """Keep what was written so far, and the first column, in sight."""
        self._sheet.freeze_panes(self._at, 1)

    def line(self, *cells: Cell, codes: Sequence[str] = ()) -> None:
        for column, cell in enumerate(cells):
            self._write(column, cell, codes[column] if column < len(codes) else WHOLE)
        self._at += 1

    def total(self, label: str, sums: Sequence[int | float], first: int, code: str = WHOLE) -> None:
        """A live total of the columns after the first, over the lines from `first` on."""
        self._sheet.write_string(self._at, 0, label, self._bold)
        for column, value in enumerate(sums, 1):
            span = xl_range(first, column, self._at - 1, column)
            self._sheet.write_formula(self._at, column, f"=SUM({span})", self._formats[code], value)
        self._at += 1

    @property
    def at(self) -> int:
        """The line written next, from 0."""
        return self._at

    def skip(self) -> None:
        self._at += 1

    def _write(self, column: int, cell: Cell, code: str) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            # XML knows neither control characters nor these two.
            seen = "".join(c for c in cell if (c >= " " or c in "\t\n") and c not in "\ufffe\uffff")
            self._sheet.write_string(self._at, column, seen[:32_767])
        elif isinstance(cell, dt.datetime):
            self._sheet.write_datetime(self._at, column, cell.replace(tzinfo=None), self._formats[INSTANT])
        elif isinstance(cell, dt.date):
            self._sheet.write_datetime(self._at, column, cell, self._formats[DAY])
        else:
            self._sheet.write_number(self._at, column, cell, self._formats[code])


def _summary(sheet: SheetWriter, study: Study) -> None:
    sheet.heading(_("Étude de productible"))
    for label, told in _identity(study):
        sheet.line(label, told, codes=("", DEGREES))
    sheet.line(_("Puissance des panneaux (W)"), study.peak_power_w)
    sheet.line(_("Puissance des onduleurs (W)"), study.plant.inverter_power_w)
    sheet.line(_("Une année médiane (Wh)"), study.year_wh)
    sheet.line(_("Productible (kWh/kWc)"), study.yield_kwh_kwp, codes=("", DECIMALS))
    sheet.line(_("Ratio de performance"), study.performance_ratio, codes=("", PERCENT))
    sheet.skip()
    shown = [value.probability for value in study.bands[0].values]
    sheet.heading(_("Énergie d’une année (Wh)"), _("Écart type"), *map(probability_name, shown))
    for band in study.bands:
        energies = (value.energy_wh for value in band.values)
        name = band_name(band.years, band.with_ageing)
        sheet.line(name, band.deviation, *energies, codes=("", PERCENT))
    sheet.line("", "", *map(probability_words, shown))
    sheet.skip()
    sheet.heading(_("Année de vie"), _("P50 (Wh)"), _("P90 (Wh)"))
    for year in study.life:
        sheet.line(year.year, year.p50_wh, year.p90_wh)
    sheet.skip()
    sheet.heading(_("Ce que l’étude ne dit pas"))
    for text in limits(study):
        sheet.line(text)


def _identity(study: Study) -> Iterable[tuple[str, Cell]]:
    yield _("Toit"), study.name
    yield _("Lieu"), study.place
    yield _("Latitude (°)"), study.plant.latitude
    yield _("Longitude (°)"), study.plant.longitude
    yield _("Propriétaire"), study.owner
    yield _("Établie le"), study.made_on
    yield _("Logiciel"), study.software
    yield _("Calcul"), engine_name(study.engine)
    yield _("Empreinte de l’étude"), study.fingerprint
    for number, (power, tilt, direction) in enumerate(array_rows(study.plant), 1):
        yield _("Pan %(number)s") % {"number": number}, f"{power}, {tilt}, {direction}"


def _months(sheet: SheetWriter, study: Study) -> None:
    sheet.heading(
        _("Mois"),
        _("P50 (Wh)"),
        _("P10 (Wh)"),
        _("P75 (Wh)"),
        _("P90 (Wh)"),
        _("Soleil à plat (kWh/m²)"),
        _("Soleil sur les panneaux (kWh/m²)"),
        _("Énergie (kWh/kWc)"),
        _("Ratio de performance"),
        _("Écart type du temps qu’il fait"),
    )
    sheet.freeze()
    first = sheet.at
    codes = ("", WHOLE, WHOLE, WHOLE, WHOLE, DECIMALS, DECIMALS, DECIMALS, PERCENT, PERCENT)
    for m in study.months:
        energies = (m.p50_wh, m.p10_wh, m.p75_wh, m.p90_wh)
        light = (m.horizontal_kwh_m2, m.plane_kwh_m2, m.yield_kwh_kwp)
        sheet.line(
            month_name(m.month), *energies, *light, m.performance_ratio, m.weather_deviation, codes=codes
        )
    # Only what adds up is totalled: a year's band isn't the sum of its months'.
    sheet.total(_("Année"), [study.year_wh], first)


def _hours(sheet: SheetWriter, study: Study, weather: pd.DataFrame | None) -> None:
    hourly = _hourly(study, weather)
    sheet.heading(_("Début (UTC)"), _("Énergie (Wh)"), *(_column(str(name)) for name in hourly.columns))
    sheet.freeze()
    first = sheet.at
    rows = hourly.to_numpy().tolist()
    codes = ("", WHOLE, *(DECIMALS,) * len(hourly.columns))
    for start, energy_wh, values in zip(study.starts(), study.energy_wh, rows, strict=True):
        known = (None if value != value else value for value in values)  # a hole is not a number
        sheet.line(start, energy_wh, *known, codes=codes)
    sheet.total(_("Année"), [sum(study.energy_wh)], first)


def _hourly(study: Study, weather: pd.DataFrame | None) -> pd.DataFrame:
    """The weather as means of the study's intervals; nothing where none is given."""
    starts = pd.DatetimeIndex(study.starts())
    if weather is None:
        return pd.DataFrame(index=starts)
    step = pd.Timedelta(seconds=study.step_s)
    means = weather.resample(step, origin=starts[0]).mean()
    return means.reindex(starts)


def _column(name: str) -> str:
    names = {
        "ghi": _("Soleil à plat (W/m²)"),
        "dni": _("Soleil direct (W/m²)"),
        "dhi": _("Soleil diffus (W/m²)"),
        "temp_air": _("Air (°C)"),
        "wind_speed": _("Vent (m/s)"),
        "poa_global": _("Soleil sur les panneaux (W/m²)"),
        "poa_cell": _("Cellule de référence (W/m²)"),
    }
    return names.get(name, name)


def _losses(sheet: SheetWriter, study: Study) -> None:
    sheet.heading(_("Étape"), _("Reste (Wh)"), _("Effet (Wh)"), _("Effet"))
    sheet.freeze()
    for stage in study.waterfall.stages:
        row = (stage_name(stage.code), stage.energy_wh, stage.change_wh, stage.share)
        sheet.line(*row, codes=("", WHOLE, WHOLE, PERCENT))
    sheet.skip()
    sheet.heading(_("Pertes comptées"), "")
    for label, text in loss_rows(study.plant):
        sheet.line(label, text)
    sheet.skip()
    sheet.heading(_("Horizon"), _("Heures de soleil"), _("Heures cachées"), _("Énergie perdue (Wh)"))
    for month in study.shading.months:
        sheet.line(month_name(month.month), month.sun_hours, month.hidden_hours, month.lost_wh)


def _doubts(sheet: SheetWriter, study: Study) -> None:
    sheet.heading(_("Cause"), _("Sur un an"), _("Sur dix ans"), _("Source"), _("Fiabilité"))
    sheet.freeze()
    for item in study.items:
        ten = combined_standard_deviation([item], 10)
        told = (item.source, confidence_words(item))
        sheet.line(item_name(item), item.standard_deviation, ten, *told, codes=("", PERCENT, PERCENT))
    together = [combined_standard_deviation(study.items, years) for years in (1, 10)]
    sheet.line(_("Ensemble"), *together, codes=("", PERCENT, PERCENT))


def _weather(sheet: SheetWriter, study: Study) -> None:
    sheet.heading(_("D’où vient la météo"), "")
    for label, text in weather_rows(study.weather):
        sheet.line(label, text)
    sheet.skip()
    sheet.heading(_("Modèles"), "")
    for label, text in model_rows(study.plant.physics):
        sheet.line(label, text)

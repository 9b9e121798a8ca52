"""The study of a heat network as a workbook: every number to the watt-hour."""

import datetime as dt
import io

import xlsxwriter
from django.utils.translation import gettext as _

from production.heat_words import band_words, item_rows, kind_name, limits, lorries, sources, stage_name
from production.study.heat import HeatStudy
from production.study_words import probability_name, probability_words, weather_rows
from production.study_workbook import DECIMALS, PERCENT, WHOLE, Cell, SheetWriter
from production.wording import engine_name, month_name


def heat_as_xlsx(study: HeatStudy) -> bytes:
    """Seven sheets in the reader's language. No text is ever a formula or a link."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        # Without its day, the workbook would ask the clock.
        created = dt.datetime.combine(study.made_on, dt.time(), dt.UTC)
        book.set_properties({"title": f"{_('Étude de chaleur')}, {study.name}", "created": created})
        _summary(SheetWriter(book, _("Synthèse"), (52, 24, 16, 16, 16, 16, 16, 16)), study)
        _months(SheetWriter(book, _("Mois"), (14, *(16,) * 10)), study)
        _hours(SheetWriter(book, _("Heures"), (18, 16)), study)
        _buildings(SheetWriter(book, _("Bâtiments"), (44, 20, 18, 18)), study)
        _sizes(SheetWriter(book, _("Puissances"), (18, *(18,) * 5)), study)
        _wood(SheetWriter(book, _("Bois"), (30, 18, 18, 18)), study)
        _doubts(SheetWriter(book, _("Incertitudes"), (46, 14, 52, 44)), study)
    return target.getvalue()


def _summary(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(_("Étude de chaleur"))
    identity: tuple[tuple[str, Cell], ...] = (
        (_("Réseau"), study.name),
        (_("Lieu"), study.place),
        (_("Propriétaire"), study.owner),
        (_("Établie le"), study.made_on),
        (_("Logiciel"), study.software),
        (_("Calcul"), engine_name(study.engine)),
        (_("Empreinte de l’étude"), study.fingerprint),
        *weather_rows(study.weather),
    )
    for label, told in identity:
        sheet.line(label, told)
    boiler = study.network.boiler
    sheet.line(_("Puissance de la chaudière bois (W)"), boiler.nominal_power_w)
    sheet.line(_("Chaleur tirée du bois (Wh)"), study.year_wh)
    sheet.line(_("Chaleur tirée du gaz (Wh)"), study.gas_heat_wh)
    sheet.line(_("Part du bois"), study.coverage, codes=("", PERCENT))
    sheet.line(_("Heures à pleine puissance"), study.full_load_hours)
    sheet.line(_("Heure la plus demandeuse (W)"), study.peak_w)
    sheet.skip()
    shown = [value.probability for value in study.bands[0].values]
    sheet.heading(_("Chaleur du bois en une année (Wh)"), _("Écart type"), *map(probability_name, shown))
    for band in study.bands:
        energies = (value.energy_wh for value in band.values)
        sheet.line(band_words(band.years), band.deviation, *energies, codes=("", PERCENT))
    sheet.line("", "", *map(probability_words, shown))
    sheet.skip()
    for heading, lines in ((_("Ce que l’étude ne dit pas"), limits(study)), (_("Sources"), sources(study))):
        sheet.heading(heading)
        for text in lines:
            sheet.line(text)


def _months(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(
        _("Mois"),
        _("Bois, P50 (Wh)"),
        _("Gaz (Wh)"),
        _("Bâtiments (Wh)"),
        _("Perdu dans le réseau (Wh)"),
        _("Bois brûlé (Wh)"),
        _("Gaz brûlé (Wh)"),
        _("Bois, P10 (Wh)"),
        _("Bois, P75 (Wh)"),
        _("Bois, P90 (Wh)"),
        _("Part du bois"),
    )
    sheet.freeze()
    first = sheet.at
    added = [
        (m.p50_wh, m.gas_heat_wh, m.demand_wh, m.loss_wh, m.wood_fuel_wh, m.gas_fuel_wh) for m in study.months
    ]
    codes = ("", *(WHOLE,) * 9, PERCENT)
    for m, sums in zip(study.months, added, strict=True):
        sheet.line(month_name(m.month), *sums, m.p10_wh, m.p75_wh, m.p90_wh, m.coverage, codes=codes)
    # Only what adds up is totalled: a year's band isn't the sum of its months'.
    sheet.total(_("Année"), [sum(column) for column in zip(*added, strict=True)], first)


def _hours(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(_("Début (UTC)"), _("Chaleur du bois (Wh)"))
    sheet.freeze()
    first = sheet.at
    for start, energy_wh in zip(study.starts(), study.energy_wh, strict=True):
        sheet.line(start, energy_wh)
    sheet.total(_("Année"), [sum(study.energy_wh)], first)


def _buildings(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(_("Bâtiment"), _("Usage du bâtiment"), _("Chaleur par an (Wh)"), _("Part de l’eau chaude"))
    sheet.freeze()
    for building in study.network.buildings:
        heat = building.annual_heat_wh
        sheet.line(
            building.name,
            kind_name(building.kind),
            heat,
            building.hot_water_fraction,
            codes=("", "", WHOLE, PERCENT),
        )


def _sizes(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(
        _("Puissance (W)"),
        _("De la pointe"),
        _("Part du bois"),
        _("Heures à pleine puissance"),
        _("Bois brûlé (Wh)"),
        _("Gaz brûlé (Wh)"),
    )
    sheet.freeze()
    codes = (WHOLE, PERCENT, PERCENT, WHOLE, WHOLE, WHOLE)
    for size in study.sizes:
        parts = (size.size_w, size.peak_fraction, size.coverage, size.full_load_hours)
        sheet.line(*parts, size.wood_fuel_wh, size.gas_fuel_wh, codes=codes)
    sheet.skip()
    sheet.heading(_("Heures par an"), _("Au moins demandé (W)"), _("Par le bois (W)"))
    for point in study.load:
        sheet.line(point.hours, point.load_w, point.wood_w)


def _wood(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(_("Humidité"), _("Énergie (MWh/t)"), _("Bois par an (t)"), _("Camions"))
    for need in study.wood:
        row = (need.humidity, need.mwh_per_t, need.tonnes, lorries(need.tonnes))
        sheet.line(*row, codes=(PERCENT, DECIMALS, DECIMALS, WHOLE))
    sheet.skip()
    sheet.heading(_("Étape"), _("Reste (Wh)"), _("Effet (Wh)"), _("Effet"))
    for stage in study.waterfall.stages:
        left = (stage_name(stage.code), stage.energy_wh, stage.change_wh, stage.share)
        sheet.line(*left, codes=("", WHOLE, WHOLE, PERCENT))
    if study.carbon:
        sheet.skip()
        sheet.heading(_("CO₂ par an"), _("Tonnes"))
        for label, grams in (
            (_("Bois"), study.carbon.wood_g),
            (_("Gaz d’appoint"), study.carbon.gas_g),
            (_("Tout au gaz"), study.carbon.gas_alone_g),
            (_("Évité"), study.carbon.avoided_g),
        ):
            sheet.line(label, grams / 1e6, codes=("", DECIMALS))


def _doubts(sheet: SheetWriter, study: HeatStudy) -> None:
    sheet.heading(_("Cause"), _("Écart type"), _("Source"), _("Fiabilité"))
    sheet.freeze()
    for row, item in zip(item_rows(study), study.items, strict=True):
        sheet.line(row[0], item.standard_deviation, row[2], row[3], codes=("", PERCENT))

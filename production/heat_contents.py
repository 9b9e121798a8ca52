"""From a heat network's study to what its report says, in the language that is active."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.heat import LossFraction, LossPerKelvin, LossPerMetre, PipeLoss
from production.heat_words import (
    band_words,
    cold_week_words,
    item_rows,
    kind_name,
    limits,
    lorries,
    mwh,
    sources,
    stage_name,
    tonnes_of,
)
from production.paper_parts import drawn, facts, line
from production.study.heat import HeatMonth, HeatStudy, LoadPoint
from production.study_words import probability_name, weather_rows
from production.uncertainty import combined_standard_deviation
from production.wording import engine_name, language, month_name, number, percent

YEAR_H = 8760
# Of the curve of the year's hours, so many lines are told; the workbook has all of them.
TOLD_POINTS = 20


def heat_contents(
    study: HeatStudy, *, company: contents.Company, number: str, address: str, is_demo: bool
) -> contents.HeatStudy:
    """The report of a study; `number` and `address` are those it will be verified by."""
    return contents.HeatStudy(
        language="en" if language() == "en" else "fr",
        company=company,
        verification_address=address,
        is_demo=is_demo,
        number=number,
        dated=short_day(study.made_on),
        network=study.name,
        place=study.place,
        owner=study.owner,
        headline=facts(_headline(study)),
        probabilities=tuple(probability_name(value.probability) for value in study.bands[0].values),
        bands=tuple(_band(study, at) for at in range(len(study.bands))),
        doubts=(*(line(*row) for row in item_rows(study)), _doubts_together(study)),
        months=tuple(_months(study.months)),
        year=_year(study),
        steps=tuple(_steps(study)),
        load=tuple(_load(study)),
        load_drawn=_load_drawn(study.load),
        cold_week=cold_week_words(study),
        sizes=tuple(_sizes(study)),
        wood=tuple(_wood(study)),
        buildings=tuple(_buildings(study)),
        equipment=facts(_equipment(study)),
        carbon=facts(_carbon(study)),
        weather=facts(weather_rows(study.weather)),
        sources=tuple(sources(study)),
        limits=tuple(limits(study)),
        software=study.software,
        engine=engine_name(study.engine),
        study_fingerprint=study.fingerprint,
    )


def _headline(study: HeatStudy) -> list[tuple[str, str]]:
    """What is read first."""
    rows = [
        (_("Puissance de la chaudière bois"), f"{_kw(study.network.boiler.nominal_power_w)} kW"),
        (_("Chaleur du bois, une année médiane (P50)"), f"{mwh(study.year_wh)} MWh"),
        (_("Dépassée neuf années sur dix (P90)"), f"{mwh(study.band(1).at(0.9))} MWh"),
        (_("P90 de la moyenne de dix années"), f"{mwh(study.band(10).at(0.9))} MWh"),
        (_("Part du bois dans la chaleur envoyée"), percent(study.coverage)),
        (_("Heures à pleine puissance"), number(study.full_load_hours)),
        (_("Heure la plus demandeuse"), f"{_kw(study.peak_w)} kW"),
    ]
    if study.density:
        density = _("%(heat)s MWh par mètre et par an") % {"heat": number(study.density.mwh_per_m, 2)}
        rows.append((_("Densité du réseau"), density))
    return rows


def _band(study: HeatStudy, at: int) -> contents.TableLine:
    band = study.bands[at]
    energies = (mwh(value.energy_wh) for value in band.values)
    return line(band_words(band.years), percent(band.deviation, 1), *energies)


def _doubts_together(study: HeatStudy) -> contents.TableLine:
    return line(_("Ensemble"), percent(combined_standard_deviation(study.items, 1), 1), "", "")


def _months(months: Sequence[HeatMonth]) -> Iterable[contents.TableLine]:
    most = max(month.p50_wh + month.gas_heat_wh for month in months) or 1
    for m in months:
        parts = (m.p50_wh, m.p90_wh, m.p10_wh, m.gas_heat_wh, m.demand_wh, m.loss_wh)
        yield contents.TableLine(
            cells=(month_name(m.month), *map(mwh, parts), percent(m.coverage)),
            drawn=drawn((m.p50_wh / most, (m.p50_wh + m.gas_heat_wh) / most)),
        )


def _year(study: HeatStudy) -> contents.TableLine:
    one = study.band(1)
    parts = (study.year_wh, one.at(0.9), one.at(0.1), study.gas_heat_wh, study.demand_wh, study.loss_wh)
    return line(_("Année"), *map(mwh, parts), percent(study.coverage))


def _steps(study: HeatStudy) -> Iterable[contents.TableLine]:
    fall = study.waterfall
    most = max(stage.energy_wh for stage in fall.stages) or 1
    for at, stage in enumerate(fall.stages):
        before = stage.energy_wh - stage.change_wh if at else 0
        told = (mwh(stage.change_wh, sign=True), percent(stage.share, 1, sign=True)) if at else ("", "")
        cells = (stage_name(stage.code), mwh(stage.energy_wh), *told)
        yield contents.TableLine(cells=cells, drawn=drawn((before / most, stage.energy_wh / most)))
    end = drawn((0.0, fall.output_wh / most))
    yield contents.TableLine(cells=(_("Chaleur des bâtiments"), mwh(fall.output_wh), "", ""), drawn=end)


def _told(load: Sequence[LoadPoint]) -> list[LoadPoint]:
    """Some points of the curve at even distances, both ends among them."""
    if len(load) <= TOLD_POINTS:
        return list(load)
    last = len(load) - 1
    return [load[round(at * last / (TOLD_POINTS - 1))] for at in range(TOLD_POINTS)]


def _load(study: HeatStudy) -> Iterable[contents.TableLine]:
    for point in _told(study.load):
        yield line(number(point.hours), _kw(point.load_w), _kw(point.wood_w))


def _load_drawn(load: Sequence[LoadPoint]) -> tuple[str, str]:
    most = max((point.load_w for point in load), default=0.0) or 1.0
    longest = max((point.hours for point in load), default=0.0) or YEAR_H
    asked = drawn(part for p in load for part in (p.hours / longest, p.load_w / most))
    given = drawn(part for p in load for part in (p.hours / longest, p.wood_w / most))
    return asked, given


def _sizes(study: HeatStudy) -> Iterable[contents.TableLine]:
    for size in study.sizes:
        parts = (percent(size.peak_fraction), percent(size.coverage, 1), number(size.full_load_hours))
        yield line(_kw(size.size_w), *parts, mwh(size.wood_fuel_wh), mwh(size.gas_fuel_wh))


def _wood(study: HeatStudy) -> Iterable[contents.TableLine]:
    for need in study.wood:
        humidity, energy = percent(need.humidity), number(need.mwh_per_t, 2)
        yield line(humidity, energy, number(need.tonnes), number(lorries(need.tonnes)))


def _buildings(study: HeatStudy) -> Iterable[contents.TableLine]:
    for one in study.network.buildings:
        hot_water = percent(one.hot_water_fraction)
        yield line(one.name, kind_name(one.kind), mwh(one.annual_heat_wh), hot_water)


def _equipment(study: HeatStudy) -> list[tuple[str, str]]:
    boiler, pipes = study.network.boiler, study.network.pipes
    return [
        (_("Rendement à pleine puissance"), percent(boiler.efficiency)),
        (_("Rendement à l’allure minimale"), percent(boiler.minimum_efficiency)),
        (_("Allure minimale"), percent(boiler.minimum_fraction)),
        (_("Part du temps où elle peut brûler"), percent(boiler.availability)),
        (_("Humidité du bois"), percent(boiler.humidity)),
        (_("Ballon de stockage"), f"{_kw(boiler.store_wh)} kWh" if boiler.store_wh else ""),
        (_("Rendement du gaz"), percent(study.network.gas_efficiency)),
        (_("Longueur de tranchée"), f"{number(pipes.length_m)} m"),
        (_("Pertes du réseau"), _loss(pipes.loss)),
    ]


def _loss(loss: PipeLoss) -> str:
    match loss:
        case LossPerKelvin():
            return _("%(watts)s W par mètre et par degré") % {"watts": number(loss.w_per_m_k, 2)}
        case LossPerMetre():
            return _("%(watts)s W par mètre") % {"watts": number(loss.w_per_m, 1)}
        case LossFraction():
            return _("%(part)s de la chaleur envoyée") % {"part": percent(loss.fraction, 1)}


def _carbon(study: HeatStudy) -> list[tuple[str, str]]:
    if study.carbon is None:
        return []
    parts = (
        (_("Bois"), study.carbon.wood_g),
        (_("Gaz d’appoint"), study.carbon.gas_g),
        (_("Tout au gaz"), study.carbon.gas_alone_g),
        (_("Évité"), study.carbon.avoided_g),
    )
    return [(label, f"{tonnes_of(grams)} t") for label, grams in parts]


def _kw(watts: float) -> str:
    """Watts as a number of kilowatts, or watt-hours of kilowatt-hours, without the unit."""
    return number(watts / 1000)

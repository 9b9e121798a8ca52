"""From a study to what its report says, in the language that is active."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.templatetags.page_kit import compass, short_day
from production.paper_parts import drawn, facts, line
from production.study import Study, StudyMonth, SunMonth
from production.study_words import (
    array_rows,
    band_name,
    confidence_words,
    hours_a_year,
    item_name,
    limits,
    loss_rows,
    model_rows,
    probability_name,
    stage_name,
    weather_rows,
)
from production.uncertainty import UncertaintyItem, combined_standard_deviation
from production.wording import engine_name, language, month_name, number, percent

# Paths drawn from December to June: the other half year comes back the same way.
DRAWN_MONTHS = (12, 1, 2, 3, 4, 5, 6)
TOP_DEG = 90.0


def study_contents(
    study: Study, *, company: contents.Company, number: str, address: str, is_demo: bool
) -> contents.YieldStudy:
    """The report of a study; `number` and `address` are those it will be verified by."""
    best = max(month.p10_wh for month in study.months) or 1
    return contents.YieldStudy(
        language="en" if language() == "en" else "fr",
        company=company,
        verification_address=address,
        is_demo=is_demo,
        number=number,
        dated=short_day(study.made_on),
        plant=study.name,
        place=_place(study),
        owner=study.owner,
        headline=facts(_headline(study)),
        arrays=tuple(contents.TableLine(cells=row) for row in array_rows(study.plant)),
        equipment=facts(_equipment(study)),
        losses=facts(loss_rows(study.plant)),
        models=facts(model_rows(study.plant.physics)),
        weather=facts(weather_rows(study.weather)),
        probabilities=tuple(probability_name(value.probability) for value in study.bands[0].values),
        bands=tuple(_band(study, at) for at in range(len(study.bands))),
        doubts=(*(_doubt(item) for item in study.items), _doubts_together(study.items)),
        months=tuple(_month(month, best) for month in study.months),
        year=_year(study),
        steps=tuple(_steps(study)),
        life=tuple(line(f"{y.year}", _kwh(y.p50_wh), _kwh(y.p90_wh)) for y in study.life),
        directions=tuple(f"{azimuth}" for azimuth in study.orientation.azimuths_deg),
        slopes=tuple(_slopes(study)),
        best_orientation=_best(study),
        sun=tuple(_sun(month) for month in study.shading.months),
        sun_drawn=tuple(_paths(study)),
        horizon_drawn=_horizon(study.shading.horizon_deg),
        horizon=_horizon_words(study),
        limits=tuple(limits(study)),
        software=study.software,
        engine=engine_name(study.engine),
        study_fingerprint=study.fingerprint,
    )


def _headline(study: Study) -> list[tuple[str, str]]:
    """What is read first."""
    unit = "kWh/kWc" if language() == "fr" else "kWh/kWp"
    one, ten = study.band(1), study.band(10, with_ageing=True)
    return [
        (_("Puissance des panneaux"), figures.power(study.peak_power_w, language=language())),
        (_("Une année médiane (P50)"), f"{_kwh(study.year_wh)} kWh"),
        (_("Dépassée neuf années sur dix (P90)"), f"{_kwh(one.at(0.9))} kWh"),
        (_("P90 de la moyenne de dix années, vieillissement compris"), f"{_kwh(ten.at(0.9))} kWh"),
        (_("Productible"), f"{number(study.yield_kwh_kwp)} {unit}"),
        (_("Ratio de performance"), percent(study.performance_ratio, 1)),
    ]


def _equipment(study: Study) -> list[tuple[str, str]]:
    rows = [(_("Puissance des onduleurs"), f"{number(study.plant.inverter_power_w / 1000, 1)} kW")]
    if study.plant.age_years:
        rows.append((_("Âge au calcul"), _("%(years)s ans") % {"years": number(study.plant.age_years, 1)}))
    if heights := study.plant.horizon_deg:
        told = ", ".join(number(height) for height in heights)
        rows.append((_("Horizon (°), depuis le nord, vers l’est"), told))
    return rows


def _place(study: Study) -> str:
    plant = study.plant
    position = (
        f"{number(plant.latitude, 4)}° N, {number(plant.longitude, 4)}° E, {number(plant.altitude_m)} m"
    )
    return f"{study.place} ({position})" if study.place else position


def _band(study: Study, at: int) -> contents.TableLine:
    band = study.bands[at]
    energies = (_kwh(value.energy_wh) for value in band.values)
    return line(band_name(band.years, band.with_ageing), percent(band.deviation, 1), *energies)


def _doubt(item: UncertaintyItem) -> contents.TableLine:
    ten = combined_standard_deviation([item], 10)
    one = percent(item.standard_deviation, 1)
    return line(item_name(item), one, percent(ten, 1), item.source, confidence_words(item))


def _doubts_together(items: Sequence[UncertaintyItem]) -> contents.TableLine:
    one, ten = (percent(combined_standard_deviation(items, years), 1) for years in (1, 10))
    return line(_("Ensemble"), one, ten, "", "")


def _month(month: StudyMonth, best: int) -> contents.TableLine:
    return contents.TableLine(
        cells=(
            month_name(month.month),
            *(_kwh(wh) for wh in (month.p50_wh, month.p90_wh, month.p10_wh)),
            number(month.plane_kwh_m2, 1),
            number(month.yield_kwh_kwp, 1),
            percent(month.performance_ratio, 1),
        ),
        drawn=drawn(wh / best for wh in (month.p50_wh, month.p90_wh, month.p10_wh)),
    )


def _year(study: Study) -> contents.TableLine:
    light, specific = number(study.plane_kwh_m2, 1), number(study.yield_kwh_kwp, 1)
    one = study.band(1)
    energies = (_kwh(wh) for wh in (study.year_wh, one.at(0.9), one.at(0.1)))
    return line(_("Année"), *energies, light, specific, percent(study.performance_ratio, 1))


def _steps(study: Study) -> Iterable[contents.TableLine]:
    fall = study.waterfall
    most = max(stage.energy_wh for stage in fall.stages) or 1
    for at, stage in enumerate(fall.stages):
        before = stage.energy_wh - stage.change_wh if at else 0
        change = number(stage.change_wh / 1000, sign=True) if at else ""
        share = percent(stage.share, 1, sign=True) if at else ""
        cells = (stage_name(stage.code), _kwh(stage.energy_wh), change, share)
        yield contents.TableLine(cells=cells, drawn=drawn((before / most, stage.energy_wh / most)))
    end = drawn((0.0, fall.output_wh / most))
    yield contents.TableLine(cells=(_("Énergie livrée"), _kwh(fall.output_wh), "", ""), drawn=end)


def _slopes(study: Study) -> Iterable[contents.TableLine]:
    for tilt, shares in zip(study.orientation.tilts_deg, study.orientation.relative, strict=True):
        cells = (f"{tilt}°", *(number(share * 100) for share in shares))
        yield contents.TableLine(cells=cells, drawn=drawn(shares))


def _best(study: Study) -> str:
    found = study.orientation
    own = sum(mark.relative * mark.power_share for mark in found.marks)
    return _(
        "La meilleure\u202f: %(tilt)s° de pente vers %(side)s (%(azimuth)s°). Les pans de ce toit en donnent "
        "%(part)s."
    ) % {
        "tilt": found.best_tilt_deg,
        "side": compass(found.best_azimuth_deg),
        "azimuth": found.best_azimuth_deg,
        "part": percent(own, 1),
    }


def _sun(month: SunMonth) -> contents.TableLine:
    hours = (number(month.sun_hours), number(month.hidden_hours))
    return line(month_name(month.month), *hours, _kwh(month.lost_wh))


def _paths(study: Study) -> Iterable[str]:
    """Each way of the sun, cut where it passes north: from the right edge it goes on at the left."""
    for month in DRAWN_MONTHS:
        piece: list[float] = []
        for point in study.shading.months[month - 1].path:
            if piece and abs(point.azimuth_deg / 360 - piece[-2]) > 0.5:
                yield drawn(piece)
                piece = []
            piece += [point.azimuth_deg / 360, point.height_deg / TOP_DEG]
        yield drawn(piece)


def _horizon(heights: Sequence[float]) -> str:
    if not heights:
        return ""
    around = [*heights, heights[0]]
    return drawn(part for at, height in enumerate(around) for part in (at / len(heights), height / TOP_DEG))


def _horizon_words(study: Study) -> str:
    view = study.shading
    if not view.horizon_deg:
        return _("Aucun horizon n’a été relevé : le soleil est compté dès qu’il est levé.")
    hours = hours_a_year(sum(month.hidden_hours for month in view.months))
    if not hours:
        return _("L’horizon relevé ne cache le soleil à aucune heure.")
    return _("L’horizon cache le soleil %(hours)s et coûte %(energy)s kWh.") % {
        "hours": hours,
        "energy": _kwh(view.lost_wh),
    }


def _kwh(watt_hours: float) -> str:
    return number(watt_hours / 1000)

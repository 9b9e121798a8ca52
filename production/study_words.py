"""How a yield study is said: its stages, its doubts, its weather, its models. Sentences only."""

from babel.dates import get_month_names
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import compass
from production.fleet import Losses, Physics, PvPlant
from production.sheet_words import label_of
from production.study import Study
from production.uncertainty import UncertaintyItem
from production.weather import WeatherMeta
from production.weather_words import origin_in_words, period_words
from production.wording import TYPICAL_YEAR, language

Row = tuple[str, str]


def stage_name(code: str) -> str:
    """What a stage is, a loss named as in the technical sheet; its code if it is a new one."""
    if code in Losses.items:
        return label_of(code)
    names = {
        "horizontal": _("Soleil reçu à plat"),
        "plane": _("Pente et orientation des panneaux"),
        "horizon": _("Horizon qui cache le soleil"),
        "reflection": _("Reflets sur le verre"),
        "low_light": _("Lumière faible"),
        "temperature": _("Chaleur des panneaux"),
        "degradation": _("Vieillissement"),
        "inverter": _("Conversion par l’onduleur"),
        "clipping": _("Puissance maximale de l’onduleur"),
    }
    return names.get(code, code)


def item_name(item: UncertaintyItem) -> str:
    """What is uncertain; the item's own words if it isn't one of ours."""
    names = {
        "weather from year to year": _("Temps qu’il fait, d’une année à l’autre"),
        "long-term irradiation": _("Soleil moyen du lieu"),
        "irradiation on the plane": _("Soleil reçu par la pente"),
        "power rating of the modules": _("Puissance réelle des panneaux"),
        "soiling": _("Poussière"),
        "snow": _("Neige"),
        "model and other causes": _("Calcul et autres causes"),
    }
    return names.get(item.name, item.name)


def confidence_words(item: UncertaintyItem) -> str:
    """How far an item's figure can be trusted; all but what was read or computed is to be verified."""
    words = {
        "V": _("lu dans la publication"),
        "S": _("lu dans une source secondaire, à vérifier"),
        "C": _("calculé ici"),
    }
    told = words.get(item.confidence, _("à vérifier"))
    return f"{told} ({item.place})" if item.place else told


def band_name(years: int, with_ageing: bool) -> str:
    """Which years a band is of."""
    if years == 1:
        return _("Une année")
    count = {"years": years}
    if with_ageing:
        return _("Moyenne de %(years)s années, vieillissement compris") % count
    return _("Moyenne de %(years)s années, sans vieillissement") % count


def probability_name(probability: float) -> str:
    """`P90`."""
    return f"P{round(probability * 100)}"


def probability_words(probability: float) -> str:
    """How often it is passed: `dépassé 90 années sur 100`."""
    return _("dépassé %(count)s années sur 100") % {"count": round(probability * 100)}


def weather_kind(meta: WeatherMeta) -> str:
    """What sort of weather it is; its own name if it is of a new sort."""
    kinds = {
        "typical-year": _("année type composée d’après des stations"),
        "epw": _("fichier météo EPW"),
        "tmy3": _("fichier météo TMY3"),
        "pvgis-tmy": _("année type de PVGIS"),
        "pvgis-hourly": _("météo horaire de PVGIS"),
        "open-meteo-archive": _("archives d’Open-Meteo"),
        "sensor": _("capteurs sur place"),
    }
    return kinds.get(meta.method, meta.name)


def weather_rows(meta: WeatherMeta) -> list[Row]:
    """Where a study's weather comes from, label and text."""
    place = (
        f"{_decimal(meta.latitude, 3)}° N, {_decimal(meta.longitude, 3)}° E, {_decimal(meta.altitude_m)} m"
    )
    rows = [
        (_("Météo"), weather_kind(meta)),
        (_("Lieu de la météo"), place),
        (_("Stations"), _stations(meta)),
        (_("Période"), _period(meta)),
        (_("Origine"), _origin(meta)),
        (_("Licence"), _licence(meta)),
        (_("Empreinte de la météo"), meta.sha256),
        (_("Empreinte du fichier"), meta.file_sha256),
    ]
    return [row for row in rows if row[1]]


def _origin(meta: WeatherMeta) -> str:
    return origin_in_words(meta)


def _licence(meta: WeatherMeta) -> str:
    if meta.method == TYPICAL_YEAR:
        return _("BSD-3-Clause (BuildSysPro, IDEAS) ; données réglementaires publiques")
    return meta.licence


def _stations(meta: WeatherMeta) -> str:
    return " · ".join(
        f"{part.station} {figures.percent(part.weight, language=language())} "
        f"({_decimal(part.distance_km)}{figures.NARROW}km)"
        for part in meta.stations
    )


def _period(meta: WeatherMeta) -> str:
    if meta.kind == "typical" or meta.start is None or meta.end is None:
        return ""
    return period_words(meta.start, meta.end)


def model_rows(physics: Physics) -> list[Row]:
    """The models of the chain, by the names they have in the trade."""
    names = {"perez-driesse": "Perez-Driesse", "hay-davies": "Hay-Davies", "physical": "De Soto"}
    names |= {"ashrae": "ASHRAE 93", "faiman": "Faiman", "pvsyst": "PVsyst", "sapm": "SAPM"}
    names |= {"huld-2025": "Huld (2025)", "huld-2011": "Huld (2011)", "none": _("aucun")}
    heat = names[physics.temperature] + (f" ({physics.mounting})" if physics.mounting else "")
    ratio = figures.percent(physics.inverter_efficiency, 1, language=language())
    return [
        (_("Position du soleil"), "NREL SPA"),
        (_("Soleil sur la pente"), names[physics.transposition]),
        (_("Reflets"), names[physics.reflection] + (", Marion" if physics.diffuse_iam else "")),
        (_("Température"), heat),
        (_("Lumière faible"), names[physics.low_light]),
        (_("Panneaux"), physics.module or f"PVWatts, {_decimal(physics.gamma_per_k * 100, 2)}{_percent()}/K"),
        (_("Onduleur"), physics.inverter or f"PVWatts, {ratio}"),
        (_("Lumière renvoyée par le sol"), figures.percent(physics.albedo, language=language())),
    ]


def loss_rows(plant: PvPlant) -> list[Row]:
    """Each loss that was set, as a percentage or its range over the months."""
    losses = plant.losses or Losses.lumped(plant.losses_fraction)
    rows = [(stage_name(name), _loss(getattr(losses, name))) for name in Losses.items]
    yearly = figures.percent(losses.degradation_per_year, 2, language=language())
    aged = (stage_name("degradation"), _("%(part)s par an") % {"part": yearly})
    return [*(row for row in rows if row[1]), aged]


def _loss(value: float | tuple[float, ...]) -> str:
    months = value if isinstance(value, tuple) else (value,)
    low, high = (figures.percent(part, 1, language=language()) for part in (min(months), max(months)))
    if not max(months):
        return ""
    return low if low == high else _("%(low)s à %(high)s selon le mois") % {"low": low, "high": high}


def array_rows(plant: PvPlant) -> list[tuple[str, str, str]]:
    """Power, slope and direction of each array."""
    return [
        (
            figures.power(array.peak_power_w, language=language()),
            f"{_decimal(array.tilt_deg)}°",
            f"{compass(array.azimuth_deg)} ({_decimal(array.azimuth_deg)}°)",
        )
        for array in plant.arrays
    ]


def hours_a_year(hours: float) -> str:
    """`12 heures par an`; of less than half an hour there is nothing to say: empty."""
    count = round(hours)
    told = ngettext("%(n)s heure par an", "%(n)s heures par an", count)
    return told % {"n": _decimal(count)} if count else ""


def hidden_words(hours: float) -> str:
    """How long the horizon hides the sun, said of the sun."""
    told = hours_a_year(hours)
    return _("Il est caché %(hours)s.") % {"hours": told} if told else _("Rien ne le cache dans ce calcul.")


def directions() -> list[str]:
    """North, east, south, west, as an axis names them."""
    return [_("Nord"), _("Est"), _("Sud"), _("Ouest")]


def limits(study: Study) -> list[str]:
    """What the figures do not say, for whoever lends on them."""
    told = [
        _("Les pertes et les incertitudes sont supposées indépendantes et de loi normale."),
        _("L’éclaircissement lent du ciel depuis les années 1980 n’est pas compté."),
        _("Le vieillissement est linéaire ; sa propre incertitude n’est pas comptée."),
        _("Chaque heure est calculée au soleil de son milieu."),
    ]
    if not study.shading.horizon_deg:
        told.insert(0, _("Aucun relevé d’horizon : les ombres lointaines ne sont pas comptées."))
    if study.weather.method == TYPICAL_YEAR:
        told.append(_("L’année type est composée d’après des stations voisines, non mesurée sur place."))
    if not all(item.is_verified for item in study.items):
        told.append(_("Les incertitudes marquées « à vérifier » n’ont pas été établies pour ce lieu."))
    return told


def short_months() -> list[str]:
    """The twelve months, shortened, in the reader's language."""
    names = get_month_names("abbreviated", locale=language())
    return [str(names[number]) for number in range(1, 13)]


def _decimal(value: float, decimals: int = 0) -> str:
    return figures.number(value, decimals, language=language())


def _percent() -> str:
    return f"{figures.NARROW}%" if language() == "fr" else "%"

"""Heat networks in the reader's words: labels, refusals, stages, doubts. Sentences only."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from installations.models import HeatBuilding
from mine_de_soleil.core import figures
from production.climate import ClimateError
from production.heat import (
    HeatError,
    HeatUnitsMixed,
    InvalidBoiler,
    InvalidBuilding,
    InvalidPipes,
    InvalidReference,
    InvalidWood,
    NoBuilding,
    StepTooLong,
    UnknownBuildingKind,
    UnknownTimeZone,
    UnreadableNetwork,
)
from production.study import NothingMade, NotOneYear
from production.study.heat import Factor, HeatStudy
from production.study_words import band_name, confidence_words, weather_kind
from production.uncertainty import UncertaintyItem
from production.weather import WeatherError
from production.weather_words import REFUSALS as WEATHER_REFUSALS
from production.wording import TYPICAL_YEAR, engine_name, language

# What a lorry with a moving floor carries [t]; from memory [M], to be verified with the supplier.
LORRY_TONNES = 25.0

# By class; a test holds that every class is here.
REFUSALS: dict[type[HeatError], Promise] = {
    NoBuilding: gettext_lazy(
        "Aucun bâtiment n’est décrit. Que faire\u202f: ajoutez au moins un bâtiment à chauffer."
    ),
    InvalidBuilding: gettext_lazy(
        "Ce bâtiment a une chaleur, une surface ou une part d’eau chaude impossible. Que faire\u202f: "
        "vérifiez l’unité\u202f: la chaleur est en MWh par an, la surface en m²."
    ),
    UnknownBuildingKind: gettext_lazy(
        "Cet usage de bâtiment n’est pas connu. Que faire\u202f: choisissez-en un dans la liste."
    ),
    InvalidBoiler: gettext_lazy(
        "Une valeur de la chaudière est impossible. Que faire\u202f: vérifiez sa puissance en kW, ses "
        "rendements et les mois où elle est allumée."
    ),
    InvalidPipes: gettext_lazy(
        "Une valeur du réseau est impossible. Que faire\u202f: vérifiez sa longueur en mètres et ses "
        "pertes\u202f; le retour doit être moins chaud que le départ."
    ),
    InvalidWood: gettext_lazy(
        "Ce bois ne brûlerait pas. Que faire\u202f: donnez une humidité de 0 à 60\u202f% du poids total."
    ),
    InvalidReference: gettext_lazy(
        "La météo de ce lieu n’a pas d’hiver à quoi rapporter la chaleur des bâtiments. Que faire\u202f: "
        "vérifiez la latitude et la longitude du réseau."
    ),
    HeatUnitsMixed: gettext_lazy(
        "La chaleur des bâtiments et la puissance de la chaudière ne vont pas ensemble. Que faire\u202f: "
        "vérifiez que la chaleur est en MWh par an et la puissance en kW."
    ),
    StepTooLong: gettext_lazy(
        "Cette météo n’a pas de valeur pour chaque heure. Que faire\u202f: choisissez une météo horaire."
    ),
    UnknownTimeZone: gettext_lazy(
        "Le fuseau horaire du réseau n’est pas connu. Que faire\u202f: prévenez l’administrateur."
    ),
    UnreadableNetwork: gettext_lazy(
        "Cette description de réseau n’est pas lisible. Que faire\u202f: reprenez-la depuis cette page."
    ),
}
# What is computed may be refused for these.
REFUSED = (HeatError, WeatherError, ClimateError, NotOneYear, NothingMade)


def said_of_heat(error: Exception) -> str:
    """Why nothing is computed, and what to do."""
    if isinstance(error, NothingMade):
        return _(
            "Sur toute l’année, le bois ne donne aucune chaleur. Que faire\u202f: vérifiez les bâtiments et "
            "les mois où la chaudière est allumée."
        )
    if isinstance(error, NotOneYear):
        return _("Cette météo ne fait pas une année entière. Que faire\u202f: choisissez-en une autre.")
    if isinstance(error, WeatherError):
        told = WEATHER_REFUSALS.get(error.code, WEATHER_REFUSALS["weather"])
        words = {"problem": told.problem, "remedy": told.remedy}
        return _("Météo\u202f: %(problem)s. Que faire\u202f: %(remedy)s.") % words
    if isinstance(error, ClimateError):
        return _(
            "Ce lieu est trop loin des stations françaises. Que faire\u202f: choisissez une météo de ce lieu."
        )
    found = next((said for kind, said in REFUSALS.items() if isinstance(error, kind)), None)
    return str(found) if found else _("Le calcul refuse cette description. Que faire\u202f: corrigez-la.")


def said_twice(name: str) -> str:
    """Two buildings of one name."""
    return _(
        "Deux bâtiments s’appellent «\u202f%(name)s\u202f». Que faire\u202f: donnez à chacun son nom."
    ) % {"name": name[:60]}


def stage_name(code: str) -> str:
    """What a stage of the heat's waterfall is; its code if it is a new one."""
    names = {
        "wood_fuel": _("Énergie du bois"),
        "boiler": _("Perdue par la chaudière"),
        "network": _("Perdue dans le réseau"),
    }
    return names.get(code, code)


def item_name(item: UncertaintyItem) -> str:
    """What is uncertain; the item's own words if it isn't one of ours."""
    names = {
        "winter from year to year": _("Rigueur de l’hiver, d’une année à l’autre"),
        "heat of the buildings": _("Chaleur demandée par les bâtiments"),
        "buildings that join late or leave": _("Bâtiments raccordés plus tard, ou qui partent"),
        "losses of the pipes": _("Pertes du réseau"),
        "standstills of the boiler": _("Arrêts de la chaudière"),
        "model and other causes": _("Calcul et autres causes"),
    }
    return names.get(item.name, item.name)


def item_source(item: UncertaintyItem) -> str:
    """Where an item's figure was found."""
    return _("estimation, sans publication") if item.source.startswith("estimate") else item.source


def item_rows(study: HeatStudy) -> list[tuple[str, str, str, str]]:
    """Each doubt: what, how much, where from, how far to trust it."""
    return [
        (
            item_name(item),
            figures.percent(item.standard_deviation, 1, language=language()),
            item_source(item),
            confidence_words(item),
        )
        for item in study.items
    ]


def factor_words(label: str, factor: Factor, unit: str) -> str:
    """A dated figure with its source: `Gaz : 227 g/kWh (Base Carbone…)`."""
    value = figures.number(factor.value, 1 if factor.value % 1 else 0, language=language())
    checked = "" if factor.confidence == "V" else _(" À vérifier.")
    words = {"label": label, "value": value, "unit": unit, "source": factor.source}
    return _("%(label)s\u202f: %(value)s %(unit)s. %(source)s.") % words + checked


def sources(study: HeatStudy) -> list[str]:
    """Where a study's figures come from, line by line."""
    told = [
        _("Météo\u202f: %(name)s, empreinte %(hash)s.")
        % {"name": weather_kind(study.weather), "hash": study.weather.sha256[:12]},
        _("Calcul\u202f: %(engine)s, le %(day)s.")
        % {"engine": engine_name(study.engine), "day": f"{study.made_on:%d/%m/%Y}"},
    ]
    if study.carbon:
        unit = _("g de CO₂ par kWh de combustible")
        told.append(factor_words(_("Gaz"), study.carbon.gas_factor, unit))
        told.append(factor_words(_("Bois"), study.carbon.wood_factor, unit))
    if study.density:
        told.append(factor_words(_("Densité aidée"), study.density.threshold, _("MWh par mètre et par an")))
    return told


def limits(study: HeatStudy) -> list[str]:
    """What the figures do not say, for whoever decides on them."""
    told = [
        _("Rendements, disponibilité et températures non donnés par un fabricant restent à vérifier."),
        _("Les vacances scolaires et les baisses de chauffage du week-end ne sont pas comptées."),
        _(
            "Le P10 et le P90 d’un mois, donnés dans le classeur, supposent que les mois varient autant "
            "les uns que les autres."
        ),
        _("La charge d’un camion, %(tonnes)s tonnes, est à vérifier auprès du fournisseur.")
        % {"tonnes": figures.number(LORRY_TONNES, language=language())},
    ]
    if study.weather.method == TYPICAL_YEAR:
        told.insert(
            0,
            _(
                "L’année type n’a pas de vague de froid\u202f: choisissez la chaudière gaz d’après la "
                "semaine froide, et la chaudière bois avec une année réelle."
            ),
        )
    return told


def cold_week_words(study: HeatStudy) -> str:
    """What a cold week asks for, which no typical year knows."""
    words = {
        "power": figures.number(study.cold_week_w / 1000, language=language()),
        "degrees": figures.number(study.cold_week_c, language=language()),
    }
    return _("Une semaine à %(degrees)s\u202f°C demanderait jusqu’à %(power)s\u202fkW.") % words


def lorries(tonnes: float) -> int:
    """How many lorries bring so much wood."""
    return -int(-tonnes // LORRY_TONNES)


def mwh(watt_hours: float, *, sign: bool = False) -> str:
    """Watt-hours as a number of megawatt-hours, without the unit."""
    return figures.number(watt_hours / 1e6, 0, language=language(), sign=sign)


def tonnes_of(grams: float) -> str:
    """Grams as tonnes, without the unit."""
    return figures.number(grams / 1e6, 0, language=language())


def band_words(years: int) -> str:
    """Which years a band is of; a boiler's ageing isn't counted."""
    return band_name(1, False) if years == 1 else _("Moyenne de %(years)s années") % {"years": years}


def kind_name(code: str) -> str:
    """What a building is used for; its code if it is a new one."""
    return str(dict(HeatBuilding.Kind.choices).get(code, code))

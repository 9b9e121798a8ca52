"""The technical sheet in the reader's words: its items, where their usual figures come from, its faults."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from production.fleet import (
    ArrayWithoutPower,
    EmptyFleet,
    FleetError,
    InvalidHorizon,
    InvalidPhysics,
    InvalidPlace,
    LossesOutOfRange,
    OrientationOutOfRange,
    UnitsMixed,
    UnknownInverter,
    UnknownModule,
    UnknownWeather,
)
from production.fleet.horizon import COUNTS
from production.horizon_profiles import HorizonUnread

_PVWATTS = gettext_lazy("PVWatts (Dobos, NREL, 2014)")

LABELS: dict[str, Promise] = {
    "soiling": gettext_lazy("Poussière et salissures"),
    "shading": gettext_lazy("Ombres proches"),
    "snow": gettext_lazy("Neige"),
    "mismatch": gettext_lazy("Panneaux différents entre eux"),
    "wiring": gettext_lazy("Câbles"),
    "connections": gettext_lazy("Raccords"),
    "light_induced": gettext_lazy("Premières heures au soleil"),
    "nameplate": gettext_lazy("Puissance réelle sous l’étiquette"),
    "availability": gettext_lazy("Pannes et arrêts"),
    "lump": gettext_lazy("Autres pertes, en bloc"),
    "degradation_per_year": gettext_lazy("Vieillissement par an"),
    "albedo": gettext_lazy("Part de lumière que le sol renvoie"),
    "gamma_per_k": gettext_lazy("Perte de puissance par degré"),
    "faiman_u0": gettext_lazy("Refroidissement sans vent (W/m² par degré)"),
    "faiman_u1": gettext_lazy("Refroidissement par le vent (W·s/m³ par degré)"),
    "wind_factor": gettext_lazy("Part du vent de la météo qui arrive aux panneaux"),
    "inverter_efficiency": gettext_lazy("Rendement de l’onduleur"),
    "transposition": gettext_lazy("Lumière du ciel sur un plan incliné"),
    "reflection": gettext_lazy("Reflets sur le verre"),
    "diffuse_iam": gettext_lazy("Compter aussi les reflets de la lumière du ciel"),
    "temperature": gettext_lazy("Échauffement des panneaux"),
    "mounting": gettext_lazy("Pose des panneaux"),
    "low_light": gettext_lazy("Rendement par lumière faible"),
    "module": gettext_lazy("Modèle de panneau"),
    "inverter": gettext_lazy("Modèle d’onduleur"),
    "horizon_deg": gettext_lazy("Horizon"),
    "source": gettext_lazy("D’où viennent ces indications"),
    "plant": gettext_lazy("Centrale"),
}
ORIGINS: dict[str, Promise] = {
    **dict.fromkeys(
        (
            "soiling",
            "shading",
            "snow",
            "mismatch",
            "wiring",
            "connections",
            "light_induced",
            "nameplate",
            "availability",
            "inverter_efficiency",
            "gamma_per_k",
        ),
        _PVWATTS,
    ),
    "lump": gettext_lazy("aucune, par défaut"),
    "degradation_per_year": gettext_lazy("médiane de Jordan et Kurtz (2013)"),
    "faiman_u0": gettext_lazy("Faiman (2008), panneaux à l’air libre"),
    "faiman_u1": gettext_lazy("Faiman (2008), panneaux à l’air libre"),
    "wind_factor": gettext_lazy("SAM (Gilman et al., NREL, 2018)"),
    "albedo": gettext_lazy("valeur d’usage pour de l’herbe ou un toit, à vérifier sur place"),
}
CHOICES: dict[str, tuple[tuple[str, Promise], ...]] = {
    "transposition": (
        ("perez-driesse", gettext_lazy("Perez, revu par Driesse (2024)")),
        ("hay-davies", gettext_lazy("Hay et Davies (1980)")),
    ),
    "reflection": (
        ("physical", gettext_lazy("verre ordinaire (De Soto, 2006)")),
        ("ashrae", gettext_lazy("formule simple (ASHRAE 93)")),
    ),
    "temperature": (
        ("faiman", gettext_lazy("Faiman (2008)")),
        ("pvsyst", gettext_lazy("PVsyst, selon la pose")),
        ("sapm", gettext_lazy("Sandia, selon la pose")),
    ),
    "mounting": (
        ("", gettext_lazy("sans objet (Faiman)")),
        ("freestanding", gettext_lazy("PVsyst\u202f: sur pieds, air libre derrière")),
        ("semi_integrated", gettext_lazy("PVsyst\u202f: sur un toit, un peu d’air derrière")),
        ("insulated", gettext_lazy("PVsyst\u202f: posés à même le toit, sans air derrière")),
        ("open_rack_glass_glass", gettext_lazy("Sandia\u202f: sur pieds, verre des deux côtés")),
        ("close_mount_glass_glass", gettext_lazy("Sandia\u202f: près du toit, verre des deux côtés")),
        ("open_rack_glass_polymer", gettext_lazy("Sandia\u202f: sur pieds, dos en plastique")),
        ("insulated_back_glass_polymer", gettext_lazy("Sandia\u202f: dos isolé, en plastique")),
    ),
    "low_light": (
        ("huld-2025", gettext_lazy("panneaux d’aujourd’hui (PVGIS, 2025)")),
        ("huld-2011", gettext_lazy("panneaux d’avant 2012 (Huld, 2011)")),
        ("none", gettext_lazy("ne pas en tenir compte")),
    ),
}


def label_of(name: str) -> str:
    """A field's label; a name nobody knows stays as it is, shortened."""
    return str(LABELS.get(name, name[:60]))


def not_known(name: str) -> str:
    """A field the sheet doesn't have."""
    return _("«\u202f%(name)s\u202f» n’est pas une rubrique de la fiche. Que faire\u202f: retirez-la.") % {
        "name": name[:60]
    }


def not_a_number(name: str) -> str:
    """A text, a list or nothing where a number is due, or the reverse."""
    return _("%(label)s\u202f: cette valeur n’est pas de la bonne sorte. Que faire\u202f: corrigez-la.") % {
        "label": label_of(name)
    }


def too_long(limit: int) -> str:
    """A source longer than what is kept."""
    return _("%(label)s\u202f: %(limit)s caractères au plus. Que faire\u202f: abrégez.") % {
        "label": label_of("source"),
        "limit": limit,
    }


def twelve_months(name: str, *, seasonal: bool) -> str:
    """Not one figure, nor twelve."""
    if seasonal:
        sentence = _("%(label)s\u202f: donnez une valeur, ou les douze mois de janvier à décembre.")
    else:
        sentence = _("%(label)s\u202f: donnez une seule valeur, la même toute l’année.")
    return sentence % {"label": label_of(name)}


def said_of_fleet(error: FleetError, name: str) -> str:
    """What the engine refuses, as a sentence that names the field and what to do."""
    found = next((said for kind, said in _FLEET.items() if isinstance(error, kind)), None)
    words = {"label": label_of(name), "near": ", ".join(getattr(error, "near", ()))}
    words["counts"] = ", ".join(map(str, COUNTS))
    if found is None:
        return _("%(label)s\u202f: le calcul refuse cette valeur. Que faire\u202f: corrigez-la.") % words
    return found(words) % words


HORIZON: dict[str, Promise] = {
    "empty": gettext_lazy("Le relevé d’horizon est vide. Que faire\u202f: donnez au moins 8 hauteurs."),
    "too-long": gettext_lazy("Le relevé d’horizon est trop long. Que faire\u202f: 360 hauteurs au plus."),
    "not-numbers": gettext_lazy(
        "Ligne %(line)s du relevé d’horizon\u202f: «\u202f%(found)s\u202f» n’est pas un nombre. Que "
        "faire\u202f: "
        "corrigez cette ligne."
    ),
    "height": gettext_lazy(
        "Ligne %(line)s du relevé d’horizon\u202f: %(found)s° n’est pas une hauteur. Que faire\u202f: "
        "donnez de 0° "
        "à moins de 90°."
    ),
    "azimuth": gettext_lazy(
        "Ligne %(line)s du relevé d’horizon\u202f: %(found)s° n’est pas une direction. Que faire\u202f: "
        "donnez de "
        "0° à 360° depuis le nord, dans l’ordre."
    ),
    "count": gettext_lazy(
        "Le relevé d’horizon a %(found)s hauteurs. Que faire\u202f: donnez-en %(counts)s, à intervalles "
        "égaux "
        "depuis le nord, ou une direction et une hauteur par ligne."
    ),
    "unreadable": gettext_lazy(
        "Ce fichier d’horizon n’est pas lisible. Que faire\u202f: déposez le CSV ou le JSON de PVGIS."
    ),
}


def said_of_horizon(error: HorizonUnread) -> str:
    """Why a horizon can't be read."""
    counts = ", ".join(map(str, COUNTS))
    return str(HORIZON[error.code]) % {"line": error.line, "found": error.found, "counts": counts}


def _equipment(words: dict[str, str]) -> str:
    if words["near"]:
        return _(
            "%(label)s\u202f: ce nom n’est pas au catalogue. Que faire\u202f: choisissez-en un qui y est, "
            "par exemple %(near)s."
        )
    return _(
        "%(label)s\u202f: ce nom n’est pas au catalogue, ni rien qui lui ressemble. Que faire\u202f: "
        "cherchez par la marque, ou laissez vide."
    )


def _always(sentence: Promise) -> Callable[[dict[str, str]], str]:
    return lambda words: str(sentence)


# By class, the more precise first; a test holds that every class is here.
_FLEET: dict[type[FleetError], Callable[[dict[str, str]], str]] = {
    UnknownModule: _equipment,
    UnknownInverter: _equipment,
    LossesOutOfRange: _always(
        gettext_lazy("%(label)s\u202f: entre 0 et 99,9\u202f%%. Que faire\u202f: corrigez ce pourcentage.")
    ),
    InvalidHorizon: _always(
        gettext_lazy(
            "%(label)s\u202f: des hauteurs de 0° à moins de 90°, au nombre de %(counts)s. Que faire\u202f: "
            "donnez-en autant, à intervalles égaux depuis le nord."
        )
    ),
    InvalidPhysics: _always(
        gettext_lazy(
            "%(label)s\u202f: cette valeur est hors de ce que le modèle connaît. Que faire\u202f: revenez à "
            "la valeur habituelle, ou choisissez une pose du même modèle."
        )
    ),
    ArrayWithoutPower: _always(
        gettext_lazy(
            "%(label)s\u202f: un pan ou les onduleurs n’ont pas de puissance. Que faire\u202f: décrivez "
            "d’abord les pans et les onduleurs."
        )
    ),
    EmptyFleet: _always(
        gettext_lazy("%(label)s\u202f: aucun pan n’est décrit. Que faire\u202f: décrivez d’abord les pans.")
    ),
    UnitsMixed: _always(
        gettext_lazy(
            "%(label)s\u202f: panneaux et onduleurs n’ont pas des puissances comparables. Que faire\u202f: "
            "vérifiez que les deux sont en watts."
        )
    ),
    OrientationOutOfRange: _always(
        gettext_lazy(
            "%(label)s\u202f: l’inclinaison va de 0° à 90°, l’orientation de 0° à 360°. Que faire\u202f: "
            "corrigez le pan."
        )
    ),
    InvalidPlace: _always(
        gettext_lazy(
            "%(label)s\u202f: ce lieu n’existe pas. Que faire\u202f: corrigez latitude et longitude."
        )
    ),
    UnknownWeather: _always(
        gettext_lazy("%(label)s\u202f: la météo demandée manque. Que faire\u202f: choisissez-en une autre.")
    ),
}

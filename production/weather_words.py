"""Weather in the reader's words: every refusal, every remark, every source and quantity."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.climate import LICENCE as CLIMATE_LICENCE
from production.climate import ClimateError, InvalidCoordinates
from production.formats import FileRefused
from production.formats.errors import quoted
from production.weather import WeatherError, WeatherMeta, WeatherRemark
from production.weather.pvgis import LICENCE as PVGIS_LICENCE
from production.wording import language, weather_origin_words

NARROW = figures.NARROW


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong and what to do, without the place; both begin in lower case."""

    problem: str | Promise
    remedy: str | Promise


_EXPORT_AGAIN = gettext_lazy("téléchargez-le de nouveau à sa source, puis déposez-le")
_TYPICAL_INSTEAD = gettext_lazy("réessayez plus tard\u202f; d’ici là, une journée ordinaire en tient lieu")

# By `WeatherError.code`; a test holds that every code is here.
REFUSALS: dict[str, Told] = {
    "weather": Told(gettext_lazy("cette météo ne peut pas servir"), _EXPORT_AGAIN),
    "missing-column": Told(
        gettext_lazy("il manque une grandeur nécessaire au calcul"),
        gettext_lazy("dites quelle colonne la contient, ou déposez un fichier qui l’a"),
    ),
    "wrong-time-zone": Told(
        gettext_lazy("son heure ne peut pas être celle du lieu"),
        gettext_lazy("vérifiez le fuseau horaire et le lieu écrits dans le fichier"),
    ),
    "sun-out-of-place": Told(
        gettext_lazy("sa lumière n’est pas à l’heure du soleil"),
        gettext_lazy("vérifiez le fuseau horaire, et si chaque date dit le début ou la fin de sa mesure"),
    ),
    "missing-hours": Told(
        gettext_lazy("les heures ne se suivent pas"),
        gettext_lazy("déposez un fichier sans trou ni heure répétée"),
    ),
    "wrong-year-length": Told(
        gettext_lazy("une année type a 8\u202f760 heures, celle-ci non"),
        gettext_lazy("déposez une année entière, sans 29 février"),
    ),
    "missing-values": Told(
        gettext_lazy("une valeur manque"),
        gettext_lazy("déposez un fichier où chaque heure a sa valeur"),
    ),
    "implausible": Told(
        gettext_lazy("des valeurs ne sont pas possibles dans leur unité"),
        gettext_lazy("vérifiez l’unité\u202f: des kilowatts ont pu être donnés pour des watts"),
    ),
    "wrong-unit": Told(
        gettext_lazy("une unité n’est pas connue"),
        gettext_lazy("choisissez une des unités proposées"),
    ),
    "wrong-plane": Told(
        gettext_lazy("ce fichier PVGIS est fait pour des panneaux inclinés ou mobiles"),
        gettext_lazy("redemandez-le à PVGIS avec une inclinaison de 0°"),
    ),
    "unreadable": Told(gettext_lazy("ce fichier n’est pas lisible comme un fichier météo"), _EXPORT_AGAIN),
    "too-large": Told(
        gettext_lazy("ce fichier dépasse 64 Mo, ou 128 Mo une fois décompressé"),
        gettext_lazy("exportez une période plus courte"),
    ),
    "altered": Told(
        gettext_lazy("les nombres gardés ne sont plus ceux d’origine"),
        gettext_lazy("prévenez l’administrateur\u202f: la base de données a été modifiée à la main"),
    ),
    "different-steps": Told(
        gettext_lazy("deux météos n’ont pas le même pas de temps, ou aucune heure en commun"),
        gettext_lazy("déposez des mesures au même pas de temps"),
    ),
    "does-not-cover": Told(
        gettext_lazy("cette météo ne couvre pas tous les jours demandés"),
        gettext_lazy("déposez une période plus longue"),
    ),
    "roof-needed": Told(
        gettext_lazy("nous ne savons pas de quel toit viennent ces mesures"),
        gettext_lazy("choisissez le toit où sont les capteurs, puis déposez de nouveau le fichier"),
    ),
    "too-many-drafts": Told(
        gettext_lazy("vingt fichiers attendent déjà d’être gardés"),
        gettext_lazy("gardez ou jetez ceux qui attendent, puis déposez de nouveau celui-ci"),
    ),
    "mapping": Told(
        gettext_lazy("la lecture demandée pour ses colonnes n’est pas possible"),
        gettext_lazy(
            "donnez pour chaque colonne son titre, sa grandeur, son unité et le rang de son pan, puis un "
            "fuseau horaire connu"
        ),
    ),
    "unreachable": Told(gettext_lazy("le service météo n’a pas répondu"), _TYPICAL_INSTEAD),
    "refused": Told(gettext_lazy("le service météo a refusé la demande"), _TYPICAL_INSTEAD),
    "no-weather": Told(gettext_lazy("aucune source n’a donné de météo"), _TYPICAL_INSTEAD),
}

QUANTITIES: dict[str, Promise] = {
    "ghi": gettext_lazy("soleil reçu à plat"),
    "dni": gettext_lazy("rayons directs, face au soleil"),
    "dhi": gettext_lazy("lumière du ciel, à plat"),
    "poa_global": gettext_lazy("soleil reçu dans le plan des panneaux"),
    "poa_cell": gettext_lazy("soleil vu par une cellule de référence, dans le plan des panneaux"),
    "temp_air": gettext_lazy("température de l’air"),
    "wind_speed": gettext_lazy("vitesse du vent"),
    "albedo": gettext_lazy("part de lumière que le sol renvoie"),
    "snow_depth": gettext_lazy("hauteur de neige"),
    "humidity": gettext_lazy("humidité de l’air"),
    "pressure": gettext_lazy("pression de l’air"),
}

# By `WeatherMeta.method`, which is `FrozenWeather.source`, and the forms a file may have.
SOURCES: dict[str, Promise] = {
    "typical-year": gettext_lazy("année type des stations françaises"),
    "epw": gettext_lazy("fichier EPW"),
    "tmy3": gettext_lazy("fichier TMY3"),
    "pvgis-tmy": gettext_lazy("année type de PVGIS"),
    "pvgis-hourly": gettext_lazy("heures passées, de PVGIS"),
    "open-meteo": gettext_lazy("Open-Meteo"),
    "open-meteo-archive": gettext_lazy("temps passé, d’Open-Meteo"),
    "open-meteo-forecast": gettext_lazy("temps annoncé, par Open-Meteo"),
    "sensor": gettext_lazy("capteurs sur place"),
    "demonstration": gettext_lazy("temps inventé pour la démonstration"),
}

# Licences as the readers write them; another's own words stay as they are.
LICENCES: dict[str, Promise] = {
    "unknown": gettext_lazy("inconnue"),
    "the operator's own": gettext_lazy("mesures de l’exploitant"),
    PVGIS_LICENCE: gettext_lazy("réutilisation libre avec mention\u202f: PVGIS © Union européenne"),
    CLIMATE_LICENCE: gettext_lazy("données publiques, BSD-3-Clause (BuildSysPro, IDEAS)"),
}
# Files that name a station; of the others the name only says in English what the source says.
_NAMED = ("epw", "tmy3")


def refusal_sentences(error: Exception, filename: str) -> tuple[str, ...]:
    """A refusal as sentences that name file, line, fault and remedy."""
    if isinstance(error, FileRefused):
        return error.sentences
    place = quoted(filename)
    line = getattr(error, "line", None)
    if line is not None:
        place += _(", ligne %(line)s") % {"line": line}
    told = _told(error)
    words = {"place": place, "problem": told.problem, "remedy": told.remedy}
    return (_("%(place)s\u202f: %(problem)s. Que faire\u202f: %(remedy)s.") % words,)


def _told(error: Exception) -> Told:
    if isinstance(error, ClimateError):
        return _told_of_place(error)
    code = error.code if isinstance(error, WeatherError) else "weather"
    told = REFUSALS.get(code, REFUSALS["weather"])
    detail = _detail(code, getattr(error, "problem", str(error)))
    return Told(f"{told.problem} ({detail})", told.remedy) if detail else told


def _told_of_place(error: ClimateError) -> Told:
    if isinstance(error, InvalidCoordinates):
        return Told(_impossible_place(str(error)), _("corrigez le lieu écrit dans le fichier"))
    return Told(
        _("ce lieu est trop loin des stations françaises"),
        _("déposez une météo de ce lieu, de PVGIS par exemple"),
    )


def _impossible_place(problem: str) -> str:
    """Which of the three can't be, with its value where it is a number."""
    found = re.match(r"(latitude|longitude|altitude) (\S+?)(?:°| m) is not", problem)
    words = {
        "latitude": _("aucun lieu n’a cette latitude"),
        "longitude": _("aucun lieu n’a cette longitude"),
        "altitude": _("aucun toit n’a cette altitude"),
    }
    if found is None:
        return _("aucun lieu n’a cette latitude, cette longitude ou cette altitude")
    return f"{words[found[1]]} ({_as_read(float(found[2]))})"


def _as_read(value: float) -> str:
    if not abs(value) < 1e6:  # NaN and infinity too: no number of a place
        return quoted(str(value))
    return figures.number(value, 0 if value.is_integer() else 2, language=language())


def _detail(code: str, problem: str) -> str:
    """What the reader found, where it says it in figures or in names: hours counted, quantities."""
    found = re.match(r"(\d+) hours instead", problem)
    if code == "wrong-year-length" and found:
        return _("%(n)s heures trouvées") % {"n": figures.number(int(found[1]), language=language())}
    minutes = re.search(r"balanced (\d+) minutes (before|after)", problem)
    if code == "sun-out-of-place" and minutes:
        early = _("%(n)s minutes trop tôt") if minutes[2] == "before" else _("%(n)s minutes trop tard")
        return early % {"n": minutes[1]}
    named = [str(word) for name, word in QUANTITIES.items() if re.search(rf"\b{name}\b", problem)]
    if named:
        return ", ".join(named)
    titles = re.search(r"no column '(.{1,60}?)'", problem) if code == "missing-column" else None
    return quoted(titles[1]) if titles else ""


def remark_sentence(remark: WeatherRemark) -> str:
    """What a reader assumed or mended, as a sentence; an unknown code is told as it is."""
    sentences = REMARKS.get(remark.code)
    if sentences is None:
        return remark.code
    return str(sentences) % {"n": figures.number(remark.number, language=language())}


REMARKS: dict[str, Promise] = {
    "sun-offset-assumed": gettext_lazy(
        "Le fichier ne dit pas à quelle minute ses valeurs sont prises\u202f: l’heure pile est supposée."
    ),
    "horizon-included": gettext_lazy(
        "L’ombre du relief est déjà dans ces valeurs\u202f: ne la comptez pas une seconde fois dans la fiche."
    ),
    "reconstructed-hours": gettext_lazy("PVGIS a reconstitué %(n)s heures sans image de satellite."),
    "last-hours-not-there": gettext_lazy(
        "Les %(n)s dernières heures n’ont pas de valeur\u202f: laissées de côté."
    ),
    "gaps-filled": gettext_lazy("%(n)s mesures manquaient\u202f: comblées par une ligne droite."),
    "duplicates-dropped": gettext_lazy(
        "%(n)s lignes étaient répétées à l’identique\u202f: comptées une fois."
    ),
    "irradiation-not-corrected-for-height": gettext_lazy(
        "Le lieu est à %(n)s m d’altitude\u202f: le soleil des stations n’est pas corrigé de la hauteur."
    ),
}


def source_in_words(source: str) -> str:
    """A weather's source; a code nobody worded stays as it is."""
    return str(SOURCES.get(source, source))


def weather_in_words(meta: WeatherMeta) -> str:
    """The source, with the station where a file names one."""
    source = source_in_words(meta.method)
    return f"{source} ({meta.name})" if meta.method in _NAMED else source


def origin_in_words(meta: WeatherMeta) -> str:
    """Who published or made the numbers; as the reader of the file wrote it where nobody worded it."""
    if meta.method == "demonstration":
        return _(
            "Temps inventé pour la démonstration, d’après le climat du lieu\u202f; personne ne l’a mesuré."
        )
    return weather_origin_words({"weather": {"method": meta.method}}) or meta.source


def days_covered(first: dt.datetime, end: dt.datetime) -> tuple[dt.date, dt.date]:
    """First and last day of a weather that ends before `end`, where the reader is.

    Of one that begins at midnight UTC, as services send them, the days in UTC: its last hours would else
    reach into the next day.
    """
    start, last = first.astimezone(dt.UTC), (end - dt.timedelta(seconds=1)).astimezone(dt.UTC)
    if start.time() == dt.time():
        return start.date(), last.date()
    return timezone.localtime(start).date(), timezone.localtime(last).date()


def period_words(first: dt.datetime, end: dt.datetime) -> str:
    """`du 1er octobre 2026 au 31 octobre 2026`."""
    start, last = days_covered(first, end)
    return _("du %(first)s au %(last)s") % {"first": short_day(start), "last": short_day(last)}


def licence_in_words(licence: str) -> str:
    """A licence; one nobody worded stays as it is."""
    return str(LICENCES.get(licence, licence))


def quantity_in_words(column: str) -> str:
    """A column's quantity; that of one plane of several says which: `poa_global_1` is the second."""
    if column in QUANTITIES:
        return str(QUANTITIES[column])
    quantity, _sep, plane = column.rpartition("_")
    if quantity in QUANTITIES and plane.isdigit():
        return _("%(quantity)s, pan %(n)s") % {"quantity": QUANTITIES[quantity], "n": int(plane) + 1}
    return column


def quantities_in_words(columns: tuple[str, ...] | list[str]) -> str:
    """Several quantities, one after the other."""
    return ", ".join(quantity_in_words(column) for column in columns)

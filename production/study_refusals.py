"""Why a yield study can't be made, frozen or shown, as sentences with what to do."""

from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.climate import ClimateError, OutsideClimateArea
from production.fleet import FleetError
from production.services.studies import JudgedAlready, StudyMoved
from production.sheet_words import said_of_fleet
from production.study import AlteredStudy, NothingMade, NotOneYear, StudyError
from production.uncertainty import UncertaintyError
from production.weather import WeatherError
from production.weather_words import refusal_sentences
from production.wording import language

# What `draft_study` raises.
REFUSALS = (StudyError, FleetError, WeatherError, ClimateError, UncertaintyError)
# What `freeze_study` raises besides: somebody or something was faster.
CONFLICTS = (StudyMoved, JudgedAlready)


def refusal_of_study(error: Exception) -> tuple[str, ...]:
    """The sentences of a refusal; none of them shows a class or a path."""
    if isinstance(error, NotOneYear):
        return (_not_one_year(error),)
    if isinstance(error, NothingMade):
        return (nothing_made(),)
    if isinstance(error, FleetError):
        return (said_of_fleet(error, "plant"),)
    if isinstance(error, OutsideClimateArea):
        return (
            _(
                "L’année type vient de stations de France métropolitaine, trop loin de ce toit. Que "
                "faire\u202f: déposez un fichier EPW ou PVGIS de ce lieu dans la page Météo, puis "
                "choisissez-le ici."
            ),
        )
    if isinstance(error, WeatherError | ClimateError):
        return refusal_sentences(error, _("Météo choisie"))
    if isinstance(error, UncertaintyError):
        return (
            _(
                "Le soleil de cette météo n’est pas plausible pour ce lieu. Que faire\u202f: choisissez-en "
                "une autre, ou vérifiez la latitude et la longitude du toit."
            ),
        )
    return (_unreadable(error),)


def nothing_made() -> str:
    """Why a year of zero is no study."""
    return _(
        "Cette description ne produit rien de toute l’année. Que faire\u202f: vérifiez la fiche, puis "
        "refaites l’étude."
    )


def _not_one_year(error: NotOneYear) -> str:
    days = figures.number(error.days, 0 if error.days.is_integer() else 1, language=language())
    return _(
        "Cette météo couvre %(days)s jours, au pas qu’elle a\u202f; une étude en demande 365, heure par "
        "heure ou plus finement. Que faire\u202f: choisissez l’année type, ou déposez une année entière "
        "qui n’est pas bissextile."
    ) % {"days": days}


def _unreadable(error: Exception) -> str:
    if isinstance(error, AlteredStudy):
        return _(
            "Cette étude n’est plus celle qui a été figée\u202f: son empreinte ne correspond pas. Elle n’est "
            "pas montrée. Que faire\u202f: prévenez l’administrateur, la base de données a été modifiée à la "
            "main."
        )
    return _(
        "Cette étude n’est pas lisible par cette version du logiciel. Ses chiffres restent dans la liste. "
        "Que faire\u202f: prévenez l’administrateur."
    )


def conflict_of_study(error: Exception) -> str:
    """Why what was asked for isn't frozen."""
    if isinstance(error, JudgedAlready):
        return _(
            "Les jours d’avant le %(day)s sont déjà jugés par une autre étude, et le restent. Que "
            "faire\u202f: donnez ce jour ou un jour plus tard."
        ) % {"day": short_day(error.earliest)}
    return _(
        "Le toit, sa fiche ou le calcul a changé depuis que l’étude a été montrée. Rien n’est figé. Que "
        "faire\u202f: relisez l’étude ci-dessous, puis figez-la."
    )

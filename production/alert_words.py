"""How alerts are said to whoever answers for the roof. Sentences only: no query, no clock."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from production.lost_energy import By
from production.models import NeighbourDay, PlantAlert
from production.neighbours import Reason
from production.wording import days_words, language

Kind = PlantAlert.Kind
WINTER = (12, 1, 2)


def title(alert: PlantAlert) -> str:
    """One line that reads alone: what happens to which roof."""
    words = {
        Kind.OUTAGE: _("%(plant)s\u202f: une panne"),
        Kind.BEHIND: _("%(plant)s\u202f: production en retrait"),
        Kind.SILENT: _("%(plant)s\u202f: plus de relevés"),
        Kind.DATA: _("%(plant)s\u202f: relevés douteux"),
    }
    return words[Kind(alert.kind)] % {"plant": alert.plant.name}


def span(alert: PlantAlert) -> str:
    """`du 15 au…`: since when, until when."""
    return days_words(alert.began_on, alert.ended_on)


def seen(alert: PlantAlert) -> str:
    """What the machine saw, in plain words."""
    facts = alert.facts
    if facts.get("withdrawn"):
        return _("Les relevés, corrigés depuis, ne montrent plus rien\u202f: vous pouvez clore cette alerte.")
    words = {
        Kind.OUTAGE: _outage,
        Kind.BEHIND: _behind,
        Kind.SILENT: _silent,
        Kind.DATA: _doubtful,
    }[Kind(alert.kind)](alert, facts)
    return (
        f"{words} {_('Une alerte close avant disait déjà la même chose.')}" if facts.get("again") else words
    )


def brief(alert: PlantAlert) -> str:
    """The same in a list, where several stand one below the other."""
    behind = alert.facts.get("behind")
    if alert.facts.get("withdrawn") or alert.kind != Kind.BEHIND or behind is None:
        return seen(alert)
    amount = figures.percent(max(0.0, behind), language=language())
    if alert.facts.get("by") == "weather":
        return _("environ %(amount)s de moins que ce que le temps permettait") % {"amount": amount}
    return _("environ %(amount)s de moins que d’habitude, à côté de ses voisins") % {"amount": amount}


def _behind(alert: PlantAlert, facts: dict[str, Any]) -> str:
    if facts.get("behind") is None:
        return _("Ce toit produit moins que d’habitude.")
    amount = figures.percent(max(0.0, facts["behind"]), language=language())
    if facts.get("by") == "weather":
        return _(
            "Ce toit produit environ %(amount)s de moins que ce que le temps permettait, par rapport à son "
            "habitude. Il a moins de trois voisins\u202f: la météo sert de témoin, moins fine qu’eux."
        ) % {"amount": amount}
    return _(
        "Ce toit produit environ %(amount)s de moins que d’habitude à côté de ses voisins\u202f: chacun, "
        "dans sa "
        "pente et son orientation, dit le soleil du jour, et celui-ci n’en fait plus autant."
    ) % {"amount": amount}


def _outage(alert: PlantAlert, facts: dict[str, Any]) -> str:
    return _("Les relevés sont ceux d’une installation arrêtée, en tout ou en partie, %(count)s.") % {
        "count": _days(facts)
    }


def _silent(alert: PlantAlert, facts: dict[str, Any]) -> str:
    if "alone" not in facts:
        return _("Le compteur n’a rien transmis, %(count)s. L’installation a pu produire quand même.") % {
            "count": _days(facts)
        }
    if facts["alone"]:
        return _(
            "Ce compteur ne donne plus de relevés, alors que d’autres en donnent. L’installation produit "
            "peut-être quand même\u202f: c’est la communication qui manque, ou le fichier."
        )
    return _("Aucun fichier n’est venu depuis plus d’un mois, de ce compteur ni des autres.")


def _doubtful(alert: PlantAlert, facts: dict[str, Any]) -> str:
    return _(
        "Les relevés de ce compteur ne sont pas vraisemblables, %(count)s\u202f: voyez sa page de qualité."
    ) % {"count": _days(facts)}


def _days(facts: dict[str, Any]) -> str:
    count = int(facts.get("days", 1))
    return ngettext("un jour", "%(count)s jours de suite", count) % {"count": count}


def caution(alert: PlantAlert) -> str:
    """A doubt to be said beside it; empty where there is none."""
    if alert.kind == Kind.BEHIND and alert.raised_on.month in WINTER:
        return _(
            "En hiver les jours sont courts et sombres\u202f: une petite alerte y est moins sûre, et "
            "une petite "
            "perte peut rester invisible jusqu’au printemps."
        )
    return ""


def verdict(row: NeighbourDay) -> str:
    """One day beside the neighbours, or why it wasn't judged."""
    if row.residual is not None:
        return figures.percent(row.residual, 1, language=language(), sign=True)
    return {
        Reason.GAP: _("relevés incomplets"),
        Reason.FEW: _("trop peu de voisins"),
        Reason.DULL: _("trop sombre"),
        Reason.UNSETTLED: _("les toits ne s’accordent pas (neige\u202f?)"),
        Reason.LEARNING: _("habitude en apprentissage"),
    }.get(Reason(row.reason), _("non jugé"))


def by_words(by: str) -> str:
    """Who let expect what."""
    return {
        By.NEIGHBOURS: _("les toits voisins"),
        By.WEATHER: _("le temps qu’il a fait"),
        By.FORECAST: _("un jour ordinaire de la prévision"),
    }[By(by)]


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An alert as a letter tells it."""

    title: str
    seen: str
    link: str

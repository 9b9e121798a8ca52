"""A month as one says it to a neighbour: one sentence, and what it leaves out. No query, no clock.

`Juillet : 61 MWh, 4 % de plus que prévu, le soleil compte pour 6 %, une panne à l’école pour −2 %.`
"""

import datetime as dt
import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from production.month_parts import MOST_NAMED, MonthFacts, Points, Trouble, points_of, worst_first
from production.wording import language, month_name

# First words of buildings that take an article: « à l’école Lamendin ».
_ARTICLES = {
    "à l’": "école,église,espace,hôtel,hospice,atelier,ehpad,immeuble,usine,entrepôt,internat",
    "à la ": "salle,piscine,mairie,crèche,maternelle,médiathèque,bibliothèque,maison,halle,gare,caserne,"
    "résidence,tribune,ferme,cantine,garderie,ludothèque,déchetterie,base,chapelle,cité",
    "au ": "gymnase,collège,lycée,stade,foyer,centre,théâtre,cinéma,complexe,dojo,hangar,musée,groupe,pôle",
    "aux ": "ateliers,services,écoles,halles,tribunes",
}
_ARTICLE_OF = {word: article for article, words in _ARTICLES.items() for word in words.split(",")}


def month_sentence(
    facts: MonthFacts, month: dt.date, *, until: dt.date | None = None, with_year: bool = False
) -> str:
    """The month of `month` in one sentence, then what isn't counted or known.

    `until`: the last day told of a month that isn't over.
    """
    title = _title(month, until, with_year)
    if not facts.metered_wh and not facts.days_read:
        return _("%(month)s\u202f: pas encore de relevé.") % {"month": title}
    energy = figures.energy(facts.metered_wh, language=language())
    head = _("%(month)s\u202f: %(energy)s") % {"month": title, "energy": energy}
    clauses = ", ".join((head, *_clauses(facts, points_of(facts))))
    after = (_gap(facts), _weather_unknown(facts))
    return " ".join((f"{clauses}.", *(sentence for sentence in after if sentence)))


def _title(month: dt.date, until: dt.date | None, with_year: bool) -> str:
    name = month_name(month.month)
    name = name[:1].upper() + name[1:]
    if with_year:
        name = f"{name} {month.year}"
    if until is None:
        return name
    day = "1er" if until.day == 1 and language() == "fr" else str(until.day)
    return _("%(month)s, jusqu’au %(day)s") % {"month": name, "day": day}


def _clauses(facts: MonthFacts, points: Points | None) -> list[str]:
    """What follows the energy: the deviation, then its parts."""
    troubles = worst_first(facts.troubles)[:MOST_NAMED]
    if points is None:
        return [trouble_words(one) for one in troubles]
    said = [against_words(points.deviation)]
    if points.sun is not None:
        said += _sun(points)
    for one, share in zip(troubles, points.troubles, strict=True):
        if share is None:
            said.append(
                _("%(trouble)s dont la perte n’est pas encore connue") % {"trouble": trouble_words(one)}
            )
        elif share:
            said.append(_("%(part)s pour %(share)s") % {"part": trouble_words(one), "share": percent(share)})
    if points.others:
        said.append(_("d’autres ennuis pour %(share)s") % {"share": percent(points.others)})
    # Alone, the rest would only say the deviation again.
    if points.rest and (points.sun or any(points.troubles) or points.others):
        said.append(_("le reste pour %(share)s") % {"share": percent(points.rest)})
    return said


def _sun(points: Points) -> list[str]:
    if points.sun:
        return [_("le soleil compte pour %(share)s") % {"share": percent(points.sun)}]
    return [_("le soleil n’y est pour rien")] if points.deviation else []


def against_words(deviation: int) -> str:
    """`4 % de plus que prévu`, `comme prévu`; whole per cent."""
    if not deviation:
        return _("comme prévu")
    more = _("%(amount)s de plus que prévu") if deviation > 0 else _("%(amount)s de moins que prévu")
    return more % {"amount": percent(abs(deviation))}


def percent(points: int) -> str:
    """Whole points as a neighbour reads them: `6 %`, `−2 %`."""
    return figures.percent(points / 100, language=language())


def trouble_words(trouble: Trouble) -> str:
    """`une panne à l’école Lamendin`, `deux pannes`."""
    noun = _noun(trouble.cause, trouble.count)
    return f"{noun} {at_the(trouble.roof)}" if trouble.roof else noun


def _noun(cause: str, count: int) -> str:
    if cause == "outage":
        return ngettext("une panne", "%(count)s pannes", count) % {"count": count}
    if cause == "grid":
        return ngettext("une coupure du réseau", "%(count)s coupures du réseau", count) % {"count": count}
    return {
        "curtailment": _("un bridage demandé"),
        "clipping": _("l’écrêtage de l’onduleur"),
        "degradation": _("l’usure"),
        "soiling": _("la salissure ou la neige"),
        "behind": _("une production en retrait"),
    }.get(cause, _("une perte de cause inconnue"))


def at_the(roof: str) -> str:
    """Where a roof is: `à l’école Lamendin`; a name that isn't a kind of building is quoted."""
    if language() != "fr":
        return _("à %(roof)s") % {"roof": roof}
    first, rest = re.match(r"(\w*)(.*)", roof, re.DOTALL).groups()  # type: ignore[union-attr]
    article = _ARTICLE_OF.get(first.lower())
    if article is None:
        return _("sur le toit «\u202f%(roof)s\u202f»") % {"roof": roof}
    return f"{article}{first.lower()}{rest}"


def _gap(facts: MonthFacts) -> str:
    """Says the days that don't count; empty where all do."""
    n = facts.days_missing
    if not n:
        return ""
    words = {"days": figures.number(n, language=language()), "roofs": facts.roofs_missing}
    if facts.roofs_missing > 1:
        return (
            ngettext(
                "Sur %(roofs)s toits, %(days)s jour sans relevé ne compte pas.",
                "Sur %(roofs)s toits, %(days)s jours sans relevé ne comptent pas.",
                n,
            )
            % words
        )
    return (
        ngettext("%(days)s jour sans relevé ne compte pas.", "%(days)s jours sans relevé ne comptent pas.", n)
        % words
    )


def _weather_unknown(facts: MonthFacts) -> str:
    if facts.days_read and facts.expected_wh > 0 and not facts.is_sun_known:
        return _("Le temps qu’il a fait n’est pas assez connu pour dire la part du soleil.")
    return ""

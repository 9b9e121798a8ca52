"""French words of a day's quality: states, findings, what to do, long-term figures."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from mine_de_soleil.core import figures
from production.models import DayQuality
from production.quality import Finding
from production.quality.longterm import AVAILABILITY, DEGRADATION, SOILING, Reason
from production.wording import language, number

State = DayQuality.State
Words = str | Promise

# One letter a state, so that colour never tells alone; a good day shows its date.
LETTERS: Mapping[str, Words] = {
    State.GOOD: "",
    State.PARTIAL: pgettext_lazy("letter of an incomplete day", "I"),
    State.DOUBTFUL: pgettext_lazy("letter of a doubtful day", "D"),
    State.OUTAGE: pgettext_lazy("letter of an outage", "P"),
    State.LOST_CONTACT: pgettext_lazy("letter of a lost line", "C"),
    State.SILENT: pgettext_lazy("letter of a day without reading", "S"),
}
MEANINGS: Mapping[str, Words] = {
    State.GOOD: gettext_lazy("La journée est relevée et rien ne parle contre elle."),
    State.PARTIAL: gettext_lazy(
        "Il manque plus d’un dixième des heures de soleil : la somme du jour est trop basse."
    ),
    State.DOUBTFUL: gettext_lazy("Les relevés se contredisent : la somme du jour est à vérifier."),
    State.OUTAGE: gettext_lazy("Le compteur parle, mais le toit ou une partie du toit ne produit pas."),
    State.LOST_CONTACT: gettext_lazy(
        "La liaison a été coupée : l’absence de relevé ne dit rien contre le toit."
    ),
    State.SILENT: gettext_lazy("Aucun relevé, et rien ne dit pourquoi : panne ou fichier qui manque."),
}
_WHY: Mapping[str, Words] = {
    Finding.GAP: gettext_lazy("%(hours)s h de soleil sans relevé"),
    Finding.NO_READING: gettext_lazy("aucun relevé de la journée"),
    Finding.AWAITED: gettext_lazy("rien n’est arrivé depuis"),
    Finding.MUTE: gettext_lazy(
        "le compteur parle aussi la nuit et s’est tu d’un coup : c’est la liaison, "
        "et rien ne dit ce que le toit produisait"
    ),
    Finding.COUNTER: gettext_lazy("le compteur a compté ensuite %(energy)s que les relevés ne disent pas"),
    Finding.CAUGHT_UP: gettext_lazy("un seul relevé porte l’énergie de plusieurs heures (%(energy)s)"),
    Finding.STOPPED: gettext_lazy("%(hours)s h sans production en plein jour"),
    Finding.PART_STOPPED: gettext_lazy("%(percent)s de moins que ce que disent les toits voisins"),
    Finding.ALL_DARK: gettext_lazy("aucune production, les voisins non plus : neige ou réseau"),
    Finding.STUCK: gettext_lazy("la même valeur se répète (%(power)s kW)"),
    Finding.STRAIGHT: gettext_lazy("les valeurs suivent une droite : un trou a été rempli"),
    Finding.NIGHT: gettext_lazy("%(energy)s produits la nuit"),
    Finding.TOO_MUCH: gettext_lazy("%(power)s kW : plus que les onduleurs ne peuvent donner"),
    Finding.CLOCK: gettext_lazy("l’horloge est décalée de %(minutes)s minutes"),
    Finding.SWAPPED: gettext_lazy("ces relevés vont mieux au toit du compteur %(other)s"),
}
_WHAT_TO_DO: Mapping[str, Words] = {
    Finding.SWAPPED: gettext_lazy("Comparez les numéros des deux compteurs, puis annulez et redéposez."),
    Finding.CLOCK: gettext_lazy("Mettez l’enregistreur à l’heure, puis exportez ces jours de nouveau."),
    Finding.TOO_MUCH: gettext_lazy("Vérifiez l’unité de l’export et la puissance de la fiche technique."),
    Finding.NIGHT: gettext_lazy("Vérifiez que la colonne lue est bien la production, et l’heure."),
    Finding.CAUGHT_UP: gettext_lazy("Cherchez un export plus complet : l’énergie est dans le mauvais jour."),
    Finding.STUCK: gettext_lazy("Exportez ces jours de nouveau ; s’ils restent ainsi, voyez le capteur."),
    Finding.STRAIGHT: gettext_lazy("Demandez au portail les valeurs mesurées, sans remplissage."),
    Finding.PART_STOPPED: gettext_lazy("Regardez chaque onduleur : l’un d’eux est sans doute arrêté."),
    Finding.STOPPED: gettext_lazy("Vérifiez l’onduleur, le disjoncteur et le réseau ; en hiver, la neige."),
    Finding.COUNTER: gettext_lazy("Cherchez un export plus complet ; sinon, l’énergie reste sans jour."),
    Finding.MUTE: gettext_lazy("Vérifiez la liaison du compteur ; un export du portail peut tout rendre."),
    Finding.AWAITED: gettext_lazy("Déposez le fichier de ces jours."),
    Finding.NO_READING: gettext_lazy("Déposez le fichier de ces jours, ou regardez si le toit était arrêté."),
    Finding.GAP: gettext_lazy("Exportez ces jours de nouveau."),
}
TREND_TITLES: Mapping[str, Words] = {
    DEGRADATION: gettext_lazy("Vieillissement"),
    SOILING: gettext_lazy("Salissure"),
    AVAILABILITY: gettext_lazy("Disponibilité"),
}
_TREND_REASONS: Mapping[str, Words] = {
    Reason.TOO_SHORT: gettext_lazy("Il faut deux années de relevés dont le temps est connu."),
    Reason.TOO_FEW: gettext_lazy("Trop de jours manquent pour juger deux années."),
    Reason.NOTHING_SEEN: gettext_lazy("La méthode n’a rien trouvé à mesurer dans ces relevés."),
}


def why(found: Mapping[str, object]) -> str:
    """One finding in words, from the row that `DayQuality.findings` keeps."""
    value = found["value"]
    assert isinstance(value, int | float)  # as `Found.as_row` wrote it
    said = {
        "hours": number(value, 1),
        "energy": figures.energy(value, language=language()),
        "percent": figures.percent(value, language=language()),
        "power": number(value / 1000, 1),
        "minutes": number(value),
        "other": found.get("other", ""),
    }
    return str(_WHY[str(found["kind"])]) % said


def what_to_do(kinds: set[str]) -> str:
    """The one next action; where several findings meet, that of the most telling."""
    return next((str(words) for kind, words in _WHAT_TO_DO.items() if kind in kinds), "")


def trend_in_words(name: str, value: float, low: float, high: float) -> str:
    """`Environ 0,5 % par an, entre 0,2 et 0,8.`: the band holds nineteen times out of twenty."""
    said = {"value": number(value, 1), "low": number(low, 1), "high": number(high, 1)}
    if name == DEGRADATION and low <= 0 <= high:
        return _("Rien de mesurable : entre %(low)s et %(high)s %% perdus par an.") % said
    sentence = {
        DEGRADATION: _("Le toit perd environ %(value)s %% par an, entre %(low)s et %(high)s."),
        SOILING: _("La poussière prend environ %(value)s %% de l’énergie, entre %(low)s et %(high)s."),
        AVAILABILITY: _(
            "Arrêts d’un jour entier ôtés, il reste %(value)s %% de l’énergie, entre %(low)s et %(high)s."
        ),
    }[name]
    return sentence % said


def trend_reason(code: str) -> str:
    """Why a long-term figure is missing."""
    return str(_TREND_REASONS[code])


def missing_days_of(count: int) -> str:
    """What a sum of days must say of those that aren't whole; empty when all are."""
    if not count:
        return ""
    return ngettext(
        "Un jour n’est pas relevé en entier : la somme est incomplète.",
        "%(n)s jours ne sont pas relevés en entier : la somme est incomplète.",
        count,
    ) % {"n": number(count)}

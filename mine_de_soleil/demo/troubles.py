"""What went wrong on the demo's roofs, and what its people did about it: alerts are raised by the real watch.

The half of École Lamendin's inverters that stopped in March 2026 was repaired and closed; a roof behind its
neighbours is being looked after; another waits. All of it invented; done once, wherever a load was cut.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.calendar import PARIS
from mine_de_soleil.core.models import User
from production.models import MaintenanceEntry, PlantAlert
from production.services.alerts import close_alert, note_maintenance, take_alert
from production.services.watching import watch_cooperative
from shareholders.models import Cooperative

DAY = dt.timedelta(days=1)
OPERATOR = "operateur@demo.example"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the operator did about the alert of a roof that began between two days."""

    plant: str
    first: dt.date
    last: dt.date
    taken_after: int
    closed_on: dt.date | None = None
    cause: str = ""
    note: str = ""
    log: tuple[tuple[dt.date, str], ...] = ()


ANSWERS = (
    Answer(
        plant="ecole-lamendin",
        first=dt.date(2026, 3, 10),
        last=dt.date(2026, 3, 20),
        taken_after=1,
        closed_on=dt.date(2026, 3, 26),
        cause=PlantAlert.Cause.OUTAGE,
        note="L’onduleur 2 s’était arrêté sur un défaut d’isolement\u202f: câble d’un panneau pincé.",
        log=(
            (dt.date(2026, 3, 19), "Visite\u202f: l’onduleur 2 est arrêté, défaut d’isolement affiché."),
            (dt.date(2026, 3, 24), "Câble remplacé sur le pan sud, onduleur 2 remis en marche à 11 h 20."),
        ),
    ),
    Answer(
        plant="ecole-ovide-leroy",
        first=dt.date(2026, 1, 1),
        last=dt.date(2026, 3, 1),
        taken_after=3,
        closed_on=dt.date(2026, 2, 20),
        cause=PlantAlert.Cause.FALSE_ALARM,
        note="Rien d’anormal sur place\u202f: la fiche du toit compte mal l’ombre du soleil bas.",
    ),
    Answer(
        plant="ecole-ovide-leroy",
        first=dt.date(2026, 3, 2),
        last=dt.date(2026, 5, 31),
        taken_after=2,
        closed_on=dt.date(2026, 4, 21),
        cause=PlantAlert.Cause.FALSE_ALARM,
        note="La même chose à l’envers, le soleil remonte. La fiche du toit est à corriger.",
    ),
    Answer(
        plant="ecole-salengro",
        first=dt.date(2026, 9, 1),
        last=dt.date(2026, 10, 31),
        taken_after=2,
        log=(
            (
                dt.date(2026, 10, 14),
                "Vu du sol\u202f: feuilles et mousse au bas du pan ouest. Nettoyage demandé.",
            ),
        ),
    ),
)
LOG = (
    (
        "salle-varet",
        dt.date(2026, 4, 8),
        "Contrôle annuel\u202f: serrages, coupure d’urgence essayée. Rien à signaler.",
    ),
    ("cybercoin", dt.date(2025, 7, 12), "Modem du compteur redémarré\u202f: les relevés reviennent."),
)


def trouble(cooperative: Cooperative, until: dt.date, say: Callable[[str], None]) -> None:
    """Watch the roofs up to `until`, then answer as the operator did. Done already, nothing changes."""
    say(_("Alertes et entretien…"))
    watch_cooperative(cooperative, today=until + DAY)
    operator = User.objects.filter(email=OPERATOR, is_demo=True).first()
    if operator is None:
        return
    for answer in ANSWERS:
        if _answer(cooperative, operator, answer, until):
            # What somebody took for a roof's new usual is no trouble any more.
            watch_cooperative(cooperative, today=until + DAY)
    for slug, day, text in LOG:
        plant = Plant.objects.filter(cooperative=cooperative, slug=slug).select_related("cooperative").first()
        if plant and day <= until:
            _note(operator, plant, day, text, None)


def _answer(cooperative: Cooperative, operator: User, answer: Answer, until: dt.date) -> bool:
    """Do what the operator did, as far as it is due; whether a new usual came of it just now."""
    alert = (
        PlantAlert.objects.of(cooperative)
        .filter(plant__slug=answer.plant, began_on__range=(answer.first, answer.last))
        .filter(kind=PlantAlert.Kind.BEHIND)
        .first()
    )
    if alert is None:
        return False
    taken_on = alert.raised_on + DAY * answer.taken_after
    if alert.state == PlantAlert.State.OPEN and taken_on <= until:
        take_alert(actor=operator, alert=alert, now=_noon(taken_on))
    for day, text in answer.log:
        if day <= until:
            _note(operator, alert.plant, day, text, alert)
    if alert.state == PlantAlert.State.CLOSED or answer.closed_on is None or answer.closed_on > until:
        return False
    closed = close_alert(
        actor=operator,
        alert=alert,
        cause=answer.cause,
        note=answer.note,
        # What the watch saw later, loaded all at once, nobody knew that day.
        ended_on=min(answer.closed_on, alert.ended_on or answer.closed_on),
        accept=False,
        now=_noon(answer.closed_on),
        today=answer.closed_on,
    )
    return closed.accepted_on is not None


def _note(operator: User, plant: Plant, day: dt.date, text: str, alert: PlantAlert | None) -> None:
    if not MaintenanceEntry.objects.filter(plant=plant, day=day, text=text).exists():
        note_maintenance(actor=operator, plant=plant, day=day, text=text, today=day, alert=alert)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), PARIS)

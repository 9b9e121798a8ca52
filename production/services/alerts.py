"""Acts on alerts: take one in charge, write what was done, close it with its cause and what was lost."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production import prices
from production.loss_reports import LostOver, lost_over
from production.lost_energy import LostDay, lost_wh, worth
from production.models import MaintenanceEntry, PlantAlert

State, Cause, Kind = PlantAlert.State, PlantAlert.Cause, PlantAlert.Kind
WITHOUT_LOSS = (Cause.COMMUNICATION, Cause.FALSE_ALARM)
LONGEST_TEXT = 2000


class AlertRefused(Exception):
    """An act that makes no sense as asked; `field` names what to correct, `str()` is a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class AlertAnswered(Exception):
    """Somebody else was faster; `str()` says who and what they did."""


@transaction.atomic
def take_alert(*, actor: User, alert: PlantAlert, now: dt.datetime) -> PlantAlert:
    """Say that somebody looks after it. Again by the same person, nothing changes. Raises AlertAnswered."""
    held = _locked(alert)
    if held.state == State.ACKNOWLEDGED and held.acknowledged_by == actor:
        return held
    _check_open(held)
    if held.state == State.ACKNOWLEDGED:
        raise AlertAnswered(_("%(name)s s’en occupe déjà.") % {"name": held.acknowledged_by})
    held.state, held.acknowledged_by, held.acknowledged_at = State.ACKNOWLEDGED, actor, now
    held.save(update_fields=["state", "acknowledged_by", "acknowledged_at"])
    record(actor, "take_alert", held, scope=_scope(held), plant=held.plant.slug)
    return held


@transaction.atomic
def close_alert(
    *,
    actor: User,
    alert: PlantAlert,
    cause: str,
    note: str,
    ended_on: dt.date | None,
    accept: bool,
    now: dt.datetime,
    today: dt.date,
) -> PlantAlert:
    """Close it for good: its cause, its last day (yesterday without one), and what was lost by then.

    `accept` takes the loss for the plant's new usual, which a false alarm always does: it then alerts
    nobody any more. Raises AlertRefused, AlertAnswered.
    """
    held = _locked(alert)
    _check_open(held)
    last = ended_on or held.ended_on or max(held.began_on, today - dt.timedelta(days=1))
    _check_closing(held, cause, note, last, accept=accept, today=today)
    lost = LostOver((), 0) if cause in WITHOUT_LOSS else lost_over(held.plant, held.began_on, last)
    held.state, held.cause, held.note, held.ended_on = State.CLOSED, cause, note.strip(), last
    held.closed_by, held.closed_at = actor, now
    if held.kind == Kind.BEHIND and (accept or cause == Cause.FALSE_ALARM):
        held.accepted_on = today
    _count(held, lost)
    held.save()
    scope = _scope(held)
    record(actor, "close_alert", held, scope=scope, plant=held.plant.slug, cause=cause, lost_wh=held.lost_wh)
    return held


def _check_closing(
    held: PlantAlert, cause: str, note: str, last: dt.date, *, accept: bool, today: dt.date
) -> None:
    if cause not in Cause.values:
        raise AlertRefused("cause", _("Dites la cause\u202f: sans elle, une alerte ne se clôt pas."))
    if len(note.strip()) > LONGEST_TEXT:
        raise AlertRefused("note", _("Au plus 2 000 caractères."))
    if last > today:
        raise AlertRefused("ended_on", _("Ce jour n’est pas encore venu."))
    if last < held.began_on:
        words = _("L’alerte commence le %(day)s\u202f: elle ne peut pas finir avant.")
        raise AlertRefused("ended_on", words % {"day": f"{held.began_on:%d/%m/%Y}"})
    if accept and held.kind != Kind.BEHIND:
        raise AlertRefused("accept", _("Seule une production en retrait peut devenir l’habitude d’un toit."))


def _count(held: PlantAlert, lost: LostOver) -> None:
    """Write what was lost, and where each figure comes from (not saved)."""
    held.lost_wh = lost_wh(lost.days)
    held.lost_amount, price = None, None
    if not held.lost_wh:
        held.lost_amount = worth([])
    else:
        by_day = prices.prices_on(held.plant, [day.day for day in lost.days])
        found = [by_day[day.day] for day in lost.days]
        known = [figure for figure in found if figure is not None]
        if len(known) == len(lost.days):
            pairs = [(day.lost_wh, figure.value) for day, figure in zip(lost.days, known, strict=True)]
            held.lost_amount = worth(pairs)
            price = {
                "source": known[-1].source,
                "confidence": known[-1].confidence,
                "value": str(known[-1].value),
            }
    held.lost_sources = {
        "days": [_told(day) for day in lost.days],
        "days_unread": lost.days_unread,
        "price": price,
    }


def _told(day: LostDay) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "expected_wh": day.expected_wh,
        "metered_wh": day.metered_wh,
        "by": str(day.by),
    }


@transaction.atomic
def note_maintenance(
    *,
    actor: User,
    plant: Plant,
    day: dt.date,
    text: str,
    today: dt.date,
    until: dt.date | None = None,
    alert: PlantAlert | None = None,
) -> MaintenanceEntry:
    """Write down what was done or seen on a plant. The same words for the same day twice are one entry.

    Raises AlertRefused.
    """
    said = text.strip()
    _check_entry(plant, day, until, said, alert, today)
    # A double click waits here for the first, then finds its entry.
    Plant.objects.select_for_update(of=("self",), no_key=True).get(pk=plant.pk)
    known = MaintenanceEntry.objects.filter(
        plant=plant, alert=alert, day=day, until=until, text=said, entered_by=actor
    ).first()
    if known:
        return known
    entry = MaintenanceEntry.objects.create(
        plant=plant, alert=alert, day=day, until=until, text=said, entered_by=actor
    )
    record(actor, "note_maintenance", entry, scope=plant.cooperative.slug, plant=plant.slug)
    return entry


def _check_entry(
    plant: Plant, day: dt.date, until: dt.date | None, said: str, alert: PlantAlert | None, today: dt.date
) -> None:
    if not said:
        raise AlertRefused("text", _("Écrivez ce qui a été fait ou vu."))
    if len(said) > LONGEST_TEXT:
        raise AlertRefused("text", _("Au plus 2 000 caractères."))
    if day > today:
        raise AlertRefused("day", _("Ce jour n’est pas encore venu."))
    if day < plant.commissioned_on:
        raise AlertRefused("day", _("Ce toit n’était pas encore en service."))
    if until is not None and not day <= until <= today:
        raise AlertRefused("until", _("Le dernier jour vient après le premier, et pas dans l’avenir."))
    if alert is not None and alert.plant_id != plant.pk:
        raise AlertRefused("alert", _("Cette alerte est celle d’un autre toit."))


def _locked(alert: PlantAlert) -> PlantAlert:
    """The alert as it stands, for one act at a time."""
    rows = PlantAlert.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("plant__cooperative", "acknowledged_by", "closed_by")
    return rows.get(pk=alert.pk)


def _check_open(held: PlantAlert) -> None:
    if held.state == State.CLOSED:
        words = _("%(name)s a déjà clos cette alerte\u202f: relisez-la.")
        raise AlertAnswered(words % {"name": held.closed_by})


def _scope(alert: PlantAlert) -> str:
    return alert.plant.cooperative.slug


def entries_of(plant: Plant) -> Sequence[MaintenanceEntry]:
    """The maintenance log of a plant, the latest day first."""
    return list(plant.maintenance.select_related("entered_by", "alert").order_by("-day", "-pk"))

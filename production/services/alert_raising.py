"""Alerts kept true to what the machine sees: raised, carried on, ended; never closed, which people do.

Safe to repeat: the same troubles leave the same alerts.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from installations.models import Plant
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.journal import record
from production.models import PlantAlert
from production.troubles import Trouble

State = PlantAlert.State
# A loss that goes on so long after somebody closed its alert is told again: it wasn't mended after all.
AGAIN_AFTER = dt.timedelta(days=14)
# Troubles of a plant with less than this between them are one.
APART = dt.timedelta(days=30)
# A roof that stood still is behind its neighbours as well: whichever was noticed first speaks for both.
SAME_TROUBLE = {
    PlantAlert.Kind.OUTAGE: PlantAlert.Kind.BEHIND,
    PlantAlert.Kind.BEHIND: PlantAlert.Kind.OUTAGE,
}
Key = tuple[int, int | None, str]


def settle_alerts(
    plants: Sequence[Plant],
    kinds: Iterable[str],
    troubles: Iterable[Trouble],
    *,
    first: dt.date,
    last: dt.date,
) -> int:
    """Make the alerts of these kinds on these plants follow what was seen of the days from `first` to `last`.

    An alert that nothing confirms any more ends, and says so. Returns alerts raised.
    """
    found: dict[Key, list[Trouble]] = defaultdict(list)
    for trouble in troubles:
        if (trouble.ended_on or last) >= first:
            found[trouble.plant_id, trouble.meter_id, trouble.kind].append(trouble)
    known: dict[Key, list[PlantAlert]] = defaultdict(list)
    rows = PlantAlert.objects.filter(plant__in=plants, kind__in=list(kinds)).touching(first, last)
    # Locked, so that nobody closes one between what is read here and what is written.
    held = rows.select_related("plant__cooperative").select_for_update(of=("self",), no_key=True)
    for alert in held.order_by("pk"):
        known[alert.plant_id, alert.meter_id, alert.kind].append(alert)
    by_pk = {plant.pk: plant for plant in plants}
    others = _told_otherwise(plants, kinds, first, last)
    raised = 0
    for key in sorted(found.keys() | known.keys(), key=str):
        told = others[key[0], SAME_TROUBLE.get(PlantAlert.Kind(key[2]), "")]
        new = [one for one in found[key] if not _is_told(one, told, last) or _is_told(one, known[key], last)]
        raised += _settle(by_pk[key[0]], known[key], sorted(new, key=_beginning), last)
    return raised


def _told_otherwise(
    plants: Sequence[Plant], kinds: Iterable[str], first: dt.date, last: dt.date
) -> dict[tuple[int, str], list[PlantAlert]]:
    """By plant and kind, the alerts that may speak of the same trouble under another name."""
    others = {SAME_TROUBLE[PlantAlert.Kind(kind)] for kind in kinds if kind in SAME_TROUBLE}
    rows = PlantAlert.objects.filter(plant__in=plants, kind__in=others).touching(first, last)
    found: dict[tuple[int, str], list[PlantAlert]] = defaultdict(list)
    for alert in rows.order_by("pk"):
        found[alert.plant_id, alert.kind].append(alert)
    return found


def _is_told(trouble: Trouble, alerts: Sequence[PlantAlert], last: dt.date) -> bool:
    return any(_meets(alert, trouble, last) for alert in alerts)


def _beginning(trouble: Trouble) -> dt.date:
    return trouble.began_on


def _settle(plant: Plant, alerts: list[PlantAlert], troubles: Sequence[Trouble], last: dt.date) -> int:
    """One alert at most waits for an answer: it stands for the latest trouble nobody answered for."""
    waiting = next((alert for alert in alerts if alert.state != State.CLOSED), None)
    told = _latest([one for trouble in troubles if (one := _unanswered(trouble, alerts, last))], last)
    if told and waiting:
        _carry_on(waiting, told)
    elif told:
        _raise(plant, told)
    elif waiting and waiting.ended_on is None:
        _withdraw(waiting, last)
    return int(bool(told and not waiting))


def _unanswered(trouble: Trouble, alerts: Sequence[PlantAlert], last: dt.date) -> Trouble | None:
    """The trouble, or what is left of it since somebody answered; None where that was the end of it."""
    closed = [alert for alert in alerts if alert.state == State.CLOSED]
    if any(_mentions(alert, trouble) for alert in closed):
        return None
    answered = [alert for alert in closed if _meets(alert, trouble, last)]
    if answered and not _goes_on(answered, trouble, last):
        return None
    return _after(answered, trouble)


def _mentions(alert: PlantAlert, trouble: Trouble) -> bool:
    """Whether whoever closed it read that this trouble had been before."""
    return any(
        one["began_on"] <= (trouble.ended_on or dt.date.max).isoformat()
        and trouble.began_on.isoformat() <= one["ended_on"]
        for one in alert.facts.get("earlier", [])
    )


def _latest(troubles: Sequence[Trouble], last: dt.date) -> Trouble | None:
    """The latest of these and those just before it as one; the others are only mentioned."""
    if not troubles:
        return None
    *before, told = troubles
    earlier: list[dict[str, str]] = []
    for one in reversed(before):
        end = one.ended_on or last
        if not earlier and told.began_on - end < APART:
            told = replace(told, began_on=min(one.began_on, told.began_on))
        else:
            earlier.append({"began_on": one.began_on.isoformat(), "ended_on": end.isoformat()})
    return replace(told, facts={**told.facts, "earlier": earlier}) if earlier else told


def _meets(alert: PlantAlert, trouble: Trouble, last: dt.date) -> bool:
    """Whether the alert is about that trouble: they share a day."""
    return alert.began_on <= (trouble.ended_on or last) and trouble.began_on <= _end(alert)


def _end(alert: PlantAlert) -> dt.date:
    """The last day an alert speaks of; while it lasts there is none."""
    if alert.ended_on:
        return alert.ended_on
    return local_day(alert.closed_at) if alert.closed_at else dt.date.max


def _goes_on(answered: Sequence[PlantAlert], trouble: Trouble, last: dt.date) -> bool:
    """Whether it still lasts long after the last answer, though that one didn't take it for the new usual."""
    latest = max(answered, key=_answered_on)
    lasts = trouble.ended_on is None and latest.accepted_on is None
    return lasts and last - _answered_on(latest) >= AGAIN_AFTER


def _answered_on(alert: PlantAlert) -> dt.date:
    assert alert.closed_at is not None  # a closed alert has its instant, by constraint
    return local_day(alert.closed_at)


def _after(answered: Sequence[PlantAlert], trouble: Trouble) -> Trouble:
    """The trouble from the day after the last answer on: what came before was counted then."""
    if not answered:
        return trouble
    began = max(_answered_on(alert) for alert in answered) + dt.timedelta(days=1)
    return replace(trouble, began_on=began, raised_on=began, facts={**trouble.facts, "again": True})


def _raise(plant: Plant, trouble: Trouble) -> PlantAlert:
    alert = PlantAlert.objects.create(
        plant=plant,
        meter_id=trouble.meter_id,
        kind=trouble.kind,
        began_on=trouble.began_on,
        raised_on=trouble.raised_on,
        ended_on=trouble.ended_on,
        facts=dict(trouble.facts),
    )
    scope = plant.cooperative.slug
    record(None, "raise_alert", alert, scope=scope, plant=plant.slug, kind=alert.kind)
    return alert


def _carry_on(alert: PlantAlert, trouble: Trouble) -> None:
    """The alert nobody has closed yet also stands for this trouble, and lasts as long as it."""
    now = (trouble.began_on, trouble.ended_on, dict(trouble.facts))
    if now != (alert.began_on, alert.ended_on, alert.facts):
        alert.began_on, alert.ended_on, alert.facts = now
        alert.save(update_fields=["began_on", "ended_on", "facts"])


def _withdraw(alert: PlantAlert, last: dt.date) -> None:
    """Readings corrected since no longer bear it out: it ends, and waits for somebody to close it."""
    alert.ended_on = max(alert.began_on, min(last, alert.raised_on))
    alert.facts = {**alert.facts, "withdrawn": True}
    alert.save(update_fields=["ended_on", "facts"])

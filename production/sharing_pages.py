"""What the page of a shared roof shows: participants, keys, curves, and last month's shares."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from installations.models import Plant
from mine_de_soleil.core.figures import percent
from production.models import ConsumptionCurve, Participant, SharingKeys
from production.revenue import Metered
from production.revenue.errors import RevenueError
from production.revenue.sharing import WHOLE_KEY
from production.sharing_rows import shared_energy
from production.wording import language


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One participant: its key in words, its latest curve, what it got last month [Wh]."""

    participant: Participant
    key: str
    last_curve: ConsumptionCurve | None
    energy_wh: int
    days_read: int


@dataclass(frozen=True, slots=True)
class SharingPage:
    """A roof's sharing, and the month it is told for."""

    plant: Plant
    rows: tuple[ParticipantRow, ...]
    keys: tuple[SharingKeys, ...]
    first: dt.date
    last: dt.date
    surplus_wh: int
    problem: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def shared_wh(self) -> int:
        return sum(row.energy_wh for row in self.rows)


def sharing_page(plant: Plant, today: dt.date) -> SharingPage:
    """Last month's shares of `plant`, with what they rest on."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    first = last.replace(day=1)
    participants = list(Participant.objects.filter(plant=plant).order_by("pk"))
    keys = tuple(
        SharingKeys.objects.filter(plant=plant)
        .defer("curve")
        .select_related("entered_by")
        .order_by("-since", "-pk")
    )
    try:
        shared = shared_energy(plant, first, last)
        got, surplus, problem = shared.by_participant, shared.surplus, ""
    except RevenueError as error:
        got, surplus, problem = {}, [], str(error)
    curves = _latest_curves(participants)
    in_force = next((one for one in keys if one.since <= last), None)
    rows = tuple(
        ParticipantRow(one, _key(in_force, one), curves.get(one.pk), *_sum(got.get(one.pk, [])))
        for one in participants
    )
    return SharingPage(plant, rows, keys, first, last, _sum(surplus)[0], problem)


def _latest_curves(participants: Sequence[Participant]) -> dict[int, ConsumptionCurve]:
    rows = ConsumptionCurve.objects.filter(participant__in=participants).select_related("participant__plant")
    found = rows.defer("curve").order_by("participant_id", "-last_end", "-pk").distinct("participant_id")
    return {row.participant_id: row for row in found}


def _key(keys: SharingKeys | None, participant: Participant) -> str:
    """The fixed key of a participant in words; of other methods, their name."""
    if keys is None:
        return ""
    if keys.method != SharingKeys.Method.FIXED:
        return keys.get_method_display()
    share = keys.keys.get(str(participant.pk), 0) / WHOLE_KEY
    return percent(share, 2 if share * 100 % 1 else 0, language=language())


def _sum(metered: Sequence[Metered]) -> tuple[int, int]:
    return sum(one.energy_wh for one in metered), sum(one.days_read for one in metered)

"""Collective self-consumption: participants, sharing keys, consumption curves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from installations.models import Plant
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import told_as
from production.formats import MeterSeries, read_meter_file
from production.formats.errors import refuse
from production.models import ConsumptionCurve, MeterFile, Participant, SharingKeys
from production.revenue.curves import LONGEST_STEP_S, Curve, pack
from production.revenue.key_curves import pack_keys, read_keys
from production.revenue.sharing import WHOLE_KEY
from production.services.imports import Delivery
from production.services.sales.words import SENTENCES, SaleRefused
from production.storage import keep_file

Method = SharingKeys.Method


def add_participant(*, actor: User | None, plant: Plant, name: str, identifier: str = "") -> Participant:
    """Somebody who shares the output of `plant`. Raises SaleRefused for a name already there."""
    with told_as(SaleRefused, SENTENCES):
        made = Participant.objects.create(plant=plant, name=name, identifier=identifier, entered_by=actor)
        scope = plant.cooperative.slug
        record(actor, "add_participant", made, scope=scope, plant=plant.slug, name=name)
    return made


@dataclass(frozen=True, slots=True)
class KeysSaid:
    """How to share from a day on: fixed keys [millionths] by participant id, or a file of keys by step."""

    since: dt.date
    method: str
    keys: Mapping[int, int] = field(default_factory=dict)
    delivery: Delivery | None = None


def set_keys(*, actor: User | None, plant: Plant, said: KeysSaid) -> SharingKeys:
    """Keep sharing keys; of the same day, the later kept hold. Raises SaleRefused, FileRefused."""
    participants = list(Participant.objects.filter(plant=plant).order_by("pk"))
    if not participants:
        raise SaleRefused(_("Ajoutez d’abord les participants."))
    fields: dict[str, object] = {"keys": _fixed(said, participants)}
    if said.method == Method.BY_STEP:
        fields = {"curve": _read(said, participants)}
    with transaction.atomic():
        if said.method == Method.BY_STEP and said.delivery:
            fields["file"] = _kept(said.delivery)
        made = SharingKeys.objects.create(
            plant=plant, since=said.since, method=said.method, entered_by=actor, **fields
        )
        detail = {"plant": plant.slug, "since": f"{said.since}", "method": said.method}
        record(actor, "set_sharing_keys", made, scope=plant.cooperative.slug, **detail)
    return made


def _fixed(said: KeysSaid, participants: list[Participant]) -> dict[str, int]:
    if said.method != Method.FIXED:
        return {}
    own = {one.pk for one in participants}
    if not set(said.keys) <= own:
        raise SaleRefused(_("Une clé est donnée à quelqu’un qui ne participe pas."))
    if any(key < 0 for key in said.keys.values()) or sum(said.keys.values()) > WHOLE_KEY:
        raise SaleRefused(_("Les clés doivent être positives et faire au plus 100 % ensemble."))
    return {str(key): millionths for key, millionths in said.keys.items()}


def _read(said: KeysSaid, participants: list[Participant]) -> bytes:
    if said.delivery is None:
        raise SaleRefused(_("Déposez le fichier des clés."))
    known = {one.name: one.pk for one in participants}
    known |= {one.identifier: one.pk for one in participants if one.identifier}
    return pack_keys(read_keys(said.delivery.content, said.delivery.name, known))


def receive_consumption(
    *, actor: User | None, participant: Participant, delivery: Delivery, now: dt.datetime
) -> tuple[ConsumptionCurve, bool]:
    """Keep a participant's load curve and whether it is new. Raises FileRefused for what no curve is."""
    series = read_meter_file(
        delivery.content,
        filename=delivery.name,
        format=delivery.format,
        timezone=participant.plant.time_zone,
        latest=now,
    )
    _check(series, participant, delivery)
    rows = series.readings
    start_s = np.asarray(rows["start"].dt.as_unit("s").astype("int64"), dtype=np.int64)
    length_s = rows["length_s"].to_numpy(dtype=np.int64)
    curve = Curve(start_s, length_s, rows["energy_wh"].to_numpy(dtype=np.int64))
    with transaction.atomic():
        held = Participant.objects.select_for_update(of=("self",)).select_related("plant__cooperative")
        own = held.get(pk=participant.pk)
        known = ConsumptionCurve.objects.filter(participant=own, file_id=delivery.sha256).first()
        if known is not None:
            return known, False
        made = ConsumptionCurve.objects.create(
            participant=own,
            file=_kept(delivery),
            file_name=delivery.name[:255],
            found_format=series.format,
            first_start=rows["start"].iloc[0].to_pydatetime(),
            last_end=dt.datetime.fromtimestamp(int(start_s[-1] + length_s[-1]), dt.UTC),
            energy_wh=series.energy_wh,
            curve=pack(curve),
            entered_by=actor,
        )
        detail = {"plant": own.plant.slug, "name": own.name, "file": delivery.name}
        record(actor, "receive_consumption", made, scope=own.plant.cooperative.slug, **detail)
    return made, True


def _check(series: MeterSeries, participant: Participant, delivery: Delivery) -> None:
    found, wanted = series.meter_identifier, participant.identifier
    if found and wanted and found != wanted:
        problem = _("ce fichier est celui du compteur %(found)s, et non de %(wanted)s")
        remedy = _("choisissez le bon participant, ou le bon fichier")
        raise refuse(delivery.name, problem % {"found": found, "wanted": wanted}, remedy)
    step_s = int(series.readings["length_s"].mode()[0]) if len(series.readings) else 0
    if not step_s or LONGEST_STEP_S % step_s:
        problem = _("son pas de temps n’est ni une heure, ni une partie entière d’une heure")
        remedy = _("demandez la courbe de charge au pas de 30 minutes ou d’une heure")
        raise refuse(delivery.name, problem, remedy)


def _kept(delivery: Delivery) -> MeterFile:
    keep_file(delivery.sha256, delivery.content)
    return MeterFile.objects.defer("packed").get(pk=delivery.sha256)

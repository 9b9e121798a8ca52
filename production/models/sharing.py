"""Collective self-consumption: who takes part, by which keys, and what each one consumes."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Plant
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.models import User
from production.models.readings import MeterFile
from shareholders.models import Cooperative


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Participants of the operations of one cooperative, in the order they came."""
        return self.filter(plant__cooperative=cooperative).order_by("plant__name", "pk")


class Participant(models.Model):
    """A building or household that shares the output of a plant, known by its delivery point (PRM)."""

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="participants")
    name = models.CharField(_("participant"), max_length=120)
    identifier = models.CharField(_("point de livraison (PRM)"), max_length=40, blank=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["plant", "pk"]
        verbose_name = _("participant")
        constraints = [
            models.UniqueConstraint(fields=["plant", "name"], name="one_participant_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SharingKeys(models.Model):
    """How the output of a plant is shared from a day on. Written once; of one day, the latest entered holds.

    `keys` of fixed keys: {participant id: millionths}; who isn't named gets nothing. Keys that change with
    every step come as a file, `curve`.
    """

    class Method(models.TextChoices):
        FIXED = "fixed", _("clés fixes")
        BY_STEP = "by_step", _("clés pas à pas, selon un fichier")
        PROPORTION = "proportion", _("au prorata des consommations")

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="sharing_keys")
    since = models.DateField(_("à partir du"))
    method = models.CharField(_("répartition"), max_length=10, choices=Method)
    keys = models.JSONField(default=dict)
    file = models.ForeignKey(MeterFile, on_delete=models.PROTECT, null=True, related_name="+")
    curve = models.BinaryField(null=True, help_text="`production.revenue.curves`: keys of each step.")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["plant", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(method="by_step") | Q(curve__isnull=False), name="keys_by_step_have_a_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plant_id} {self.since}: {self.method}"


class ConsumptionCurve(models.Model):
    """A load curve of a participant: the file as it came, and what was read of it. Written once.

    Where two overlap, the later one holds for the steps it has.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="curves")
    file = models.ForeignKey(MeterFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    found_format = models.CharField(max_length=30)
    first_start = models.DateTimeField()
    last_end = models.DateTimeField()
    energy_wh = models.BigIntegerField()
    curve = models.BinaryField(help_text="`production.revenue.curves`.")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["participant", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "file"], name="one_curve_per_file"),
            models.CheckConstraint(condition=Q(last_end__gt=F("first_start")), name="curve_ends_after_start"),
            models.CheckConstraint(condition=Q(energy_wh__gte=0), name="consumption_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.file_name}"

    @property
    def last_day(self) -> dt.date:
        """The last local day it reaches into."""
        return local_day(self.last_end - dt.timedelta(microseconds=1), self.participant.plant.zone)

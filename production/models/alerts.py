"""What goes wrong on a roof: verdicts of the neighbours, alerts somebody answers for, the maintenance log."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter, Plant
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative


class NeighbourDay(models.Model):
    """What the neighbouring roofs let expect of a plant on one day, and how it stands to them. Derived.

    `residual` is metered over expected, less one; None where the day wasn't judged, and `reason` says why.
    `peers` is 0 where no neighbour spoke and the weather that was let expect instead. The sums of the day are
    kept, so that the watch is made again without the readings.
    """

    pk = models.CompositePrimaryKey("plant_id", "day")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="neighbour_days", db_index=False)
    day = models.DateField()
    expected_wh = models.BigIntegerField(null=True, help_text="By the others' meters, over the same steps.")
    metered_wh = models.BigIntegerField(null=True, help_text="Over the steps of `expected_wh`.")
    clear_wh = models.FloatField(default=0, help_text="Expected of these steps under a clear sky.")
    coverage = models.FloatField(default=0, help_text="Part of the clear day those steps hold.")
    counted_wh = models.BigIntegerField(
        null=True, help_text="The day's energy when its sums were made; another one, or none: to be summed."
    )
    residual = models.FloatField(null=True)
    evidence = models.FloatField(default=0)
    peers = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=10, help_text="A `production.neighbours.Reason`.")

    class Meta:
        verbose_name = _("jour comparé aux voisins")

    def __str__(self) -> str:
        return f"{self.plant_id} {self.day}: {self.residual}"


class PlantAlertQuerySet(models.QuerySet["PlantAlert"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Alerts on the plants of one cooperative, the latest first."""
        found = self.filter(plant__cooperative=cooperative)
        return found.select_related("plant__cooperative", "meter", "acknowledged_by", "closed_by")

    def to_answer(self) -> Self:
        """Those nobody has closed yet."""
        return self.exclude(state=PlantAlert.State.CLOSED)

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Those whose trouble lies, in part at least, between two days (both included)."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=first), began_on__lte=last)


class PlantAlert(models.Model):
    """A trouble the machine noticed, from the day it seems to have begun until somebody closes it.

    `ended_on` is the last day of the trouble, None while it lasts; closing says its cause and what was lost.
    """

    class Kind(models.TextChoices):
        OUTAGE = "outage", _("panne")
        BEHIND = "behind", _("production en retrait")
        SILENT = "silent", _("sans nouvelles")
        DATA = "data", _("relevés douteux")

    class State(models.TextChoices):
        OPEN = "open", _("à traiter")
        ACKNOWLEDGED = "taken", _("prise en charge")
        CLOSED = "closed", _("close")

    class Cause(models.TextChoices):
        """The causes of `production.losses_by_cause.Cause` that somebody can name, and two without loss."""

        OUTAGE = "outage", _("panne d’onduleur ou de câble")
        GRID = "grid", _("coupure du réseau")
        CURTAILMENT = "curtailment", _("bridage demandé")
        CLIPPING = "clipping", _("écrêtage de l’onduleur")
        DEGRADATION = "degradation", _("usure")
        SOILING = "soiling", _("salissure, neige, ombre nouvelle")
        COMMUNICATION = "communication", _("relevés perdus, production intacte")
        FALSE_ALARM = "false_alarm", _("fausse alerte")
        UNKNOWN = "unknown", _("inconnue")

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="alerts")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, null=True, related_name="alerts")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    began_on = models.DateField()
    raised_on = models.DateField(help_text="The day whose readings raised it.")
    noticed_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, help_text="When operators were written to about it.")
    facts = models.JSONField(default=dict, help_text="What the machine saw: evidence, days, findings.")
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    cause = models.CharField(_("cause"), max_length=13, choices=Cause, blank=True)
    note = models.TextField(_("ce qui s’est passé"), blank=True, max_length=2000)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    lost_wh = models.BigIntegerField(null=True, help_text="At closing; sources in `lost_sources`.")
    lost_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, help_text="Euros.")
    lost_sources = models.JSONField(default=dict, help_text="Days, expected by whom, price and its mark.")
    accepted_on = models.DateField(
        null=True, help_text="The loss was taken for the new usual from this day on (`neighbours.accept`)."
    )

    objects = PlantAlertQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("alerte")
        constraints = [
            models.UniqueConstraint(
                fields=["plant", "meter", "kind"],
                condition=~Q(state="closed"),
                name="one_open_alert_per_trouble",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")), name="alert_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (~Q(cause="") & Q(closed_at__isnull=False)),
                name="closed_alert_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(acknowledged_at__isnull=False), name="taken_alert_has_a_taker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plant_id} {self.kind} {self.began_on}"


class MaintenanceEntry(models.Model):
    """What was done or seen on a plant, as somebody wrote it down. Written once: mistakes get a new one."""

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="maintenance")
    alert = models.ForeignKey(PlantAlert, on_delete=models.PROTECT, null=True, related_name="entries")
    day = models.DateField(_("jour"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    text = models.TextField(_("ce qui a été fait ou vu"), max_length=2000)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("entretien")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("day")), name="maintenance_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plant_id} {self.day}"

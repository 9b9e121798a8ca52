"""What the readings of a meter are worth, day by day. Derived: rebuilt from readings, not entered."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter, Plant
from shareholders.models import Cooperative


class DayQualityQuerySet(models.QuerySet["DayQuality"]):
    def between(self, first: dt.date, last: dt.date) -> Self:
        """Days from `first` to `last`, both included."""
        return self.filter(day__range=(first, last))

    def of(self, cooperative: Cooperative) -> Self:
        """Days of the meters of one cooperative."""
        return self.filter(meter__plant__cooperative=cooperative)


class DayQuality(models.Model):
    """One meter, one local day: can its readings be trusted, and what speaks against them."""

    class State(models.TextChoices):
        GOOD = "good", _("bon")
        PARTIAL = "partial", _("incomplet")
        DOUBTFUL = "doubtful", _("douteux")
        OUTAGE = "outage", _("panne")
        LOST_CONTACT = "lost", _("communication perdue")
        SILENT = "silent", _("sans relevé")

    pk = models.CompositePrimaryKey("meter_id", "day")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="quality_days", db_index=False)
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State)
    findings = models.JSONField(
        default=list, help_text="[{kind, first, last, value}]: kinds are `production.quality.Finding`'s."
    )
    checked_at = models.DateTimeField(default=timezone.now)

    objects = DayQualityQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualité d’un jour")

    def __str__(self) -> str:
        return f"{self.meter_id} {self.day}: {self.state}"


class PlantTrend(models.Model):
    """What two years and more of readings say of a roof's ageing, dirt and standstills. Derived.

    `figures` holds those of `production.quality.longterm.Trend` that could be computed, by name; what
    couldn't be is in `reasons`, by name too.
    """

    plant = models.OneToOneField(Plant, on_delete=models.CASCADE, primary_key=True, related_name="trend")
    first_day = models.DateField()
    last_day = models.DateField()
    days_used = models.PositiveIntegerField(help_text="Complete days whose weather is known.")
    figures = models.JSONField(default=dict, help_text="{name: {value, low, high}}")
    reasons = models.JSONField(default=dict, help_text="{name: code of why there is no figure}")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("tendance d’un toit")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="trend_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plant_id}: {self.first_day} – {self.last_day}"

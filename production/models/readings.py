"""Metered output.

`Reading` is what holds now; whatever an import replaces or takes back goes to `ReadingHistory`
by a database trigger, so that no SQL can make a reading vanish without a trace.
"""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.formats import FORMATS
from production.formats.series import LONGEST_S
from production.readings_body import BODY_FORMATS
from shareholders.models import Cooperative


class MeterFile(models.Model):
    """An uploaded file, byte for byte, known by its hash: every figure can be traced back to it.

    Two cooperatives may send the same bytes: nothing here says who did, nor under what name.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    content = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:8]


class ReadingImportQuerySet(models.QuerySet["ReadingImport"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Imports for the meters of one cooperative."""
        return self.filter(meter__plant__cooperative=cooperative)

    def without_content(self) -> Self:
        """With meter and plant, and the file but for its bytes: up to 64 MB come only where asked for."""
        return self.select_related("meter__plant__cooperative", "file", "asked_by").defer("file__content")


class ReadingImport(models.Model):
    """One try at reading one file for one meter: its options, its progress and its report."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        CHECKED = "checked", _("vérifié, rien d’enregistré")
        STORED = "stored", _("enregistré")
        REFUSED = "refused", _("refusé")
        UNDONE = "undone", _("annulé")

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="imports")
    file = models.ForeignKey(MeterFile, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255, help_text="What its sender called the file.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    dry_run = models.BooleanField(default=False)
    asked_format = models.CharField(max_length=30, blank=True)
    asked_unit = models.CharField(max_length=5, blank=True)
    asked_label = models.CharField(max_length=5, blank=True, help_text="start, end, or empty.")
    found_format = models.CharField(max_length=30, blank=True)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    first_start = models.DateTimeField(null=True)
    last_end = models.DateTimeField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0, help_text="After a dry run: what would be new.")
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_corrected = models.PositiveIntegerField(default=0)
    rows_displaced = models.PositiveIntegerField(
        default=0, help_text="Readings of another step that made way."
    )
    rows_refused = models.PositiveIntegerField(default=0)
    gaps = models.PositiveIntegerField(default=0, help_text="Rows without a value.")
    duplicates = models.PositiveIntegerField(default=0, help_text="Rows repeated identically.")
    energy_wh = models.BigIntegerField(default=0)
    counter_energy_wh = models.BigIntegerField(null=True, help_text="By the devices' own daily counters.")
    devices = models.JSONField(default=list, help_text="Names of the inverters summed.")
    remarks = models.JSONField(default=list, help_text="[{severity, line, field, message}]")

    objects = ReadingImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        constraints = [
            models.CheckConstraint(condition=Q(progress_percent__lte=100), name="progress_up_to_hundred"),
            # What an origin of readings refers to.
            models.UniqueConstraint(fields=["id", "meter"], name="import_and_its_meter"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id[:8]} → {self.meter_id}: {self.state}"

    @property
    def rows_stored(self) -> int:
        """Readings this import added; none by a dry run."""
        return 0 if self.dry_run else self.rows_new

    @property
    def format_label(self) -> str:
        """The found format as people call it."""
        return (FORMATS | BODY_FORMATS).get(self.found_format, self.found_format)


class Reading(models.Model):
    """Energy metered in one interval: UTC start, length, whole watt-hours, file and line it came from.

    A table in parts by UTC year (`production.partitions`). That meter and import are there is checked once a
    statement, by way of `ReadingOrigin`, not once a row.
    """

    pk = models.CompositePrimaryKey("meter_id", "start")
    meter = models.ForeignKey(
        Meter, on_delete=models.PROTECT, related_name="readings", db_index=False, db_constraint=False
    )
    start = models.DateTimeField()
    length_s = models.PositiveIntegerField()
    energy_wh = models.BigIntegerField()
    source = models.ForeignKey(
        ReadingImport, on_delete=models.PROTECT, related_name="readings", db_index=False, db_constraint=False
    )
    line = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("relevé")
        constraints = [
            models.CheckConstraint(condition=Q(length_s__range=(1, LONGEST_S)), name="reading_has_length"),
            models.CheckConstraint(condition=Q(energy_wh__gte=0), name="reading_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.energy_wh} Wh"


class ReadingOrigin(models.Model):
    """An import that readings of its meter name, or named once. Written by trigger, never taken away."""

    pk = models.CompositePrimaryKey("source_id", "meter_id")
    source = models.ForeignKey(ReadingImport, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.source_id} of {self.meter_id}"


class ReadingHistory(models.Model):
    """A reading that held once: replaced or taken back by `ended_by`. Written by trigger only."""

    id = models.BigAutoField(primary_key=True)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    start = models.DateTimeField()
    length_s = models.PositiveIntegerField()
    energy_wh = models.BigIntegerField()
    source = models.ForeignKey(ReadingImport, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    ended_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(ReadingImport, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.energy_wh} Wh, until {self.ended_at:%Y-%m-%d}"


class DailyEnergyQuerySet(models.QuerySet["DailyEnergy"]):
    def between(self, first: dt.date, last: dt.date) -> Self:
        """Roll-ups from `first` to `last`, both included."""
        return self.filter(day__range=(first, last))


class DailyEnergy(models.Model):
    """What one meter counted on one local day, and how much of its daylight the readings cover.

    Kept true by the import itself, in the same transaction; never written elsewhere.
    """

    pk = models.CompositePrimaryKey("meter_id", "day")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    energy_wh = models.BigIntegerField()
    covered_s = models.PositiveIntegerField(help_text="Daylight covered by readings.")
    daylight_s = models.PositiveIntegerField(help_text="Daylight of that day, sun above 5°.")

    objects = DailyEnergyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.day} {self.energy_wh} Wh"

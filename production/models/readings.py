"""Metered output.

`Reading` is what holds now; whatever an import replaces or takes back goes to `ReadingHistory`
by a database trigger, so that no SQL can make a reading vanish without a trace.
"""

import datetime as dt
import zlib
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from mine_de_soleil.core.calendar import local_day
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
    packed = models.BinaryField(help_text="Its bytes; by zlib where it is `is_packed`.")
    is_packed = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:8]

    @property
    def content(self) -> bytes:
        """Its bytes as they came."""
        packed = bytes(self.packed)
        return zlib.decompress(packed) if self.is_packed else packed


class ReadingImportQuerySet(models.QuerySet["ReadingImport"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Imports for the meters of one cooperative."""
        return self.filter(meter__plant__cooperative=cooperative)

    def stored_within(self, start: dt.datetime, end: dt.datetime) -> Self:
        """Stored imports whose readings reach into the span."""
        return self.filter(state=ReadingImport.State.STORED, first_start__lt=end, last_end__gt=start)

    def without_content(self) -> Self:
        """With meter and plant, and the file but for its bytes: up to 64 MB come only where asked for."""
        return self.select_related("meter__plant__cooperative", "file", "asked_by").defer("file__packed")


class ReadingImport(models.Model):
    """One try at reading one file for one meter: its options, its progress and its report."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        CHECKED = "checked", _("vérifié, rien d’enregistré")
        STORED = "stored", _("enregistré")
        REFUSED = "refused", _("refusé")
        UNDONE = "undone", _("annulé")
        QUARANTINED = "quarantined", _("en quarantaine")
        DISCARDED = "discarded", _("jeté")

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="imports")
    file = models.ForeignKey(MeterFile, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255, help_text="What its sender called the file.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=State, default=State.WAITING)
    dry_run = models.BooleanField(default=False)
    asked_format = models.CharField(max_length=30, blank=True)
    asked_unit = models.CharField(max_length=5, blank=True)
    asked_label = models.CharField(max_length=5, blank=True, help_text="start, end, or empty.")
    asked_part = models.CharField(
        max_length=200, blank=True, help_text="The meter or plant taken of a file that holds several."
    )
    asked_mapping = models.JSONField(
        default=dict, blank=True, help_text="A `formats.ColumnMapping` as plain values, kept as it was used."
    )
    quarantine = models.JSONField(
        default=dict, blank=True, help_text="A `services.quarantine.Hold`: why, and what the rest brings."
    )
    left_out = models.JSONField(
        default=list, blank=True, help_text="[[first, last]]: lines read as if they were absent, by consent."
    )
    accepted = models.JSONField(
        default=list, blank=True, help_text="Kinds of `production.doubts.Doubt` overruled, by consent."
    )
    consented_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
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
            models.CheckConstraint(
                condition=Q(left_out=[], accepted=[]) | Q(consented_at__isnull=False),
                name="what_is_left_out_was_consented_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id[:8]} → {self.meter_id}: {self.state}"

    @property
    def rows_stored(self) -> int:
        """Readings this import added; none by a dry run."""
        return 0 if self.dry_run else self.rows_new

    @property
    def local_days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the plant with readings of this import; it must have been described."""
        assert self.first_start and self.last_end
        zone = self.meter.plant.zone
        # A file that ends at midnight holds nothing of the day that begins then.
        return local_day(self.first_start, zone), local_day(self.last_end - dt.timedelta(seconds=1), zone)

    @property
    def is_shared_out(self) -> bool:
        """Whether each part of a quarantined file has its own meter among ours."""
        parts = self.quarantine.get("parts", ())
        return len(parts) > 1 and all(part["meter"] for part in parts)

    @property
    def known_spans(self) -> models.QuerySet["ReadingSpan"]:
        """The first of the energies this import gives to no day."""
        return self.spans.all()[:10]

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


class ReadingSpanQuerySet(models.QuerySet["ReadingSpan"]):
    def holding(self) -> Self:
        """Spans whose import stands, and that no span of an import stored later overlaps."""
        later = ReadingSpan.objects.filter(
            meter=models.OuterRef("meter"),
            start__lt=models.OuterRef("end"),
            end__gt=models.OuterRef("start"),
            source__state=ReadingImport.State.STORED,
            source__ended_at__gt=models.OuterRef("source__ended_at"),
        )
        return self.filter(source__state=ReadingImport.State.STORED).exclude(models.Exists(later))

    def between(self, first: dt.datetime, end: dt.datetime) -> Self:
        """Those that reach into the time from `first` to `end`."""
        return self.filter(start__lt=end, end__gt=first)

    def with_known(self) -> Self:
        """Adds `known_wh`, the energy of the readings that start in the span [Wh]."""
        inside = Reading.objects.filter(
            meter=models.OuterRef("meter"),
            start__gte=models.OuterRef("start"),
            start__lt=models.OuterRef("end"),
        )
        sums = inside.order_by().values("meter").annotate(sum=models.Sum("energy_wh")).values("sum")
        return self.annotate(known_wh=Coalesce(models.Subquery(sums), 0))


class ReadingSpan(models.Model):
    """Energy a counter gives over a time no day can claim: a month between two indexes, a hole at midnight.

    Written once; what holds follows from the imports that stand (`holding`). It is in no day's sum.
    """

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="spans")
    start = models.DateTimeField()
    end = models.DateTimeField()
    energy_wh = models.BigIntegerField()
    source = models.ForeignKey(ReadingImport, on_delete=models.PROTECT, related_name="spans")
    line = models.PositiveIntegerField(help_text="Line of the index that ends it.")

    known_wh: int  # set by `with_known`

    objects = ReadingSpanQuerySet.as_manager()

    class Meta:
        ordering = ["meter", "start", "id"]
        verbose_name = _("énergie sans jour connu")
        constraints = [
            models.UniqueConstraint(fields=["source", "start"], name="one_span_per_start"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="span_has_length"),
            models.CheckConstraint(condition=Q(energy_wh__gte=0), name="span_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}, {self.end:%Y-%m-%d %H:%M}: {self.energy_wh} Wh"


class MeterLayout(models.Model):
    """How one kind of file of a meter is read: drawn once by the operator, found again by its header."""

    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="layouts")
    name = models.CharField(_("nom"), max_length=80)
    fingerprint = models.CharField(max_length=64, help_text="`formats.mapping.fingerprint` of the header.")
    mapping = models.JSONField(help_text="A `formats.ColumnMapping` as plain values.")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["meter", "-used_at", "-id"]
        verbose_name = _("lecture d’un fichier")
        constraints = [
            models.UniqueConstraint(fields=["meter", "fingerprint"], name="one_layout_per_header"),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id}: {self.name}"


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

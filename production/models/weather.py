"""Weather kept for ever: every expected figure names the numbers it was computed from."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Plant
from shareholders.models import Cooperative


class FrozenWeatherQuerySet(models.QuerySet["FrozenWeather"]):
    def usable_by(self, cooperative: Cooperative) -> Self:
        """Public weathers, and the files and sensors of this company's own."""
        return self.filter(Q(cooperative=None) | Q(cooperative=cooperative))

    def without_numbers(self) -> Self:
        """What a list shows: some megabytes a row stay where they are."""
        return self.defer("numbers", "original")


class FrozenWeather(models.Model):
    """One weather, written once: its numbers, where they come from and under which licence."""

    class Kind(models.TextChoices):
        TYPICAL = "typical", _("année type")
        PAST = "past", _("temps passé")
        FORECAST = "forecast", _("prévision du temps")
        SENSOR = "sensor", _("capteurs sur place")

    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=30, help_text="A code: typical-year, epw, pvgis-tmy, open-meteo…")
    name = models.CharField(max_length=200, help_text="For people who read English; pages word the source.")
    origin = models.CharField(max_length=300)
    licence = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, help_text="Of the numbers: `production.weather.fingerprint`.")
    latitude_deg = models.FloatField()
    longitude_deg = models.FloatField()
    altitude_m = models.FloatField(default=0)
    first_start = models.DateTimeField()
    end = models.DateTimeField()
    step_s = models.PositiveIntegerField()
    columns = models.JSONField(help_text="Names in the order of the numbers.")
    numbers = models.BinaryField(help_text="zlib of little-endian doubles, row by row.")
    original = models.BinaryField(null=True, help_text="The file or answer as it came.")
    original_sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    details = models.JSONField(default=dict, help_text="Stations and weights, method, remarks.")
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, related_name="weathers", help_text="A sensor's roof."
    )
    cooperative = models.ForeignKey(
        Cooperative,
        on_delete=models.PROTECT,
        null=True,
        related_name="weathers",
        help_text="Who brought it: a licence is rarely everybody's. Empty: fetched or embedded, for all.",
    )
    kept_at = models.DateTimeField(default=timezone.now)

    objects = FrozenWeatherQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("météo")
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "source", "plant", "cooperative"],
                name="one_weather_per_numbers",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(end__gt=F("first_start")), name="weather_has_length"),
            models.CheckConstraint(condition=Q(step_s__range=(60, 86400)), name="weather_has_step"),
            models.CheckConstraint(
                condition=~Q(kind="sensor") | Q(plant__isnull=False), name="sensor_stands_on_a_roof"
            ),
            models.CheckConstraint(
                condition=Q(plant=None) | Q(cooperative__isnull=False), name="sensor_belongs_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.sha256[:8]}"

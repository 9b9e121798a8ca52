"""What was expected of a plant: frozen studies, and days under the weather that was or is to come."""

from typing import Self

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Plant
from production.models.weather import FrozenWeather


class Forecast(models.Model):
    """Expected output of a plant in an ordinary year: a frozen study, with the weather it used.

    A month is judged by the latest forecast valid on its first day: a new one leaves the past as it was.
    """

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="forecasts")
    made_at = models.DateTimeField(default=timezone.now)
    valid_from = models.DateField(help_text="Months that begin before it are judged by an older one.")
    weather_name = models.CharField(max_length=120, help_text="A code; pages word `assumptions` instead.")
    weather_sha256 = models.CharField(max_length=64)
    engine = models.CharField(max_length=80)
    year_p50_wh = models.BigIntegerField()
    year_p10_wh = models.BigIntegerField(help_text="Exceeded one year in ten.")
    year_p75_wh = models.BigIntegerField(help_text="Exceeded three years in four.")
    year_p90_wh = models.BigIntegerField(help_text="Exceeded nine years in ten.")
    assumptions = models.JSONField(help_text="Arrays, losses, uncertainty items and weather stations.")
    weather = models.ForeignKey(
        FrozenWeather,
        on_delete=models.PROTECT,
        null=True,
        related_name="forecasts",
        help_text="The numbers themselves; none kept before studies were.",
    )
    study = models.JSONField(
        null=True, help_text="Everything the study shows, versioned: `production.study`."
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("prévision")

    def __str__(self) -> str:
        return f"{self.plant_id}, {self.made_at:%Y-%m-%d}"


class ForecastMonth(models.Model):
    """One month of a forecast: the middle year, and the band that eight years in ten fall in."""

    forecast = models.ForeignKey(Forecast, on_delete=models.PROTECT, related_name="months")
    month = models.PositiveSmallIntegerField()
    p50_wh = models.BigIntegerField()
    p10_wh = models.BigIntegerField(help_text="Exceeded one year in ten.")
    p90_wh = models.BigIntegerField(help_text="Exceeded nine years in ten.")

    class Meta:
        ordering = ["forecast", "month"]
        constraints = [
            models.UniqueConstraint(fields=["forecast", "month"], name="one_row_per_forecast_month"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="forecast_month_is_a_month"),
            models.CheckConstraint(
                condition=Q(p90_wh__lte=models.F("p50_wh")) & Q(p50_wh__lte=models.F("p10_wh")),
                name="forecast_band_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.p50_wh} Wh"


# Sensors on the roof know its weather better than any archive of a cell some kilometres wide, whenever that
# one came in; among equals the row made last tells.
_BEST_FIRST = (Case(When(weather__kind=FrozenWeather.Kind.SENSOR, then=0), default=1), "-id")


class ExpectedDayQuerySet(models.QuerySet["ExpectedDay"]):
    def latest_made(self) -> Self:
        """For each plant, day and kind the row that tells: from the roof's own sensors, else the latest."""
        ordered = self.order_by("plant_id", "day", "kind", *_BEST_FIRST)
        return ordered.distinct("plant_id", "day", "kind")

    def best(self) -> "ExpectedDay | None":
        """Of one plant's day, the row that tells: under the weather that was, else the one announced."""
        # "past" comes after "ahead".
        return self.order_by("-kind", *_BEST_FIRST).first()


class ExpectedDay(models.Model):
    """One day of one plant under a weather that was, or that is announced. Written once.

    A better weather adds a row; `ExpectedDayQuerySet.latest_made` says which one tells.
    """

    class Kind(models.TextChoices):
        PAST = "past", _("temps qu’il a fait")
        AHEAD = "ahead", _("temps annoncé")

    id = models.BigAutoField(primary_key=True)
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="expected_days")
    day = models.DateField()
    kind = models.CharField(max_length=5, choices=Kind)
    energy_wh = models.BigIntegerField()
    weather = models.ForeignKey(FrozenWeather, on_delete=models.PROTECT, related_name="expected_days")
    engine = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ExpectedDayQuerySet.as_manager()

    class Meta:
        ordering = ["plant", "day", "kind", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plant", "day", "kind", "weather", "engine"], name="one_expected_day_per_weather"
            ),
            models.CheckConstraint(condition=Q(energy_wh__gte=0), name="expected_day_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.plant_id} {self.day} {self.kind}: {self.energy_wh} Wh"


class ExpectedLight(models.Model):
    """Light on a roof's panels on a day that was told, under the weather that told it. Derived: made again.

    Arrays are weighed by their power; `warm_plane_wh_m2` counts light as cells of that warmth convert it.
    """

    expected_day = models.OneToOneField(
        ExpectedDay, on_delete=models.PROTECT, primary_key=True, related_name="light"
    )
    plane_wh_m2 = models.FloatField()
    warm_plane_wh_m2 = models.FloatField()
    clipped_wh = models.BigIntegerField(help_text="Above the inverter's rating, and so not delivered.")

    class Meta:
        verbose_name = _("lumière d’un jour")
        constraints = [
            models.CheckConstraint(
                condition=Q(plane_wh_m2__gte=0, warm_plane_wh_m2__gte=0, clipped_wh__gte=0),
                name="light_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expected_day_id}: {self.plane_wh_m2:.0f} Wh/m²"

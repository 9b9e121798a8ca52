"""Weather files on their way in: how a roof's loggers write theirs, and files checked but not yet kept."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Plant
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative


class SensorLayout(models.Model):
    """How the files of one logger on a roof are to be read: drawn once by the operator, used ever after."""

    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="sensor_layouts")
    name = models.CharField(max_length=80, help_text="What the operator calls this logger.")
    mapping = models.JSONField(help_text="A `production.weather.SensorMapping` as plain values.")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["plant", "-used_at", "-id"]
        verbose_name = _("lecture des capteurs")
        constraints = [
            models.UniqueConstraint(fields=["plant", "name"], name="one_layout_per_name"),
        ]

    def __str__(self) -> str:
        return f"{self.plant}: {self.name}"


class WeatherDraftQuerySet(models.QuerySet["WeatherDraft"]):
    def of(self, cooperative: Cooperative) -> Self:
        """The files one cooperative's operators are looking at."""
        return self.filter(cooperative=cooperative).select_related("plant", "asked_by")

    def without_content(self) -> Self:
        """What a list shows: the files stay where they are."""
        return self.defer("content")


class WeatherDraft(models.Model):
    """A weather file that was received and looked into; nothing is computed from it until it is kept.

    `form` is one of `production.weather.recognition.FORMS`; a sensor's has its roof, and its `mapping` once
    the operator has drawn it. `summary` is what the reading found, empty before.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="weather_drafts")
    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, null=True, related_name="weather_drafts")
    form = models.CharField(max_length=12)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    licence = models.CharField(max_length=120, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    layout_name = models.CharField(max_length=80, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = WeatherDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("fichier météo à garder")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(form="sensor") | models.Q(plant__isnull=False),
                name="sensor_draft_stands_on_a_roof",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

"""Plants on roofs: where they are, how they are built, which meters count for them."""

from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from shareholders.models import Cooperative, FundingRound


class PlantQuerySet(models.QuerySet["Plant"]):
    def of(self, cooperative: Cooperative) -> Self:
        """The plants of one cooperative, with their peak power."""
        return self.filter(cooperative=cooperative).with_peak_power().order_by("name", "pk")

    def with_peak_power(self) -> Self:
        """Adds `peak_power_w`, the sum over the plant's arrays [W]."""
        return self.annotate(peak_power_w=Sum("arrays__peak_power_w", default=0))


class Plant(models.Model):
    """A solar plant on one building, from commissioning on."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="plants")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("nom"), max_length=100)
    building = models.CharField(_("bâtiment"), max_length=100, blank=True)
    commune = models.CharField(_("commune"), max_length=80)
    commune_insee = models.CharField(max_length=5, validators=[RegexValidator(r"^(\d{5}|2[AB]\d{3})$")])
    latitude_deg = models.FloatField(validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude_deg = models.FloatField(validators=[MinValueValidator(-180), MaxValueValidator(180)])
    altitude_m = models.FloatField(default=0)
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    commissioned_on = models.DateField(_("mise en service"))
    panel_area_m2 = models.PositiveIntegerField(_("surface de panneaux (m²)"))
    inverter_power_w = models.PositiveIntegerField(_("puissance des onduleurs (W)"))
    loss_percent = models.DecimalField(
        _("pertes (%)"), max_digits=4, decimal_places=1, help_text="Soiling, mismatch, wiring, availability."
    )

    peak_power_w: int  # set by `with_peak_power`

    objects = PlantQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("centrale")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "slug"], name="one_plant_per_slug"),
            models.CheckConstraint(
                condition=Q(latitude_deg__range=(-90, 90), longitude_deg__range=(-180, 180)),
                name="plant_is_on_earth",
            ),
            models.CheckConstraint(condition=Q(loss_percent__range=(0, 60)), name="losses_are_plausible"),
            models.CheckConstraint(condition=Q(inverter_power_w__gt=0), name="plant_has_inverters"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its days are counted in."""
        return ZoneInfo(self.time_zone)


class PVArray(models.Model):
    """Panels of one plant that look the same way."""

    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="arrays")
    peak_power_w = models.PositiveIntegerField(_("puissance crête (W)"))
    tilt_deg = models.FloatField(_("inclinaison (°)"))
    azimuth_deg = models.FloatField(_("orientation (°)"), help_text="From north, clockwise: 180 is south.")

    class Meta:
        ordering = ["plant", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(peak_power_w__gt=0), name="array_has_power"),
            models.CheckConstraint(condition=Q(tilt_deg__range=(0, 90)), name="tilt_from_flat_to_wall"),
            models.CheckConstraint(
                condition=Q(azimuth_deg__gte=0, azimuth_deg__lt=360), name="azimuth_on_compass"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peak_power_w} W, {self.tilt_deg:g}°/{self.azimuth_deg:g}°"


class Meter(models.Model):
    """A meter that counts what one plant delivers. Its code is what files and people name it by."""

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="meters")
    code = models.CharField(_("code"), max_length=40, unique=True)
    identifier = models.CharField(
        _("identifiant du distributeur (PRM)"),
        max_length=40,
        blank=True,
        help_text="Checked against the file's.",
    )
    default_format = models.CharField(max_length=30, blank=True)
    installed_on = models.DateField(_("posé le"), null=True, blank=True, help_text="Empty: from the start.")
    removed_on = models.DateField(_("déposé le"), null=True, blank=True, help_text="Its last day in service.")

    class Meta:
        ordering = ["code"]
        verbose_name = _("compteur")
        constraints = [
            # A row without one of its days passes: a comparison with nothing is unknown, not false.
            models.CheckConstraint(
                condition=Q(removed_on__gte=models.F("installed_on")), name="meter_removed_after_installed"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RoundPlant(models.Model):
    """This roof was paid, or will be, by the shares of that funding round."""

    round = models.ForeignKey(FundingRound, on_delete=models.PROTECT, related_name="plants")
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="rounds")
    # Beside both keys, so that the database can hold them to one cooperative.
    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plant__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "plant"], name="one_link_per_round_and_plant"),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.plant}"

"""Plants on roofs: where they are, how they are built, which meters count for them."""

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, FundingRound

# A counter of three digits would turn in a day, one of twelve never does.
FEWEST_DIGITS, MOST_DIGITS = 4, 12


class PlantQuerySet(models.QuerySet["Plant"]):
    def of(self, cooperative: Cooperative) -> Self:
        """The solar plants of one cooperative, with their peak power."""
        return (
            self.filter(cooperative=cooperative, kind=Plant.Kind.SOLAR)
            .with_peak_power()
            .order_by("name", "pk")
        )

    def heating(self, cooperative: Cooperative) -> Self:
        """The heat networks of one cooperative, in service or under study."""
        return (
            self.filter(cooperative=cooperative, kind=Plant.Kind.HEAT)
            .select_related("network")
            .prefetch_related("network__buildings")
            .order_by("name", "pk")
        )

    def with_peak_power(self) -> Self:
        """Adds `peak_power_w`, the sum over the plant's arrays [W]."""
        return self.annotate(peak_power_w=Sum("arrays__peak_power_w", default=0))


class Plant(models.Model):
    """What delivers energy from commissioning on: solar panels on one building, or a heat network."""

    class Kind(models.TextChoices):
        SOLAR = "solar", _("centrale solaire")
        HEAT = "heat", _("réseau de chaleur")

    kind = models.CharField(_("énergie"), max_length=5, choices=Kind, default=Kind.SOLAR)
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
    commissioned_on = models.DateField(
        _("mise en service"), help_text="The day planned, while it is under study."
    )
    under_study = models.BooleanField(_("à l’étude"), default=False)
    panel_area_m2 = models.PositiveIntegerField(_("surface de panneaux (m²)"), default=0)
    inverter_power_w = models.PositiveIntegerField(_("puissance des onduleurs (W)"), default=0)
    loss_percent = models.DecimalField(
        _("pertes (%)"),
        max_digits=4,
        decimal_places=1,
        default=0,
        help_text="In one lump, for a plant without a technical sheet.",
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
            models.CheckConstraint(
                condition=~Q(kind="solar") | Q(inverter_power_w__gt=0), name="plant_has_inverters"
            ),
            # A roof counts from its first day on; only a heat network is here before it stands.
            models.CheckConstraint(condition=~Q(kind="solar") | Q(under_study=False), name="roofs_stand"),
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


class TechnicalSheet(models.Model):
    """How a solar plant is to be computed; what it doesn't say keeps the engine's published defaults.

    `losses` and `physics` hold the fields of `production.fleet.Losses` and `Physics` that differ from those
    defaults. The engine's own checks stand at the door (`production.services.sheets`).
    """

    plant = models.OneToOneField(Plant, on_delete=models.CASCADE, related_name="sheet")
    losses = models.JSONField(_("pertes"), default=dict, blank=True)
    physics = models.JSONField(_("modèles"), default=dict, blank=True)
    horizon_deg = models.JSONField(
        _("horizon (°)"),
        default=list,
        blank=True,
        help_text="Heights, evenly spaced clockwise from north; empty: nothing stands in the way.",
    )
    source = models.CharField(_("d’où viennent ces indications"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("fiche technique")

    def __str__(self) -> str:
        return str(self.plant)


class HeatNetwork(models.Model):
    """How a heat network is to be computed: boilers and pipes, in the terms of `production.heat`.

    Fractions are of one. Its own checks stand at the door (`production.services.heat_networks`).
    """

    class PipeLoss(models.TextChoices):
        PER_KELVIN = "per_kelvin", _("par mètre et par degré (W/m par degré)")
        PER_METRE = "per_metre", _("par mètre, toujours la même (W/m)")
        FRACTION = "fraction", _("une part de la chaleur envoyée")

    plant = models.OneToOneField(Plant, on_delete=models.CASCADE, related_name="network")
    boiler_power_w = models.PositiveIntegerField(_("puissance de la chaudière bois (W)"))
    minimum_fraction = models.FloatField(_("allure minimale"), default=0.3)
    efficiency = models.FloatField(_("rendement à pleine puissance"), default=0.84)
    minimum_efficiency = models.FloatField(_("rendement à l’allure minimale"), default=0.81)
    store_wh = models.PositiveBigIntegerField(_("ballon de stockage (Wh)"), default=0)
    start_loss_fraction = models.FloatField(_("bois perdu aux démarrages"), default=0.05)
    availability = models.FloatField(_("part du temps où elle peut brûler"), default=0.95)
    first_month = models.PositiveSmallIntegerField(_("allumée à partir de"), default=1)
    last_month = models.PositiveSmallIntegerField(
        _("jusqu’à"), default=12, help_text="Before the first month: over the new year."
    )
    humidity = models.FloatField(_("humidité du bois"), default=0.3)
    gas_power_w = models.PositiveIntegerField(
        _("puissance de la chaudière gaz (W)"), default=0, help_text="0: not chosen yet."
    )
    gas_efficiency = models.FloatField(_("rendement du gaz"), default=0.9)
    pipes_length_m = models.FloatField(_("longueur du réseau (m)"))
    pipe_loss_method = models.CharField(
        _("pertes comptées"), max_length=10, choices=PipeLoss, default=PipeLoss.PER_KELVIN
    )
    pipe_loss = models.FloatField(_("pertes du réseau"), help_text="W/(m·K), W/m or a fraction.")
    supply_cold_c = models.FloatField(_("départ par grand froid (°C)"), default=80)
    supply_mild_c = models.FloatField(_("départ par temps doux (°C)"), default=70)
    return_c = models.FloatField(_("retour (°C)"), default=55)
    depth_m = models.FloatField(_("profondeur (m)"), default=0.8)
    source = models.CharField(_("d’où viennent ces indications"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("réseau de chaleur")
        constraints = [
            models.CheckConstraint(condition=Q(boiler_power_w__gt=0), name="boiler_has_power"),
            models.CheckConstraint(condition=Q(pipes_length_m__gt=0), name="pipes_have_length"),
            models.CheckConstraint(condition=Q(pipe_loss__gte=0), name="pipe_loss_not_negative"),
            models.CheckConstraint(condition=Q(humidity__range=(0, 0.6)), name="wood_can_burn"),
            models.CheckConstraint(
                condition=Q(first_month__range=(1, 12), last_month__range=(1, 12)),
                name="boiler_months_are_months",
            ),
            models.CheckConstraint(
                condition=Q(
                    minimum_fraction__range=(0, 1),
                    efficiency__range=(0.3, 1),
                    minimum_efficiency__range=(0.3, 1),
                    start_loss_fraction__range=(0, 1),
                    availability__range=(0, 1),
                    gas_efficiency__range=(0.3, 1.1),
                ),
                name="heat_fractions_are_plausible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.plant)

    @property
    def months(self) -> tuple[int, ...]:
        """The months the wood boiler is lit in, from 1 to 12."""
        first, last = self.first_month, self.last_month
        if first <= last:
            return tuple(range(first, last + 1))
        return (*range(1, last + 1), *range(first, 13))


class HeatBuilding(models.Model):
    """A building on a heat network, known by its yearly heat or by its floor area and need."""

    class Kind(models.TextChoices):
        """The codes of `production.heat.KINDS`; a test holds both to each other."""

        HOUSE = "house", _("maison")
        FLATS = "flats", _("logements collectifs")
        SCHOOL = "school", _("école")
        OFFICES = "offices", _("bureaux")
        TOWN_HALL = "town_hall", _("mairie")
        SPORTS_HALL = "sports_hall", _("salle de sport")
        MEETING_HALL = "meeting_hall", _("salle des fêtes")
        LIBRARY = "library", _("médiathèque")
        SWIMMING_POOL = "swimming_pool", _("piscine")
        CARE_HOME = "care_home", _("résidence pour personnes âgées")
        HOTEL = "hotel", _("hôtel")
        RESTAURANT = "restaurant", _("restaurant ou cantine")
        SHOP = "shop", _("commerce")
        SERVICES = "services", _("services")
        WORKSHOP = "workshop", _("atelier")

    network = models.ForeignKey(HeatNetwork, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(_("bâtiment"), max_length=100)
    kind = models.CharField(_("usage"), max_length=13, choices=Kind)
    annual_heat_wh = models.BigIntegerField(_("chaleur par an (Wh)"), null=True, blank=True)
    floor_area_m2 = models.FloatField(_("surface (m²)"), null=True, blank=True)
    heat_kwh_per_m2 = models.FloatField(_("chaleur par m² et par an (kWh)"), null=True, blank=True)
    hot_water_fraction = models.FloatField(_("part de l’eau chaude"))

    class Meta:
        ordering = ["network", "pk"]
        verbose_name = _("bâtiment chauffé")
        constraints = [
            models.UniqueConstraint(fields=["network", "name"], name="one_heated_building_per_name"),
            models.CheckConstraint(
                # Unknown isn't false: what must be there is asked for by itself.
                condition=Q(
                    annual_heat_wh__isnull=False,
                    annual_heat_wh__gt=0,
                    floor_area_m2=None,
                    heat_kwh_per_m2=None,
                )
                | Q(
                    annual_heat_wh=None,
                    floor_area_m2__isnull=False,
                    floor_area_m2__gt=0,
                    heat_kwh_per_m2__isnull=False,
                    heat_kwh_per_m2__gt=0,
                ),
                name="building_heat_known_one_way",
            ),
            models.CheckConstraint(condition=Q(hot_water_fraction__range=(0, 1)), name="hot_water_is_a_part"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def heat_wh(self) -> float:
        """Heat in a year of the reference climate [Wh]."""
        if self.annual_heat_wh is not None:
            return self.annual_heat_wh
        assert self.floor_area_m2 is not None and self.heat_kwh_per_m2 is not None  # the database holds it
        return self.floor_area_m2 * self.heat_kwh_per_m2 * 1000


class MeterQuerySet(models.QuerySet["Meter"]):
    """Meters by when they serve."""

    def in_service(self, day: dt.date) -> Self:
        """Those that count on a day: from the one they were installed on to the one they were removed on."""
        begun = Q(installed_on__isnull=True) | Q(installed_on__lte=day)
        return self.filter(begun, Q(removed_on__isnull=True) | Q(removed_on__gte=day))


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
    counter_digits = models.PositiveSmallIntegerField(
        _("chiffres du compteur"),
        null=True,
        blank=True,
        help_text="Before it falls back to zero, decimals left out; in the unit of its files.",
    )
    installed_on = models.DateField(_("posé le"), null=True, blank=True, help_text="Empty: from the start.")
    removed_on = models.DateField(_("déposé le"), null=True, blank=True, help_text="Its last day in service.")

    objects = MeterQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("compteur")
        constraints = [
            # A row without one of its days passes: a comparison with nothing is unknown, not false.
            models.CheckConstraint(
                condition=Q(removed_on__gte=models.F("installed_on")), name="meter_removed_after_installed"
            ),
            models.CheckConstraint(
                condition=Q(counter_digits__range=(FEWEST_DIGITS, MOST_DIGITS)), name="counter_has_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class MeterReplacement(models.Model):
    """A counter was exchanged or reset: what the old one showed last, and the new one first.

    Between two indexes around it, the energy is what both counted (`production.formats.indexes`).
    """

    class Unit(models.TextChoices):
        WH = "Wh", "Wh"
        KWH = "kWh", "kWh"
        MWH = "MWh", "MWh"
        GJ = "GJ", "GJ"

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="replacements")
    at = models.DateTimeField(_("remplacé le"))
    removed_index = models.DecimalField(_("dernier index de l’ancien"), max_digits=15, decimal_places=3)
    installed_index = models.DecimalField(
        _("premier index du nouveau"), max_digits=15, decimal_places=3, default=0
    )
    unit = models.CharField(_("unité"), max_length=3, choices=Unit, default=Unit.KWH)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["meter", "at"]
        verbose_name = _("remplacement de compteur")
        constraints = [
            models.UniqueConstraint(fields=["meter", "at"], name="one_replacement_at_a_time"),
            models.CheckConstraint(
                condition=Q(removed_index__gte=0, installed_index__gte=0), name="indexes_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter}: {self.removed_index} → {self.installed_index} {self.unit}"


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

"""The cooperative, who acts for it, its colleges and the editions of its statutes."""

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.colours import TooFaint, check_pair
from mine_de_soleil.core.figures import number
from mine_de_soleil.core.models import User
from shareholders.roles import Role

# Words that are addresses of the site itself and so can't name a cooperative.
RESERVED_SLUGS = (
    "accessibilite",
    "api",
    "compte",
    "connexion",
    "deconnexion",
    "langue",
    "mes-espaces",
    "sante",
    "static",
    "verifier",
)


COLOUR = r"^#[0-9a-f]{6}$"
# What a time zone's name looks like; whether it is known, only its own database says.
ZONE_NAME = r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$"


class CooperativeQuerySet(models.QuerySet["Cooperative"]):
    def with_role_of(self, user: User) -> Self:
        """The cooperatives in which `user` holds any role today."""
        return self.filter(pk__in=RoleGrant.objects.in_force().filter(user=user).values("cooperative"))


class Cooperative(models.Model):
    """A citizens' energy company, whatever its legal form: the tenant everything belongs to."""

    slug = models.SlugField(max_length=60, unique=True)
    short_name = models.CharField(_("nom d’usage"), max_length=80)
    legal_name = models.CharField(_("dénomination"), max_length=160)
    seat_commune = models.CharField(_("commune du siège"), max_length=80)
    seat_insee = models.CharField(
        _("code INSEE du siège"), max_length=5, validators=[RegexValidator(r"^(\d{5}|2[AB]\d{3})$")]
    )
    latitude_deg = models.FloatField()
    longitude_deg = models.FloatField()
    altitude_m = models.FloatField(default=0)
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    legal_form = models.CharField(_("forme juridique"), max_length=120, default="SAS à capital variable")
    seat_address = models.CharField(_("adresse du siège"), max_length=200, blank=True)
    seat_postcode = models.CharField(_("code postal du siège"), max_length=10, blank=True)
    siren = models.CharField(max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")])
    trade_register = models.CharField(_("greffe d’immatriculation"), max_length=80, blank=True)
    founded_on = models.DateField(_("créée le"))
    # At the foundation; what a share is worth on a day is for the register to say (`reports.nominal_on`).
    nominal_value = models.DecimalField(_("valeur nominale de l’action (€)"), max_digits=10, decimal_places=2)
    # Where subscribers pay by transfer, from `CompanyBank` once approved: printed on every request for
    # payment, so not a secret.
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    payment_prefix = models.CharField(
        _("préfixe des références de paiement"),
        max_length=6,
        default="MDS",
        validators=[RegexValidator(r"^[A-Z]{2,6}$")],
    )
    contact_email = models.EmailField(_("adresse de contact"))
    primary_colour = models.CharField(max_length=7, blank=True, validators=[RegexValidator(COLOUR)])
    accent_colour = models.CharField(max_length=7, blank=True, validators=[RegexValidator(COLOUR)])
    is_demo = models.BooleanField(default=False)

    objects = CooperativeQuerySet.as_manager()

    class Meta:
        ordering = ["short_name", "pk"]
        verbose_name = _("coopérative")
        constraints = [
            models.CheckConstraint(condition=Q(nominal_value__gt=0), name="nominal_value_positive"),
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(payment_prefix__regex=r"^[A-Z]{2,6}$"), name="payment_prefix_is_letters"
            ),
            # Colours go into a stylesheet as they are.
            models.CheckConstraint(
                condition=Q(primary_colour="") | Q(primary_colour__regex=COLOUR),
                name="primary_colour_is_a_colour",
            ),
            models.CheckConstraint(
                condition=Q(accent_colour="") | Q(accent_colour__regex=COLOUR),
                name="accent_colour_is_a_colour",
            ),
            models.CheckConstraint(
                condition=Q(time_zone__regex=ZONE_NAME), name="cooperative_time_zone_is_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """Refuse an unknown time zone, and own colours on which the page's text couldn't be read."""
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("Ce fuseau horaire est inconnu.")})
        try:
            check_pair(self.primary_colour, self.accent_colour)
        except TooFaint as fault:
            raise ValidationError(
                _("La couleur %(colour)s contraste trop peu avec le texte : %(ratio)s, il faut 4,5.")
                % {"colour": fault.colour, "ratio": number(fault.ratio, 1, language=get_language() or "fr")}
            ) from fault

    @property
    def has_own_colours(self) -> bool:
        return bool(self.primary_colour or self.accent_colour)

    @property
    def zone(self) -> ZoneInfo:
        """Where its days begin and its hours are read."""
        return ZoneInfo(self.time_zone)


IN_FORCE = Q(revoked_at=None)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self) -> Self:
        """The roles held now: given and not revoked."""
        return self.filter(IN_FORCE)


class RoleGrant(models.Model):
    """A person may act in a role for one cooperative, from one instant until revoked."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="role_grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    commune_insee = models.CharField(max_length=5, blank=True, help_text="For a municipality: which one.")
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "user", "role"],
                condition=IN_FORCE,
                name="one_grant_per_role",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.MUNICIPALITY) | ~Q(commune_insee=""), name="municipality_names_commune"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class College(models.Model):
    """A group of shareholders that votes together, as the statutes name it."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.CASCADE, related_name="colleges")
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "code"], name="one_college_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class StatutesEditionQuerySet(models.QuerySet["StatutesEdition"]):
    def in_force_on(self, day: dt.date) -> Self:
        """The edition that rules on `day`, alone and first."""
        return self.filter(effective_on__lte=day).order_by("-effective_on", "-pk")[:1]


class StatutesEdition(models.Model):
    """The statutes as adopted on a day: one whole text, never changed. Read by `rules.statutes`."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="statutes_editions")
    adopted_on = models.DateField()
    # From this day on it rules, until another does: the assembly may choose a later day than its own.
    effective_on = models.DateField()
    # The band of variable capital [€], read from the text: the database holds the register's lines to it.
    capital_floor = models.DecimalField(max_digits=15, decimal_places=2)
    capital_ceiling = models.DecimalField(max_digits=15, decimal_places=2)
    text = models.TextField(help_text="TOML, see docs/statutes.md")
    sha256 = models.CharField(max_length=64)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = StatutesEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "sha256"], name="one_edition_per_text"),
            models.CheckConstraint(
                condition=Q(effective_on__gte=models.F("adopted_on")), name="edition_rules_once_adopted"
            ),
            models.CheckConstraint(
                condition=Q(capital_floor__gt=0, capital_ceiling__gte=models.F("capital_floor")),
                name="edition_band_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cooperative}: {self.adopted_on}"

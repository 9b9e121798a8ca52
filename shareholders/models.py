"""The cooperative, its colleges, its people and the share register."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
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
    founded_on = models.DateField(_("créée le"))
    nominal_value = models.DecimalField(_("valeur nominale de l’action (€)"), max_digits=10, decimal_places=2)
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
                _("La couleur %(colour)s contraste trop peu avec le texte : %(ratio)s, il faut 4,5.")
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


class ShareholderQuerySet(models.QuerySet["Shareholder"]):
    def of(self, user: User, cooperative: Cooperative) -> Self:
        """The holdings `user` may see as his or her own in `cooperative`."""
        return self.filter(user=user, cooperative=cooperative)

    def holding_on(self, day: dt.date) -> Self:
        """Adds `shares_held`: shares received less shares given up, by the close of `day`."""
        return self.annotate(shares_held=_moved("to_shareholder", day) - _moved("from_shareholder", day))


def _moved(side: str, day: dt.date) -> Coalesce:
    """Shares moved to or from the outer shareholder up to `day`; joins of both sides would multiply rows."""
    rows = ShareMovement.objects.filter(**{side: OuterRef("pk")}).up_to(day).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(total=Sum("quantity")).values("total")), 0)


class Shareholder(models.Model):
    """A natural or legal person in the cooperative's register, under an order number for ever."""

    class Kind(models.TextChoices):
        NATURAL = "natural", _("personne physique")
        LEGAL = "legal", _("personne morale")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="shareholders")
    number = models.PositiveIntegerField(_("numéro d’ordre"))
    kind = models.CharField(max_length=10, choices=Kind)
    first_names = models.CharField(_("prénoms"), max_length=120, blank=True)
    last_name = models.CharField(_("nom"), max_length=120, blank=True)
    legal_name = models.CharField(_("dénomination"), max_length=160, blank=True)
    siren = models.CharField(max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$")])
    email = models.EmailField(blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    commune = models.CharField(_("commune"), max_length=80, blank=True)
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="shareholders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="shareholders",
    )

    shares_held: int  # set by `holding_on`

    objects = ShareholderQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("actionnaire")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_shareholder_per_number"),
            models.CheckConstraint(
                condition=(Q(kind="natural") & ~Q(last_name="") & ~Q(first_names="") & Q(legal_name=""))
                | (Q(kind="legal") & ~Q(legal_name="") & Q(last_name="", first_names="")),
                name="natural_or_legal_person",
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name or f"{self.first_names} {self.last_name}"


class MovementKind(models.TextChoices):
    ISSUE = "issue", _("émission")
    TRANSFER = "transfer", _("cession")


# What each kind of movement has: a giver, a taker. A new kind is one line here and in a migration.
SIDES = {MovementKind.ISSUE: (False, True), MovementKind.TRANSFER: (True, True)}


def _each_kind_has_its_sides() -> Q:
    return reduce(
        or_,
        (
            Q(kind=kind.value, from_shareholder__isnull=not giver, to_shareholder__isnull=not taker)
            for kind, (giver, taker) in SIDES.items()
        ),
    )


class ShareMovementQuerySet(models.QuerySet["ShareMovement"]):
    def up_to(self, day: dt.date) -> Self:
        """The movements dated on or before `day`."""
        return self.filter(dated__lte=day)


class ShareMovement(models.Model):
    """One line of the register of share movements (R228-8, R228-9): written once, numbered without gap.

    Its kind says which sides it has. A database trigger checks the numbering and
    that nobody gives more than is held, and refuses any later change.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="share_movements")
    number = models.PositiveIntegerField(_("numéro"))
    kind = models.CharField(max_length=20, choices=MovementKind)
    dated = models.DateField(_("date"), help_text="The day the movement takes effect.")
    entered_at = models.DateTimeField(default=timezone.now)
    from_shareholder = models.ForeignKey(
        Shareholder, on_delete=models.PROTECT, null=True, related_name="movements_out"
    )
    to_shareholder = models.ForeignKey(
        Shareholder, on_delete=models.PROTECT, null=True, related_name="movements_in"
    )
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    nominal_value = models.DecimalField(_("valeur nominale (€)"), max_digits=10, decimal_places=2)

    objects = ShareMovementQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("mouvement de titres")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_movement_per_number"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="movement_moves_shares"),
            models.CheckConstraint(condition=_each_kind_has_its_sides(), name="movement_has_its_holders"),
            models.CheckConstraint(
                condition=~Q(from_shareholder=F("to_shareholder")), name="movement_changes_hands"
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.number}: {self.quantity}"

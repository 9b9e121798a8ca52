"""Tokens of programs that bring readings for given meters, and can do nothing else."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative


class MeterTokenQuerySet(models.QuerySet["MeterToken"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Tokens for the meters of one cooperative."""
        return self.filter(cooperative=cooperative)


class MeterToken(models.Model):
    """A key for a gateway or a portal: brings readings for its meters until it expires or is revoked.

    It isn't an account's token: only the route of readings knows it. It lives as long as its owner operates
    the plants of the cooperative; the key itself is shown once, and its digest kept.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom"), max_length=60)
    first_characters = models.CharField(max_length=12, help_text="To tell tokens apart in a list.")
    sha256 = models.CharField(max_length=64, unique=True)
    meters = models.ManyToManyField(Meter, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MeterTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("jeton de relevés")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "cooperative",
                Lower("name"),
                condition=Q(revoked_at__isnull=True),
                name="one_meter_token_per_name",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="meter_token_has_a_life"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="meter_token_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.first_characters}…)"

    @property
    def keys_prefix(self) -> str:
        """What sets its idempotency keys apart from those of its owner and of other tokens."""
        return f"meter-token-{self.pk}:"

    def is_in_force(self, now: dt.datetime) -> bool:
        """Neither revoked nor expired; whether its owner may still use it is asked apart."""
        return self.revoked_at is None and now < self.expires_at

    def own_meters(self) -> models.QuerySet[Meter]:
        """Its meters that are still the cooperative's."""
        return self.meters.filter(plant__cooperative_id=self.cooperative_id)

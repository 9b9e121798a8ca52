"""Funding rounds: when shares are offered, how many, to whom, and what happens if too many are asked for."""

import datetime as dt
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shareholders.models.cooperatives import Cooperative
from shareholders.models.holders import Attachment


class FundingRoundQuerySet(models.QuerySet["FundingRound"]):
    def of(self, cooperative: Cooperative) -> Self:
        return self.filter(cooperative=cooperative)

    def open_on(self, day: dt.date) -> Self:
        """The rounds one may subscribe to on `day`."""
        return self.filter(opens_on__lte=day, closes_on__gte=day, closed_at=None)


class FundingRound(models.Model):
    """An offer of new shares, between two days."""

    class Rule(models.TextChoices):
        FIRST_COME = "first_come", _("dans l’ordre des signatures, jusqu’au maximum")
        PRO_RATA = "pro_rata", _("réduction proportionnelle à la clôture")

    class Outcome(models.TextChoices):
        OPEN = "", _("en cours")
        SUCCEEDED = "succeeded", _("réussie")
        FAILED = "failed", _("minimum non atteint")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="rounds")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("nom"), max_length=120)
    pitch = models.TextField(_("ce que l’argent paiera"), max_length=2000)
    opens_on = models.DateField(_("ouverture"))
    closes_on = models.DateField(_("clôture"))
    minimum_shares = models.PositiveIntegerField(
        _("minimum pour réussir (actions)"), default=0, help_text=_("En dessous, chacun est remboursé.")
    )
    target_shares = models.PositiveIntegerField(_("objectif (actions)"), validators=[MinValueValidator(1)])
    maximum_shares = models.PositiveIntegerField(_("maximum (actions)"), validators=[MinValueValidator(1)])
    premium = models.DecimalField(
        _("prime d’émission par action (€)"), max_digits=10, decimal_places=2, default=0
    )
    least_each = models.PositiveIntegerField(_("minimum par personne (actions)"), default=1)
    most_each = models.PositiveIntegerField(_("maximum par personne (actions)"), null=True, blank=True)
    rule = models.CharField(_("si l’on demande trop"), max_length=12, choices=Rule, default=Rule.FIRST_COME)
    information = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")

    objects = FundingRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        verbose_name = _("levée de fonds")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "slug"], name="one_round_per_slug"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="round_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(minimum_shares__lte=F("target_shares"), target_shares__lte=F("maximum_shares"))
                & Q(target_shares__gt=0),
                name="round_minimum_target_maximum",
            ),
            models.CheckConstraint(
                condition=Q(least_each__gte=1) & (Q(most_each=None) | Q(most_each__gte=F("least_each"))),
                name="round_least_and_most_each",
            ),
            models.CheckConstraint(condition=Q(premium__gte=0), name="round_premium_not_negative"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="round_closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.name

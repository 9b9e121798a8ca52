"""Shares paid in several times, after the issue: who owes what is left, and who was reminded of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareholders.models.cooperatives import Cooperative
from shareholders.models.holders import Shareholder
from shareholders.models.register import ShareMovement
from shareholders.models.subscriptions import Subscription


class CarriedDebtQuerySet(models.QuerySet["CarriedDebt"]):
    def of(self, cooperative: Cooperative) -> Self:
        return self.filter(cooperative=cooperative)


class CarriedDebt(models.Model):
    """What was left to pay on shares the day they changed hands: it goes with them. Never changed.

    It comes off the debt of the subscription, or of the row `before` it. A row counts as long as its line of
    the register isn't reversed. Without holder the shares went back to the company, and nobody owes it.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="carried_debts")
    number = models.PositiveIntegerField()
    reference = models.CharField(_("référence de paiement"), max_length=25)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="carried_debts")
    before = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="carried_on")
    movement = models.ForeignKey(ShareMovement, on_delete=models.PROTECT, related_name="carried_debts")
    giver = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="debts_given")
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, null=True, related_name="debts_taken")
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    schedule = models.JSONField(help_text="Day and amount of each call, as in a subscription.")
    # Until then the giver may be asked for calls not made yet.
    liable_until = models.DateField(null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = CarriedDebtQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_carried_debt_per_number"),
            models.UniqueConstraint(
                fields=["cooperative", "reference"], name="one_carried_debt_per_reference"
            ),
            models.UniqueConstraint(
                fields=["movement", "subscription", "before"],
                nulls_distinct=False,
                name="a_line_carries_a_debt_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, quantity__gt=0), name="carried_debt_is_something"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CallReminder(models.Model):
    """A letter about a call: one for each call and step, written in the transaction of its letter."""

    class Step(models.TextChoices):
        SOON = "soon", _("avant le jour dit")
        LATE = "late", _("après le jour dit")
        VERY_LATE = "very_late", _("longtemps après le jour dit")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="call_reminders")
    carried = models.ForeignKey(
        CarriedDebt, on_delete=models.PROTECT, null=True, related_name="call_reminders"
    )
    due_on = models.DateField()
    step = models.CharField(max_length=10, choices=Step)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "carried", "due_on", "step"],
                nulls_distinct=False,
                name="one_reminder_per_call_and_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.due_on} {self.step}"

"""The cooperative's own bank account: proposed by the treasurer, approved by the board, never overwritten."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.secrets import SecretField
from shareholders.models.cooperatives import Cooperative


class CompanyBankQuerySet(models.QuerySet["CompanyBank"]):
    def approved(self) -> Self:
        """Those in force one day or another, oldest first: old statements name the former ones."""
        return self.filter(decision__approved=True).order_by("pk")


class CompanyBank(models.Model):
    """Where the company asks to be paid, as somebody entered it on a day. Rules once approved."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="bank_details")
    account_name = models.CharField(_("titulaire du compte"), max_length=70)
    iban = SecretField(_("IBAN"))
    iban_fingerprint = models.CharField(max_length=64)
    iban_masked = models.CharField(max_length=40)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    payment_prefix = models.CharField(_("préfixe des références de paiement"), max_length=6)
    entered_at = models.DateTimeField(default=timezone.now)
    # None: what stood there before anybody could enter it here.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CompanyBankQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment_prefix__regex=r"^[A-Z]{2,6}$"), name="company_prefix_is_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_name}: {self.iban_masked}"


class CompanyBankDecision(models.Model):
    """The second look: one decision on what was entered, by somebody else than who entered it."""

    bank = models.OneToOneField(CompanyBank, on_delete=models.PROTECT, related_name="decision")
    approved = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(approved=True) | ~Q(reason=""), name="bank_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.bank}: {self.approved}"

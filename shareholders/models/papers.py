"""Papers the company makes, and the certificate it seals them under."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.secrets import SecretField
from shareholders.models.cooperatives import Cooperative
from shareholders.models.holders import Shareholder
from shareholders.models.subscriptions import NewbornPanel, Subscription
from shareholders.models.transfers import ShareTransfer


class Paper(models.Model):
    """A document the company made and sealed. Never changed; anyone may verify it by its fingerprint."""

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", _("bulletin de souscription")
        CERTIFICATE = "certificate", _("attestation d’inscription en compte")
        MOVEMENT_ORDER = "movement_order", _("ordre de mouvement")
        NEWBORN = "newborn", _("certificat de naissance d’un panneau")
        REGISTER_EXTRACT = "register_extract", _("extrait du registre")
        YIELD_STUDY = "yield_study", _("étude de productible")
        HEAT_STUDY = "heat_study", _("étude de chaleur")
        SALE_INVOICE = "sale_invoice", _("facture de vente d’énergie")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=18, choices=Kind)
    # What it was made from: the same cause never makes two papers.
    cause = models.CharField(max_length=120)
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, null=True, related_name="papers")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, related_name="papers")
    transfer = models.ForeignKey(ShareTransfer, on_delete=models.PROTECT, null=True, related_name="papers")
    newborn = models.ForeignKey(NewbornPanel, on_delete=models.PROTECT, null=True, related_name="papers")
    language = models.CharField(max_length=2, default="fr")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("document")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "cause"], name="one_paper_per_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class SealingCertificate(models.Model):
    """The certificate a cooperative seals its papers under; the latest is the one in use."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="certificates")
    pem = models.TextField(help_text="The certificate, public.")
    private_key = SecretField()
    not_after = models.DateTimeField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.cooperative} {self.not_after:%Y-%m-%d}"

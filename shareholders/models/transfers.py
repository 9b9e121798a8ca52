"""After the issue: shares that change hands, and shares given back to the company."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.models import User
from shareholders.models.cooperatives import Cooperative
from shareholders.models.holders import Attachment, Shareholder
from shareholders.models.payments import Payout
from shareholders.models.register import MovementKind, ShareMovement


class ShareTransferQuerySet(models.QuerySet["ShareTransfer"]):
    def of(self, cooperative: Cooperative) -> Self:
        return self.filter(cooperative=cooperative)

    def under_way(self) -> Self:
        return self.exclude(state__in=TRANSFER_ENDED)


class ShareTransfer(models.Model):
    """A sale, a gift or an inheritance of shares, from the request to the register.

    Both sides agree; then the statutes' clocks run (pre-emption, approval by the board, silence); then the
    giver signs the order of movement and the register takes it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposée")
        AGREED = "agreed", _("acceptée des deux côtés")
        APPROVED = "approved", _("agréée")
        REGISTERED = "registered", _("inscrite au registre")
        REFUSED = "refused", _("refusée")
        CANCELLED = "cancelled", _("abandonnée")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="transfers")
    kind = models.CharField(
        max_length=12,
        choices=[
            (k.value, k.label) for k in (MovementKind.TRANSFER, MovementKind.GIFT, MovementKind.INHERITANCE)
        ],
    )
    giver = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="transfers_out")
    taker = models.ForeignKey(Shareholder, on_delete=models.PROTECT, null=True, related_name="transfers_in")
    # Who isn't in the register yet is invited, and identified before agreeing.
    taker_email = models.EmailField(blank=True)
    taker_identity = models.JSONField(default=dict)
    key_sha256 = models.CharField(max_length=64, blank=True)
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    price_per_share = models.DecimalField(
        _("prix par action (€)"), max_digits=10, decimal_places=2, default=Decimal(0)
    )
    kinship = models.CharField(_("lien de parenté"), max_length=20, blank=True)
    deed = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    giver_agreed_at = models.DateTimeField(null=True)
    taker_agreed_at = models.DateTimeField(null=True)
    # The clocks of the statutes edition in force the day both had agreed.
    notified_on = models.DateField(null=True)
    pre_emption_until = models.DateField(null=True)
    approval_until = models.DateField(null=True)
    silence = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision_reason = models.CharField(_("motif"), max_length=500, blank=True)
    by_silence = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True)
    order_sha256 = models.CharField(max_length=64, blank=True)
    evidence = models.JSONField(default=dict)
    movement = models.OneToOneField(
        ShareMovement, on_delete=models.PROTECT, null=True, related_name="share_transfer"
    )

    objects = ShareTransferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("transfert d’actions")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_moves_shares"),
            models.CheckConstraint(condition=Q(price_per_share__gte=0), name="transfer_price_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="transfer") | Q(price_per_share=0), name="only_a_sale_has_a_price"
            ),
            models.CheckConstraint(
                condition=Q(taker__isnull=False) | ~Q(taker_email=""), name="transfer_has_a_taker"
            ),
            models.CheckConstraint(condition=~Q(giver=models.F("taker")), name="transfer_changes_hands"),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "approved", "registered"])
                | Q(giver_agreed_at__isnull=False, taker_agreed_at__isnull=False, taker__isnull=False),
                name="agreed_by_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(state="registered", movement__isnull=False, signed_at__isnull=False)
                | (~Q(state="registered") & Q(movement=None)),
                name="registered_has_its_movement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver}: {self.quantity}"

    @property
    def price(self) -> Decimal:
        """Euros for all the shares; 0 for a gift or an inheritance."""
        return self.quantity * self.price_per_share


TRANSFER_ENDED = (
    ShareTransfer.State.REGISTERED,
    ShareTransfer.State.REFUSED,
    ShareTransfer.State.CANCELLED,
)


class PreEmption(models.Model):
    """A member's wish to buy first, on the terms notified; several share in proportion to what they hold."""

    transfer = models.ForeignKey(ShareTransfer, on_delete=models.PROTECT, related_name="pre_emptions")
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="pre_emptions")
    quantity = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    granted = models.PositiveIntegerField(null=True)
    # The sale that came of it.
    sale = models.OneToOneField(ShareTransfer, on_delete=models.PROTECT, null=True, related_name="pre_empts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "holder"], name="one_pre_emption_per_holder"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pre_emption_wants_shares"),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.quantity}"


class Withdrawal(models.Model):
    """Shares given back to a company of variable capital: asked, waited for, entered, reimbursed."""

    class State(models.TextChoices):
        ASKED = "asked", _("demandé")
        ENTERED = "entered", _("inscrit au registre")
        REFUSED = "refused", _("refusé")
        CANCELLED = "cancelled", _("abandonné")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="withdrawals")
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, related_name="withdrawals")
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField(_("prend effet le"))
    reimburse_before = models.DateField()
    value_per_share = models.DecimalField(max_digits=10, decimal_places=2)
    value_source = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision_reason = models.CharField(max_length=500, blank=True)
    movement = models.OneToOneField(
        ShareMovement, on_delete=models.PROTECT, null=True, related_name="withdrawal"
    )
    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, null=True, related_name="withdrawal")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("retrait")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="withdrawal_gives_back_shares"),
            models.CheckConstraint(
                condition=Q(state="entered", movement__isnull=False)
                | (~Q(state="entered") & Q(movement=None)),
                name="withdrawal_entered_has_its_movement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.quantity}"

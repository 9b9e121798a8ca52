"""Money in and out: what banks and providers told us, and the ledger that counts each euro once."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import SecretField
from shareholders.models.cooperatives import Cooperative
from shareholders.models.instalments import CarriedDebt
from shareholders.models.subscriptions import Subscription


class BankStatement(models.Model):
    """A statement file as it came (CAMT.053), byte for byte. Never changed."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="bank_statements")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "sha256"], name="one_statement_per_file"),
        ]

    def __str__(self) -> str:
        return self.file_name


class StatementLineQuerySet(models.QuerySet["StatementLine"]):
    def of(self, cooperative: Cooperative) -> Self:
        return self.filter(cooperative=cooperative)


class StatementLine(models.Model):
    """One entry of the company's bank account, stored once however many files carry it. Never changed."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="statement_lines")
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(help_text="Which entry of the file.")
    key = models.CharField(max_length=80, help_text="See banking.camt053.entry_keys")
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="Positive: money in.")
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    party_name = models.CharField(max_length=160, blank=True)
    party_iban = SecretField(default="")
    party_iban_fingerprint = models.CharField(max_length=64, blank=True)
    party_iban_masked = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    end_to_end_id = models.CharField(max_length=40, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    is_return = models.BooleanField(default=False)

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        ordering = ["booked_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "key"], name="one_line_per_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount} {self.currency}"


class LineSetAside(models.Model):
    """The treasurer's word that (the rest of) a line isn't a subscription's money. Never changed."""

    class Why(models.TextChoices):
        OTHER_INCOME = "other_income", _("autre recette de la société")
        TO_RETURN = "to_return", _("à rendre à l’expéditeur")
        SPENDING = "spending", _("dépense de la société")
        PROVIDER = "provider", _("versement du prestataire de paiement")

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="set_aside")
    why = models.CharField(max_length=14, choices=Why)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.line}: {self.why}"


class ProviderAccount(models.Model):
    """The cooperative's own account with the payment provider. Without one, people pay by transfer."""

    cooperative = models.OneToOneField(Cooperative, on_delete=models.PROTECT, related_name="provider_account")
    secret_key = SecretField()
    webhook_secret = SecretField()
    api_base = models.URLField(blank=True, help_text="Empty: the provider's own address.")
    is_open = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.cooperative)


class Checkout(models.Model):
    """One visit to the provider's payment page. Its state is asked of the provider, never kept here."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="checkouts")
    session_id = models.CharField(max_length=255, blank=True, help_text="Empty until it answered.")
    intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    url = models.URLField(max_length=2000, blank=True)
    idempotency_key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Of a debit under way: the money isn't there yet, and the page says so.
    pending_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session_id"], condition=~Q(session_id=""), name="one_checkout_per_session"
            ),
        ]

    def __str__(self) -> str:
        return self.session_id or str(self.idempotency_key)


class ProviderEvent(models.Model):
    """A signed message of the provider, treated once; of its content, the ids alone: it holds names."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    treated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "event_id"], name="one_row_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class Method(models.TextChoices):
    TRANSFER = "transfer", _("virement")
    CARD = "card", _("carte")
    DEBIT = "debit", _("prélèvement")


class Payout(models.Model):
    """Money the company owes somebody back: told here once, paid once.

    By transfer: the treasurer sends it with its reference, and the bank's statement says when it left.
    By the provider: asked of it under the key below, and its own list says when it left.
    """

    class Why(models.TextChoices):
        REFUSED = "refused", _("souscription refusée ou close")
        EXCESS = "excess", _("trop-perçu")
        ALLOTTED_LESS = "allotted_less", _("moins d’actions attribuées")
        UNKNOWN = "unknown", _("virement sans souscription")
        WITHDRAWAL = "withdrawal", _("retrait d’actions")

    class State(models.TextChoices):
        DUE = "due", _("à payer")
        SENT = "sent", _("ordre donné")
        DONE = "done", _("payé")
        FAILED = "failed", _("échoué")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="payouts")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=25)
    why = models.CharField(max_length=14, choices=Why)
    # What it answers to: the same cause never makes two payouts.
    cause = models.CharField(max_length=120)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, related_name="payouts"
    )
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, related_name="payouts")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=10, choices=Method)
    beneficiary = models.CharField(max_length=160)
    iban = SecretField(default="")
    iban_masked = models.CharField(max_length=40, blank=True)
    provider_charge = models.CharField(max_length=255, blank=True)
    provider_refund = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_payout_per_number"),
            models.UniqueConstraint(fields=["cooperative", "reference"], name="one_payout_per_reference"),
            models.UniqueConstraint(fields=["cooperative", "cause"], name="one_payout_per_cause"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_pays_something"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="payout_done_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"


class Payment(models.Model):
    """One line of the ledger: a euro that came, went back, failed or returned. Never changed.

    `source` is what it was read from (an entry of the bank, a charge of the provider, …): unique, so that
    whatever is repeated, reordered or interrupted is counted once.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("reçu")
        REFUNDED = "refunded", _("remboursé")
        REFUND_FAILED = "refund_failed", _("remboursement échoué")
        LOST = "lost", _("repris après coup")
        REGAINED = "regained", _("rendu après litige")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=14, choices=Kind)
    method = models.CharField(max_length=10, choices=Method)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    dated = models.DateField()
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, related_name="payments"
    )
    # Of shares that changed hands before they were paid up: what their new holder paid.
    carried = models.ForeignKey(CarriedDebt, on_delete=models.PROTECT, null=True, related_name="payments")
    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, null=True, related_name="payments")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="payments")
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("paiement")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "source"], name="one_payment_per_source"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_moves_money"),
            models.CheckConstraint(
                condition=Q(subscription__isnull=False) | Q(payout__isnull=False),
                name="payment_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(carried=None) | Q(subscription__isnull=False),
                name="carried_debt_is_paid_to_its_subscription",
            ),
            models.CheckConstraint(
                condition=~Q(kind="received", method="transfer") | Q(line__isnull=False),
                name="transfer_comes_from_the_bank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


# What each kind does to the sum received.
SIGN = {
    Payment.Kind.RECEIVED: 1,
    Payment.Kind.REFUNDED: -1,
    Payment.Kind.REFUND_FAILED: 1,
    Payment.Kind.LOST: -1,
    Payment.Kind.REGAINED: 1,
}

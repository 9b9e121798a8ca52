"""Sale contracts and what they earn: editions of terms, coefficients, market prices, invoices, statements.

Everything here but a contract's own days is written once: a mistake gets a new row, the latest holds, and an
invoice keeps what it was made of.
"""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from installations.models import Meter, Plant
from mine_de_soleil.core.models import User
from production.models.sharing import Participant
from shareholders.models import Cooperative


class SaleContractQuerySet(models.QuerySet["SaleContract"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Contracts of one cooperative, by roof and first day."""
        own = self.filter(plant__cooperative=cooperative)
        return own.select_related("plant__cooperative", "participant", "meter").order_by(
            "plant__name", "plant_id", "first_day", "pk"
        )

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Those in force on a day at least between two, both included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class SaleContract(models.Model):
    """Who buys what a plant delivers, from when to when. What for is in its `terms`.

    A plant's electricity is sold once: contracts of all, of the surplus or with complement never overlap on
    a plant, nor two sales to one participant, nor two heat contracts on one meter. The database holds it.
    """

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("obligation d’achat, toute la production")
        SURPLUS = "surplus", _("vente du surplus")
        COMPLEMENT = "complement", _("appel d’offres avec complément de rémunération")
        SHARED = "shared", _("autoconsommation collective")
        HEAT = "heat", _("chaleur")

    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="sale_contracts")
    kind = models.CharField(_("vente"), max_length=10, choices=Kind)
    buyer = models.CharField(_("acheteur"), max_length=160)
    buyer_address = models.CharField(_("adresse de l’acheteur"), max_length=300, blank=True)
    reference = models.CharField(_("numéro du contrat"), max_length=60)
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    meter = models.ForeignKey(
        Meter, on_delete=models.PROTECT, null=True, blank=True, related_name="heat_contracts"
    )
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    objects = SaleContractQuerySet.as_manager()

    class Meta:
        ordering = ["plant", "first_day", "pk"]
        verbose_name = _("contrat de vente")
        constraints = [
            models.UniqueConstraint(fields=["plant", "reference"], name="one_sale_contract_per_reference"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"))
                & Q(first_day__gte=dt.date(1990, 1, 1))
                & Q(last_day__lte=dt.date(2150, 1, 1)),
                name="sale_contract_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind="shared", participant__isnull=False)
                | (~Q(kind="shared") & Q(participant=None)),
                name="shared_sale_has_a_participant",
            ),
            models.CheckConstraint(
                condition=Q(kind="heat", meter__isnull=False) | (~Q(kind="heat") & Q(meter=None)),
                name="heat_sale_has_a_meter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.plant_id})"


class ContractTerms(models.Model):
    """An edition of a contract's terms (`production.revenue.terms`); the one of the highest number holds."""

    contract = models.ForeignKey(SaleContract, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    reason = models.CharField(_("pourquoi"), max_length=300)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["contract", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="one_edition_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}, {self.number}"


class IndexCoefficient(models.Model):
    """An index coefficient from a day on, until the next; of two for one day, the later entered holds."""

    contract = models.ForeignKey(SaleContract, on_delete=models.PROTECT, related_name="coefficients")
    series = models.CharField(max_length=2, blank=True, help_text="R1 or R2 of heat; empty: the contract's.")
    since = models.DateField(_("à partir du"))
    value = models.DecimalField(_("coefficient"), max_digits=14, decimal_places=12)
    source = models.CharField(_("d’où il vient"), max_length=200)
    mark = models.CharField(max_length=1)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["contract", "since", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0), name="coefficient_is_positive"),
            models.CheckConstraint(condition=Q(mark__in="VSOMC"), name="coefficient_has_a_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}: {self.value}"


class MarketPrice(models.Model):
    """What a month of complement needs: M0 [€/MWh], the market's price if followed, energy left out [Wh]."""

    contract = models.ForeignKey(SaleContract, on_delete=models.PROTECT, related_name="market_prices")
    month = models.DateField(_("mois"), help_text="Its first day.")
    reference = models.DecimalField(_("prix de référence M0 (€/MWh)"), max_digits=10, decimal_places=4)
    market = models.DecimalField(
        _("prix de vente au marché (€/MWh)"), max_digits=10, decimal_places=4, null=True, blank=True
    )
    excluded_wh = models.BigIntegerField(_("énergie sans complément (Wh)"), default=0)
    source = models.CharField(_("d’où il vient"), max_length=200)
    mark = models.CharField(max_length=1)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["contract", "month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="market_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(excluded_wh__gte=0), name="energy_left_out_not_negative"),
            models.CheckConstraint(condition=Q(mark__in="VSOMC"), name="market_price_has_a_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.month:%Y-%m}: {self.reference}"


class SaleInvoiceQuerySet(models.QuerySet["SaleInvoice"]):
    def of(self, cooperative: Cooperative) -> Self:
        """Invoices of one cooperative, the latest first."""
        own = self.filter(cooperative=cooperative)
        return own.select_related("contract__plant", "cancels", "cancelled_by").order_by("-year", "-number")

    def standing(self) -> Self:
        """Those that hold: neither credit notes that take one back, nor taken back themselves."""
        return self.filter(cancels=None, cancelled_by=None)


class SaleInvoice(models.Model):
    """An invoice as it was issued, numbered without gap within its cooperative and year. Never changed.

    A mistake is taken back by a credit note, `cancels`, with a number of its own and the opposite amounts.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="sale_invoices")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    contract = models.ForeignKey(SaleContract, on_delete=models.PROTECT, related_name="invoices")
    edition = models.ForeignKey(ContractTerms, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    cancels = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="cancelled_by"
    )
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    content = models.JSONField(help_text="`production.revenue.stored.invoice_json`.")
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    incomplete_agreed = models.BooleanField(default=False)
    issued_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)

    objects = SaleInvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("facture de vente")
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "year", "number"], name="one_sale_invoice_per_number"
            ),
            models.CheckConstraint(condition=Q(total=F("net") + F("vat")), name="invoice_total_adds_up"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="invoice_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """`2026-0012`, as printed."""
        return f"{self.year}-{self.number:04d}"

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes one back, or owes the buyer something: an avoir on paper."""
        return self.cancels_id is not None or self.net < 0


class BuyerStatement(models.Model):
    """What the buyer says it pays, as received: a file, or lines somebody typed. The same one comes once."""

    contract = models.ForeignKey(SaleContract, on_delete=models.PROTECT, related_name="statements")
    file_name = models.CharField(max_length=255, blank=True, help_text="Empty: typed.")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(help_text="The file; of typed lines, their JSON.")
    reference = models.CharField(_("référence du relevé"), max_length=60, blank=True)
    received_on = models.DateField(_("reçu le"))
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("relevé de l’acheteur")
        constraints = [
            models.UniqueConstraint(fields=["contract", "sha256"], name="one_statement_per_content"),
        ]

    def __str__(self) -> str:
        return self.reference or self.file_name or self.sha256[:8]


class BuyerStatementLine(models.Model):
    """One line of a statement; what it doesn't say is null."""

    statement = models.ForeignKey(BuyerStatement, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    part = models.CharField(max_length=10)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    energy_wh = models.BigIntegerField(null=True)
    price = models.DecimalField(max_digits=16, decimal_places=8, null=True)
    coefficient = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    reference_price = models.DecimalField(max_digits=16, decimal_places=8, null=True)

    class Meta:
        ordering = ["statement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="one_statement_line_per_number"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="statement_line_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}, {self.number}"


class StatementSettlement(models.Model):
    """What was decided of a statement; the latest holds."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepté tel quel")
        CLAIMED = "claimed", _("réclamé à l’acheteur")
        SETTLED = "settled", _("réglé")

    statement = models.ForeignKey(BuyerStatement, on_delete=models.PROTECT, related_name="settlements")
    outcome = models.CharField(_("suite donnée"), max_length=8, choices=Outcome)
    note = models.CharField(_("précision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.outcome}"

"""A subscription: somebody's way from a first click to shares in the register."""

import datetime as dt
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import SecretField
from shareholders.models.cooperatives import College, Cooperative
from shareholders.models.holders import Shareholder
from shareholders.models.register import ShareMovement
from shareholders.models.rounds import FundingRound


class InvitationLink(models.Model):
    """A shareholder's own address to send to neighbours."""

    holder = models.OneToOneField(Shareholder, on_delete=models.CASCADE, related_name="invitation")
    code = models.CharField(max_length=16, unique=True)
    visits = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, cooperative: Cooperative) -> Self:
        return self.filter(cooperative=cooperative)

    def standing(self) -> Self:
        """Those that hold shares of their round: signed and not ended, or issued."""
        return self.filter(state__in=STANDING)

    def awaiting_decision(self) -> Self:
        return self.filter(state=Subscription.State.SIGNED, decision="")


class Subscription(models.Model):
    """One person's request for shares of a round.

    Up to the signature it goes step by step; from there on payment and approval are two gates that open in
    either order, and the shares are issued by whoever opens the second. What was signed never changes
    (a database trigger holds it), and what was received is told by the ledger of payments alone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        IDENTIFIED = "identified", _("identité donnée")
        READ = "read", _("documents lus")
        SIGNED = "signed", _("bulletin signé")
        ISSUED = "issued", _("actions émises")
        REFUSED = "refused", _("refusée")
        EXPIRED = "expired", _("annulée")
        ABANDONED = "abandoned", _("abandonnée")
        UNDONE = "undone", _("annulée après émission")

    class Decision(models.TextChoices):
        PENDING = "", _("à décider")
        APPROVED = "approved", _("agréée")
        REFUSED = "refused", _("refusée")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="subscriptions")
    round = models.ForeignKey(FundingRound, on_delete=models.PROTECT, related_name="subscriptions")
    number = models.PositiveIntegerField()
    reference = models.CharField(_("référence de paiement"), max_length=25)
    # The link one comes back by holds the key; we keep its fingerprint only.
    key_sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=2, default="fr")
    email = models.EmailField(blank=True)
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    # Written by the steps; what it holds is said in `shareholders.persons`.
    identity = models.JSONField(default=dict)
    college = models.ForeignKey(College, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    holder = models.ForeignKey(Shareholder, on_delete=models.PROTECT, null=True, related_name="subscriptions")
    invited_by = models.ForeignKey(
        Shareholder, on_delete=models.PROTECT, null=True, related_name="invited_subscriptions"
    )
    refund_iban = SecretField(default="")
    refund_iban_fingerprint = models.CharField(max_length=64, blank=True)
    refund_iban_masked = models.CharField(max_length=40, blank=True)
    # Offered by somebody else, who may pay before it is accepted.
    is_gift = models.BooleanField(default=False)
    giver_name = models.CharField(_("offert par"), max_length=120, blank=True)
    giver_email = models.EmailField(blank=True)
    gift_message = models.CharField(_("un mot"), max_length=500, blank=True)
    # What was shown to be read, by fingerprint, and when it was confirmed.
    read_at = models.DateTimeField(null=True)
    read_documents = models.JSONField(default=list)
    # Frozen by the signature.
    signed_at = models.DateTimeField(null=True)
    signed_place = models.CharField(_("fait à"), max_length=80, blank=True)
    nominal_value = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    premium = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    first_call = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, help_text="What opens the payment gate [€]."
    )
    schedule = models.JSONField(default=list, help_text="Later calls, when shares may be partly paid.")
    bulletin_sha256 = models.CharField(max_length=64, blank=True)
    evidence = models.JSONField(default=dict)
    # The two gates. Payment is in the ledger; this is the moment it was found complete.
    paid_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision_reason = models.CharField(_("motif"), max_length=500, blank=True)
    # Fewer than asked when a round was over-subscribed.
    granted = models.PositiveIntegerField(null=True)
    movement = models.OneToOneField(
        ShareMovement, on_delete=models.PROTECT, null=True, related_name="subscription"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("souscription")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_subscription_per_number"),
            models.UniqueConstraint(
                fields=["cooperative", "reference"], name="one_subscription_per_reference"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="subscription_asks_for_shares"),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "issued", "undone"])
                | (
                    Q(signed_at__isnull=False, nominal_value__isnull=False, premium__isnull=False)
                    & Q(first_call__gt=0)
                    & ~Q(bulletin_sha256="")
                    & ~Q(identity={})
                ),
                name="signed_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["issued", "undone"], movement__isnull=False)
                    & Q(decision="approved", paid_at__isnull=False)
                )
                | (~Q(state__in=["issued", "undone"]) & Q(movement=None)),
                name="issued_through_both_gates",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decision_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(decision="refused"), name="refused_by_a_decision"
            ),
            models.CheckConstraint(
                condition=Q(granted=None) | Q(granted__lte=models.F("quantity")), name="granted_within_asked"
            ),
            models.CheckConstraint(
                condition=Q(is_gift=False) | (~Q(giver_name="") & ~Q(giver_email="")),
                name="gift_has_a_giver",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def shares(self) -> int:
        """Shares asked for, or granted once the round was allotted."""
        return self.quantity if self.granted is None else self.granted

    @property
    def price(self) -> Decimal:
        """Euros for all the shares, premium included; only of a signed subscription."""
        assert self.nominal_value is not None and self.premium is not None
        return self.shares * (self.nominal_value + self.premium)

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def is_over(self, now: dt.datetime) -> bool:
        """Past its time, whether or not the nightly work has said so yet."""
        return self.state in BEFORE_SIGNATURE and now >= self.expires_at


BEFORE_SIGNATURE = (Subscription.State.DRAFT, Subscription.State.IDENTIFIED, Subscription.State.READ)
STANDING = (Subscription.State.SIGNED, Subscription.State.ISSUED)
ENDED = (
    Subscription.State.REFUSED,
    Subscription.State.EXPIRED,
    Subscription.State.ABANDONED,
    Subscription.State.UNDONE,
)


class SigningCode(models.Model):
    """A code sent by e-mail that signs one text once. The code itself is never stored."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, null=True, related_name="signing_codes"
    )
    transfer = models.ForeignKey(
        "ShareTransfer", on_delete=models.CASCADE, null=True, related_name="signing_codes"
    )
    email = models.EmailField()
    code_hash = models.CharField(max_length=64)
    text_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        # How many letters an address was sent lately, whatever they were about.
        indexes = [models.Index(Lower("email"), "sent_at", name="code_by_receiver")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subscription__isnull=False, transfer=None)
                | Q(subscription=None, transfer__isnull=False),
                name="code_signs_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.sent_at:%Y-%m-%d %H:%M}"


class NewbornPanel(models.Model):
    """A symbolic panel, one square metre, offered to a child born in the town; with shares or without."""

    class State(models.TextChoices):
        # Until the family says yes to the letter sent to it, nobody answers and the child's place is free.
        TO_CONFIRM = "to_confirm", _("à confirmer par la famille")
        ASKED = "asked", _("demandé")
        GIVEN = "given", _("offert")
        DECLINED = "declined", _("décliné")

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="newborn_panels")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    child_first_names = models.CharField(_("prénoms de l’enfant"), max_length=120)
    child_last_name = models.CharField(_("nom de l’enfant"), max_length=120)
    born_on = models.DateField(_("date de naissance"))
    commune = models.CharField(_("commune de naissance"), max_length=80)
    commune_insee = models.CharField(max_length=5, blank=True)
    offered_by = models.CharField(_("offert par"), max_length=160)
    by_municipality = models.BooleanField(default=False)
    contact_email = models.EmailField(_("adresse e-mail de la famille"))
    language = models.CharField(max_length=2, default="fr")
    subscription = models.OneToOneField(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="newborn_panel"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, help_text="When the family said yes to our letter.")
    given_at = models.DateTimeField(null=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("panneau de naissance")
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_panel_per_number"),
            models.UniqueConstraint(
                "cooperative",
                Lower("child_first_names"),
                Lower("child_last_name"),
                "born_on",
                # Two families may ask for one child, and the board sees both; one panel is given.
                condition=Q(state="given"),
                name="one_panel_per_child",
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False), name="given_panel_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_first_names} {self.child_last_name}"

"""The share register: movements, written once, numbered without gap, each sealed to the one before."""

import datetime as dt
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shareholders.models.cooperatives import Cooperative


class MovementKind(models.TextChoices):
    ISSUE = "issue", _("émission")
    TRANSFER = "transfer", _("cession")
    GIFT = "gift", _("donation")
    INHERITANCE = "inheritance", _("succession")
    WITHDRAWAL = "withdrawal", _("retrait et remboursement")
    CANCELLATION = "cancellation", _("annulation")
    NOMINAL_CHANGE = "nominal_change", _("changement de la valeur nominale")
    REVERSAL = "reversal", _("contre-passation")


# What each kind of movement has: a giver, a taker. A reversal has those of the line it reverses, swapped.
SIDES: dict[MovementKind, tuple[tuple[bool, bool], ...]] = {
    MovementKind.ISSUE: ((False, True),),
    MovementKind.TRANSFER: ((True, True),),
    MovementKind.GIFT: ((True, True),),
    MovementKind.INHERITANCE: ((True, True),),
    MovementKind.WITHDRAWAL: ((True, False),),
    MovementKind.CANCELLATION: ((True, False),),
    MovementKind.NOMINAL_CHANGE: ((False, False),),
    MovementKind.REVERSAL: ((False, True), (True, False), (True, True), (False, False)),
}


def _each_kind_has_its_sides() -> Q:
    return reduce(
        or_,
        (
            Q(kind=kind.value, from_shareholder__isnull=not giver, to_shareholder__isnull=not taker)
            for kind, choices in SIDES.items()
            for giver, taker in choices
        ),
    )


# A line that has no side moves no share: a change of the nominal value, and its reversal.
_MOVES = Q(from_shareholder__isnull=False) | Q(to_shareholder__isnull=False)


class ShareMovementQuerySet(models.QuerySet["ShareMovement"]):
    def up_to(self, day: dt.date) -> Self:
        """The movements dated on or before `day`."""
        return self.filter(dated__lte=day)


class ShareMovement(models.Model):
    """One line of the register of share movements (R228-8, R228-9).

    Its kind says which sides it has. A database trigger checks the numbering, that nobody gives more than is
    held, what a reversal may undo and the nominal value of the day; it seals the line to the one before
    (`register_chain` says how) and refuses any later change.
    """

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="share_movements")
    number = models.PositiveIntegerField(_("numéro"))
    kind = models.CharField(max_length=20, choices=MovementKind)
    dated = models.DateField(_("date"), help_text="The day the movement takes effect.")
    entered_at = models.DateTimeField(default=timezone.now)
    from_shareholder = models.ForeignKey(
        "Shareholder", on_delete=models.PROTECT, null=True, related_name="movements_out"
    )
    to_shareholder = models.ForeignKey(
        "Shareholder", on_delete=models.PROTECT, null=True, related_name="movements_in"
    )
    # Name and address of both sides as they were that day: R228-9 wants them, and people move.
    giver_identity = models.CharField(max_length=4000, blank=True, default="")
    taker_identity = models.CharField(max_length=4000, blank=True, default="")
    quantity = models.PositiveIntegerField(_("nombre d’actions"))
    nominal_value = models.DecimalField(_("valeur nominale (€)"), max_digits=10, decimal_places=2)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(_("motif"), max_length=300, blank=True, default="")
    previous_sha256 = models.CharField(max_length=64, blank=True, help_text="Written by the database.")
    entry_sha256 = models.CharField(max_length=64, blank=True, help_text="Written by the database.")

    objects = ShareMovementQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("mouvement de titres")
        indexes = [
            models.Index(
                fields=["cooperative", "dated"],
                include=["to_shareholder", "from_shareholder", "quantity"],
                name="movements_by_day",
            ),
            models.Index(
                fields=["cooperative", "dated", "number"], condition=~_MOVES, name="nominal_changes_by_day"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_movement_per_number"),
            models.CheckConstraint(
                condition=(_MOVES & Q(quantity__gt=0)) | (~_MOVES & Q(quantity=0)),
                name="movement_moves_shares",
            ),
            models.CheckConstraint(condition=_each_kind_has_its_sides(), name="movement_has_its_holders"),
            models.CheckConstraint(
                condition=~Q(from_shareholder=F("to_shareholder")), name="movement_changes_hands"
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="only_a_reversal_reverses",
            ),
            models.CheckConstraint(condition=~Q(kind="reversal") | ~Q(reason=""), name="a_reversal_says_why"),
            models.CheckConstraint(condition=Q(nominal_value__gt=0), name="movement_has_a_nominal_value"),
        ]

    def __str__(self) -> str:
        return f"n° {self.number}: {self.quantity}"

"""What is known of a counter: its digits, and when it was exchanged."""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from installations.models import FEWEST_DIGITS, MOST_DIGITS, Meter, MeterReplacement
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User


class CounterRefused(ValueError):
    """A counter or a replacement that can't be: the sentence says why."""


@transaction.atomic
def save_counter(*, actor: User | None, meter: Meter, digits: int | None) -> Meter:
    """Say after how many digits a counter falls back to zero, None: nobody knows. Raises CounterRefused."""
    if digits is not None and not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        words = _("Un compteur a de %(fewest)s à %(most)s chiffres.")
        raise CounterRefused(words % {"fewest": FEWEST_DIGITS, "most": MOST_DIGITS})
    locked = Meter.objects.select_for_update(no_key=True).get(pk=meter.pk)
    if locked.counter_digits == digits:
        return locked
    before, locked.counter_digits = locked.counter_digits, digits
    locked.save(update_fields=["counter_digits"])
    record(actor, "save_counter", locked, scope=_scope(meter), meter=meter.code, before=before, after=digits)
    return locked


def enter_replacement(
    *,
    actor: User | None,
    meter: Meter,
    at: dt.datetime,
    removed_index: Decimal,
    installed_index: Decimal,
    unit: str,
    now: dt.datetime,
) -> MeterReplacement:
    """Declare a counter exchanged or reset; index files are read across it. Raises CounterRefused."""
    if at > now:
        raise CounterRefused(_("Ce remplacement est dans le futur : déclarez-le quand il aura eu lieu."))
    if removed_index < 0 or installed_index < 0:
        raise CounterRefused(_("Un index n’est jamais négatif."))
    try:
        with transaction.atomic():
            entered = MeterReplacement.objects.create(
                meter=meter,
                at=at,
                removed_index=removed_index,
                installed_index=installed_index,
                unit=unit,
                entered_by=actor,
            )
            record(
                actor,
                "enter_replacement",
                entered,
                scope=_scope(meter),
                meter=meter.code,
                at=at.isoformat(),
                removed_index=str(removed_index),
                installed_index=str(installed_index),
                unit=unit,
            )
    except IntegrityError:
        # The only constraint left that a checked entry can meet.
        raise CounterRefused(
            _("Un remplacement est déjà déclaré à cet instant : retirez-le d’abord.")
        ) from None
    return entered


@transaction.atomic
def withdraw_replacement(*, actor: User | None, meter: Meter, pk: int) -> bool:
    """Take back a replacement that never was; the journal keeps it. Tells whether there was one."""
    found = MeterReplacement.objects.select_for_update().filter(meter=meter, pk=pk).first()
    if found is None:
        return False
    record(
        actor,
        "withdraw_replacement",
        found,
        scope=_scope(meter),
        meter=meter.code,
        at=found.at.isoformat(),
        removed_index=str(found.removed_index),
        installed_index=str(found.installed_index),
    )
    found.delete()
    return True


def _scope(meter: Meter) -> str:
    return meter.plant.cooperative.slug

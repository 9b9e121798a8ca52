"""Acts on the tokens of programs that bring readings: made, revoked, shown at the door."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from installations.models import Meter
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.models import MeterToken
from production.permissions import can_import_readings
from shareholders.models import Cooperative
from shareholders.permissions import actor_in

# Says what it is, to those who find one in a file, and to programs that look for lost secrets.
PREFIX = "mds_releves_"
# "Last used" is for people: to the minute, and not one write a request.
USED_EVERY = dt.timedelta(minutes=1)
LONGEST_LIFE = dt.timedelta(days=3 * 366)


class TokenRefused(Exception):
    """A token that can't be made, or one that opens nothing; the sentence says why."""


@transaction.atomic
def make_meter_token(
    *,
    actor: User | None,
    owner: User,
    cooperative: Cooperative,
    name: str,
    meters: Sequence[Meter],
    life: dt.timedelta,
    now: dt.datetime,
) -> tuple[MeterToken, str]:
    """Make a token of `owner` for `meters`, and give it with its key, which nobody can read again.

    Raises TokenRefused.
    """
    _check(owner, cooperative, name, meters, life)
    key = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = MeterToken.objects.create(
                cooperative=cooperative,
                owner=owner,
                name=name.strip(),
                first_characters=key[len(PREFIX) :][:6],
                sha256=_digest(key),
                created_at=now,
                expires_at=now + life,
            )
    except IntegrityError as error:
        said = _("Un jeton en service porte déjà ce nom : choisissez-en un autre, ou révoquez-le d’abord.")
        raise TokenRefused(said) from error
    token.meters.set(meters)
    record(
        actor,
        "make_meter_token",
        token,
        scope=cooperative.slug,
        name=token.name,
        owner=owner.pk,
        meters=sorted(meter.code for meter in meters),
        expires_at=token.expires_at.isoformat(),
    )
    return token, key


def _check(
    owner: User, cooperative: Cooperative, name: str, meters: Sequence[Meter], life: dt.timedelta
) -> None:
    if not can_import_readings(actor_in(owner, cooperative)):
        raise TokenRefused(_("Ce compte n’exploite pas les toits de cette coopérative."))
    if not name.strip() or len(name.strip()) > 60:
        raise TokenRefused(_("Donnez un nom au jeton, de 60 caractères au plus."))
    if not meters or any(meter.plant.cooperative_id != cooperative.pk for meter in meters):
        raise TokenRefused(_("Choisissez au moins un compteur de cette coopérative, et aucun autre."))
    if not dt.timedelta(0) < life <= LONGEST_LIFE:
        raise TokenRefused(_("Un jeton vaut trois ans au plus."))


@transaction.atomic
def revoke_meter_token(*, actor: User | None, token: MeterToken, now: dt.datetime) -> bool:
    """End a token now; False, and nothing changes, if it was ended before."""
    standing = MeterToken.objects.filter(pk=token.pk, revoked_at=None)
    if not standing.update(revoked_at=now, revoked_by=actor):
        return False
    record(actor, "revoke_meter_token", token, scope=token.cooperative.slug, name=token.name)
    return True


def token_of(key: str, now: dt.datetime) -> MeterToken:
    """The token of a key, in force. Raises TokenRefused, with a reason that only who has the key gets."""
    found = MeterToken.objects.filter(sha256=_digest(key)).select_related("owner", "cooperative").first()
    if found is None:
        raise TokenRefused(_("Ce jeton n’existe pas."))
    if found.revoked_at is not None:
        raise TokenRefused(_("Ce jeton a été révoqué : demandez-en un autre à l’exploitant."))
    if not found.is_in_force(now):
        raise TokenRefused(_("Ce jeton est échu : demandez-en un autre à l’exploitant."))
    owner = found.owner
    if not owner.is_active or not can_import_readings(actor_in(owner, found.cooperative)):
        raise TokenRefused(_("Qui a créé ce jeton n’exploite plus ces toits : demandez-en un autre."))
    _mark_used(found, now)
    return found


def _mark_used(token: MeterToken, now: dt.datetime) -> None:
    before = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    MeterToken.objects.filter(before, pk=token.pk).update(last_used_at=now)


def _digest(key: str) -> str:
    # 256 bits drawn by chance need no salt and no slow digest: nobody can try them all.
    return hashlib.sha256(key.encode()).hexdigest()

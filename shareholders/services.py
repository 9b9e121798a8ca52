"""Acts on the register and on roles. One act, one transaction, one journal entry."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import College, Cooperative, MovementKind, RoleGrant, Shareholder, ShareMovement
from shareholders.roles import Role


class NotEnoughShares(Exception):
    """A movement takes more shares than its giver holds, on its own day or a later one."""


@transaction.atomic
def grant_role(
    *, actor: User | None, cooperative: Cooperative, user: User, role: Role, commune_insee: str = ""
) -> RoleGrant:
    """Let `user` act in `role` for `cooperative`; a role already held is left as it is."""
    grant, is_new = RoleGrant.objects.in_force().get_or_create(
        cooperative=cooperative, user=user, role=role, defaults={"commune_insee": commune_insee}
    )
    if is_new:
        record(actor, "grant_role", grant, scope=cooperative.slug, role=role, user=user.pk)
    return grant


@transaction.atomic
def revoke_role(*, actor: User | None, grant: RoleGrant) -> None:
    """End a role now; the row stays, so that past acts can be understood. An ended role is left as it is."""
    now = timezone.now()
    if RoleGrant.objects.in_force().filter(pk=grant.pk).update(revoked_at=now):
        grant.revoked_at = now
        record(actor, "revoke_role", grant, scope=grant.cooperative.slug, role=grant.role)


@transaction.atomic
def enter_shareholder(*, actor: User | None, college: College, **person: Any) -> Shareholder:
    """Open an account in the register under the next order number."""
    cooperative = _locked(college.cooperative_id)
    last = Shareholder.objects.filter(cooperative=cooperative).order_by("-number").first()
    number = last.number + 1 if last else 1
    shareholder = Shareholder(cooperative=cooperative, number=number, college=college, **person)
    shareholder.full_clean()
    shareholder.save()
    record(actor, "enter_shareholder", shareholder, scope=cooperative.slug, number=number)
    return shareholder


@transaction.atomic
def issue_shares(
    *, actor: User | None, shareholder: Shareholder, quantity: int, dated: dt.date
) -> ShareMovement:
    """Issue new shares to `shareholder` at the nominal value, as the next line of the register."""
    return _enter_movement(
        actor,
        _locked(shareholder.cooperative_id),
        MovementKind.ISSUE,
        quantity=quantity,
        dated=dated,
        to_shareholder=shareholder,
    )


@transaction.atomic
def transfer_shares(
    *, actor: User | None, seller: Shareholder, buyer: Shareholder, quantity: int, dated: dt.date
) -> ShareMovement:
    """Move shares between two holders. Raises NotEnoughShares."""
    return _enter_movement(
        actor,
        _locked(seller.cooperative_id),
        MovementKind.TRANSFER,
        quantity=quantity,
        dated=dated,
        from_shareholder=seller,
        to_shareholder=buyer,
    )


def _enter_movement(
    actor: User | None,
    cooperative: Cooperative,
    kind: MovementKind,
    *,
    quantity: int,
    dated: dt.date,
    from_shareholder: Shareholder | None = None,
    to_shareholder: Shareholder | None = None,
) -> ShareMovement:
    """The next line of the register of `cooperative`, whose row is locked."""
    last = ShareMovement.objects.filter(cooperative=cooperative).order_by("-number").first()
    with _refusals_in_words():
        movement = ShareMovement.objects.create(
            cooperative=cooperative,
            number=last.number + 1 if last else 1,
            kind=kind,
            dated=dated,
            from_shareholder=from_shareholder,
            to_shareholder=to_shareholder,
            quantity=quantity,
            nominal_value=cooperative.nominal_value,
        )
    record(actor, kind, movement, scope=cooperative.slug, number=movement.number, quantity=quantity)
    return movement


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """The database judges, as it alone sees every other writer; its refusal is told as a reader says it."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != "no_holding_below_zero":
            raise
        raise NotEnoughShares(
            _("La personne qui cède ne détient pas autant d’actions, ce jour-là ou plus tard.")
        ) from error


def _locked(cooperative_id: int) -> Cooperative:
    """The cooperative's row, held until the transaction ends: numbers are given one at a time."""
    return Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)

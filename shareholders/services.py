"""Acts on the register and on roles. One act, one transaction, one journal entry."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import College, Cooperative, RoleGrant, Shareholder, ShareMovement
from shareholders.roles import Role


@transaction.atomic
def grant_role(
    *, actor: User | None, cooperative: Cooperative, user: User, role: Role, commune_insee: str = ""
) -> RoleGrant:
    """Let `user` act in `role` for `cooperative`; a role already held is left as it is."""
    grant, is_new = RoleGrant.objects.get_or_create(
        cooperative=cooperative,
        user=user,
        role=role,
        revoked_at=None,
        defaults={"commune_insee": commune_insee},
    )
    if is_new:
        record(actor, "grant_role", grant, scope=cooperative.slug, role=role, user=user.pk)
    return grant


@transaction.atomic
def revoke_role(*, actor: User | None, grant: RoleGrant) -> None:
    """End a role now; the row stays, so that past acts can be understood. An ended role is left as it is."""
    now = timezone.now()
    if RoleGrant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now):
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
        actor, ShareMovement.Kind.ISSUE, quantity=quantity, dated=dated, to_shareholder=shareholder
    )


@transaction.atomic
def transfer_shares(
    *, actor: User | None, seller: Shareholder, buyer: Shareholder, quantity: int, dated: dt.date
) -> ShareMovement:
    """Move shares between two holders. The database refuses more than the seller holds."""
    return _enter_movement(
        actor,
        ShareMovement.Kind.TRANSFER,
        quantity=quantity,
        dated=dated,
        to_shareholder=buyer,
        from_shareholder=seller,
    )


def _enter_movement(
    actor: User | None,
    kind: ShareMovement.Kind,
    *,
    quantity: int,
    dated: dt.date,
    to_shareholder: Shareholder,
    from_shareholder: Shareholder | None = None,
) -> ShareMovement:
    cooperative = _locked(to_shareholder.cooperative_id)
    last = ShareMovement.objects.filter(cooperative=cooperative).order_by("-number").first()
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


def _locked(cooperative_id: int) -> Cooperative:
    """The cooperative's row, held until the transaction ends: numbers are given one at a time."""
    return Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative_id)

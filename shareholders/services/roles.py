"""Acts on roles: given, taken back. The row stays, so that past acts can be understood."""

from django.db import transaction
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, RoleGrant
from shareholders.roles import Role


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
    """End a role now. An ended role is left as it is."""
    now = timezone.now()
    if RoleGrant.objects.in_force().filter(pk=grant.pk).update(revoked_at=now):
        grant.revoked_at = now
        record(actor, "revoke_role", grant, scope=grant.cooperative.slug, role=grant.role)

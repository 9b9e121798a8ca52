"""Who may: one actor, plain predicates, used by pages and API alike."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, RoleGrant
from shareholders.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in front of one cooperative: the account, the roles held there, the commune if any."""

    user: User | None
    cooperative: Cooperative
    roles: frozenset[str]
    commune_insee: str = ""

    @property
    def is_member(self) -> bool:
        return bool(self.roles)


Predicate = Callable[[Actor], bool]


def actor_in(user: User | AnonymousUser, cooperative: Cooperative) -> Actor:
    """The actor that `user` is in `cooperative` now."""
    if not isinstance(user, User):
        return Actor(None, cooperative, frozenset())
    grants = RoleGrant.objects.in_force().filter(user=user, cooperative=cooperative)
    rows = list(grants.values_list("role", "commune_insee").order_by("pk"))
    commune = next((insee for role, insee in rows if role == Role.MUNICIPALITY), "")
    return Actor(user, cooperative, frozenset(role for role, _ in rows), commune)


def holds(*roles: Role) -> Predicate:
    """A predicate: the actor holds at least one of `roles`."""

    def predicate(actor: Actor) -> bool:
        return not actor.roles.isdisjoint(roles)

    return predicate


can_see_own_shares = holds(Role.SHAREHOLDER)
can_see_register = holds(Role.BOARD, Role.TREASURER, Role.AUDITOR)
can_decide_shares = holds(Role.BOARD)
can_handle_money = holds(Role.TREASURER)
can_see_money = holds(Role.BOARD, Role.TREASURER, Role.AUDITOR)
can_see_accounts = holds(Role.ADMINISTRATOR, Role.AUDITOR)
can_see_company_bank = holds(Role.TREASURER, Role.BOARD, Role.AUDITOR, Role.ADMINISTRATOR)
# In full: who enters the account, and who compares it with the bank's paper.
can_read_company_iban = holds(Role.TREASURER, Role.BOARD)

# papers and newborns' panels
can_open_papers = holds(Role.SHAREHOLDER, Role.MUNICIPALITY, Role.BOARD, Role.TREASURER, Role.AUDITOR)
can_see_newborns = holds(Role.MUNICIPALITY, Role.BOARD, Role.AUDITOR)
can_give_panels = holds(Role.MUNICIPALITY, Role.BOARD)

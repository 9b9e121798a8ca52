"""Who may bring and read metered output.

Daily sums of a plant are public; files and single readings aren't.
"""

from django.db.models import QuerySet

from installations.models import Meter, Plant
from installations.permissions import follows
from mine_de_soleil.core.models import User
from shareholders.models import RoleGrant
from shareholders.permissions import Actor, holds
from shareholders.roles import Role

can_import_readings = holds(Role.OPERATOR)
can_see_operation = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR)
# A municipality reads the studies of the roofs it follows, and no others: `may_read_studies`.
can_read_studies = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR, Role.MUNICIPALITY)


def operates_somewhere(user: User) -> bool:
    """True when the person operates the plants of some cooperative."""
    return _operated_by(user).exists()


def meters_operated_by(user: User) -> QuerySet[Meter]:
    """The meters a person may bring readings for, in all cooperatives she operates the plants of."""
    operated = _operated_by(user).values("cooperative")
    return Meter.objects.filter(plant__cooperative__in=operated).order_by("code")


def _operated_by(user: User) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.in_force().filter(user=user, role=Role.OPERATOR)


def may_read_studies(actor: Actor, plant: Plant) -> bool:
    """True when the actor may read the yield studies of that plant."""
    return can_see_operation(actor) or (can_read_studies(actor) and follows(actor, plant))

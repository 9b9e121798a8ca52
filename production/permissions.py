"""Who may bring and read metered output.

Public, on pages and as open data: what a plant delivered, by day (with the state of the day's readings) and,
a day at a time, step by step with its meters summed; on its page also its troubles (what, when, kWh lost),
the days it was maintained, and which files were stored last. Not public: the files themselves, readings by
meter and line, quality findings, who answered an alert and how, what the log says, amounts in euros, sales.
"""

from django.db.models import QuerySet

from installations.models import Meter, Plant
from installations.permissions import follows
from mine_de_soleil.core.models import User
from shareholders.models import RoleGrant
from shareholders.permissions import Actor, can_decide_shares, can_see_register, holds
from shareholders.roles import Role

can_import_readings = holds(Role.OPERATOR)
can_answer_alerts = holds(Role.OPERATOR)
can_see_operation = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR)
# The licence of the public series, and the letter, are the board's.
can_choose_licence = can_decide_shares
can_see_letter = can_see_register
can_try_letter = can_decide_shares
# Sales: the company's money; the operator reads and brings what the buyer sends.
can_see_sales = holds(Role.TREASURER, Role.BOARD, Role.OPERATOR, Role.AUDITOR)
can_decide_sales = holds(Role.TREASURER, Role.BOARD)
can_bring_statements = holds(Role.TREASURER, Role.BOARD, Role.OPERATOR)
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

"""Who may bring and read metered output.

What a plant delivered is public, day by day and reading by reading; the files brought aren't.
"""

from installations.models import Plant
from installations.permissions import follows
from shareholders.permissions import Actor, can_decide_shares, can_see_register, holds
from shareholders.roles import Role

can_import_readings = holds(Role.OPERATOR)
can_see_operation = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR)
# The licence of the public series, and the letter, are the board's.
can_choose_licence = can_decide_shares
can_see_letter = can_see_register
can_try_letter = can_decide_shares
# A municipality reads the studies of the roofs it follows, and no others: `may_read_studies`.
can_read_studies = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR, Role.MUNICIPALITY)


def may_read_studies(actor: Actor, plant: Plant) -> bool:
    """True when the actor may read the yield studies of that plant."""
    return can_see_operation(actor) or (can_read_studies(actor) and follows(actor, plant))

"""Who may bring and read metered output.

Daily sums of a plant are public; files and single readings aren't.
"""

from shareholders.permissions import holds
from shareholders.roles import Role

can_import_readings = holds(Role.OPERATOR)
can_see_operation = holds(Role.OPERATOR, Role.BOARD, Role.AUDITOR)

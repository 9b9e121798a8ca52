"""Who may see what of plants. Plants themselves are public."""

from shareholders.permissions import holds
from shareholders.roles import Role

# An auditor reads all; she sees the roofs of every commune.
can_follow_commune = holds(Role.MUNICIPALITY, Role.AUDITOR)

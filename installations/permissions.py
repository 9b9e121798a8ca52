"""Who may see what of plants. Plants themselves are public."""

from shareholders.permissions import holds
from shareholders.roles import Role

can_follow_commune = holds(Role.MUNICIPALITY)

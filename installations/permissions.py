"""Who may see what of plants. Plants themselves are public."""

from installations.models import Plant
from shareholders.permissions import Actor, holds
from shareholders.roles import Role

# An auditor reads all; she sees the roofs of every commune.
can_follow_commune = holds(Role.MUNICIPALITY, Role.AUDITOR)


def follows(actor: Actor, plant: Plant) -> bool:
    """True when the plant is among those the actor follows on the municipality's page."""
    return Role.AUDITOR in actor.roles or plant.commune_insee == actor.commune_insee

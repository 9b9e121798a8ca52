"""What the words of a command name."""

from installations.models import Plant
from mine_de_soleil.core.commands import Refused


def plant_named(slug: str, cooperative: str | None) -> Plant:
    """The only plant of that name, with its arrays. Raises Refused for none and for several."""
    found = Plant.objects.filter(slug=slug).select_related("cooperative").prefetch_related("arrays")
    if cooperative:
        found = found.filter(cooperative__slug=cooperative)
    plants = list(found.order_by("pk")[:2])
    if not plants:
        raise Refused(f"Aucune centrale ne s’appelle « {slug} ».")
    if len(plants) > 1:
        raise Refused(f"Plusieurs centrales s’appellent « {slug} » : précisez --cooperative.")
    return plants[0]

"""The cooperative a command is about."""

from mine_de_soleil.core.commands import Refused
from shareholders.models import Cooperative


def cooperative_named(slug: str) -> Cooperative:
    """The cooperative of that slug. Raises Refused."""
    found = Cooperative.objects.filter(slug=slug).first()
    if found is None:
        raise Refused(f"La coopérative « {slug} » n’existe pas. Que faire : vérifiez son nom d’adresse.")
    return found

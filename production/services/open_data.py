"""Choosing the licence of the public series."""

from django.db import transaction

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.models import OpenDataLicence
from production.open_data.licences import LICENCES
from shareholders.models import Cooperative


@transaction.atomic
def choose_licence(*, actor: User | None, cooperative: Cooperative, code: str) -> OpenDataLicence:
    """Publish under another licence from now on; what was taken away keeps its own. Raises KeyError."""
    licence = LICENCES[code]
    chosen, is_new = OpenDataLicence.objects.update_or_create(
        cooperative=cooperative, defaults={"code": licence.code}
    )
    record(actor, "choose_licence", chosen, scope=cooperative.slug, code=code, is_first=is_new)
    return chosen

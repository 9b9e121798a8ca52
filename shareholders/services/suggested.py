"""The treasurer's yes to a suggestion."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from shareholders.ledger import with_free
from shareholders.models import StatementLine
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payouts import free_to_use
from shareholders.services.register import locked
from shareholders.services.statements import assign_line
from shareholders.suggestions import suggest


@transaction.atomic
def accept_suggestion(
    *, actor: User, line: StatementLine, told: str, free_then: Decimal | None = None
) -> None:
    """Give a line to whom it was suggested, exactly as it was shown. Raises MoneyRefused."""
    cooperative = locked(line.cooperative_id)
    free_to_use(line, free_then)
    rows = list(with_free(StatementLine.objects.filter(pk=line.pk)))
    found = suggest(cooperative, rows, timezone.localdate()).get(line.pk)
    if found is None or found.told != told:
        raise MoneyRefused(_("La proposition a changé entre-temps. Rien n’est fait : relisez la ligne."))
    for subscription, amount in found.parts:
        assign_line(actor=actor, line=line, subscription=subscription, amount=amount)

"""Letters about later calls: before the day, and after it."""

from django.conf import settings
from django.urls import reverse

from mine_de_soleil.core.post import post
from shareholders.banking.references import formatted
from shareholders.instalments import Due
from shareholders.models import CallReminder
from shareholders.services.languages import language_of
from shareholders.services.transfer_mails import letters_to
from shareholders.unpaid import Debt


def tell_call(debt: Debt, call: Due, step: str) -> None:
    """Tell those who act for the holder what is to be paid, by when and how."""
    cooperative = debt.subscription.cooperative
    context = {
        "cooperative": cooperative,
        "amount": call.amount,
        "due_on": call.due_on,
        "is_very_late": step == CallReminder.Step.VERY_LATE,
        "shares": debt.shares,
        "reference": formatted(debt.reference),
        "iban": formatted(cooperative.iban),
        "page": settings.SITE_URL + reverse("own_calls", args=[cooperative.slug]),
    }
    name = "call_soon" if step == CallReminder.Step.SOON else "call_late"
    for address in letters_to(debt.holder):
        language = language_of(address, debt.holder)
        post(to=address, template=f"shareholders/mail/{name}.txt", context=context, language=language)

"""The lines of a signed bulletin, as its paper looks them up."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from mine_de_soleil.core.papers import contents
from shareholders.models import Cooperative, Subscription

# The labels under which bulletins were signed before their lines had keys, in the language of the paper.
_LABELS_ONCE = {
    "company": gettext_lazy("Société"),
    "legal_form": gettext_lazy("Forme"),
    "capital": gettext_lazy("Capital"),
    "seat": gettext_lazy("Siège"),
    "registration": gettext_lazy("Immatriculation"),
    "round_amount": gettext_lazy("Montant"),
    "period": gettext_lazy("Période"),
    "terms": gettext_lazy("Conditions"),
    "paid_later": gettext_lazy("À payer plus tard"),
    "funds_recipient": gettext_lazy("Destinataire des fonds"),
}


def signed_lines(subscription: Subscription) -> dict[str, str]:
    """The signed text by the key of each line; of bulletins signed before lines had keys, by its label."""
    labels = {str(label): key for key, label in _LABELS_ONCE.items()}
    found = {}
    for label, said, *key in subscription.evidence.get("bulletin", ()):
        name = key[0] if key else labels.get(label)
        if name:
            found[name] = said
    return found


def company_signed(cooperative: Cooperative, said: Mapping[str, str]) -> contents.Company:
    """The company as the signed text names it; today's for what it doesn't say."""
    return contents.Company(
        name=said.get("company", cooperative.legal_name),
        legal_form=said.get("legal_form", cooperative.legal_form),
        capital=said.get("capital", ""),
        seat=said.get("seat", cooperative.seat_commune),
        registration=said.get("registration", ""),
    )

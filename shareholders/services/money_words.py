"""The database's refusals of money, by the name of the rule, as a reader says them."""

from contextlib import AbstractContextManager

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.refusals import told_as


class MoneyRefused(Exception):
    """An act on money that can't be done; the sentence says why, and that nothing changed."""


_SENTENCES: dict[str, str | Promise] = {
    "line_money_counted_once": _(
        "Cette ligne du relevé ne contient plus cette somme : un euro n’est compté qu’une fois."
    ),
    "refunded_within_received": _("On ne peut pas rendre plus qu’il n’a été reçu."),
    "payout_paid_once": _("Ce remboursement est déjà payé."),
    "one_payment_per_source": _("Cette somme est déjà dans les comptes."),
    "payment_moves_money": _("Indiquez un montant plus grand que zéro."),
    "one_statement_per_file": _("Ce relevé est déjà importé."),
    "payment_line_of_own_cooperative": _("Cette ligne est d’une autre coopérative."),
    "payment_subscription_of_own_cooperative": _("Cette souscription est d’une autre coopérative."),
    "issued_only_when_paid": _("Cette souscription n’est pas payée."),
}


def refusals_in_words() -> AbstractContextManager[None]:
    """Turn the database's refusal into MoneyRefused; what it refuses for another reason stays as it is."""
    return told_as(MoneyRefused, _SENTENCES)

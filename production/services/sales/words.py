"""What no act of sale may do, in the reader's words; the database's own refusals among them."""

from django.utils.translation import gettext_lazy as _


class SaleRefused(Exception):
    """An act of sale that can't be done; `str()` is the sentence."""


class SaleMoved(SaleRefused):
    """What the reader saw is no longer what would be done: to be read again."""


SENTENCES = {
    "energy_sold_once": _(
        "Ces jours sont déjà vendus par un autre contrat. Changez les jours, ou arrêtez l’autre contrat."
    ),
    "one_sale_contract_per_reference": _("Un contrat de ce toit porte déjà ce numéro."),
    "sale_contract_days_in_order": _(
        "Le contrat finit avant de commencer, ou ses années ne sont pas possibles."
    ),
    "participant_of_the_plant": _("Ce participant est celui d’un autre toit."),
    "heat_meter_of_the_plant": _("Ce compteur est celui d’un autre réseau."),
    "shared_sale_has_a_participant": _("Choisissez le participant à qui cette énergie est vendue."),
    "heat_sale_has_a_meter": _("Choisissez le compteur de chaleur du client."),
    "invoiced_days_in_contract": _(
        "Des jours déjà facturés seraient hors du contrat. Annulez d’abord la facture."
    ),
    "days_invoiced_once": _("Une partie de cette période est déjà facturée."),
    "one_participant_per_name": _("Un participant de ce toit porte déjà ce nom."),
    "one_statement_per_content": _("Ce relevé est déjà reçu."),
}

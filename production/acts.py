"""What the acts on readings and forecasts are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "receive_file": _("Fichier de relevés reçu"),
    "store_readings": _("Relevés enregistrés"),
    "refuse_import": _("Import refusé au moment d’enregistrer"),
    "undo_import": _("Import annulé"),
    "give_up_import": _("Import abandonné après plusieurs essais"),
    "enter_sale_contract": _("Contrat de vente saisi"),
    "change_sale_terms": _("Conditions d’un contrat de vente changées"),
    "end_sale_contract": _("Dernier jour d’un contrat de vente changé"),
    "enter_coefficient": _("Coefficient d’indexation saisi"),
    "enter_market_price": _("Prix de référence saisi"),
    "issue_sale_invoice": _("Facture de vente émise"),
    "cancel_sale_invoice": _("Facture de vente annulée par un avoir"),
    "receive_buyer_statement": _("Relevé de l’acheteur reçu"),
    "settle_buyer_statement": _("Suite donnée à un relevé de l’acheteur"),
    "add_participant": _("Participant à un partage ajouté"),
    "set_sharing_keys": _("Clés de répartition enregistrées"),
    "receive_consumption": _("Courbe de consommation reçue"),
    "make_forecast": _("Prévision calculée et figée"),
    "save_network": _("Réseau de chaleur décrit"),
    "save_sheet": _("Fiche technique enregistrée"),
    "keep_sensor_series": _("Mesures de capteurs reçues"),
    "keep_weather_file": _("Fichier météo reçu"),
    "weather_failed": _("Météo non reçue"),
}

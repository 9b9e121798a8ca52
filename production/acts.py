"""What the acts on readings and forecasts are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "receive_file": _("Fichier de relevés reçu"),
    "store_readings": _("Relevés enregistrés"),
    "refuse_import": _("Import refusé au moment d’enregistrer"),
    "undo_import": _("Import annulé"),
    "give_up_import": _("Import abandonné après plusieurs essais"),
    "make_forecast": _("Prévision calculée et figée"),
    "save_network": _("Réseau de chaleur décrit"),
    "save_sheet": _("Fiche technique enregistrée"),
    "choose_letter": _("Lettre du mois choisie ou arrêtée"),
    "stop_letter": _("Lettre du mois arrêtée par son lien"),
    "send_letters": _("Lettre du mois envoyée"),
    "skip_letters": _("Lettre du mois pas envoyée : trop peu de relevés"),
    "preview_letter": _("Exemplaire de la lettre demandé"),
    "choose_licence": _("Licence des données choisie"),
    "keep_sensor_series": _("Mesures de capteurs reçues"),
    "keep_weather_file": _("Fichier météo reçu"),
    "weather_failed": _("Météo non reçue"),
}

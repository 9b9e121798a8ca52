"""What the acts on readings and forecasts are called in the journal."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "receive_file": _("Fichier de relevés reçu"),
    "store_readings": _("Relevés enregistrés"),
    "refuse_import": _("Import refusé au moment d’enregistrer"),
    "quarantine_file": _("Fichier de relevés mis en quarantaine"),
    "store_rest": _("Reste d’un fichier accepté"),
    "discard_file": _("Fichier en quarantaine jeté"),
    "draw_layout": _("Colonnes d’un fichier décrites"),
    "save_counter": _("Compteur décrit"),
    "enter_replacement": _("Remplacement de compteur déclaré"),
    "withdraw_replacement": _("Remplacement de compteur retiré"),
    "undo_import": _("Import annulé"),
    "give_up_import": _("Import abandonné après plusieurs essais"),
    "make_forecast": _("Prévision calculée et figée"),
    "save_network": _("Réseau de chaleur décrit"),
    "save_sheet": _("Fiche technique enregistrée"),
    "keep_sensor_series": _("Mesures de capteurs reçues"),
    "keep_weather_file": _("Fichier météo reçu"),
    "weather_failed": _("Météo non reçue"),
}

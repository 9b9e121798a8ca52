from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.acts import name_acts


class DemoConfig(AppConfig):
    name = "mine_de_soleil.demo"
    verbose_name = "Démonstration"

    def ready(self) -> None:
        name_acts({"load_demo": _("Démonstration chargée"), "finish_demo": _("Démonstration complète")})

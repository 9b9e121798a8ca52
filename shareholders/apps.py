from django.apps import AppConfig

from mine_de_soleil.core.acts import name_acts
from shareholders.acts import ACTS


class ShareholdersConfig(AppConfig):
    name = "shareholders"
    verbose_name = "Actionnaires"

    def ready(self) -> None:
        name_acts(ACTS)

from django.apps import AppConfig

from mine_de_soleil.core.acts import name_acts
from production.acts import ACTS


class ProductionConfig(AppConfig):
    name = "production"
    verbose_name = "Production"

    def ready(self) -> None:
        from production.checks import register_checks

        name_acts(ACTS)
        register_checks()

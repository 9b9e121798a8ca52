from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "mine_de_soleil.core"
    label = "core"
    verbose_name = "Socle"

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "mine_de_soleil.demo"
    verbose_name = "Démonstration"

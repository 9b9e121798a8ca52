from django.apps import AppConfig


class ShareholdersConfig(AppConfig):
    name = "shareholders"
    verbose_name = "Actionnaires"

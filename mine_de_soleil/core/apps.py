from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "mine_de_soleil.core"
    label = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        from mine_de_soleil.core.checks import register_checks
        from mine_de_soleil.core.database_roles import give_rights

        post_migrate.connect(give_rights, sender=self)
        register_checks()

"""The engine behind DATABASES when DATABASE_URL is unset. Django wants it in a module called `base`."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from mine_de_soleil.core.database_roles import APP_ROLE
from mine_de_soleil.core.embedded_postgres.server import embedded_url_parts


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL reached over the socket of the embedded server, started if it isn't running."""

    def get_connection_params(self) -> dict[str, Any]:
        socket_directory, user = embedded_url_parts(create_database="mine_de_soleil")
        self.settings_dict.update(HOST=socket_directory, USER=user if settings.AS_OWNER else APP_ROLE)
        return super().get_connection_params()

"""Is the site up? Asked by whoever watches it."""

import datetime as dt
from dataclasses import dataclass

from django.db import DatabaseError, connection

# The worker writes its heartbeat every ten seconds; three missed ones are a stopped worker.
WORKER_SILENT_AFTER = dt.timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Health:
    """What answers."""

    database: bool
    worker: bool

    @property
    def is_good(self) -> bool:
        return self.database and self.worker

    def as_dict(self) -> dict[str, bool]:
        return {"database": self.database, "worker": self.worker}


def health_of() -> Health:
    """Ask the database for the latest heartbeat of any worker."""
    try:
        with connection.cursor() as cursor:
            # Counted by the database's clock, which wrote the heartbeat: machines' own may differ.
            cursor.execute("SELECT now() - max(last_heartbeat) FROM procrastinate_workers")
            (silence,) = cursor.fetchone()
    except DatabaseError:
        return Health(database=False, worker=False)
    return Health(database=True, worker=silence is not None and silence < WORKER_SILENT_AFTER)

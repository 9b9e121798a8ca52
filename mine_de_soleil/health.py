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


def health_of(now: dt.datetime) -> Health:
    """Ask the database for the latest heartbeat of any worker."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
            (latest,) = cursor.fetchone()
    except DatabaseError:
        return Health(database=False, worker=False)
    return Health(database=True, worker=latest is not None and now - latest < WORKER_SILENT_AFTER)

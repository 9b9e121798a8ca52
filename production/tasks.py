"""Work done by the worker."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from mine_de_soleil.core.jobs import fresh_connection
from production import services

TRIES = 3


@app.task(queue="imports", retry=TRIES, pass_context=True)
@fresh_connection
def store_import(context: JobContext, import_id: int) -> None:
    """Store a file that was received and checked. Safe to repeat: a stored import is left alone.

    After the last failed try the import says so, rather than wait for ever.
    """
    try:
        services.store_waiting_import(import_id)
    except Exception:
        if context.job.attempts >= TRIES:
            services.give_up_import(import_id)
        raise

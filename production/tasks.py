"""Work done by the worker."""

from procrastinate.contrib.django import app

from production import services


@app.task(queue="imports", retry=3)
def store_import(import_id: int) -> None:
    """Store a file that was received and checked. Safe to repeat: a stored import is left alone."""
    services.store_waiting_import(import_id)

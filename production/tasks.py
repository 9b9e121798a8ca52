"""Work done by the worker."""

import datetime as dt

from django.db import connection
from django.dispatch import receiver
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.core.tasks import MOST_RUNS, job_given_up
from production.partitions import coming_years, make_years
from production.services import imports as services
from production.services import sensor_days
from production.services.weather_days import tell_days


@app.task(queue="imports", retry=MOST_RUNS - 1, pass_context=True)
@fresh_connection
def store_import(context: JobContext, import_id: int) -> None:
    """Store a file that was received and checked. Safe to repeat: a stored import is left alone.

    After the last failed run the import says so, rather than wait for ever.
    """
    try:
        services.store_waiting_import(import_id)
    except Exception:
        # `attempts` counts the runs before this one.
        if context.job.attempts + 1 >= MOST_RUNS:
            services.give_up_import(import_id)
        raise


@receiver(job_given_up)
@fresh_connection
def close_import_that_kills_its_worker(job: Job, **_: object) -> None:
    """Close the import of a job that took its worker with it each time."""
    if job.task_name == services.STORE_TASK:
        import_id = job.task_kwargs["import_id"]
        assert isinstance(import_id, int)  # as `receive_file` wrote it
        services.give_up_import(import_id)


@app.periodic(cron="40 5 * * *")  # after the night's own work, and after the demo's new day
@app.task(queue="weather", queueing_lock="tell_expected_days", retry=2)
@fresh_connection
def tell_expected_days(timestamp: int) -> None:
    """Expected output under the weather that was and the one announced. Safe to repeat."""
    tell_days(timezone.now())


@app.task(queue="weather", retry=MOST_RUNS - 1)
@fresh_connection
def tell_sensor_days(weather_id: int) -> None:
    """Expected output of a roof under what its own sensors measured. Safe to repeat."""
    sensor_days.tell_sensor_days(weather_id)


@app.periodic(cron="7 2 * * *")
@app.task(queue="housekeeping", queueing_lock="make_coming_year")
@fresh_connection
def make_coming_year(timestamp: int) -> None:
    """Have the tables of this year's readings and the next's ready. Safe to repeat."""
    with connection.cursor() as cursor:
        make_years(cursor, coming_years(timezone.now().astimezone(dt.UTC).date()))

"""Work done by the worker."""

from django.dispatch import receiver
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.core.tasks import MOST_RUNS, job_given_up
from production.services import imports as services
from production.services import sensor_days
from production.services.alert_letters import tell_operators
from production.services.expected_light import light_missing
from production.services.watching import watch_all, watch_now
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
    light_missing()


@app.task(queue="weather", retry=MOST_RUNS - 1)
@fresh_connection
def tell_sensor_days(weather_id: int) -> None:
    """Expected output of a roof under what its own sensors measured. Safe to repeat."""
    sensor_days.tell_sensor_days(weather_id)


@app.periodic(cron="20 6 * * *")  # after the night's weather, which roofs without neighbours are judged by
@app.task(queue="watch", queueing_lock="watch_roofs", retry=2)
@fresh_connection
def watch_roofs(timestamp: int) -> None:
    """Verdicts and alerts of all roofs, then one letter to each operator with news. Safe to repeat."""
    watch_all(timezone.now())
    tell_operators(timezone.now())


@app.task(queue="watch", retry=MOST_RUNS - 1)
@fresh_connection
def watch_after_import(cooperative_id: int) -> None:
    """Verdicts and alerts of one company, soon after recent readings came. Safe to repeat."""
    watch_now(cooperative_id, timezone.now())

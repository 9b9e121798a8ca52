"""Work done by the worker."""

from django.dispatch import receiver
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.core.tasks import MOST_RUNS, job_given_up
from production import services


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

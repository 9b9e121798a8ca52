"""Housekeeping that the worker does by itself."""

import datetime as dt

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.core.models import IdempotentAnswer

# A client that repeats a request after a month has given up long ago.
ANSWERS_KEPT = dt.timedelta(days=30)


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed to the others. Jobs must bear being done twice; ours do."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping")
@fresh_connection
def forget_old_answers(timestamp: int) -> None:
    """Drop the kept answers of API writes that nobody will repeat."""
    IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()

"""Housekeeping that the worker does by itself."""

import datetime as dt

from django.core.mail import EmailMultiAlternatives
from django.dispatch import Signal
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.core.models import IdempotentAnswer

# A client that repeats a request after a month has given up long ago.
ANSWERS_KEPT = dt.timedelta(days=30)
# What kills its worker three times will do so a fourth time.
MOST_RUNS = 3
# Sent with `job`, for the storey above that knows what the job was about; may be sent twice for a job.
job_given_up = Signal()


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed to the others. Jobs must bear being done twice; ours do."""
    for job in await context.app.job_manager.get_stalled_jobs():
        # `attempts` counts the runs before the one that was cut off.
        if job.attempts + 1 >= MOST_RUNS:
            await _give_up(context, job)
        else:
            await context.app.job_manager.retry_job(job)


async def _give_up(context: JobContext, job: Job) -> None:
    # Told first: killed in between, the next minute tells it again.
    await job_given_up.asend(Job, job=job)
    await context.app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping")
@fresh_connection
def forget_old_answers(timestamp: int) -> None:
    """Drop the kept answers of API writes that nobody will repeat."""
    IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()


# Letters hold links and codes that open doors. Those that were sent are deleted by the worker at once.
LETTERS_KEPT_H = 48


@app.periodic(cron="29 3 * * *")
@app.task(queue="housekeeping", queueing_lock="forget_old_letters", pass_context=True)
async def forget_old_letters(context: JobContext, timestamp: int) -> None:
    """Drop the letters that could not be sent, once there was time to look at why."""
    await context.app.job_manager.delete_old_jobs(
        LETTERS_KEPT_H, queue="letters", include_failed=True, include_cancelled=True, include_aborted=True
    )


# A mail server may be away for an hour or two; later than that a code or a reminder is no use.
@app.task(queue="letters", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
@fresh_connection
def send_letter(
    to: str, subject: str, body: str, html: str = "", headers: dict[str, str] | None = None
) -> None:
    """Send one letter. Raises what the mail server says, and is tried again."""
    message = EmailMultiAlternatives(subject=subject, body=body, to=[to], headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    message.send()

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
from production.services import letters, quality, sensor_days, trends
from production.services.alert_letters import tell_operators
from production.services.expected_light import light_missing
from production.services.watching import watch_all, watch_now
from production.services.weather_days import tell_days
from shareholders.models import Cooperative


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


# Each hour of the day, from the second to the fifteenth and beyond: a month that became complete leaves
# within the hour, and what a killed worker left is taken up again. The first comes after the night's alerts,
# which letters name.
@app.periodic(cron="23 7-18 * * *")
@app.task(queue="housekeeping", queueing_lock="send_monthly_letters", retry=2)
@fresh_connection
def send_monthly_letters(timestamp: int) -> None:
    """Hand over the letters of the month before, where they are due. Safe to repeat."""
    now = timezone.now()
    letters.forget_unconfirmed(now=now)
    for cooperative in Cooperative.objects.order_by("pk"):
        send_letters_of.defer(cooperative_id=cooperative.pk)


@app.task(queue="housekeeping", retry=MOST_RUNS - 1)
@fresh_connection
def send_letters_of(cooperative_id: int) -> None:
    """A bounded number of letters of one cooperative; while more wait, another job goes on."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with timezone.override(cooperative.zone):
        more = letters.send_due(cooperative=cooperative, today=timezone.localdate())
    if more:
        send_letters_of.defer(cooperative_id=cooperative_id)


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


@app.task(queue="quality", retry=MOST_RUNS - 1)
@fresh_connection
def check_quality(meter_id: int, first: str, last: str) -> None:
    """What the readings an import touched are worth, day by day. Safe to repeat."""
    quality.check_meter(meter_id, dt.date.fromisoformat(first), dt.date.fromisoformat(last), timezone.now())


@app.periodic(cron="50 5 * * *")  # after the demo's new day and the night's expected output
@app.task(queue="quality", queueing_lock="check_late_quality", retry=2)
@fresh_connection
def check_late_quality(timestamp: int) -> None:
    """The quality of yesterday and of the days before it, for every meter. Safe to repeat."""
    quality.check_late_days(timezone.now())


@app.periodic(cron="50 6 * * *")  # after the watch, which people wait for: this takes its time
@app.task(queue="quality", queueing_lock="make_trends", retry=1)
@fresh_connection
def make_trends(timestamp: int) -> None:
    """Ageing, dirt and standstills of the roofs whose month has come. Safe to repeat."""
    trends.make_late_trends(timezone.now())


@app.periodic(cron="20 6 * * *")  # after the night's weather, which lone roofs are judged by, and quality
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


@app.periodic(cron="7 2 * * *")
@app.task(queue="housekeeping", queueing_lock="make_coming_year")
@fresh_connection
def make_coming_year(timestamp: int) -> None:
    """Have the tables of this year's readings and the next's ready. Safe to repeat."""
    with connection.cursor() as cursor:
        make_years(cursor, coming_years(timezone.now().astimezone(dt.UTC).date()))

"""A watch asked for because recent readings changed: one waits for a cooperative, however many files come."""

import datetime as dt
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mine_de_soleil.core.calendar import local_day
from production.models import NeighbourDay, ReadingImport

# By its name, since the module of tasks stands on the services.
WATCH_TASK = "production.tasks.watch_after_import"
RECENT = dt.timedelta(days=60)  # older readings wait for the night's watch


def readings_changed(target: ReadingImport) -> None:
    """Have the days of an import summed anew, and a watch made soon if they are recent.

    In the transaction of the import itself: what is marked stays marked if, and only if, its readings stay.
    """
    plant = target.meter.plant
    if target.first_start is None or target.last_end is None:
        return
    # A file that ends at midnight holds nothing of the day that begins then.
    span = (target.first_start, target.last_end - dt.timedelta(seconds=1))
    first, last = (local_day(instant, plant.zone) for instant in span)
    rows = NeighbourDay.objects.filter(plant=plant, day__range=(first, last))
    # An import waits for no watch: rows that one is writing now are found by their energy the next time.
    free = list(rows.select_for_update(skip_locked=True).order_by("day").values_list("day", flat=True))
    rows.filter(day__in=free).update(counted_wh=None)
    # A demonstration is watched by what loads it.
    if plant.cooperative.is_demo or timezone.now() - target.last_end > RECENT:
        return
    # Once committed, so that imports of one company don't wait for each other; a watch lost here is made by
    # night.
    transaction.on_commit(partial(_ask, plant.cooperative_id), robust=True)


def _ask(cooperative_id: int) -> None:
    # The watch that waits already will see these readings, too.
    with suppress(AlreadyEnqueued), transaction.atomic():
        task = app.configure_task(WATCH_TASK, queueing_lock=f"watch:{cooperative_id}")
        task.defer(cooperative_id=cooperative_id)

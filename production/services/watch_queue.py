"""A watch asked for because recent readings changed: one waits for a cooperative, however many files come."""

import datetime as dt
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from installations.models import Plant
from production.models import NeighbourDay, ReadingImport

# By its name, since the module of tasks stands on the services.
WATCH_TASK = "production.tasks.watch_after_import"
RECENT = dt.timedelta(days=60)  # older readings wait for the night's watch


def readings_changed(*targets: ReadingImport) -> None:
    """Have the days of imports summed anew, and a watch made soon if they are recent.

    In the transaction of the imports themselves: what is marked stays marked if, and only if, readings stay.
    """
    told = [target for target in targets if target.first_start and target.last_end]
    plants_by_span: dict[tuple[dt.date, dt.date], set[Plant]] = {}
    for target in told:
        plants_by_span.setdefault(target.local_days, set()).add(target.meter.plant)
    for span, plants in plants_by_span.items():
        _count_anew(plants, span)
    for cooperative_id in sorted({one.meter.plant.cooperative_id for one in told if _is_watched_soon(one)}):
        # Once committed, so that imports of one company don't wait for each other; a watch lost here is made
        # by night.
        transaction.on_commit(partial(_ask, cooperative_id), robust=True)


def _count_anew(plants: set[Plant], span: tuple[dt.date, dt.date]) -> None:
    """Have the watch sum these days again. An import waits for no watch: rows that one is writing now are
    found by their energy the next time."""
    rows = NeighbourDay.objects.filter(plant__in=plants, day__range=span)
    free = list(rows.select_for_update(skip_locked=True).order_by("plant_id", "day").values_list("pk"))
    if free:
        NeighbourDay.objects.filter(pk__in=[pk for (pk,) in free]).update(counted_wh=None)


def _is_watched_soon(target: ReadingImport) -> bool:
    """Whether readings are recent; a demonstration is watched by what loads it."""
    assert target.last_end
    return not target.meter.plant.cooperative.is_demo and timezone.now() - target.last_end <= RECENT


def _ask(cooperative_id: int) -> None:
    # The watch that waits already will see these readings, too.
    with suppress(AlreadyEnqueued), transaction.atomic():
        task = app.configure_task(WATCH_TASK, queueing_lock=f"watch:{cooperative_id}")
        task.defer(cooperative_id=cooperative_id)

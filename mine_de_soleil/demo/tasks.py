"""The demo's own morning work."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.jobs import fresh_connection
from mine_de_soleil.demo.loading import load_demo
from mine_de_soleil.demo.scales import SCALES
from shareholders.models import Cooperative


@app.periodic(cron="10 5 * * *")  # in UTC: 06:10 in winter, 07:10 in summer, always after midnight in Paris
@app.task(queue="demo", queueing_lock="extend_demo", retry=3)
@fresh_connection
def extend_demo(timestamp: int) -> None:
    """Append the days up to yesterday where a demo was loaded, and keep a round open. Safe to repeat."""
    yesterday = local_day(timezone.now()) - dt.timedelta(days=1)
    for name, scale in SCALES.items():
        if Cooperative.objects.filter(slug=scale.company.slug, is_demo=True).exists():
            load_demo(scale=name, until=yesterday)

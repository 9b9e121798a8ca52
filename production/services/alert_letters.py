"""Letters about alerts: once a day, to each operator of a company, those nobody has written about yet."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from mine_de_soleil.core.post import post
from production.alert_words import ToldAlert, seen, title
from production.models import PlantAlert
from shareholders.models import Cooperative, RoleGrant
from shareholders.roles import Role

TEMPLATE = "production/mail/alerts.txt"


def tell_operators(now: dt.datetime) -> int:
    """Write to the operators of every company about its new alerts, once about each. Returns letters.

    A demonstration writes to nobody. An alert somebody has taken or closed meanwhile is no news.
    """
    untold = PlantAlert.objects.filter(told_at=None, plant__cooperative__is_demo=False)
    companies = Cooperative.objects.filter(plants__alerts__in=untold).distinct().order_by("pk")
    return sum(_tell(cooperative, now) for cooperative in companies)


@transaction.atomic
def _tell(cooperative: Cooperative, now: dt.datetime) -> int:
    rows = PlantAlert.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    untold = rows.filter(told_at=None, plant__cooperative=cooperative).select_related(
        "plant__cooperative", "meter"
    )
    alerts = list(untold.order_by("plant__name", "pk"))
    PlantAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=now)
    news = [alert for alert in alerts if alert.state == PlantAlert.State.OPEN]
    if not news:
        return 0
    told = [ToldAlert(title(alert), seen(alert), _link(alert)) for alert in news]
    grants = RoleGrant.objects.in_force().filter(cooperative=cooperative, role=Role.OPERATOR)
    emails = list(grants.order_by("user__email").values_list("user__email", flat=True).distinct())
    for email in emails:
        post(to=email, template=TEMPLATE, context={"cooperative": cooperative, "alerts": told})
    return len(emails)


def _link(alert: PlantAlert) -> str:
    return settings.SITE_URL + reverse("alert", args=[alert.plant.cooperative.slug, alert.pk])

"""Children who come of age: their parents' power ends on the eighteenth birthday."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.post import post
from mine_de_soleil.rules.law import parameter
from shareholders.deadlines import add_months
from shareholders.models import Cooperative, Representative, Shareholder
from shareholders.roles import Role
from shareholders.services.languages import language_of
from shareholders.services.newcomers import account_of, close_space
from shareholders.services.people import end_representation
from shareholders.services.register import locked
from shareholders.services.roles import grant_role

log = logging.getLogger(__name__)
PARENTS = Representative.Quality.PARENT


def birthday_of_age(born: dt.date, day: dt.date) -> dt.date:
    """The day one comes of age, by the law of `day`; who was born on 29 February, on 1 March."""
    years = int(parameter("shares.majority_age_years").value_on(day))
    birthday = add_months(born, 12 * years)
    return birthday if birthday.day == born.day else birthday + dt.timedelta(days=1)


def end_minorities(now: dt.datetime) -> int:
    """End what parents' powers have lapsed by `now`, and invite the young adults; how many came of age.

    Each in its own transaction: what one of them raises is logged, and keeps none of the others waiting.
    """
    ended = 0
    parents = Representative.objects.filter(quality=PARENTS, until=None)
    holders = Shareholder.objects.filter(pk__in=parents.values("holder"), birth_date__isnull=False)
    for holder in holders.select_related("cooperative").order_by("pk"):
        assert holder.birth_date is not None
        today = timezone.localdate(now, holder.cooperative.zone)
        majority = birthday_of_age(holder.birth_date, today)
        if majority > today:
            continue
        try:
            _come_of_age(holder, majority)
            ended += 1
        except Exception:
            log.exception("the coming of age of holder %s stopped", holder.pk)
    return ended


@transaction.atomic
def _come_of_age(holder: Shareholder, majority: dt.date) -> None:
    cooperative = locked(holder.cooperative_id)
    parents = holder.representatives.filter(quality=PARENTS, until=None).select_related("user")
    theirs = {parent.email.lower() for parent in parents}
    for parent in parents:
        end_representation(actor=None, representative=parent, until=max(majority, parent.since))
        if parent.user is not None:
            theirs.add(parent.user.email.lower())
            close_space(actor=None, cooperative=cooperative, user=parent.user)
    record(None, "come_of_age", holder, scope=cooperative.slug, on=f"{majority}")
    _invite(cooperative, holder, theirs)


def _invite(cooperative: Cooperative, holder: Shareholder, parents: set[str]) -> None:
    """Open the space to the young adult at an own address; a parent's address isn't one, the board asks."""
    if not holder.email or holder.email.lower() in parents or holder.died_on or holder.protection:
        return
    holder.user = holder.user or account_of(holder.email, str(holder))
    holder.save(update_fields=["user"])
    grant_role(actor=None, cooperative=cooperative, user=holder.user, role=Role.SHAREHOLDER)
    context = {"holder": holder, "cooperative": cooperative}
    template, language = "shareholders/mail/came_of_age.txt", language_of(holder.email, holder)
    post(to=holder.email, template=template, context=context, language=language)


def without_anybody(cooperative: Cooperative, today: dt.date) -> list[Shareholder]:
    """Living people for whom somebody has to act and nobody does: children, adults a judge protects, and
    those who came of age without an own address. Another adult without an account is waited for by nobody.
    """
    spoken_for = Representative.objects.filter(until=None).values("holder")
    people = Shareholder.objects.filter(
        cooperative=cooperative, kind=Shareholder.Kind.NATURAL, user=None, died_on=None
    )
    once_children = Representative.objects.filter(quality=PARENTS).values("holder")
    years = int(parameter("shares.majority_age_years").value_on(today))
    concerned = ~Q(protection="") | Q(pk__in=once_children) | Q(birth_date__gt=add_months(today, -12 * years))
    return list(people.filter(concerned).exclude(pk__in=spoken_for).order_by("number"))

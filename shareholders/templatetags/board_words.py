"""Words and counts that several pages of the board, of a town and of a shareholder say alike."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from django import template

from mine_de_soleil.core.models import User
from shareholders import newborn_pages, round_pages
from shareholders.models import Cooperative, FundingRound, Paper, Shareholder, Subscription
from shareholders.permissions import Actor

register = template.Library()


class Counted(Protocol):
    """Something to do, and how many times."""

    count: int


@register.filter
def things(tasks: Iterable[Counted]) -> int:
    """How many things wait, whatever their kind."""
    return sum(task.count for task in tasks)


@register.filter
def state_in_words(subscription: Subscription) -> str:
    """Where a subscription stands, as neighbours say it."""
    return round_pages.state_in_words(subscription)


@register.filter
def is_account_of(holder: Shareholder, user: User) -> bool:
    """Whether `user` holds these shares, rather than acts for who does."""
    return holder.user_id == user.pk


@register.simple_tag
def waiting_panels(actor: Actor) -> int | None:
    """`{% waiting_panels actor as waiting %}`: None for who may not answer families."""
    return newborn_pages.waiting_count(actor)


@register.simple_tag
def has_open_round(cooperative: Cooperative, today: str) -> bool:
    """Whether one may subscribe on `today`, as `{% now "Y-m-d" as today %}` writes it."""
    day = dt.date.fromisoformat(today)
    return FundingRound.objects.of(cooperative).open_on(day).exists()


@register.filter
def extract_day(extract: Paper) -> dt.date:
    """The day an extract of the register stops at, told by its cause (`paper_making.extract_on_demand`)."""
    return dt.date.fromisoformat(extract.cause.split(":")[1])

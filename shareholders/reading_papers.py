"""Which papers somebody may open."""

import hashlib

from django.db.models import Q, QuerySet

from shareholders.models import Paper, Shareholder
from shareholders.paper_keys import is_key, paper_key
from shareholders.permissions import Actor, can_see_register
from shareholders.roles import Role


def papers_of(actor: Actor) -> QuerySet[Paper]:
    """The papers `actor` may open in this cooperative, without their bytes, the latest first."""
    rows = Paper.objects.filter(cooperative=actor.cooperative).defer("content").select_related("cooperative")
    if can_see_register(actor):
        return rows
    if actor.user is None:
        return rows.none()
    acted_for = Shareholder.objects.of(actor.user, actor.cooperative).values("pk")
    # With the former accounts of the same people: papers stay where they were made.
    own = Shareholder.objects.filter(Q(pk__in=acted_for) | Q(merged_into__in=acted_for)).values("pk")
    mine = Q(holder__in=own) | Q(transfer__giver__in=own) | Q(transfer__taker__in=own)
    # Once there is a holder, whoever acts for it today reads, no longer who signed then.
    signed = Q(subscription__user=actor.user, subscription__holder=None)
    mine |= signed | Q(subscription__holder__in=own)
    # A certificate of one side of a transfer isn't the other's business.
    mine &= ~Q(kind=Paper.Kind.CERTIFICATE) | Q(holder__in=own)
    if Role.MUNICIPALITY in actor.roles and actor.commune_insee:
        mine |= Q(newborn__commune_insee=actor.commune_insee)
    return rows.filter(mine)


def opens(paper: Paper, key: str) -> bool:
    """Whether `key` is that of the paper's own link, or of the subscription it belongs to."""
    if is_key(key, paper_key(paper)):
        return True
    if paper.subscription is None:
        return False
    return is_key(hashlib.sha256(key.encode()).hexdigest(), paper.subscription.key_sha256)

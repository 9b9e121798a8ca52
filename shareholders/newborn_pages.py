"""What the pages of newborns' panels show, and who may see which."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from shareholders.models import Cooperative, FundingRound, NewbornPanel, Paper
from shareholders.paper_keys import paper_key
from shareholders.permissions import Actor, can_give_panels, can_see_register
from shareholders.services.newborns import commune_of, given_count


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """One child's panel, as the family sees it. `paper` is None while the certificate is being made."""

    panel: NewbornPanel
    paper: Paper | None
    paper_key: str
    offer: FundingRound | None

    @property
    def may_get_shares(self) -> bool:
        """Whether shares can be offered: a round is open, and none is being subscribed for the child."""
        begun = self.panel.subscription
        return self.offer is not None and (begun is None or begun.has_ended)


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests to answer, then panels given; of one commune, or of all for the board."""

    waiting: tuple[NewbornPanel, ...]
    answered: tuple[NewbornPanel, ...]
    commune: str
    given: int
    is_for_the_board: bool


def panels_of(actor: Actor) -> QuerySet[NewbornPanel]:
    """The panels `actor` may answer for: a town's own, all for the board and the auditor."""
    rows = NewbornPanel.objects.filter(cooperative=actor.cooperative)
    if can_see_register(actor):
        return rows
    # A town without code answers for nobody rather than for everybody.
    return rows.filter(commune_insee=actor.commune_insee).exclude(commune_insee="")


def family_page(panel: NewbornPanel, today: dt.date) -> FamilyPage:
    """The page of one child on `today`."""
    paper = Paper.objects.filter(newborn=panel).defer("content").first()
    offers = FundingRound.objects.of(panel.cooperative).open_on(today)
    return FamilyPage(panel, paper, paper_key(paper) if paper else "", offers.first())


def requests_page(actor: Actor) -> RequestsPage:
    """What waits for an answer, oldest first, then the latest answered."""
    rows = panels_of(actor)
    waiting = rows.filter(state=NewbornPanel.State.ASKED).order_by("pk")
    answered = rows.exclude(state=NewbornPanel.State.ASKED).order_by("-pk")[:50]
    return RequestsPage(
        tuple(waiting),
        tuple(answered),
        own_commune(actor),
        given_count(actor.cooperative),
        can_see_register(actor),
    )


def waiting_count(actor: Actor) -> int | None:
    """How many families wait for the answer of `actor`; None for who may not answer."""
    if not can_give_panels(actor):
        return None
    return panels_of(actor).filter(state=NewbornPanel.State.ASKED).count()


def own_commune(actor: Actor) -> str:
    """The name of the town `actor` speaks for; empty for the board."""
    if can_see_register(actor) or not actor.commune_insee:
        return ""
    return commune_of(actor.cooperative, actor.commune_insee)


def town_of(actor: Actor, cooperative: Cooperative) -> str:
    """Who offers, as the certificate says it."""
    name = own_commune(actor)
    return name or cooperative.legal_name

"""What the pages of newborns' panels show, and who may see which."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from shareholders.models import Cooperative, FundingRound, NewbornPanel, Paper
from shareholders.paper_keys import paper_key
from shareholders.permissions import Actor, can_give_panels, can_see_register
from shareholders.services.newborns import commune_of, confirmed_until, given_count

State = NewbornPanel.State


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
        begun, is_given = self.panel.subscription, self.panel.state == NewbornPanel.State.GIVEN
        return is_given and self.offer is not None and (begun is None or begun.has_ended)

    @property
    def until(self) -> dt.datetime:
        """When a request that isn't confirmed is forgotten."""
        return confirmed_until(self.panel)


@dataclass(frozen=True, slots=True)
class Request:
    """A request to answer; `twins`: numbers of others for the same child; `given`: of the panel it has."""

    panel: NewbornPanel
    twins: tuple[int, ...]
    given: int | None


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests to answer, then panels given; of one commune, or of all for the board."""

    waiting: tuple[Request, ...]
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
    waiting = list(rows.filter(state=State.ASKED).order_by("pk"))
    answered = rows.filter(state__in=(State.GIVEN, State.DECLINED)).order_by("-pk")[:50]
    return RequestsPage(
        _with_twins(actor.cooperative, waiting),
        tuple(answered),
        own_commune(actor),
        given_count(actor.cooperative),
        can_see_register(actor),
    )


def _with_twins(cooperative: Cooperative, waiting: list[NewbornPanel]) -> tuple[Request, ...]:
    """Each request with what else is there for the same child, in another town too: one query."""
    born = {panel.born_on for panel in waiting}
    alike = NewbornPanel.objects.filter(
        cooperative=cooperative, born_on__in=born, state__in=(State.ASKED, State.GIVEN)
    )
    of_child: dict[tuple[str, str, dt.date], list[NewbornPanel]] = {}
    for panel in alike.order_by("pk") if born else ():
        of_child.setdefault(_child_of(panel), []).append(panel)
    return tuple(_request(panel, of_child[_child_of(panel)]) for panel in waiting)


def _request(panel: NewbornPanel, same_child: list[NewbornPanel]) -> Request:
    others = [other for other in same_child if other.pk != panel.pk]
    given = next((other.number for other in others if other.state == State.GIVEN), None)
    return Request(panel, tuple(other.number for other in others if other.state == State.ASKED), given)


def _child_of(panel: NewbornPanel) -> tuple[str, str, dt.date]:
    return panel.child_first_names.casefold(), panel.child_last_name.casefold(), panel.born_on


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

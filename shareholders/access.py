"""Opening a page of a cooperative: public, or for those a predicate lets in.

Inside, "today" and the hours shown are those of the cooperative's own time zone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shareholders.models import Cooperative
from shareholders.permissions import Actor, Predicate, actor_in

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
Routed = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]


def public_page(view: Page[P]) -> Routed[P]:
    """A page of a cooperative that anyone may read; the view gets the actor all the same."""

    @wraps(view)
    def wrapper(request: HttpRequest, coop: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = open_cooperative(request, coop)
        with timezone.override(actor.cooperative.zone):
            return view(request, actor, *args, **kwargs)

    return cast("Routed[P]", login_not_required(wrapper))


def page_for(predicate: Predicate) -> Callable[[Page[P]], Routed[P]]:
    """A page for signed-in people whom `predicate` lets in.

    Who holds no role in the cooperative gets 404, as if it had no such page; who holds another, 403.
    """

    def decorate(view: Page[P]) -> Routed[P]:
        @wraps(view)
        def wrapper(request: HttpRequest, coop: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = open_cooperative(request, coop)
            check(actor, predicate)
            with timezone.override(actor.cooperative.zone):
                response = view(request, actor, *args, **kwargs)
            # What only some may read is kept by no cache, not even the browser's of a shared computer.
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        return cast("Routed[P]", wrapper)

    return decorate


def open_cooperative(request: HttpRequest, slug: str) -> Actor:
    """The actor in the cooperative at this address; remembered for the menu. Raises Http404."""
    cooperative = get_object_or_404(Cooperative, slug=slug)
    actor = actor_in(request.user, cooperative)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def check(actor: Actor, predicate: Predicate) -> None:
    """Raises Http404 for strangers and PermissionDenied for members the predicate refuses."""
    if not actor.is_member:
        raise Http404
    if not predicate(actor):
        raise PermissionDenied

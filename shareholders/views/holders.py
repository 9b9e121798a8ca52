"""The board's list of accounts, with its search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shareholders.access import page_for
from shareholders.holder_search import find_holders
from shareholders.permissions import Actor, can_see_register


@page_for(can_see_register)
@require_safe
def holders(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accounts in order of their numbers; `?q=lefebvre lens` keeps those that hold every word."""
    today = timezone.localdate(timezone=actor.cooperative.zone)
    asked, number = request.GET.get("q", ""), request.GET.get("page", "1")
    page = find_holders(actor.cooperative, today, asked=asked, number=number)
    return render(request, "shareholders/holders.html", {"page": page})

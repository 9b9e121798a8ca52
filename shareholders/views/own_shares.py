"""A shareholder's own shares: one subscription, a certificate, the link for neighbours."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shareholders.access import page_for
from shareholders.call_pages import calls_page
from shareholders.models import Shareholder
from shareholders.own_pages import own_subscriptions, subscription_page
from shareholders.permissions import Actor, can_see_own_shares
from shareholders.services.certificates import NoCertificate
from shareholders.services.invitations import give_link
from shareholders.services.paper_making import certificate_on_demand


@page_for(can_see_own_shares)
@require_safe
def own_subscription(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Where one subscription stands: payment, approval, shares."""
    assert actor.user is not None
    holders = list(Shareholder.objects.of(actor.user, actor.cooperative))
    found = get_object_or_404(own_subscriptions(actor.user, actor.cooperative, holders), pk=pk)
    return render(request, "shareholders/own_subscription.html", {"page": subscription_page(found)})


@page_for(can_see_own_shares)
@require_safe
def own_calls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is left to pay on shares paid in several times, and how."""
    assert actor.user is not None
    cooperative = actor.cooperative
    holders = list(Shareholder.objects.of(actor.user, cooperative))
    page = calls_page(cooperative, holders, timezone.localdate(timezone=cooperative.zone))
    return render(request, "shareholders/own_calls.html", {"page": page})


@page_for(can_see_own_shares)
@require_POST
def own_certificate(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """A certificate of what an account has today; one a day, the same one when it is asked again."""
    assert actor.user is not None
    holder = _own(actor, number)
    try:
        made = certificate_on_demand(actor=actor.user, holder=holder, language=get_language() or "fr")
    except NoCertificate:
        messages.warning(request, _("La société ne peut pas encore sceller de documents. Revenez plus tard."))
        return redirect("my_space", actor.cooperative.slug)
    return redirect("paper", actor.cooperative.slug, made.pk)


@page_for(can_see_own_shares)
@require_POST
def own_invitation(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """The link to send to neighbours, made at the first click."""
    give_link(holder=_own(actor, number))
    return redirect("my_space", actor.cooperative.slug)


def _own(actor: Actor, number: int) -> Shareholder:
    """An account one acts for, by its order number. Raises Http404."""
    assert actor.user is not None
    own = Shareholder.objects.of(actor.user, actor.cooperative).select_related("cooperative")
    found: Shareholder = get_object_or_404(own, number=number)
    return found

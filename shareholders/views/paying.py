"""Paying a subscription: the payer's page, the way to the provider and back, and the provider's messages."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shareholders import stripe_gateway as gateway
from shareholders.access import public_page
from shareholders.models import Checkout, Subscription
from shareholders.permissions import Actor
from shareholders.services.paying import subscription_of
from shareholders.services.provider import (
    NotPayable,
    account_of,
    keep_event,
    open_checkout,
    settle,
)
from shareholders.stripe_gateway import ForgedEvent, ProviderDown, ProviderRefused

# The address holds the right to pay: no cache and no search engine keeps it. The site's own policy hides it
# from other sites (same-origin); "no-referrer" would have browsers send `Origin: null`, refused by our forms.
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """How to pay; a POST opens the provider's page and shows the way there."""
    subscription = _subscription(actor, token)
    if request.method != "POST":
        return _private(render(request, "shareholders/pay.html", {"subscription": subscription}))
    try:
        checkout = open_checkout(
            subscription=subscription,
            way="debit" if request.POST.get("way") == "debit" else "card",
            success_url=_absolute(request, "pay_return", actor, token) + "?session={CHECKOUT_SESSION_ID}",
            cancel_url=_absolute(request, "pay", actor, token),
        )
    except (NotPayable, ProviderDown, ProviderRefused) as refusal:
        messages.warning(request, str(refusal))
        return redirect("pay", actor.cooperative.slug, token)
    return redirect("pay_go", actor.cooperative.slug, token, checkout.idempotency_key)


@public_page
@require_safe
def pay_go(request: HttpRequest, actor: Actor, token: str, key: uuid.UUID) -> HttpResponse:
    """The link to the provider's page. A plain link: our policy lets no form lead to another site."""
    subscription = _subscription(actor, token)
    checkout = get_object_or_404(
        Checkout.objects.exclude(url=""), subscription=subscription, idempotency_key=key
    )
    context = {"checkout": checkout, "token": token}
    return _private(render(request, "shareholders/pay_go.html", context))


@public_page
@require_safe
def pay_return(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """Back from the provider: look at the payment now, whether or not its message came first."""
    subscription = _subscription(actor, token)
    session = request.GET.get("session", "")
    # PostgreSQL's text holds no NUL: such a page was never ours.
    if (
        "\0" not in session
        and subscription.checkouts.filter(session_id=session).exclude(session_id="").exists()
    ):
        try:
            settle(cooperative=actor.cooperative, session_id=session)
        except (ProviderDown, ProviderRefused):
            messages.info(
                request,
                _(
                    "Votre paiement n’est pas encore confirmé. "
                    "Ne payez pas deux fois : revenez dans un instant."
                ),
            )
    return redirect("pay", actor.cooperative.slug, token)


@csrf_exempt
@public_page
@require_POST
def stripe_webhook(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A message of the provider: 400 unless its signature is right, kept once, treated by the worker."""
    account = account_of(actor.cooperative)
    if account is None:
        raise Http404
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = gateway.read_event(account, request.body, signature, now=timezone.now())
    except ForgedEvent:
        return HttpResponse(status=400)
    # A message of the world of tests for a real account, or the reverse, speaks of no money of ours.
    if event.livemode != gateway.is_live(account.secret_key):
        return HttpResponse(status=400)
    if event.intent_id or event.session_id:
        keep_event(cooperative=actor.cooperative, event=event)
    return HttpResponse(status=200)


def _subscription(actor: Actor, token: str) -> Subscription:
    found = subscription_of(actor.cooperative, token)
    if found is None:
        raise Http404
    return found


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _absolute(request: HttpRequest, name: str, actor: Actor, token: str) -> str:
    return request.build_absolute_uri(reverse(name, args=[actor.cooperative.slug, token]))

"""Subscribing, the public side: the offer, the click that opens a draft, shares offered to somebody."""

from django.contrib import messages
from django.core.cache.backends.locmem import LocMemCache
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.throttling import SimpleRateThrottle

from shareholders.access import public_page
from shareholders.forms.joining import GiftForm, StartForm
from shareholders.joining import figures_of
from shareholders.joining_pages import inviter_of, join_page
from shareholders.ledger import net_of
from shareholders.models import Cooperative, FundingRound, Subscription
from shareholders.permissions import Actor
from shareholders.services.invitations import clean_code, follow_link
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.services.subscription_starts import LinkTo, offer_gift, start

INVITATION_COOKIE = "invitation"
INVITATION_KEPT_S = 30 * 24 * 3600


class Starts(SimpleRateThrottle):
    """New subscriptions from one address. Counted by each process: a flood is stopped, no query is spent."""

    rate = "30/hour"
    scope = "joining"
    cache = LocMemCache("joining", {})

    def get_cache_key(self, request: HttpRequest, view: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": address_of_request(request)}


def address_of_request(request: HttpRequest) -> str:
    """Where a request came from, behind the proxies the site knows."""
    return str(Starts().get_ident(request))  # type: ignore[arg-type]


def floods(request: HttpRequest) -> bool:
    """Whether too many subscriptions come from one address."""
    return not Starts().allow_request(request, None)  # type: ignore[arg-type]


def link_to_site(request: HttpRequest, cooperative: Cooperative) -> LinkTo:
    """The whole address of a subscription's page, for letters."""
    return lambda key: request.build_absolute_uri(reverse("join_resume", args=[cooperative.slug, key]))


@public_page
@require_safe
def join(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a share costs, gives and risks; the open rounds. `?invitation=CODE` is remembered."""
    code = request.GET.get("invitation", "")
    if code:
        response = redirect("join", actor.cooperative.slug)
        if follow_link(cooperative=actor.cooperative, code=code):
            path = reverse("join", args=[actor.cooperative.slug])
            response.set_cookie(
                INVITATION_COOKIE,
                clean_code(code),
                max_age=INVITATION_KEPT_S,
                path=path,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response
    inviter = inviter_of(actor.cooperative, request.COOKIES.get(INVITATION_COOKIE, ""))
    page = join_page(actor.cooperative, timezone.localdate(), inviter)
    return render(request, "shareholders/join.html", {"page": page, "form": StartForm()})


@public_page
@require_POST
def join_start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """« Je souscris »: opens a draft and leads to its first question."""
    form = StartForm(request.POST)
    if not form.is_valid() or form.is_from_a_robot:
        return redirect("join", actor.cooperative.slug)
    if actor.user is None and floods(request):
        return render(request, "429.html", status=429)
    rows = FundingRound.objects.of(actor.cooperative)
    offer = get_object_or_404(rows, pk=form.cleaned_data["round"])
    try:
        started = start(
            actor=actor.user,
            offer=offer,
            language=(get_language() or "fr")[:2],
            is_member=actor.is_member,
            invitation=request.COOKIES.get(INVITATION_COOKIE, ""),
        )
    except SubscriptionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("join", actor.cooperative.slug)
    return redirect("join_actions", actor.cooperative.slug, started.key)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def join_gift(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Offer shares to somebody."""
    page = join_page(actor.cooperative, timezone.localdate())
    if page.first is None:
        return redirect("join", actor.cooperative.slug)
    form = GiftForm(request.POST or None)
    if request.method == "POST" and form.data.get("website"):
        return redirect("join", actor.cooperative.slug)
    if request.method == "POST" and floods(request):
        return render(request, "429.html", status=429)
    if form.is_valid():
        try:
            return _give(request, actor, page.first.offer, form)
        except SubscriptionRefused as refusal:
            form.add_error("quantity", str(refusal))
    context = {"page": page, "form": form}
    return render(request, "shareholders/join_gift.html", context, status=422 if form.is_bound else 200)


def _give(request: HttpRequest, actor: Actor, offer: FundingRound, form: GiftForm) -> HttpResponse:
    told = {name: value for name, value in form.cleaned_data.items() if name != "website"}
    link_to = link_to_site(request, actor.cooperative)
    started = offer_gift(offer=offer, language=(get_language() or "fr")[:2], link_to=link_to, **told)
    return redirect("join_given", actor.cooperative.slug, _givers(actor).sign(started.subscription.reference))


def _givers(actor: Actor) -> Signer:
    """Addresses of givers' pages: of one cooperative, whose references others may use as well."""
    return Signer(salt=f"shareholders.gift.{actor.cooperative.pk}")


@public_page
@require_safe
def join_given(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """The giver's page: how to pay. It tells nothing of who receives the gift."""
    try:
        reference = _givers(actor).unsign(token)
    except BadSignature as fault:
        raise Http404 from fault
    found = get_object_or_404(
        Subscription.objects.select_related("round", "cooperative"),
        cooperative=actor.cooperative,
        reference=reference,
        is_gift=True,
    )
    amount = found.quantity * figures_of(found, timezone.localdate()).price
    context = {"subscription": found, "amount": amount, "received": net_of(found)}
    response = render(request, "shareholders/join_given.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response

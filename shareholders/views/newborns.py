"""Newborns' panels: the public page, the family's own, the town's and the board's answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mine_de_soleil.core.answers import see_other
from shareholders.access import page_for, public_page
from shareholders.forms.newborns import ChildForm, FamilyForm, ShareForm
from shareholders.models import NewbornPanel
from shareholders.newborn_pages import FamilyPage, family_page, own_commune, panels_of, requests_page, town_of
from shareholders.paper_keys import is_key, panel_key
from shareholders.permissions import Actor, can_give_panels, can_see_newborns
from shareholders.services.newborns import (
    CONFIRMED_WITHIN,
    PanelRefused,
    ask_panel,
    confirm_panel,
    decline_panel,
    give_panel,
    given_count,
    offer_panel,
    offer_shares,
)
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.throttling import is_too_often
from shareholders.views.joining import link_to_site

REQUESTS_AN_HOUR = "10/hour"


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def newborns(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a newborn's panel is, how many children have theirs, and a form to ask for one."""
    form = FamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, "newborns", REQUESTS_AN_HOUR):
            return render(request, "429.html", status=429)
        answer = _asked(request, actor, form)
        if answer is not None:
            return answer
    context = {"form": form, "given": given_count(actor.cooperative)}
    return render(request, "shareholders/newborns.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, actor: Actor, form: FamilyForm) -> HttpResponse | None:
    """The answer to a valid request; None when the form now says what is wrong.

    The family's page isn't shown: its key goes to the address alone, so nobody confirms for somebody else.
    """
    thanks = see_other("newborn_thanks", actor.cooperative.slug)
    if form.is_from_a_machine:  # thanked like anybody, so that it doesn't learn
        return thanks
    try:
        ask_panel(
            actor=actor.user,
            cooperative=actor.cooperative,
            child=form.child(),
            offered_by=form.cleaned_data["offered_by"],
            contact_email=form.cleaned_data["contact_email"],
            language=get_language() or "fr",
        )
    except PanelRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    return thanks


@public_page
@require_safe
def newborn_thanks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What comes next: a letter to open."""
    return render(request, "shareholders/newborn_thanks.html", {"days": CONFIRMED_WITHIN.days})


@public_page
@require_POST
def newborn_confirm(request: HttpRequest, actor: Actor, pk: int, key: str) -> HttpResponse:
    """The family's yes; said twice, it is said once."""
    panel = _family_panel(actor, pk, key)
    try:
        confirm_panel(panel=panel)
    except PanelRefused as refusal:
        messages.warning(request, str(refusal))
    return _redirect_to_family(panel)


def _redirect_to_family(panel: NewbornPanel) -> HttpResponse:
    return see_other("newborn", panel.cooperative.slug, panel.pk, panel_key(panel))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def newborn(request: HttpRequest, actor: Actor, pk: int, key: str) -> HttpResponse:
    """The family's own page: where its request stands, the certificate, shares in the child's name."""
    panel = _family_panel(actor, pk, key)
    page = family_page(panel, timezone.localdate())
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _share(request, page, form)
        if answer is not None:
            return answer
    context = {"page": page, "form": form, "key": key}
    response = render(request, "shareholders/newborn.html", context, status=422 if form.errors else 200)
    return _kept_quiet(response)


def _family_panel(actor: Actor, pk: int, key: str) -> NewbornPanel:
    """The panel behind a family's key. Raises Http404."""
    rows = NewbornPanel.objects.filter(cooperative=actor.cooperative)
    panel: NewbornPanel = get_object_or_404(rows.select_related("cooperative", "subscription"), pk=pk)
    if not is_key(key, panel_key(panel)):
        raise Http404
    return panel


def _kept_quiet(response: HttpResponse) -> HttpResponse:
    """The address holds a key and the page a child's name."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _share(request: HttpRequest, page: FamilyPage, form: ShareForm) -> HttpResponse | None:
    """Begin a gift of shares in the child's name; None when the form now says what is wrong."""
    if is_too_often(request, "newborn_shares", REQUESTS_AN_HOUR):
        return render(request, "429.html", status=429)
    if not page.may_get_shares or page.offer is None:
        form.add_error(
            None, _("Une souscription est déjà commencée, ou aucune levée de fonds n’est ouverte.")
        )
        return None
    panel = page.panel
    try:
        offer_shares(
            panel=panel, offer=page.offer, link_to=link_to_site(request, panel.cooperative), **form.gift
        )
    except (SubscriptionRefused, PanelRefused) as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(
        request,
        _("Merci ! Deux e-mails partent : à vous pour payer, à la famille pour compléter et signer."),
    )
    return _redirect_to_family(panel)


@page_for(can_see_newborns)
@require_http_methods(["GET", "HEAD", "POST"])
def newborn_requests(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Requests to answer, and a form to offer a panel at once."""
    form = ChildForm(request.POST or None, initial={"commune": own_commune(actor)})
    if request.method == "POST":
        if not can_give_panels(actor):
            raise Http404
        if form.is_valid() and _offered(request, actor, form):
            return redirect("newborn_requests", actor.cooperative.slug)
    context = {"page": requests_page(actor), "form": form, "may_give": can_give_panels(actor)}
    return render(request, "shareholders/newborn_requests.html", context, status=422 if form.errors else 200)


def _offered(request: HttpRequest, actor: Actor, form: ChildForm) -> bool:
    """Whether the panel was offered; if not, the form says why."""
    assert actor.user is not None
    commune = own_commune(actor)
    try:
        panel = offer_panel(
            actor=actor.user,
            cooperative=actor.cooperative,
            child=form.child(actor.commune_insee if commune else ""),
            offered_by=town_of(actor, actor.cooperative),
            contact_email=form.cleaned_data["contact_email"],
        )
    except PanelRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Le panneau n° %(number)s est offert.") % {"number": panel.number})
    return True


@page_for(can_give_panels)
@require_POST
def newborn_answer(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Offer or decline what a family asked for; the same answer twice changes nothing."""
    assert actor.user is not None
    panel = get_object_or_404(panels_of(actor), pk=pk)
    act = decline_panel if request.POST.get("answer") == "decline" else give_panel
    try:
        act(actor=actor.user, panel=panel)
    except PanelRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("newborn_requests", actor.cooperative.slug)

"""The board's pages of funding rounds, and its queue of subscriptions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mine_de_soleil.core.csv_text import csv_text
from shareholders.access import page_for
from shareholders.forms.rounds import ClosingForm, DecisionForm, RoundForm
from shareholders.ledger import net_of
from shareholders.models import Attachment, FundingRound, Subscription
from shareholders.permissions import Actor, can_decide_shares, can_see_register
from shareholders.round_pages import (
    campaign_page,
    campaign_weeks,
    consequence_of_closing,
    papers_of,
    queue_page,
    rounds_page,
    subscription_page,
)
from shareholders.services.gates import NotDecidable, decide
from shareholders.services.people import attach
from shareholders.services.rounds import RoundRefused, change_round, close_round, create_round


@page_for(can_see_register)
@require_safe
def rounds(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every funding round."""
    rows = rounds_page(actor.cooperative, timezone.localdate())
    context = {"rows": rows, "may_act": can_decide_shares(actor)}
    return render(request, "shareholders/rounds.html", context)


@page_for(can_decide_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open a round."""
    assert actor.user is not None
    form = RoundForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        fields = _told(actor, form)
        # Never a word that is an address itself.
        slug = f"levee-{slugify(fields['name'])}"[:60].rstrip("-")
        try:
            offer = create_round(actor=actor.user, cooperative=actor.cooperative, slug=slug, **fields)
            return redirect("round", actor.cooperative.slug, offer.slug)
        except RoundRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "offer": None, "is_promised": False}
    return render(request, "shareholders/round_form.html", context, status=422 if form.is_bound else 200)


def _told(actor: Actor, form: RoundForm) -> dict[str, Any]:
    """The round's fields, with the document brought."""
    fields = dict(form.cleaned_data)
    content = fields.pop("information_file")
    if content:
        fields["information"] = attach(
            actor=actor.user,
            cooperative=actor.cooperative,
            kind=Attachment.Kind.INFORMATION,
            file_name=form.file_name[-200:],
            content_type="application/pdf",
            content=content,
        )
    return fields


@page_for(can_see_register)
@require_safe
def round(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One campaign: how far, day by day, and where the signatures come from."""
    offer = _round(actor, slug)
    return _campaign(request, actor, offer, ClosingForm(None, consequence_of_closing(offer)))


@page_for(can_see_register)
@require_safe
def round_csv(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One campaign's weeks: euros signed and paid by the close of each."""
    found = campaign_weeks(_round(actor, slug), timezone.localdate())
    weeks = [(week.monday, week.signed, week.paid) for week in found]
    text = csv_text([("week_from", "signed_eur", "paid_eur"), *weeks], end="\r\n")
    headers = {"Content-Disposition": content_disposition_header(True, f"{slug}.csv") or ""}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


def _campaign(request: HttpRequest, actor: Actor, offer: FundingRound, closing: ClosingForm) -> HttpResponse:
    page = campaign_page(offer, timezone.localdate())
    context = {"page": page, "offer": offer, "closing": closing, "may_act": can_decide_shares(actor)}
    return render(request, "shareholders/round.html", context, status=422 if closing.is_bound else 200)


@page_for(can_decide_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def round_change(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Correct a round; what bulletins promised stays once one is signed."""
    assert actor.user is not None
    offer = _round(actor, slug)
    form = RoundForm(request.POST or None, request.FILES or None, instance=_round(actor, slug))
    if form.is_valid():
        try:
            change_round(actor=actor.user, offer=offer, **_told(actor, form))
            messages.success(request, _("C’est enregistré."))
            return redirect("round", actor.cooperative.slug, offer.slug)
        except RoundRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "offer": offer}
    return render(request, "shareholders/round_form.html", context, status=422 if form.is_bound else 200)


@page_for(can_decide_shares)
@require_POST
def round_close(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Close a round: shares where it succeeded, money back where it failed."""
    assert actor.user is not None
    offer = _round(actor, slug)
    closing = ClosingForm(request.POST, consequence_of_closing(offer))
    # Closed already by somebody else, it stays as it is: nothing to confirm.
    if not offer.closed_at and not closing.is_valid():
        return _campaign(request, actor, offer, closing)
    offer = close_round(actor=actor.user, offer=offer)
    messages.success(
        request, _("La levée est close : %(outcome)s.") % {"outcome": offer.get_outcome_display()}
    )
    return redirect("round", actor.cooperative.slug, offer.slug)


def _round(actor: Actor, slug: str) -> FundingRound:
    rows = FundingRound.objects.of(actor.cooperative).select_related("cooperative")
    return get_object_or_404(rows.defer("information__content"), slug=slug)


@page_for(can_see_register)
@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The subscriptions: those that wait for the board's word first."""
    asked, number = request.GET.get("liste", ""), request.GET.get("page", "")
    page = queue_page(actor.cooperative, asked=asked, number=number)
    context = {"page": page, "may_act": can_decide_shares(actor)}
    return render(request, "shareholders/queue.html", context)


@page_for(can_see_register)
@require_safe
def subscription(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One subscription, with all that helps to decide."""
    return _subscription_page(request, actor, _subscription(actor, pk), DecisionForm())


def _subscription_page(
    request: HttpRequest, actor: Actor, found: Subscription, form: DecisionForm
) -> HttpResponse:
    page = subscription_page(found, net_of(found))
    context = {"page": page, "subscription": found, "form": form, "may_act": can_decide_shares(actor)}
    status = 422 if form.is_bound else 200
    return render(request, "shareholders/queue_subscription.html", context, status=status)


@page_for(can_decide_shares)
@require_POST
def decide_subscription(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Approve or refuse. Who comes second is told what the first decided."""
    assert actor.user is not None
    found = _subscription(actor, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _subscription_page(request, actor, found, form)
    approved = form.cleaned_data["word"] == "approve"
    try:
        reason = "" if approved else form.cleaned_data["reason"].strip()
        decide(actor=actor.user, subscription=found, approved=approved, reason=reason)
        messages.success(
            request, _("C’est agréé.") if approved else _("C’est refusé ; la personne est prévenue.")
        )
    except NotDecidable:
        messages.warning(request, _("Quelqu’un d’autre a décidé entre-temps : voici où en est la demande."))
    return redirect("subscription", actor.cooperative.slug, found.pk)


@page_for(can_see_register)
@require_safe
def subscription_paper(request: HttpRequest, actor: Actor, pk: int, paper: int) -> HttpResponse:
    """A paper brought with a subscription, as it is."""
    found = papers_of(_subscription(actor, pk)).filter(pk=paper).first()
    if found is None:
        raise Http404
    headers = {"Content-Disposition": content_disposition_header(True, found.file_name) or "attachment"}
    return HttpResponse(bytes(found.content), content_type=found.content_type, headers=headers)


def _subscription(actor: Actor, pk: int) -> Subscription:
    rows = Subscription.objects.of(actor.cooperative).filter(signed_at__isnull=False)
    related = ("round", "college", "holder", "movement", "decided_by", "invited_by", "cooperative")
    return get_object_or_404(rows.select_related(*related), pk=pk)

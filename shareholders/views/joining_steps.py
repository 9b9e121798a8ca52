"""Subscribing, one question a screen: each answer is sent, kept, and leads to the next question.

Whoever holds the link acts: no account is needed. The key is in the address, so these pages are kept by no
cache and no search engine. The site's own `Referrer-Policy: same-origin` tells other sites nothing of it; the
stricter `no-referrer` would make browsers send forms from nowhere, which the forgery check refuses.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shareholders.access import public_page
from shareholders.amounts_due import first_call_of
from shareholders.forms.identity import IdentityForm
from shareholders.forms.identity_kinds import KINDS, PublicForm
from shareholders.forms.joining import CodeForm, DocumentsForm, EmailForm, PlaceForm, QuantityForm
from shareholders.joining import Figures, figures_of
from shareholders.joining_pages import (
    by_key,
    colleges_for,
    documents_of,
    has_read,
    may_visit,
    prices,
    resumed,
    signing_page,
    status_page,
    step_names,
    usual_place,
)
from shareholders.ledger import net_of
from shareholders.models import Attachment, Cooperative, Shareholder, Subscription
from shareholders.permissions import Actor
from shareholders.services import subscriptions as steps
from shareholders.services.signing import SigningRefused
from shareholders.services.subscription_endings import abandon
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.views.joining import address_of_request, floods, link_to_site

P = ParamSpec("P")
Step = Callable[Concatenate[HttpRequest, Actor, Subscription, str, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, str, str, P], HttpResponseBase]


def by_link(step: str) -> Callable[[Step[P]], Page[P]]:
    """A page of one subscription, found by the key of its link; too early, it leads to the right step."""

    def decorate(view: Step[P]) -> Page[P]:
        @wraps(view)
        def opened(
            request: HttpRequest, actor: Actor, key: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            found = by_key(actor.cooperative, key)
            if found is None:
                raise Http404
            if step and not may_visit(found, step):
                response: HttpResponseBase = _to(actor, key, resumed(found))
            else:
                response = view(request, actor, found, key, *args, **kwargs)
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return public_page(opened)  # type: ignore[arg-type]

    return decorate


def by_key_alone(
    act: Callable[[HttpRequest, Cooperative, str], None],
) -> Callable[[HttpRequest, str, str], HttpResponse]:
    """A form that only acts, then leads on: nothing is shown here, so nothing is asked for to show it."""

    @wraps(act)
    def sent(request: HttpRequest, coop: str, key: str) -> HttpResponse:
        cooperative = get_object_or_404(Cooperative, slug=coop)
        with timezone.override(cooperative.zone):
            try:
                act(request, cooperative, key)
            except Subscription.DoesNotExist as unknown:
                raise Http404 from unknown
            except (SubscriptionRefused, SigningRefused) as refusal:
                messages.error(request, str(refusal))
        response = redirect("join_bulletin", coop, key)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return login_not_required(require_POST(sent))


def _to(actor: Actor, key: str, step: str) -> HttpResponse:
    return redirect(f"join_{step}", actor.cooperative.slug, key)


@by_link("")
@require_safe
def join_resume(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """The link of the letter: back to where one was."""
    return _to(actor, key, resumed(found))


def _screen(
    request: HttpRequest, found: Subscription, key: str, step: int, template: str, **context: object
) -> HttpResponse:
    """A question, with the steps above it; a form that was sent and refused answers 422."""
    form = context.get("form")
    names = [] if step < 0 else step_names()
    context |= {"subscription": found, "key": key, "step": step, "step_names": names}
    status = 422 if getattr(form, "is_bound", False) else 200
    return render(request, template, context, status=status)


@by_link("actions")
@require_http_methods(["GET", "HEAD", "POST"])
def join_actions(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """How many shares. With `?quantity=` the price is shown for that many, without keeping it."""
    known = figures_of(found, timezone.localdate())
    initial = {"quantity": found.quantity, "paid_now": found.evidence.get("paid_now", "1")}
    form = QuantityForm(known, request.POST or None, initial=initial)
    if form.is_valid():
        told, part = form.cleaned_data, form.cleaned_data.get("paid_now")
        try:
            steps.choose_quantity(
                cooperative=actor.cooperative,
                key=key,
                quantity=told["quantity"],
                paid_now=Fraction(part) if part else None,
                known=known,
            )
            return _to(actor, key, "adresse" if found.holder_id is None else "resume")
        except SubscriptionRefused as refusal:
            form.add_error("quantity", str(refusal))
    asked = request.GET.get("quantity", "")
    quantity = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else found.quantity
    context = {"form": form, "known": known, "prices": prices(known), "quantity": quantity}
    total = quantity * known.price
    return _screen(request, found, key, 0, "shareholders/join_quantity.html", **context, total=total)


@by_link("adresse")
@require_http_methods(["GET", "HEAD", "POST"])
def join_adresse(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """Where to write; the link to come back goes there."""
    form = EmailForm(request.POST or None, initial={"email": found.email})
    if form.is_valid():
        email, link_to = form.cleaned_data["email"], link_to_site(request, actor.cooperative)
        # Letters to addresses of others: as many as one may start subscriptions.
        if email.lower() != found.email.lower() and floods(request):
            return render(request, "429.html", status=429)
        try:
            steps.give_email(cooperative=actor.cooperative, key=key, email=email, link_to=link_to)
            return _to(actor, key, "identite")
        except SubscriptionRefused as refusal:
            form.add_error(None, str(refusal))
    return _screen(request, found, key, 1, "shareholders/join_email.html", form=form)


@by_link("identite")
@require_http_methods(["GET", "HEAD", "POST"])
def join_identite(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """For whom: one's own account of the register, or a kind of person."""
    if request.method == "POST" and actor.user and request.POST.get("holder", "").isdecimal():
        holder = int(request.POST["holder"][:9])
        try:
            steps.use_account(actor=actor.user, cooperative=actor.cooperative, key=key, holder_id=holder)
            return _to(actor, key, "documents")
        except SubscriptionRefused as refusal:
            messages.error(request, str(refusal))
    own = (
        list(Shareholder.objects.of(actor.user, actor.cooperative)) if actor.user and actor.is_member else []
    )
    kinds = [(word, label) for word, (label, _form) in KINDS.items()]
    return _screen(request, found, key, 2, "shareholders/join_for.html", kinds=kinds, own=own)


@by_link("identite")
@require_http_methods(["GET", "HEAD", "POST"])
def join_person(request: HttpRequest, actor: Actor, found: Subscription, key: str, kind: str) -> HttpResponse:
    """Who subscribes: the form of that kind of person."""
    # A file is kept for ever: as many from one address as subscriptions.
    if request.FILES and floods(request):
        return render(request, "429.html", status=429)
    known = figures_of(found, timezone.localdate())
    form = _identity_form(request, known, found, kind)
    if not form.colleges:
        messages.error(request, _("Les statuts n’ouvrent aucun collège à ce genre de personne."))
        return _to(actor, key, "identite")
    if form.is_valid():
        try:
            steps.give_identity(
                cooperative=actor.cooperative,
                key=key,
                identity=form.identity() | {"asked_as": kind},
                college=form.the_college(),
                refund_iban=form.cleaned_data["refund_iban"],
                deliberation=_deliberation(form),
                known=known,
            )
            return _to(actor, key, "documents")
        except SubscriptionRefused as refusal:
            form.add_error(None, str(refusal))
    return _screen(request, found, key, 2, "shareholders/join_person.html", form=form, title=KINDS[kind][0])


def _identity_form(request: HttpRequest, known: Figures, found: Subscription, kind: str) -> IdentityForm:
    if kind not in KINDS:
        raise Http404
    form_class = KINDS[kind][1]
    return form_class(
        request.POST or None,
        request.FILES or None,
        colleges=colleges_for(known, form_class.kind),
        today=timezone.localdate(),
        language=(get_language() or "fr")[:2],
        # What was said of a child says nothing of a company.
        known=found.identity if found.identity.get("asked_as") == kind else {},
    )


def _deliberation(form: IdentityForm) -> steps.Deliberation | None:
    content = form.cleaned_data.get("deliberation") if isinstance(form, PublicForm) else None
    if not content or not isinstance(form, PublicForm):
        return None
    told = form.cleaned_data
    return steps.Deliberation(form.file_name, content, told["deliberation_reference"], told["deliberated_on"])


@by_link("documents")
@require_http_methods(["GET", "HEAD", "POST"])
def join_documents(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """What must be read before signing, each to be opened and ticked."""
    documents = documents_of(found.round)
    is_complete = any(paper.kind == Attachment.Kind.STATUTES for paper in documents)
    form = DocumentsForm(documents, request.POST or None)
    if is_complete and request.method == "POST" and form.is_valid():
        try:
            steps.confirm_documents(cooperative=actor.cooperative, key=key, documents=documents)
            return _to(actor, key, "bulletin")
        except SubscriptionRefused as refusal:
            form.add_error(None, str(refusal))
    papers = list(zip(documents, form, strict=True))
    context = {"form": form, "papers": papers, "is_complete": is_complete}
    return _screen(request, found, key, 3, "shareholders/join_documents.html", **context)


@by_link("")
@require_safe
def join_document(request: HttpRequest, actor: Actor, found: Subscription, key: str, pk: int) -> HttpResponse:
    """A document to be read, as it was brought."""
    shown = {paper.pk for paper in documents_of(found.round)} | {p["id"] for p in found.read_documents}
    if pk not in shown:
        raise Http404
    paper = get_object_or_404(Attachment, pk=pk, cooperative=actor.cooperative)
    headers = {"Content-Disposition": content_disposition_header(True, paper.file_name) or "attachment"}
    return HttpResponse(bytes(paper.content), content_type=paper.content_type, headers=headers)


@by_link("bulletin")
@require_safe
def join_bulletin(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """The whole bulletin, and how to sign it."""
    if not has_read(found, documents_of(found.round)):
        messages.warning(request, _("Un document a changé : lisez-le avant de signer."))
        return _to(actor, key, "documents")
    page = signing_page(found, timezone.localdate())
    place = PlaceForm(initial={"place": found.signed_place or usual_place(found)})
    context = {"page": page, "place": place, "form": CodeForm()}
    return _screen(request, found, key, 4, "shareholders/join_bulletin.html", **context)


@by_key_alone
def join_code(request: HttpRequest, cooperative: Cooperative, key: str) -> None:
    """« Recevoir mon code »: for the bulletin as it stands, signed at this place."""
    form = PlaceForm(request.POST)
    if form.is_valid():
        found = steps.ask_code(cooperative=cooperative, key=key, place=form.cleaned_data["place"])
        messages.success(request, _("Un code est parti à %(email)s.") % {"email": found.email})
    else:
        messages.error(request, str(form.errors["place"][0]))


@by_key_alone
def join_sign(request: HttpRequest, cooperative: Cooperative, key: str) -> None:
    """The code of the letter: signed. Sent twice, the second finds it signed."""
    form = CodeForm(request.POST)
    if form.is_valid():
        browser = request.headers.get("User-Agent", "")[:200]
        origin = {"network_address": address_of_request(request), "browser": browser}
        steps.sign(cooperative=cooperative, key=key, code=form.cleaned_data["code"], origin=origin)
    else:
        messages.error(request, str(form.errors["code"][0]))


@by_link("suivi")
@require_safe
def join_suivi(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """How to pay, and the two gates; then the line of the register."""
    received = net_of(found)
    page = status_page(found, received, first_call_of(found) if found.signed_at else received)
    return _screen(request, found, key, -1, "shareholders/join_status.html", page=page)


@by_link("")
@require_POST
def join_abandon(request: HttpRequest, actor: Actor, found: Subscription, key: str) -> HttpResponse:
    """Give up: nothing personal is kept of what wasn't signed."""
    try:
        abandon(cooperative=actor.cooperative, key=key)
    except SubscriptionRefused as refusal:
        messages.error(request, str(refusal))
    return _to(actor, key, "suivi" if may_visit(found, "suivi") else "resume")

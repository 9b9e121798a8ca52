"""The monthly letter: asking for it, stopping it, and the board's view of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mine_de_soleil.core.answers import see_other
from production.letter_forms import FollowForm
from production.letter_pages import letter_page
from production.permissions import can_see_letter, can_try_letter
from production.services.letters import (
    CONFIRM,
    CONFIRMED_WITHIN,
    NotAReader,
    ask_letter,
    check_stop,
    choose_letter,
    confirm_letter,
    reader_of,
    send_to_me,
    stop_letter,
)
from production.views.subjects import user_of
from production.wording import language
from shareholders.access import page_for, public_page
from shareholders.permissions import Actor, can_see_own_shares
from shareholders.throttling import is_too_often

REQUESTS_AN_HOUR = "10/hour"


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the letter is, and a form to ask for it without an account."""
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, "letter", REQUESTS_AN_HOUR):
            return render(request, "429.html", status=429)
        # A machine is thanked like anybody, so that it doesn't learn.
        if not form.is_from_a_machine:
            email = form.cleaned_data["email"]
            ask_letter(cooperative=actor.cooperative, email=email, language=language())
        return see_other("letter_thanks", actor.cooperative.slug)
    return render(
        request, "production/letter_follow.html", {"form": form}, status=422 if form.errors else 200
    )


@public_page
@require_safe
def thanks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What comes next: a letter to open. The same for everybody."""
    return render(request, "production/letter_thanks.html", {"days": CONFIRMED_WITHIN.days})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """The address's yes: a button, as programs that read mail open every link."""
    try:
        if request.method == "POST":
            confirm_letter(cooperative=actor.cooperative, token=token)
        else:
            reader_of(actor.cooperative, token, CONFIRM, CONFIRMED_WITHIN)
    except NotAReader as fault:
        raise Http404 from fault
    context = {"is_done": request.method == "POST"}
    return _unkept(render(request, "production/letter_confirm.html", context))


@csrf_exempt  # a mail program posts here with no cookie (RFC 8058); the signed link is the right to do it
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """End the letter without signing in: at one click of the mail program, or of the page's one button."""
    try:
        if request.method == "POST":
            stop_letter(cooperative=actor.cooperative, token=token)
        else:
            check_stop(token)
    except NotAReader as fault:
        raise Http404 from fault
    context = {"is_done": request.method == "POST"}
    return _unkept(render(request, "production/letter_stop.html", context))


def _unkept(response: HttpResponse) -> HttpResponse:
    # The address holds a key: no cache and no other site should learn it.
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@page_for(can_see_own_shares)
@require_POST
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A shareholder's choice: the letter, or no letter."""
    wanted = request.POST.get("lettre") == "oui"
    choose_letter(actor=user_of(actor), cooperative=actor.cooperative, wanted=wanted, language=language())
    told = (
        _("La lettre du mois vous sera envoyée.") if wanted else _("Vous ne recevrez plus la lettre du mois.")
    )
    messages.success(request, told)
    return redirect("my_space", actor.cooperative.slug)


@page_for(can_see_letter)
@require_safe
def preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The letter due this month as it will be read, who gets it, and whether it left."""
    page = letter_page(actor.cooperative, timezone.localdate(), language())
    context = {"page": page, "may_try": can_try_letter(actor), "letter": page.content}
    return render(request, "production/letter_preview.html", context)


@page_for(can_try_letter)
@require_POST
def copy(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A copy to one's own address."""
    sent = send_to_me(
        actor=user_of(actor), cooperative=actor.cooperative, today=timezone.localdate(), language=language()
    )
    if sent:
        messages.success(request, _("Un exemplaire part vers %(email)s.") % {"email": user_of(actor).email})
    else:
        messages.warning(request, _("Aucun toit n’est encore enregistré : il n’y a rien à écrire."))
    return redirect("letter_preview", actor.cooperative.slug)

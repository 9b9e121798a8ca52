"""The operator's page of tokens: programs that bring readings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from production.models import MeterToken
from production.permissions import can_import_readings, can_see_operation
from production.services.meter_tokens import TokenRefused, make_meter_token, revoke_meter_token
from production.token_forms import TokenForm
from production.token_pages import examples, tokens_page
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_operation)
@require_safe
def meter_tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tokens there are, and a form for another."""
    form = TokenForm(actor.cooperative) if can_import_readings(actor) else None
    return _show(request, actor, form)


def _show(request: HttpRequest, actor: Actor, form: TokenForm | None, status: int = 200) -> HttpResponse:
    page = tokens_page(actor.cooperative, url=_address(request), now=timezone.now())
    return render(request, "production/meter_tokens.html", {"page": page, "form": form}, status=status)


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("api_post_readings"))


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a token and show its key, once: 201, or 422 with the fault."""
    if request.method != "POST":  # the page of a key, opened again: the key isn't there any more
        return redirect("meter_tokens", actor.cooperative.slug)
    form = TokenForm(actor.cooperative, request.POST)
    if not form.is_valid():
        return _show(request, actor, form, status=422)
    said = form.cleaned_data
    now = timezone.now()
    user, meters = user_of(actor), list(said["meters"])
    named = {"name": said["name"], "meters": meters, "life": form.life, "now": now}
    try:
        token, key = make_meter_token(actor=user, owner=user, cooperative=actor.cooperative, **named)
    except TokenRefused as refusal:
        form.add_error("name", str(refusal))
        return _show(request, actor, form, status=422)
    shown = {"token": token, "key": key, "meters": meters}
    shown["examples"] = examples(_address(request), meters[0].code, now)
    return render(request, "production/meter_token_made.html", shown, status=201)


@page_for(can_import_readings)
@require_POST
def revoke(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """End a token; done twice, the second one changes nothing."""
    token = get_object_or_404(MeterToken.objects.of(actor.cooperative).select_related("cooperative"), pk=pk)
    revoke_meter_token(actor=user_of(actor), token=token, now=timezone.now())
    return redirect("meter_tokens", actor.cooperative.slug)

"""The public series, to take away: files, their description, and the licence the board chose."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from production.open_data.licences import LICENCES
from production.open_data.package import data_package, published
from production.open_data.serving import FILES_AN_HOUR, KEPT_S, file_response, licence_headers
from production.permissions import can_choose_licence
from production.services.open_data import choose_licence
from production.views.subjects import user_of
from shareholders.access import page_for, public_page
from shareholders.permissions import Actor
from shareholders.throttling import is_too_often


@public_page
@require_safe
def package(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`datapackage.json`: what there is, column by column, under which licence."""
    found = published(actor.cooperative, timezone.localdate())
    headers = licence_headers(found) | {
        "Cache-Control": f"public, max-age={KEPT_S}",
        "Access-Control-Allow-Origin": "*",
    }
    text = data_package(found, settings.SITE_URL)
    return JsonResponse(text, json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


@public_page
@require_safe
def file(request: HttpRequest, actor: Actor, name: str, ending: str) -> HttpResponseBase:
    """One series in one format."""
    if is_too_often(request, "open-data", FILES_AN_HOUR):
        return render(request, "429.html", status=429)
    return file_response(request, actor.cooperative, name, ending, timezone.localdate())


@page_for(can_choose_licence)
@require_POST
def licence(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The board chooses the licence of the series."""
    code = request.POST.get("licence", "")
    if code in LICENCES:
        choose_licence(actor=user_of(actor), cooperative=actor.cooperative, code=code)
        messages.success(request, _("Les données sont désormais publiées sous cette licence."))
    else:
        messages.error(request, _("Choisissez une licence de la liste."))
    return redirect("transparency", actor.cooperative.slug)

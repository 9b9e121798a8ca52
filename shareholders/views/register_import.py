"""The board takes over a register kept until then by another tool: look first, then confirm."""

import datetime as dt
import hashlib

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shareholders.access import page_for
from shareholders.forms.register_import import RegisterImportForm
from shareholders.permissions import Actor, can_decide_shares
from shareholders.register_files import RegisterFileRefused
from shareholders.register_files.detection import MAX_BYTES
from shareholders.services.register_import import RegisterImport, import_register

KEPT_S = 3_600
SHOWN = 20


@page_for(can_decide_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def register_import(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Drop a file: what it would change, or 422 with every fault."""
    is_sent = request.method == "POST"
    form = RegisterImportForm(request.POST, request.FILES) if is_sent else RegisterImportForm()
    if not form.is_valid():
        status = 422 if is_sent else 200
        return render(request, "shareholders/register_import.html", {"form": form}, status=status)
    file, on = form.cleaned_data["file"], form.cleaned_data["on"]
    content = file.read(MAX_BYTES + 1)
    try:
        report = _import(actor, file.name, content, on, dry_run=True)
    except RegisterFileRefused as refusal:
        return _refused(request, file.name, refusal)
    cache.set(_place(actor, report.sha256), (file.name, content, f"{on or ''}"), KEPT_S)
    context = {"form": form, "report": report, "shown": report.newcomers[:SHOWN]}
    return render(request, "shareholders/register_import.html", context)


@page_for(can_decide_shares)
@require_POST
def register_import_confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Import the file that was looked at, known by its fingerprint; twice, the second changes nothing."""
    kept = cache.get(_place(actor, request.POST.get("sha256", "")))
    if kept is None:
        messages.warning(request, _("Ce fichier n’est plus gardé : déposez-le de nouveau. Rien n’a changé."))
        return redirect("register_import", actor.cooperative.slug)
    name, content, on = kept
    try:
        report = _import(actor, name, content, parse_date(on), dry_run=False)
    except RegisterFileRefused as refusal:
        return _refused(request, name, refusal)
    if report.changes_nothing:
        messages.info(request, _("Le registre disait déjà tout cela : rien n’a changé."))
    else:
        messages.success(request, _("Le registre est repris. Vérifiez-le d’un geste ci-dessous."))
    return redirect("register", actor.cooperative.slug)


def _import(actor: Actor, name: str, content: bytes, on: dt.date | None, *, dry_run: bool) -> RegisterImport:
    return import_register(
        actor=actor.user,
        cooperative=actor.cooperative,
        file_name=name,
        content=content,
        dry_run=dry_run,
        on=on,
    )


def _place(actor: Actor, sha256: str) -> str:
    """Where a file waits for its confirmation: each person's own, in each cooperative."""
    assert actor.user is not None
    told = hashlib.sha256(sha256.encode()).hexdigest()
    return f"register-import-{actor.cooperative.pk}-{actor.user.pk}-{told}"


def _refused(request: HttpRequest, name: str, refusal: RegisterFileRefused) -> HttpResponse:
    context = {"form": RegisterImportForm(), "refusal": refusal, "sentences": refusal.told(_), "name": name}
    return render(request, "shareholders/register_import.html", context, status=422)

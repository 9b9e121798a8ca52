"""The operator's decisions about a file in quarantine."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from production.formats import FileRefused
from production.layout_forms import LayoutForm, initial_layout
from production.layout_pages import Preview, grid_of, nearest_layout, preview
from production.models import ReadingImport
from production.permissions import can_import_readings
from production.services.consent import (
    NotQuarantined,
    SomethingElseFound,
    discard_file,
    draw_layout,
    store_parts,
    store_rest,
)
from production.views.imports import refused
from production.views.subjects import import_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor

KEEP = "retenir"


@page_for(can_import_readings)
@require_POST
def store_the_rest(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Store a quarantined file without its faulty lines, or the part that was chosen."""
    found = import_of(actor, pk)
    part, hold = request.POST.get("part", "")[:200], request.POST.get("hold")
    try:
        if part == "*":
            store_parts(actor=user_of(actor), target=found, hold=hold)
        else:
            store_rest(actor=user_of(actor), target=found, part=part, hold=hold)
    except (NotQuarantined, SomethingElseFound) as reason:
        messages.info(request, str(reason))
    except FileRefused as refusal:
        return refused(request, refusal, found.meter)
    return redirect("import_report", actor.cooperative.slug, found.pk)


@page_for(can_import_readings)
@require_POST
def discard(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Drop a quarantined file; a second time changes nothing."""
    found = import_of(actor, pk)
    try:
        discard_file(actor=user_of(actor), target=found)
    except NotQuarantined as reason:
        messages.info(request, str(reason))
    return redirect("import_report", actor.cooperative.slug, found.pk)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say what each column of a quarantined file holds, see what that gives, then keep it."""
    found = import_of(actor, pk)
    if found.state != ReadingImport.State.QUARANTINED:
        return redirect("import_report", actor.cooperative.slug, found.pk)
    try:
        form = _form(request, found)
    except FileRefused as refusal:
        return refused(request, refusal, found.meter)
    if request.method != "POST":
        return _show(request, found, form, None)
    if not form.is_valid():
        return _show(request, found, form, None, status=422)
    if KEEP not in request.POST:
        return _show(request, found, form, preview(found, form.mapping()))
    return _keep(request, actor, found, form)


def _keep(request: HttpRequest, actor: Actor, found: ReadingImport, form: LayoutForm) -> HttpResponse:
    """Remember what was said and read the file so: back to its report, or 422 with why it can't be."""
    try:
        draw_layout(
            actor=user_of(actor),
            target=found,
            mapping=form.mapping(),
            name=form.cleaned_data["name"],
            now=timezone.now(),
        )
    except NotQuarantined as reason:
        messages.info(request, str(reason))
    except FileRefused as refusal:
        return _show(request, found, form, Preview(sentences=refusal.sentences[:5]), status=422)
    return redirect("import_report", actor.cooperative.slug, found.pk)


def _form(request: HttpRequest, found: ReadingImport) -> LayoutForm:
    """The form over the file's cells, cut where the sender says that its values begin. Raises FileRefused."""
    if request.method != "POST":
        grid = grid_of(found)
        return LayoutForm(grid, initial=initial_layout(grid, *nearest_layout(found, grid)))
    said = request.POST
    first = said.get("first_line", "")
    is_line = first.isascii() and first.isdigit() and len(first) <= 4 and 0 < int(first) <= 1000
    line = int(first) if is_line else None
    separator = said.get("separator") if said.get("separator") in {";", ",", "\t", "|"} else None
    return LayoutForm(grid_of(found, line, separator), said)


def _show(
    request: HttpRequest, found: ReadingImport, form: LayoutForm, seen: Preview | None, status: int = 200
) -> HttpResponse:
    context = {"found": found, "form": form, "preview": seen}
    return render(request, "production/columns.html", context, status=status)

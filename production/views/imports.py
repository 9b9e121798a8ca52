"""The operator's pages of meter files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Meter
from mine_de_soleil.core.answers import see_other
from production.formats import FileRefused
from production.models import ReadingImport
from production.operation_pages import OperationPage, operation_page, refusal_report
from production.permissions import can_import_readings, can_see_operation
from production.services.imports import NotUndoable, kept_delivery, receive_file, undo_import
from production.uploads import UploadForm
from production.views.subjects import import_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_operation)
@require_safe
def operation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The operator's place: drop a file, then plants worst first."""
    page = _operation_page(request, actor)
    form = UploadForm(actor.cooperative) if can_import_readings(actor) else None
    return render(request, "production/operation.html", {"page": page, "form": form})


def refused(request: HttpRequest, refusal: FileRefused, meter: Meter) -> HttpResponse:
    """422 with the faults of a file, line by line."""
    context = {"report": refusal_report(refusal, meter)}
    return render(request, "production/refused.html", context, status=422)


def _operation_page(request: HttpRequest, actor: Actor) -> OperationPage:
    """The plants the address asks for: `?q=`, `?etat=`, `?page=`."""
    asked = request.GET
    return operation_page(
        actor.cooperative,
        timezone.localdate(),
        asked=asked.get("q", ""),
        standing=asked.get("etat", ""),
        number=asked.get("page", ""),
    )


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Receive a meter file: 303 to its report, or 422 with the faults line by line."""
    if request.method != "POST":  # the page of a refused file, opened again
        return redirect("operation", actor.cooperative.slug)
    form = UploadForm(actor.cooperative, request.POST, request.FILES)
    if not form.is_valid():
        page = operation_page(actor.cooperative, timezone.localdate())
        return render(request, "production/operation.html", {"page": page, "form": form}, status=422)
    try:
        received = receive_file(
            actor=user_of(actor),
            meter=form.cleaned_data["meter"],
            delivery=form.delivery(),
            dry_run=form.cleaned_data["dry_run"],
            now=timezone.now(),
        )
    except FileRefused as refusal:
        return refused(request, refusal, form.cleaned_data["meter"])
    if received.state == ReadingImport.State.QUARANTINED:
        return render(request, "production/import.html", {"found": received, "may_import": True}, status=422)
    return see_other("import_report", actor.cooperative.slug, received.pk)


@page_for(can_see_operation)
@require_safe
def import_report(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One import: progress while it is at work, then what was found, line by line."""
    found = import_of(actor, pk)
    # htmx asks again for the report alone while the worker is busy.
    template = (
        "production/import_status.html" if request.headers.get("HX-Request") else "production/import.html"
    )
    return render(request, template, {"found": found, "may_import": can_import_readings(actor)})


@page_for(can_import_readings)
@require_POST
def store_checked(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Store a file that was only checked, without sending it again."""
    checked = import_of(actor, pk)
    if checked.state != ReadingImport.State.CHECKED:
        return redirect("import_report", actor.cooperative.slug, checked.pk)
    try:
        received = receive_file(
            actor=user_of(actor),
            meter=checked.meter,
            delivery=kept_delivery(checked),
            dry_run=False,
            now=timezone.now(),
        )
    except FileRefused as refusal:
        return refused(request, refusal, checked.meter)
    return redirect("import_report", actor.cooperative.slug, received.pk)


@page_for(can_import_readings)
@require_POST
def undo(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take an import back; done twice, the second one changes nothing."""
    found = import_of(actor, pk)
    try:
        undo_import(actor=user_of(actor), target=found)
    except NotUndoable as reason:
        messages.info(request, str(reason))
    return redirect("import_report", actor.cooperative.slug, found.pk)


@page_for(can_see_operation)
@require_safe
def import_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The file of an import, byte for byte as it came."""
    found = import_of(actor, pk)
    headers = {"Content-Disposition": content_disposition_header(True, found.file_name)}
    return HttpResponse(found.file.content, content_type="application/octet-stream", headers=headers)

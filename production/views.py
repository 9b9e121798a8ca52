"""Pages of roofs and of the operator."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Plant
from mine_de_soleil.core.models import User
from production.formats import FileRefused
from production.models import ReadingImport
from production.open_data import daily_csv
from production.operation_pages import operation_page, refusal_report
from production.permissions import can_import_readings, can_see_operation
from production.plant_pages import plant_page, roof_map, roof_rows
from production.services import NotUndoable, kept_delivery, receive_file, undo_import
from production.uploads import UploadForm
from shareholders.access import page_for, public_page
from shareholders.permissions import Actor

LONGEST_CSV = dt.timedelta(days=366 * 40)


@public_page
@require_safe
def roofs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every roof of the cooperative, on a map and as a list."""
    rows = roof_rows(actor.cooperative, timezone.localdate())
    return render(request, "production/roofs.html", {"rows": rows, "map": roof_map(rows)})


@public_page
@require_safe
def plant(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One roof: this year, the chart, what it is made of, where its figures come from."""
    found = _plant(actor, slug)
    view, key = request.GET.get("pas", ""), request.GET.get("periode", "")
    page = plant_page(found, timezone.localdate(), view=view, key=key)
    return render(request, "production/plant.html", {"page": page, "plant": found})


@public_page
@require_safe
def plant_csv(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The daily output of one roof as a file."""
    found = _plant(actor, slug)
    first, last = _days_asked(request)
    name = f"{found.slug}_{first}_{last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        daily_csv(found, first, last), content_type="text/csv; charset=utf-8", headers=headers
    )


@page_for(can_see_operation)
@require_safe
def operation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The operator's place: drop a file, then plants worst first."""
    page = operation_page(actor.cooperative, timezone.localdate())
    form = UploadForm(actor.cooperative) if can_import_readings(actor) else None
    return render(request, "production/operation.html", {"page": page, "form": form})


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
            actor=_user(actor),
            meter=form.cleaned_data["meter"],
            delivery=form.delivery(),
            dry_run=form.cleaned_data["dry_run"],
            now=timezone.now(),
        )
    except FileRefused as refusal:
        report = refusal_report(refusal, form.cleaned_data["meter"])
        return render(request, "production/refused.html", {"report": report}, status=422)
    response = redirect("import_report", actor.cooperative.slug, received.pk)
    response.status_code = 303
    return response


@page_for(can_see_operation)
@require_safe
def import_report(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One import: progress while it is at work, then what was found, line by line."""
    found = _import(actor, pk)
    # htmx asks again for the report alone while the worker is busy.
    template = (
        "production/import_status.html" if request.headers.get("HX-Request") else "production/import.html"
    )
    return render(request, template, {"found": found, "may_import": can_import_readings(actor)})


@page_for(can_import_readings)
@require_POST
def store_checked(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Store a file that was only checked, without sending it again."""
    checked = _import(actor, pk)
    if checked.state != ReadingImport.State.CHECKED:
        return redirect("import_report", actor.cooperative.slug, checked.pk)
    try:
        received = receive_file(
            actor=_user(actor),
            meter=checked.meter,
            delivery=kept_delivery(checked),
            dry_run=False,
            now=timezone.now(),
        )
    except FileRefused as refusal:
        report = refusal_report(refusal, checked.meter)
        return render(request, "production/refused.html", {"report": report}, status=422)
    return redirect("import_report", actor.cooperative.slug, received.pk)


@page_for(can_import_readings)
@require_POST
def undo(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take an import back; done twice, the second one changes nothing."""
    found = _import(actor, pk)
    try:
        undo_import(actor=_user(actor), target=found)
    except NotUndoable as reason:
        messages.info(request, str(reason))
    return redirect("import_report", actor.cooperative.slug, found.pk)


@page_for(can_see_operation)
@require_safe
def import_file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The file of an import, byte for byte as it came."""
    found = _import(actor, pk)
    headers = {"Content-Disposition": content_disposition_header(True, found.file_name)}
    return HttpResponse(bytes(found.file.content), content_type="application/octet-stream", headers=headers)


def _plant(actor: Actor, slug: str) -> Plant:
    found: Plant = get_object_or_404(
        Plant.objects.of(actor.cooperative).select_related("cooperative"), slug=slug
    )
    return found


def _import(actor: Actor, pk: int) -> ReadingImport:
    own = ReadingImport.objects.of(actor.cooperative).without_content()
    found: ReadingImport = get_object_or_404(own, pk=pk)
    return found


def _user(actor: Actor) -> User:
    assert actor.user is not None  # pages behind `page_for` have signed-in actors only
    return actor.user


def _days_asked(request: HttpRequest) -> tuple[dt.date, dt.date]:
    """The days of `?du=…&au=…`, this year without them. Raises BadRequest with a sentence."""
    if not request.GET.keys() & {"du", "au"}:
        today = timezone.localdate()
        return today.replace(month=1, day=1), today
    try:
        first, last = parse_date(request.GET.get("du", "")), parse_date(request.GET.get("au", ""))
    except ValueError:
        first = last = None
    if not (first and last) or first > last or last - first > LONGEST_CSV:
        raise BadRequest(
            _("Indiquez deux jours, du plus ancien au plus récent : ?du=2025-01-01&au=2025-12-31")
        )
    return first, last

"""Pages of alerts and of the maintenance log: operators act, board and auditor read."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.alert_forms import CloseForm, MaintenanceForm
from production.alert_pages import alert_page, alerts_page, maintenance_page
from production.models import PlantAlert
from production.permissions import can_answer_alerts, can_see_operation
from production.services.alerts import AlertAnswered, AlertRefused, close_alert, note_maintenance, take_alert
from production.views.subjects import plant_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


def alert_of(actor: Actor, pk: int) -> PlantAlert:
    """An alert of the actor's cooperative. Raises Http404."""
    found: PlantAlert = get_object_or_404(PlantAlert.objects.of(actor.cooperative), pk=pk)
    return found


@page_for(can_see_operation)
@require_safe
def alerts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All alerts: those that wait, worst first; then those closed."""
    page = alerts_page(actor.cooperative, request.GET.get("page", ""))
    return render(request, "production/alerts.html", {"page": page})


@page_for(can_see_operation)
@require_safe
def alert(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One alert: what was seen, what to do about it."""
    found = alert_of(actor, pk)
    return _show(request, actor, found)


@page_for(can_answer_alerts)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take it in charge; 303 back to it, whoever was first."""
    found = alert_of(actor, pk)
    if request.method == "POST":
        try:
            take_alert(actor=user_of(actor), alert=found, now=timezone.now())
            messages.success(request, _("Vous vous occupez de cette alerte."))
        except AlertAnswered as answered:
            messages.warning(request, str(answered))
    return _back_to(actor, found)


@page_for(can_answer_alerts)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Close it: 303 to it, 422 with what to correct."""
    found = alert_of(actor, pk)
    if request.method != "POST":  # the page of a refused form, opened again
        return _back_to(actor, found)
    form = CloseForm(found, request.POST)
    if not form.is_valid():
        return _show(request, actor, found, closing=form, status=422)
    try:
        said = {"accept": False, **form.cleaned_data}
        now, today = timezone.now(), timezone.localdate()
        close_alert(actor=user_of(actor), alert=found, now=now, today=today, **said)
        messages.success(request, _("L’alerte est close."))
    except AlertAnswered as answered:
        messages.warning(request, str(answered))
    except AlertRefused as refusal:
        form.refuse(refusal)
        return _show(request, actor, found, closing=form, status=422)
    return _back_to(actor, found)


@page_for(can_answer_alerts)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Write in the log what was done about it: 303 to it, 422 with what to correct."""
    found = alert_of(actor, pk)
    if request.method != "POST":
        return _back_to(actor, found)
    form = MaintenanceForm(request.POST)
    if _noted(request, actor, found.plant, form, found):
        return _back_to(actor, found)
    return _show(request, actor, found, noting=form, status=422)


@page_for(can_see_operation)
@require_safe
def maintenance(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The maintenance log of a roof."""
    return _show_log(request, actor, plant_of(actor, slug), MaintenanceForm(initial=_today()))


@page_for(can_answer_alerts)
@require_http_methods(["GET", "HEAD", "POST"])
def note_on_plant(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Write in the log of a roof: 303 to it, 422 with what to correct."""
    plant = plant_of(actor, slug)
    form = MaintenanceForm(request.POST)
    if request.method == "POST" and not _noted(request, actor, plant, form, None):
        return _show_log(request, actor, plant, form, status=422)
    return see_other("maintenance", actor.cooperative.slug, plant.slug)


def _noted(
    request: HttpRequest, actor: Actor, plant: Plant, form: MaintenanceForm, about: PlantAlert | None
) -> bool:
    """Whether the entry was written; if not, the form says what to correct."""
    if not form.is_valid():
        return False
    try:
        today = timezone.localdate()
        note_maintenance(actor=user_of(actor), plant=plant, alert=about, today=today, **form.cleaned_data)
    except AlertRefused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("C’est noté."))
    return True


def _today() -> dict[str, object]:
    return {"day": timezone.localdate()}


def _show(
    request: HttpRequest,
    actor: Actor,
    found: PlantAlert,
    closing: forms.Form | None = None,
    noting: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": alert_page(found, timezone.localdate()),
        "may_act": can_answer_alerts(actor),
        "closing": closing or CloseForm(found),
        "noting": noting or MaintenanceForm(initial=_today()),
    }
    return render(request, "production/alert.html", context, status=status)


def _show_log(
    request: HttpRequest, actor: Actor, plant: Plant, form: MaintenanceForm, status: int = 200
) -> HttpResponse:
    page = maintenance_page(plant, request.GET.get("page", ""))
    context = {"page": page, "form": form if can_answer_alerts(actor) else None}
    return render(request, "production/maintenance.html", context, status=status)


def _back_to(actor: Actor, found: PlantAlert) -> HttpResponse:
    return see_other("alert", actor.cooperative.slug, found.pk)

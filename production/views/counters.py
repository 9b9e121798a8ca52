"""The operator's page of one meter: its counter, its exchanges, how its files are read."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Meter
from mine_de_soleil.core.answers import see_other
from production.counter_forms import CounterForm, ReplacementForm
from production.counter_pages import meter_page
from production.permissions import can_import_readings, can_see_operation
from production.services.counters import (
    CounterRefused,
    enter_replacement,
    save_counter,
    withdraw_replacement,
)
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_operation)
@require_safe
def meter(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One meter: digits, exchanges, remembered files, energies without a day."""
    found = _meter(actor, pk)
    return _show(request, actor, found, CounterForm(initial={"digits": found.counter_digits}), None)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Save the digits of a counter: 303 to its page, or 422."""
    found = _meter(actor, pk)
    if request.method != "POST":
        return redirect("meter", actor.cooperative.slug, pk)
    form = CounterForm(request.POST)
    if not form.is_valid():
        return _show(request, actor, found, form, None, status=422)
    save_counter(actor=user_of(actor), meter=found, digits=form.cleaned_data["digits"])
    return _back(actor, pk)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Declare that the counter was exchanged: 303 to its page, or 422."""
    found = _meter(actor, pk)
    if request.method != "POST":
        return redirect("meter", actor.cooperative.slug, pk)
    with timezone.override(ZoneInfo(found.plant.time_zone)):  # the form's moment is local there
        form = ReplacementForm(request.POST)
        valid = form.is_valid()
    counter = CounterForm(initial={"digits": found.counter_digits})
    if not valid:
        return _show(request, actor, found, counter, form, status=422)
    try:
        enter_replacement(actor=user_of(actor), meter=found, now=timezone.now(), **form.said())
    except CounterRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, actor, found, counter, form, status=422)
    return _back(actor, pk)


@page_for(can_import_readings)
@require_POST
def withdraw(request: HttpRequest, actor: Actor, pk: int, replacement: int) -> HttpResponse:
    """Take a declared exchange back; a second time changes nothing."""
    found = _meter(actor, pk)
    if not withdraw_replacement(actor=user_of(actor), meter=found, pk=replacement):
        messages.info(request, _("Ce remplacement n’est plus déclaré."))
    return _back(actor, pk)


def _back(actor: Actor, pk: int) -> HttpResponse:
    return see_other("meter", actor.cooperative.slug, pk)


def _show(
    request: HttpRequest,
    actor: Actor,
    found: Meter,
    counter: CounterForm,
    replacement: ReplacementForm | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": meter_page(found),
        "form": counter,
        "replacement": replacement or ReplacementForm(),
        "may_act": can_import_readings(actor),
    }
    return render(request, "production/meter.html", context, status=status)


def _meter(actor: Actor, pk: int) -> Meter:
    own = Meter.objects.filter(plant__cooperative=actor.cooperative).select_related("plant__cooperative")
    found: Meter = get_object_or_404(own, pk=pk)
    return found

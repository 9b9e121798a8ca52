"""The operator's page of what a roof's readings are worth."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from production.permissions import can_import_readings, can_see_operation
from production.quality_pages import quality_csv, quality_page
from production.views.roofs import days_asked
from production.views.subjects import plant_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_operation)
@require_safe
def quality(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """A year of days of one meter: which can be trusted, and what to do about the others."""
    plant = plant_of(actor, slug)
    code, year = request.GET.get("compteur", ""), request.GET.get("annee", "")
    page = quality_page(plant, timezone.localdate(), meter_code=code, year=year)
    context = {"page": page, "plant": plant, "may_import": can_import_readings(actor)}
    return render(request, "production/quality.html", context)


@page_for(can_see_operation)
@require_safe
def quality_days(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The same days as a file, one line a finding."""
    plant = plant_of(actor, slug)
    first, last = days_asked(request)
    headers = {"Content-Disposition": f'attachment; filename="qualite_{plant.slug}_{first}_{last}.csv"'}
    text = quality_csv(plant, first, last)
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)

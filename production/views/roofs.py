"""Pages of roofs, open to everyone."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from installations.models import Plant
from mine_de_soleil.core.refusals import AddressRefused
from production.open_data.daily import daily_csv, steps_csv
from production.permissions import can_see_operation, may_read_studies
from production.plant_pages import plant_page, roofs_page
from production.spans import unplaced_of
from production.views.subjects import plant_of
from shareholders.access import public_page
from shareholders.permissions import Actor

LONGEST_CSV = dt.timedelta(days=366 * 40)


@public_page
@require_safe
def roofs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every roof of the cooperative, on a map and as a list; `?commune=62498` shows those of one commune."""
    wanted = request.GET.get("commune", "")
    page = roofs_page(actor.cooperative, timezone.localdate(), commune=wanted)
    has_heat = Plant.objects.heating(actor.cooperative).exists()
    return render(request, "production/roofs.html", {"page": page, "has_heat": has_heat})


@public_page
@require_safe
def plant(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One roof: this year, the chart, what it is made of, where its figures come from."""
    found = plant_of(actor, slug)
    view, key = request.GET.get("pas", ""), request.GET.get("periode", "")
    page = plant_page(found, timezone.localdate(), view=view, key=key, sees_log=can_see_operation(actor))
    context = {
        "page": page,
        "plant": found,
        "unplaced": unplaced_of(found),
        "may_read_studies": may_read_studies(actor, found),
    }
    return render(request, "production/plant.html", context)


@public_page
@require_safe
def plant_csv(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The daily output of one roof as a file."""
    found = plant_of(actor, slug)
    first, last = days_asked(request)
    name = f"{found.slug}_{first}_{last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        daily_csv(found, first, last), content_type="text/csv; charset=utf-8", headers=headers
    )


@public_page
@require_safe
def plant_steps_csv(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One day of one roof, reading by reading, as a file: `?jour=2025-06-14`, yesterday without it."""
    found = plant_of(actor, slug)
    try:
        day = parse_date(request.GET.get("jour", ""))
    except ValueError:
        day = None
    if (day is None and "jour" in request.GET) or (day is not None and not 1900 <= day.year <= 2200):
        raise AddressRefused(_("Indiquez un jour : ?jour=2025-06-14"))
    day = day or timezone.localdate() - dt.timedelta(days=1)
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}_{day}.csv"'}
    return HttpResponse(steps_csv(found, day), content_type="text/csv; charset=utf-8", headers=headers)


def days_asked(request: HttpRequest) -> tuple[dt.date, dt.date]:
    """The days of `?du=…&au=…`, this year without them. Raises AddressRefused with a sentence."""
    if not request.GET.keys() & {"du", "au"}:
        today = timezone.localdate()
        return today.replace(month=1, day=1), today
    try:
        first, last = parse_date(request.GET.get("du", "")), parse_date(request.GET.get("au", ""))
    except ValueError:
        first = last = None
    if not (first and last) or first > last or last - first > LONGEST_CSV:
        raise AddressRefused(
            _("Indiquez deux jours, du plus ancien au plus récent : ?du=2025-01-01&au=2025-12-31")
        )
    return first, last

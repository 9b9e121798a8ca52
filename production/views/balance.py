"""The page of a roof's balance, and the same as a file."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mine_de_soleil.core.calendar import days
from mine_de_soleil.core.refusals import AddressRefused
from production.balance_charts import balance_csv as as_csv
from production.balance_pages import balance_page, period_of
from production.balance_reports import judge_months, judge_spans
from production.permissions import can_see_operation
from production.views.subjects import described_plant_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_operation)
@require_safe
def balance(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Where the energy of a year or of a month went; `?annee=2026&mois=3`."""
    plant, today = described_plant_of(actor, slug), timezone.localdate()
    year, month = _asked(request, today)
    return render(request, "production/balance.html", {"page": balance_page(plant, year, month, today)})


@page_for(can_see_operation)
@require_safe
def balance_csv(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The same, a line a month, or a line a day of one month."""
    plant, today = described_plant_of(actor, slug), timezone.localdate()
    year, month = _asked(request, today)
    first, last = period_of(year, month, today)
    if month:
        spans = judge_spans(plant, [(day, day) for day in days(max(first, plant.commissioned_on), last)])
    else:
        spans = judge_months(plant, first, last)
    name = f"{plant.slug}_bilan_{year}" + (f"-{month:02}" if month else "") + ".csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_csv(spans), content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: HttpRequest, today: dt.date) -> tuple[int, int | None]:
    """Year and month of the address; this year without them. Raises AddressRefused with a sentence."""
    year, month = request.GET.get("annee", ""), request.GET.get("mois", "")
    try:
        asked = int(year) if year else today.year, int(month) if month else None
    except ValueError:
        asked = 0, None
    if not 1990 <= asked[0] <= today.year or not (asked[1] is None or 1 <= asked[1] <= 12):
        raise AddressRefused(
            _("Indiquez une année passée, et un mois si vous voulez\u202f: ?annee=2026&mois=3")
        )
    return asked

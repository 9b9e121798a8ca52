"""The board's pages of the register and of the capital, and their files."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mine_de_soleil.core.csv_text import csv_text
from mine_de_soleil.core.refusals import AddressRefused
from shareholders.access import page_for
from shareholders.permissions import Actor, can_decide_shares, can_see_register
from shareholders.register_export import as_csv, as_xlsx
from shareholders.register_pages import capital_page, register_page
from shareholders.register_reports import capital_history, lines_of, meta_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@page_for(can_see_register)
@require_safe
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The register's lines, latest first; `?verifier=1` checks the whole chain."""
    wanted = request.GET.get("verifier") == "1"
    page = register_page(actor.cooperative, number=request.GET.get("page", "1"), verify=wanted)
    context = {"page": page, "may_act": can_decide_shares(actor)}
    return render(request, "shareholders/register.html", context)


@page_for(can_see_register)
@require_safe
def register_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole register as CSV, verifiable without us."""
    meta = meta_of(actor.cooperative, None, timezone.now())
    return _file(as_csv(lines_of(actor.cooperative), meta), CSV, f"registre_{actor.cooperative.slug}.csv")


@page_for(can_see_register)
@require_safe
def register_xlsx(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same as a workbook."""
    meta = meta_of(actor.cooperative, None, timezone.now())
    return _file(as_xlsx(lines_of(actor.cooperative), meta), XLSX, f"registre_{actor.cooperative.slug}.xlsx")


@page_for(can_see_register)
@require_safe
def capital(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who owns the company, today or on any day: `?le=2025-03-03`."""
    today = timezone.localdate()
    page = capital_page(actor.cooperative, _day_asked(request, today), today)
    return render(request, "shareholders/capital.html", {"page": page})


@page_for(can_see_register)
@require_safe
def capital_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The capital at the close of every day it changed."""
    history = capital_history(actor.cooperative, timezone.localdate())
    points = [(point.day, point.shares, point.nominal_value, point.amount) for point in history]
    text = csv_text([("day", "shares", "nominal_value_eur", "capital_eur"), *points], end="\r\n")
    return _file(text.encode(), CSV, f"capital_{actor.cooperative.slug}.csv")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _day_asked(request: HttpRequest, today: dt.date) -> dt.date:
    """The day of `?le=`, today without it. Raises AddressRefused with a sentence."""
    asked = request.GET.get("le", "")
    if not asked:
        return today
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    if day is None or day > today:
        raise AddressRefused(_("Indiquez un jour passé, par exemple ?le=2025-03-03"))
    return day

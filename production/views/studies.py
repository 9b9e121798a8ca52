"""Pages of yield studies: a plant's, a draft, a frozen one and its files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.models import Forecast, FrozenWeather
from production.permissions import (
    can_import_readings,
    can_read_studies,
    can_see_operation,
    may_read_studies,
)
from production.services.studies import draft_study, freeze_study, suggested_day
from production.services.study_papers import NoStudy, study_of, study_on_demand
from production.services.weather import thawed
from production.study import Study
from production.study_forms import TYPICAL, FreezeForm, WeatherForm
from production.study_pages import studies_page, study_page, usable_weathers
from production.study_refusals import CONFLICTS, REFUSALS, conflict_of_study, refusal_of_study
from production.study_tables import study_csv
from production.study_workbook import as_xlsx
from production.views.subjects import described_plant_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor
from shareholders.services.certificates import NoCertificate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


@page_for(can_read_studies)
@require_safe
def studies(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """A plant's frozen studies, newest first, and for the operator the beginning of a new one."""
    return _show_list(request, actor, _plant(actor, slug))


def _show_list(
    request: HttpRequest,
    actor: Actor,
    plant: Plant,
    *,
    refusals: tuple[str, ...] = (),
    form: WeatherForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = studies_page(plant, timezone.localdate(timezone=plant.zone), request.GET.get("page", "1"))
    context = {
        "page": page,
        "form": (form or WeatherForm(page.choices)) if can_import_readings(actor) else None,
        "refusals": refusals,
        "operates": can_see_operation(actor),
    }
    return render(request, "production/studies.html", context, status=status)


@page_for(can_import_readings)
@require_safe
def draft(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """A study under the weather of `?meteo=`, with everything it would freeze; nothing is stored."""
    plant = _plant(actor, slug)
    asked = request.GET.get("meteo", TYPICAL)
    weather = _weather(plant, asked)
    return _show_draft(request, actor, plant, weather, meteo=asked)


def _show_draft(
    request: HttpRequest,
    actor: Actor,
    plant: Plant,
    weather: FrozenWeather | None,
    *,
    meteo: str,
    form: FreezeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate(timezone=plant.zone)
    try:
        study = draft_study(plant, weather, made_on=today)
    except REFUSALS as refusal:
        return _show_list(request, actor, plant, refusals=refusal_of_study(refusal), status=422)
    # What is on the screen now is what the button would freeze.
    shown = {"meteo": meteo, "seen": study.fingerprint}
    if form is None:
        form = FreezeForm(today, initial=shown | {"valid_from": suggested_day(plant, today)})
    else:
        form.data = {**form.data.dict(), **shown}  # type: ignore[attr-defined]
    url = _weather_url(actor, weather.pk) if weather else ""
    context = {"page": study_page(plant, study, weather_url=url), "form": form, "operates": True}
    return render(request, "production/study.html", context, status=status)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Freeze what was shown: 303 to the study, 422 with what to correct, 409 where it is no longer that."""
    if request.method != "POST":  # the page of a refused study, opened again
        return redirect("studies", actor.cooperative.slug, slug)
    plant = _plant(actor, slug)
    form = FreezeForm(timezone.localdate(timezone=plant.zone), request.POST)
    meteo = request.POST.get("meteo", "") or TYPICAL
    weather = _weather(plant, meteo)
    if not form.is_valid():
        return _show_draft(request, actor, plant, weather, meteo=meteo, form=form, status=422)
    said = {name: form.cleaned_data[name] for name in ("valid_from", "seen")}
    try:
        frozen = freeze_study(actor=user_of(actor), plant=plant, weather=weather, **said)
    except CONFLICTS as reason:
        form.add_error(None, conflict_of_study(reason))
        return _show_draft(request, actor, plant, weather, meteo=meteo, form=form, status=409)
    except REFUSALS as refusal:
        return _show_list(request, actor, plant, refusals=refusal_of_study(refusal), status=422)
    messages.success(request, _("L’étude est figée\u202f: elle ne changera plus."))
    return see_other("study", actor.cooperative.slug, slug, frozen.pk)


@page_for(can_read_studies)
@require_safe
def study(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """One frozen study: the figures a bank reads, and everything they rest on."""
    plant = _plant(actor, slug)
    forecast, found = _study(plant, pk)
    if not isinstance(found, Study):
        return _unreadable(request, plant, found)
    kept = forecast.weather_id
    url = _weather_url(actor, kept) if kept else ""
    page = study_page(plant, found, forecast=forecast, weather_url=url)
    context = {"page": page, "form": None, "operates": can_see_operation(actor)}
    return render(request, "production/study.html", context)


@page_for(can_read_studies)
@require_POST
def study_pdf(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """The sealed report, made when first asked for."""
    plant = _plant(actor, slug)
    forecast, found = _study(plant, pk)
    if not isinstance(found, Study):
        return _unreadable(request, plant, found)
    try:
        paper = study_on_demand(actor=user_of(actor), forecast=forecast, language=get_language() or "fr")
    except NoCertificate:
        messages.error(request, _("La société n’a pas encore de certificat pour sceller ses documents."))
        return redirect("study", actor.cooperative.slug, slug, pk)
    return _file(bytes(paper.content), PDF, _name(found, "pdf"))


@page_for(can_read_studies)
@require_safe
def study_xlsx(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """The study as a workbook, with its weather hour by hour where that is kept."""
    plant = _plant(actor, slug)
    forecast, found = _study(plant, pk)
    if not isinstance(found, Study):
        return _unreadable(request, plant, found)
    try:
        hours = thawed(forecast.weather)[0] if forecast.weather else None
    except REFUSALS as refusal:
        return _unreadable(request, plant, refusal_of_study(refusal))
    return _file(as_xlsx(found, hours), XLSX, _name(found, "xlsx"))


@page_for(can_read_studies)
@require_safe
def study_json(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """The study as it is kept, with its fingerprint."""
    plant = _plant(actor, slug)
    _forecast, found = _study(plant, pk)
    if not isinstance(found, Study):
        return _unreadable(request, plant, found)
    headers = {"Content-Disposition": content_disposition_header(True, _name(found, "json")) or ""}
    return JsonResponse(found.as_json(), headers=headers)


@page_for(can_read_studies)
@require_safe
def study_table(request: HttpRequest, actor: Actor, slug: str, pk: int, chart: str) -> HttpResponse:
    """The numbers of one chart."""
    plant = _plant(actor, slug)
    _forecast, found = _study(plant, pk)
    if not isinstance(found, Study):
        return _unreadable(request, plant, found)
    text = study_csv(found, chart)
    if text is None:
        raise Http404
    return _file(text.encode(), "text/csv; charset=utf-8", f"{slugify(found.name)}-{chart}.csv")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _name(found: Study, ending: str) -> str:
    return f"etude-{slugify(found.name)}-{found.made_on}-{found.fingerprint[:8]}.{ending}"


def _unreadable(request: HttpRequest, plant: Plant, sentences: tuple[str, ...]) -> HttpResponse:
    context: dict[str, Any] = {"plant": plant, "sentences": sentences}
    return render(request, "production/study_refused.html", context, status=409)


def _plant(actor: Actor, slug: str) -> Plant:
    """The roof, for who may read its studies. Raises Http404, PermissionDenied."""
    plant = described_plant_of(actor, slug)
    if plant.kind != Plant.Kind.SOLAR:  # a heat network's studies have pages of their own
        raise Http404
    if not may_read_studies(actor, plant):
        raise PermissionDenied
    return plant


def _study(plant: Plant, pk: int) -> tuple[Forecast, Study | tuple[str, ...]]:
    """A forecast with its study, or with why it can't be shown. Raises Http404."""
    forecast = get_object_or_404(Forecast.objects.select_related("plant__cooperative"), plant=plant, pk=pk)
    try:
        return forecast, study_of(forecast)
    except NoStudy as reason:
        raise Http404 from reason
    except REFUSALS as refusal:
        return forecast, refusal_of_study(refusal)


def _weather(plant: Plant, asked: str) -> FrozenWeather | None:
    """The kept weather of that number, None for the typical year. Raises Http404."""
    if asked == TYPICAL:
        return None
    # Ten digits are more than the key can have.
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Http404
    kept: FrozenWeather = get_object_or_404(usable_weathers(plant), pk=int(asked))
    return kept


def _weather_url(actor: Actor, pk: int) -> str:
    if not can_see_operation(actor):
        return ""
    return reverse("weather", args=[actor.cooperative.slug, pk])

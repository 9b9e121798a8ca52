"""The operator's pages of weather: what is kept, a file on its way in, and one weather."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mine_de_soleil.core.answers import see_other
from production.climate import ClimateError
from production.formats import FileRefused
from production.models import FrozenWeather, WeatherDraft
from production.permissions import can_import_readings, can_see_operation
from production.services.weather import thawed
from production.services.weather_files import (
    AlreadyKept,
    NotReady,
    check_sensor_draft,
    discard_draft,
    keep_draft,
    kept_before,
    receive_weather_file,
)
from production.views.subjects import user_of
from production.weather import WeatherError, list_titles
from production.weather.table import weather_csv
from production.weather_forms import SensorForm, WeatherDropForm, initial_mapping
from production.weather_pages import draft_summary, others_of, weather_page, weathers_page
from production.weather_words import refusal_sentences
from shareholders.access import page_for
from shareholders.permissions import Actor

REFUSALS = (WeatherError, ClimateError, FileRefused)


@page_for(can_see_operation)
@require_safe
def weathers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What weathers are kept, and a place to drop a file."""
    form = WeatherDropForm(actor.cooperative) if can_import_readings(actor) else None
    return _show_list(request, actor, form)


def _show_list(
    request: HttpRequest, actor: Actor, form: WeatherDropForm | None, status: int = 200
) -> HttpResponse:
    page = weathers_page(actor.cooperative, request.GET.get("page", "1"))
    return render(request, "production/weathers.html", {"page": page, "form": form}, status=status)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Look into a file: 303 to what was found, or 422 with the fault. Nothing is kept yet."""
    if request.method != "POST":  # the page of a refused file, opened again
        return redirect("weathers", actor.cooperative.slug)
    form = WeatherDropForm(actor.cooperative, request.POST, request.FILES)
    if not form.is_valid():
        return _show_list(request, actor, form, status=422)
    delivery = form.delivery()
    try:
        received = receive_weather_file(
            actor=user_of(actor), cooperative=actor.cooperative, delivery=delivery, now=timezone.now()
        )
    except AlreadyKept as kept:
        messages.info(request, str(kept))
        return see_other("weather", actor.cooperative.slug, kept.weather.pk)
    except REFUSALS as refusal:
        return _refused(request, refusal, delivery.name)
    return see_other("weather_draft", actor.cooperative.slug, received.pk)


def _refused(request: HttpRequest, refusal: Exception, name: str) -> HttpResponse:
    context = {
        "name": name,
        "sentences": refusal_sentences(refusal, name),
        "others": others_of(refusal),
    }
    return render(request, "production/weather_refused.html", context, status=422)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A file looked into: what it amounts to; for sensors, what each column holds."""
    found = _draft(actor, pk)
    if found.plant is None:
        return _show_draft(request, found, None)
    titles = list_titles(bytes(found.content), found.file_name)
    if request.method != "POST":
        initial = initial_mapping(titles, found.mapping, found.layout_name)
        return _show_draft(request, found, SensorForm(titles, found.plant, initial=initial))
    form = SensorForm(titles, found.plant, request.POST)
    if not form.is_valid():
        return _show_draft(request, found, form, status=422)
    try:
        check_sensor_draft(draft=found, mapping=form.mapping(), layout_name=form.cleaned_data["layout_name"])
    except REFUSALS as refusal:
        for sentence in refusal_sentences(refusal, found.file_name):
            form.add_error(None, sentence)
        return _show_draft(request, _draft(actor, pk), form, status=422)
    return see_other("weather_draft", actor.cooperative.slug, found.pk)


def _show_draft(
    request: HttpRequest, found: WeatherDraft, form: SensorForm | None, status: int = 200
) -> HttpResponse:
    before = kept_before(found.cooperative, found.content_sha256, found.plant)
    context = {"draft": found, "summary": draft_summary(found), "form": form, "before": before}
    return render(request, "production/weather_draft.html", context, status=status)


@page_for(can_import_readings)
@require_POST
def keep(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Keep a file for ever; a second time changes nothing."""
    found = WeatherDraft.objects.of(actor.cooperative).filter(pk=pk).first()
    if found is None:  # kept or dropped in another window
        return redirect("weathers", actor.cooperative.slug)
    try:
        kept = keep_draft(actor=user_of(actor), draft=found, now=timezone.now())
    except AlreadyKept as before:
        discard_draft(draft=found)
        messages.info(request, str(before))
        return redirect("weather", actor.cooperative.slug, before.weather.pk)
    except NotReady:
        messages.info(request, _("Dites d’abord ce que contient chaque colonne."))
        return redirect("weather_draft", actor.cooperative.slug, pk)
    except REFUSALS as refusal:
        return _refused(request, refusal, found.file_name)
    messages.success(request, _("La météo est gardée, avec son empreinte."))
    return redirect("weather", actor.cooperative.slug, kept.pk)


@page_for(can_import_readings)
@require_POST
def discard(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Drop a file nobody wants to keep."""
    found = WeatherDraft.objects.of(actor.cooperative).filter(pk=pk).first()
    if found is not None:
        discard_draft(draft=found)
    return redirect("weathers", actor.cooperative.slug)


@page_for(can_see_operation)
@require_safe
def weather(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One kept weather: source, place, period, licence, sums, and who rests on it."""
    kept = _weather(actor, pk)
    data, _meta = thawed(kept)
    return render(request, "production/weather.html", {"page": weather_page(actor.cooperative, kept, data)})


@page_for(can_see_operation)
@require_safe
def numbers(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """The numbers of a weather: UTC starts and columns in the engine's own names and units."""
    kept = _weather(actor, pk)
    data, _meta = thawed(kept)
    headers = {"Content-Disposition": f'attachment; filename="meteo-{kept.sha256[:12]}.csv"'}
    return HttpResponse(weather_csv(data), content_type="text/csv; charset=utf-8", headers=headers)


@page_for(can_see_operation)
@require_safe
def original(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The file of a weather, byte for byte as it came."""
    kept = _weather(actor, pk)
    if kept.original is None:
        raise Http404
    headers = {"Content-Disposition": content_disposition_header(True, kept.file_name or "meteo")}
    return HttpResponse(bytes(kept.original), content_type="application/octet-stream", headers=headers)


def _draft(actor: Actor, pk: int) -> WeatherDraft:
    found: WeatherDraft = get_object_or_404(WeatherDraft.objects.of(actor.cooperative), pk=pk)
    return found


def _weather(actor: Actor, pk: int) -> FrozenWeather:
    usable = FrozenWeather.objects.usable_by(actor.cooperative).select_related("plant")
    found: FrozenWeather = get_object_or_404(usable, pk=pk)
    return found

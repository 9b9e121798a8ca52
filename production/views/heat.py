"""Pages of heat networks: the public one, the operator's, the studies frozen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.heat_forms import BuildingsFormSet, NetworkForm, forms_of, lines_of, refuse
from production.heat_pages import StudyView, heat_page, network_page, year_weathers
from production.heat_words import REFUSED, said_of_heat
from production.heat_workbook import heat_as_xlsx
from production.models import Forecast, FrozenWeather
from production.permissions import can_import_readings, can_see_operation
from production.services.heat_networks import NetworkChanged, NetworkRefused, save_network, seen_token
from production.services.studies import StudyMoved, freeze_study
from production.services.study_papers import heat_study_of, heat_study_on_demand
from production.study import StudyError
from production.study_refusals import refusal_of_study
from production.views.subjects import heat_plant_of, user_of
from shareholders.access import page_for, public_page
from shareholders.permissions import Actor
from shareholders.services.certificates import NoCertificate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGED = gettext_lazy(
    "Quelqu’un a enregistré ce réseau pendant que vous le remplissiez. Rien n’est écrasé\u202f: rouvrez la "
    "page, puis refaites vos changements."
)


@public_page
@require_safe
def heat(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Heat networks of the cooperative: what they would heat, with how much wood."""
    context = {"page": heat_page(actor.cooperative), "may_see": can_see_operation(actor)}
    return render(request, "production/heat.html", context)


@page_for(can_see_operation)
@require_safe
def network(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One network: its study as it would be today, what was frozen, its description."""
    plant = heat_plant_of(actor, slug)
    weather = _weather_asked(actor, request.GET.get("meteo", ""))
    form, lines = forms_of(plant, seen_token(plant))
    return _show(request, actor, plant, form, lines, weather=weather)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Save the description: 303 to it, 422 with what to correct, 409 where somebody else saved meanwhile."""
    if request.method != "POST":  # the page of a refused description, opened again
        return redirect("heat_network", actor.cooperative.slug, slug)
    plant = heat_plant_of(actor, slug)
    form, lines = NetworkForm(request.POST), lines_of(data=request.POST)
    if not (form.is_valid() & lines.is_valid()):
        return _show(request, actor, plant, form, lines, status=422)
    try:
        houses = [line.building for line in lines.kept]
        seen = form.cleaned_data["seen"] or None
        save_network(actor=user_of(actor), plant=plant, network=form.network, buildings=houses, seen=seen)
    except NetworkRefused as refusal:
        refuse(form, lines, refusal.faults)
        return _show(request, actor, plant, form, lines, status=422)
    except NetworkChanged:
        form.add_error(None, CHANGED)
        return _show(request, actor, plant, form, lines, status=409)
    messages.success(request, _("Le réseau est enregistré. L’étude ci-dessous en tient compte."))
    return _back(actor, slug)


@page_for(can_import_readings)
@require_POST
def freeze(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Freeze the study that was shown; 303 to it, or back with the reason."""
    plant = heat_plant_of(actor, slug)
    weather = _weather_asked(actor, request.POST.get("meteo", ""))
    seen = request.POST.get("seen", "")
    try:
        forecast = freeze_study(actor=user_of(actor), plant=plant, weather=weather, seen=seen)
    except StudyMoved:
        messages.error(request, _("L’étude a changé depuis que vous l’avez lue. Relisez-la, puis figez-la."))
        return _back(actor, slug)
    except REFUSED as error:
        messages.error(request, said_of_heat(error))
        return _back(actor, slug)
    messages.success(request, _("L’étude est figée. Elle ne changera plus."))
    return see_other("heat_study", actor.cooperative.slug, slug, forecast.pk)


@page_for(can_see_operation)
@require_safe
def study(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """A frozen study, as it was."""
    plant = heat_plant_of(actor, slug)
    forecast = _frozen(plant, pk)
    try:
        view = StudyView(heat_study_of(forecast))
    except StudyError as reason:
        return _unreadable(request, plant, reason)
    context = {"plant": plant, "forecast": forecast, "view": view}
    return render(request, "production/heat_study.html", context)


@page_for(can_see_operation)
@require_POST
def study_pdf(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """The sealed report, made when first asked for."""
    plant = heat_plant_of(actor, slug)
    forecast, language = _frozen(plant, pk), get_language() or "fr"
    try:
        paper = heat_study_on_demand(actor=user_of(actor), forecast=forecast, language=language)
    except StudyError as reason:
        return _unreadable(request, plant, reason)
    except NoCertificate:
        messages.error(request, _("La société n’a pas encore de certificat pour sceller ses documents."))
        return redirect("heat_study", actor.cooperative.slug, slug, pk)
    headers = {"Content-Disposition": f'attachment; filename="etude-chaleur-{slug}-{pk}.pdf"'}
    return HttpResponse(bytes(paper.content), content_type="application/pdf", headers=headers)


@page_for(can_see_operation)
@require_safe
def study_xlsx(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """A frozen study as a workbook."""
    plant = heat_plant_of(actor, slug)
    try:
        content = heat_as_xlsx(heat_study_of(_frozen(plant, pk)))
    except StudyError as reason:
        return _unreadable(request, plant, reason)
    headers = {"Content-Disposition": f'attachment; filename="etude-chaleur-{slug}-{pk}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@page_for(can_see_operation)
@require_safe
def study_json(request: HttpRequest, actor: Actor, slug: str, pk: int) -> HttpResponse:
    """A frozen study as it is kept, with its fingerprint."""
    plant = heat_plant_of(actor, slug)
    try:
        found = heat_study_of(_frozen(plant, pk))
    except StudyError as reason:
        return _unreadable(request, plant, reason)
    headers = {"Content-Disposition": f'attachment; filename="etude-chaleur-{slug}-{pk}.json"'}
    return JsonResponse(found.as_json(), headers=headers, json_dumps_params={"ensure_ascii": False})


def _frozen(plant: Plant, pk: int) -> Forecast:
    found: Forecast = get_object_or_404(Forecast, plant=plant, pk=pk, study__isnull=False)
    return found


def _unreadable(request: HttpRequest, plant: Plant, reason: StudyError) -> HttpResponse:
    context = {"plant": plant, "sentences": refusal_of_study(reason)}
    return render(request, "production/study_refused.html", context, status=409)


def _weather_asked(actor: Actor, asked: str) -> FrozenWeather | None:
    """The kept weather of `meteo`, the typical year without. Raises Http404 for one that can't serve."""
    if not asked:
        return None
    for one in year_weathers(actor.cooperative):
        if str(one.pk) == asked:
            return one
    raise Http404


def _back(actor: Actor, slug: str) -> HttpResponse:
    return see_other("heat_network", actor.cooperative.slug, slug)


def _show(
    request: HttpRequest,
    actor: Actor,
    plant: Plant,
    form: NetworkForm,
    lines: BuildingsFormSet,
    *,
    weather: FrozenWeather | None = None,
    status: int = 200,
) -> HttpResponse:
    page = network_page(plant, form, lines, timezone.localdate(), weather)
    context = {"page": page, "may_act": can_import_readings(actor)}
    return render(request, "production/heat_network.html", context, status=status)

"""The operator's page of a roof's technical sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.described import sheet_of
from production.fleet import near_inverters, near_modules
from production.permissions import can_import_readings, can_see_operation
from production.services.sheets import SheetChanged, SheetRefused, save_sheet, seen_token
from production.sheet_forms import SheetForm, initial_of
from production.sheet_pages import sheet_page
from production.views.subjects import described_plant_of, plant_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor

SHORTEST_SEARCH, LONGEST_SEARCH = 3, 80
CHANGED = gettext_lazy(
    "Quelqu’un a enregistré cette fiche pendant que vous la remplissiez. Rien n’est écrasé\u202f: rouvrez la "
    "fiche, puis refaites vos changements."
)


@page_for(can_see_operation)
@require_safe
def sheet(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """How a roof is computed: its losses, its models, its horizon."""
    plant = described_plant_of(actor, slug)
    form = SheetForm(initial=initial_of(sheet_of(plant)) | {"seen": seen_token(plant)})
    return _show(request, actor, plant, form)


@page_for(can_import_readings)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Save the sheet: 303 to it, 422 with what to correct, 409 where somebody else saved meanwhile."""
    if request.method != "POST":  # the page of a refused sheet, opened again
        return redirect("sheet", actor.cooperative.slug, slug)
    plant = described_plant_of(actor, slug)
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, actor, plant, form, status=422)
    try:
        save_sheet(actor=user_of(actor), plant=plant, **form.sheet)
    except SheetRefused as refusal:
        form.refuse(refusal.faults)
        return _show(request, actor, plant, form, status=422)
    except SheetChanged:
        form.add_error(None, CHANGED)
        return _show(request, actor, plant, form, status=409)
    messages.success(request, _("La fiche est enregistrée. Elle servira aux prochains calculs."))
    return see_other("sheet", actor.cooperative.slug, slug)


@page_for(can_import_readings)
@require_safe
def catalogue(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Names of the catalogue near what is being written, as options; `?module=` or `?inverter=`."""
    plant_of(actor, slug)
    asked = request.GET.get("module", "").strip()
    near = near_modules if asked else near_inverters
    text = asked or request.GET.get("inverter", "").strip()
    names = near(text) if SHORTEST_SEARCH <= len(text) <= LONGEST_SEARCH else ()
    return render(request, "production/sheet_names.html", {"names": names})


def _show(
    request: HttpRequest, actor: Actor, plant: Plant, form: SheetForm, status: int = 200
) -> HttpResponse:
    context = {"page": sheet_page(plant, form), "may_act": can_import_readings(actor)}
    return render(request, "production/sheet.html", context, status=status)

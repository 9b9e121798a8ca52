"""Pages of collective self-consumption: participants, keys, consumption curves, and what was shared."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from installations.models import Plant
from mine_de_soleil.core.answers import see_other
from production.formats import FileRefused
from production.permissions import can_bring_statements, can_decide_sales, can_see_sales
from production.services.imports import Delivery
from production.services.sales.sharing import add_participant, receive_consumption, set_keys
from production.services.sales.words import SaleRefused
from production.sharing_forms import ConsumptionForm, KeysForm, ParticipantForm
from production.sharing_pages import sharing_page
from production.views.subjects import plant_of, user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_see_sales)
@require_safe
def sharing(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Who shares a roof's output, how, and what each got last month."""
    return _show(request, actor, plant_of(actor, slug))


@page_for(can_decide_sales)
@require_POST
def participant(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Add a participant: 303 back, or 422 with the reason."""
    plant, form = plant_of(actor, slug), ParticipantForm(request.POST, auto_id="participant_%s")
    if form.is_valid():
        try:
            add_participant(actor=user_of(actor), plant=plant, **form.cleaned_data)
            return _back(request, actor, plant, _("Le participant est ajouté."))
        except SaleRefused as refusal:
            form.add_error(None, str(refusal))
    return _show(request, actor, plant, participant=form, status=422)


@page_for(can_decide_sales)
@require_POST
def keys(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Keep sharing keys: 303 back, or 422 with the reason."""
    plant = plant_of(actor, slug)
    own = list(plant.participants.order_by("pk"))
    form = KeysForm(own, request.POST, request.FILES, auto_id="keys_%s")
    if form.is_valid():
        try:
            set_keys(actor=user_of(actor), plant=plant, said=form.said())
            return _back(request, actor, plant, _("La répartition est enregistrée."))
        except (SaleRefused, FileRefused) as refusal:
            form.add_error(None, str(refusal))
    return _show(request, actor, plant, keys=form, status=422)


@page_for(can_bring_statements)
@require_POST
def consumption(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Receive a participant's load curve: 303 back, or 422 with the reason."""
    plant = plant_of(actor, slug)
    own = plant.participants.select_related("plant__cooperative").order_by("pk")
    form = ConsumptionForm(own, request.POST, request.FILES, auto_id="consumption_%s")
    if form.is_valid():
        said, file = form.cleaned_data, form.cleaned_data["file"]
        delivery = Delivery(file.name, file.read(), said["format"] or None)
        try:
            _curve, is_new = receive_consumption(
                actor=user_of(actor), participant=said["participant"], delivery=delivery, now=timezone.now()
            )
            told = _("La courbe est enregistrée.") if is_new else _("Cette courbe est déjà reçue.")
            return _back(request, actor, plant, told)
        except FileRefused as refusal:
            form.add_error(None, str(refusal))
    return _show(request, actor, plant, consumption=form, status=422)


def _show(
    request: HttpRequest, actor: Actor, plant: Plant, *, status: int = 200, **forms: Any
) -> HttpResponse:
    today = timezone.localdate()
    own = plant.participants.order_by("pk")
    fresh = {
        "participant": ParticipantForm(auto_id="participant_%s"),
        "keys": KeysForm(list(own), initial={"since": today.replace(day=1)}, auto_id="keys_%s"),
        "consumption": ConsumptionForm(own, auto_id="consumption_%s"),
    }
    rights = {"may_decide": can_decide_sales(actor), "may_bring": can_bring_statements(actor)}
    context = {"page": sharing_page(plant, today), **fresh, **rights, **forms}
    return render(request, "production/sharing.html", context, status=status)


def _back(request: HttpRequest, actor: Actor, plant: Plant, told: str) -> HttpResponse:
    messages.success(request, told)
    return see_other("sharing", actor.cooperative.slug, plant.slug)

"""An index coefficient computed on the contract's page: the sum is shown, then kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from production.index_forms import index_form
from production.permissions import can_decide_sales
from production.revenue.terms import terms_from
from production.services.sales.indexing import compute, index_contract
from production.services.sales.words import SaleRefused
from production.views.sales import contract_of, show_contract
from production.views.subjects import user_of
from shareholders.access import page_for
from shareholders.permissions import Actor


@page_for(can_decide_sales)
@require_POST
def index(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Compute a coefficient: 200 with the sum, 303 once it is kept, 422 with what to correct."""
    found = contract_of(actor, pk)
    form = index_form(
        terms_from(found.editions.order_by("-number")[:1].get().terms), found.first_day, request.POST
    )
    if form is None or not form.is_valid():
        return show_contract(request, actor, found, status=422, index=form)
    said, since = form.cleaned_data["indexed"], form.cleaned_data["since"]
    seen = form.cleaned_data["seen"]
    try:
        figure = compute(said)
        if "keep" not in request.POST or seen is None:
            return show_contract(request, actor, found, index=form, computed=figure)
        index_contract(actor=user_of(actor), contract=found, since=since, said=said, seen=seen)
    except SaleRefused as refusal:
        form.add_error(None, str(refusal))
        return show_contract(request, actor, found, status=422, index=form)
    messages.success(request, _("Le coefficient est enregistré."))
    response = redirect("sale_contract", actor.cooperative.slug, found.pk)
    response.status_code = 303
    return response

"""The cooperative's own bank account: shown, entered by the treasurer, looked at again by the board."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mine_de_soleil.core.models import User
from shareholders.access import page_for
from shareholders.company_bank_pages import company_bank_page
from shareholders.forms.company_bank import BankDecisionForm, CompanyBankForm
from shareholders.models import CompanyBank
from shareholders.permissions import (
    Actor,
    can_decide_shares,
    can_handle_money,
    can_see_company_bank,
)
from shareholders.services.company_bank import BankRefused, decide_bank, enter_bank


@page_for(can_see_company_bank)
@require_http_methods(["GET", "HEAD", "POST"])
def company_bank(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The account in force, the one that waits, the former ones; a POST enters another."""
    if request.method != "POST":
        return _page(request, actor)
    if not can_handle_money(actor):
        raise PermissionDenied
    form = CompanyBankForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, enter=form, status=422)
    try:
        enter_bank(actor=_user(actor), cooperative=actor.cooperative, **form.cleaned_data)
    except BankRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, actor, enter=form, status=422)
    messages.success(request, _("Le compte est saisi. Le conseil le relit\u202f: rien ne change avant."))
    return redirect("company_bank", actor.cooperative.slug)


@page_for(can_decide_shares)
@require_POST
def decide_company_bank(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Approve or refuse the account that waits."""
    bank = get_object_or_404(
        CompanyBank.objects.select_related("cooperative"), cooperative=actor.cooperative, pk=pk
    )
    form = BankDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, decide=form, status=422)
    approved = form.cleaned_data["word"] == "yes"
    try:
        decide_bank(actor=_user(actor), bank=bank, approved=approved, reason=form.cleaned_data["reason"])
    except BankRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, actor, decide=form, status=422)
    said = _("Ce compte est en vigueur.") if approved else _("Ce compte est refusé\u202f: rien n’a changé.")
    messages.success(request, said)
    return redirect("company_bank", actor.cooperative.slug)


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    enter: CompanyBankForm | None = None,
    decide: BankDecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = company_bank_page(actor)
    first = {"payment_prefix": actor.cooperative.payment_prefix, "account_name": page.now.account_name}
    context = {
        "page": page,
        "enter": (enter or CompanyBankForm(initial=first)) if can_handle_money(actor) else None,
        "decide": (decide or BankDecisionForm()) if page.may_decide or decide else None,
    }
    return render(request, "shareholders/company_bank.html", context, status=status)


def _user(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user

"""Pages of withdrawals: the holder's request, the board's register, the treasurer's value."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shareholders.access import page_for
from shareholders.forms.withdrawals import ReasonForm, ValueForm, WithdrawalForm
from shareholders.models import Withdrawal
from shareholders.permissions import (
    Actor,
    can_decide_shares,
    can_handle_money,
    can_see_own_shares,
    can_see_register,
)
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.withdrawals import (
    ask_withdrawal,
    cancel_withdrawal,
    enter_withdrawal,
    owe_again,
    refuse_withdrawal,
    room_above_floor,
    set_value,
)
from shareholders.transfer_pages import (
    accounts_of,
    rooms_of,
    statutes_or_none,
    withdrawal_queue,
    withdrawal_rows,
)
from shareholders.views.transfers import attempt, status_of, user_of


@page_for(can_see_own_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask to give shares back, knowing when, for how much and whether the floor lets it."""
    cooperative, today, user = actor.cooperative, timezone.localdate(), user_of(actor)
    holders, statutes = accounts_of(user, cooperative), statutes_or_none(cooperative, today)
    form = WithdrawalForm(holders, request.POST or None)
    if request.method == "POST" and statutes is not None and form.is_valid():
        asked = form.cleaned_data
        try:
            ask_withdrawal(actor=user, holder=asked["holder"], quantity=asked["quantity"])
            messages.success(request, _("Votre demande est notée. Vous pouvez encore changer d’avis."))
            return redirect("withdraw", cooperative.slug)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "statutes": statutes,
        "rooms": rooms_of(holders, today, statutes),
        "above_floor": room_above_floor(cooperative, today),
        "rows": withdrawal_rows(Withdrawal.objects.filter(holder__in=holders), today),
    }
    return render(request, "shareholders/withdrawal_new.html", context, status=status_of(request))


@page_for(can_see_own_shares)
@require_POST
def cancel(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The holder changes her mind."""
    holders = accounts_of(user_of(actor), actor.cooperative)
    found = get_object_or_404(Withdrawal, pk=pk, cooperative=actor.cooperative, holder__in=holders)
    doing = partial(cancel_withdrawal, actor=user_of(actor), withdrawal=found)
    attempt(request, doing, _("Votre retrait est abandonné : vos actions restent à vous."))
    return redirect("withdraw", actor.cooperative.slug)


@page_for(can_see_register)
@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Withdrawals asked for, by day of effect."""
    context = {
        "page": withdrawal_queue(actor.cooperative, timezone.localdate()),
        "value_form": ValueForm(),
        "reason_form": ReasonForm(),
        "may_decide": can_decide_shares(actor),
        "may_value": can_handle_money(actor),
    }
    return render(request, "shareholders/withdrawals_queue.html", context)


@page_for(can_decide_shares)
@require_POST
def decide(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Enter a withdrawal on its day, or refuse it with a reason."""
    found = get_object_or_404(Withdrawal, pk=pk, cooperative=actor.cooperative)
    user, form = user_of(actor), ReasonForm(request.POST)
    if "enter" in request.POST:
        done = _("Le retrait est inscrit au registre ; son remboursement attend la trésorerie.")
        attempt(request, lambda: enter_withdrawal(actor=user, withdrawal=found), done)
    else:
        done = _("Le retrait est refusé, et l’actionnaire prévenu.")
        # What can't be stored is no reason: the service then asks for one.
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        attempt(request, lambda: refuse_withdrawal(actor=user, withdrawal=found, reason=reason), done)
    return redirect("withdrawal_queue", actor.cooperative.slug)


@page_for(can_handle_money)
@require_POST
def value(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The treasurer says what a share is worth, or owes again money whose transfer failed."""
    found = get_object_or_404(Withdrawal, pk=pk, cooperative=actor.cooperative)
    user, form = user_of(actor), ValueForm(request.POST)
    if "again" in request.POST:
        attempt(
            request, lambda: owe_again(actor=user, withdrawal=found), _("Le remboursement est dû de nouveau.")
        )
    elif form.is_valid():
        worth, source = form.cleaned_data["value_per_share"], form.cleaned_data["source"]
        doing = partial(set_value, actor=user, withdrawal=found, value_per_share=worth, source=source)
        attempt(request, doing, _("La valeur est enregistrée avec sa source."))
    else:
        messages.error(request, _("Indiquez une valeur en euros, deux décimales au plus, et sa source."))
    return redirect("withdrawal_queue", actor.cooperative.slug)

"""The treasurer's pages: statements, lines, payouts, payments lost."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mine_de_soleil.core.models import User
from shareholders.access import page_for
from shareholders.banking.camt053 import StatementRefused
from shareholders.forms.payments import AccountForm, AsideForm, AssignForm, StatementForm, UndoForm
from shareholders.line_acts import act_on_line, act_on_payout
from shareholders.models import BankStatement, Payout, StatementLine, Subscription
from shareholders.payment_pages import line_page, money_page, payout_code, statement_page
from shareholders.permissions import Actor, can_decide_shares, can_handle_money, can_see_money
from shareholders.services.money_words import MoneyRefused
from shareholders.services.payments import ask_to_pay_again
from shareholders.services.payments import undo_issue as undo
from shareholders.services.statements import import_statement


@page_for(can_see_money)
@require_safe
def money(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for the treasurer, and a place to drop a statement."""
    return _money(request, actor, StatementForm())


@page_for(can_handle_money)
@require_POST
def statement_drop(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Receive a statement: 303 to its page, or 422 with what is wrong."""
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _money(request, actor, form, status=422)
    file = form.cleaned_data["file"]
    try:
        report = import_statement(
            actor=_user(actor),
            cooperative=actor.cooperative,
            file_name=file.name,
            content=file.read(),
            dry_run=form.cleaned_data["dry_run"],
        )
    except (StatementRefused, MoneyRefused) as refusal:
        told = refusal.told(_) if isinstance(refusal, StatementRefused) else (str(refusal),)
        context = {"sentences": told, "name": file.name}
        return render(request, "shareholders/money_refused.html", context, status=422)
    if report.is_dry_run:
        return render(request, "shareholders/money_dry_run.html", {"report": report})
    if report.is_known:
        messages.info(request, _("Ce relevé est déjà importé : rien n’a changé."))
    return redirect("bank_statement", actor.cooperative.slug, report.statement_id)


@page_for(can_see_money)
@require_safe
def bank_statement(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One statement, and what became of each of its lines."""
    found = get_object_or_404(BankStatement.objects.defer("content"), cooperative=actor.cooperative, pk=pk)
    return render(request, "shareholders/money_statement.html", {"page": statement_page(found)})


@page_for(can_see_money)
@require_safe
def bank_line(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One line: where its money is, and what can be done with the rest."""
    page = line_page(_line(actor, pk), timezone.localdate())
    first = {"free": page.line.free, "amount": page.line.free}
    named = {"reference": page.recalled[0][0].reference} if len(page.recalled) == 1 else {}
    context = {
        "page": page,
        "may_act": can_handle_money(actor),
        "assign": AssignForm(actor.cooperative, initial=first, auto_id="give_%s"),
        "aside": AsideForm(initial=first, auto_id="aside_%s"),
        "recall": AssignForm(actor.cooperative, initial=first | named, auto_id="recall_%s"),
    }
    return render(request, "shareholders/money_line.html", context)


@page_for(can_handle_money)
@require_POST
def bank_line_act(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Assign, accept, set aside or return; what can't be done is said on the line's page."""
    line = _line(actor, pk)
    try:
        messages.success(request, act_on_line(request.POST.get("act", ""), _user(actor), line, request.POST))
    except MoneyRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("bank_line", actor.cooperative.slug, line.pk)
    return redirect("money", actor.cooperative.slug)


@page_for(can_see_money)
@require_safe
def payout(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One payout. Its account is shown in full to whoever gives the order, masked to the others."""
    found = _payout(actor, pk)
    may_act = can_handle_money(actor)
    title = _("Code du virement, à lire avec l’application de la banque")
    context = {
        "payout": found,
        "may_act": may_act,
        "code": payout_code(found, title) if may_act else "",
        "form": AccountForm(initial={"beneficiary": found.beneficiary}),
    }
    return render(request, "shareholders/money_payout.html", context)


@page_for(can_handle_money)
@require_POST
def payout_act(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say that the order is given, that it failed, or to which account it goes."""
    found = _payout(actor, pk)
    try:
        messages.success(
            request, act_on_payout(request.POST.get("act", ""), _user(actor), found, request.POST)
        )
    except MoneyRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("payout", actor.cooperative.slug, found.pk)


@page_for(can_handle_money)
@require_POST
def pay_again(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Ask for money that a bank took back."""
    try:
        ask_to_pay_again(actor=_user(actor), subscription=_subscription(actor, pk))
        messages.success(request, _("La demande est partie par courriel."))
    except MoneyRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("money", actor.cooperative.slug)


@page_for(can_decide_shares)
@require_POST
def undo_issue(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take back shares whose money went away."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("money", actor.cooperative.slug)
    try:
        reason = form.cleaned_data["reason"]
        undo(actor=_user(actor), subscription=_subscription(actor, pk), reason=reason)
        messages.success(request, _("L’émission est annulée, et le registre le dit."))
    except MoneyRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("money", actor.cooperative.slug)


def _money(request: HttpRequest, actor: Actor, form: StatementForm, status: int = 200) -> HttpResponse:
    context = {
        "page": money_page(actor.cooperative, timezone.localdate()),
        "form": form if can_handle_money(actor) else None,
        "may_undo": can_decide_shares(actor),
        "undo": UndoForm(),
    }
    return render(request, "shareholders/money.html", context, status=status)


def _line(actor: Actor, pk: int) -> StatementLine:
    own = StatementLine.objects.of(actor.cooperative).select_related("cooperative", "statement")
    found: StatementLine = get_object_or_404(own.defer("statement__content"), pk=pk)
    return found


def _payout(actor: Actor, pk: int) -> Payout:
    own = Payout.objects.filter(cooperative=actor.cooperative).select_related("subscription", "line")
    found: Payout = get_object_or_404(own, pk=pk)
    return found


def _subscription(actor: Actor, pk: int) -> Subscription:
    found: Subscription = get_object_or_404(Subscription.objects.of(actor.cooperative), pk=pk)
    return found


def _user(actor: Actor) -> User:
    assert actor.user is not None  # pages behind `page_for` have signed-in actors only
    return actor.user

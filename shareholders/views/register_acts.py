"""The board's acts on the register: each shows what would follow, and waits for a tick."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shareholders.access import page_for
from shareholders.forms.register_acts import (
    CancellationForm,
    ChangeForm,
    ConfirmForm,
    MergeForm,
    NominalForm,
    OtherAccountForm,
    PartForm,
    ReversalForm,
    UndoDeathForm,
    ask_again,
    owner_rows,
    owners_in,
)
from shareholders.models import Attachment, Shareholder, ShareMovement
from shareholders.permissions import Actor, can_decide_shares, can_see_register
from shareholders.register_acts_pages import (
    foreseen,
    line_page,
    merge_page,
    nominal_notes,
    said_in,
    sides_of_line,
)
from shareholders.services.account_merges import merge_accounts, part_accounts
from shareholders.services.estates import inherited_lines, undo_death
from shareholders.services.joint_accounts import TOGETHER, change_owners, owners_of
from shareholders.services.people import attach
from shareholders.services.register import MovementRefused
from shareholders.services.register_decisions import (
    RegisterMoved,
    cancel_by_decision,
    change_nominal_by_decision,
    correct_line,
    last_number,
)
from shareholders.services.transfer_checks import TransferRefused
from shareholders.views.transfers import status_of, user_of

GET_AND_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Act:
    """An act as its page shows it: the question, the button, the way back, what to say and where to go."""

    question: str
    button: str
    back: str
    done: str
    do: Callable[..., ShareMovement]
    holders: Sequence[Shareholder] = ()
    notes: Sequence[str] = field(default=())


def _line(actor: Actor, number: int) -> ShareMovement:
    rows = ShareMovement.objects.select_related(
        "cooperative", "from_shareholder", "to_shareholder", "reverses"
    )
    # Past what a column holds, no number is anybody's.
    return get_object_or_404(rows, cooperative=actor.cooperative, number=min(number, 2**31 - 1))


def _holder(actor: Actor, number: int) -> Shareholder:
    rows = Shareholder.objects.select_related("cooperative", "user", "merged_into")
    return get_object_or_404(rows, cooperative=actor.cooperative, number=min(number, 2**31 - 1))


@page_for(can_see_register)
@require_safe
def line(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """One line of the register, whole."""
    context = {"page": line_page(_line(actor, number)), "may_act": can_decide_shares(actor)}
    return render(request, "shareholders/register_line.html", context)


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def correct(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Undo a line by its mirror."""
    found, slug = _line(actor, number), actor.cooperative.slug
    page = line_page(found)
    if not page.may_be_corrected and request.method != "POST":
        return redirect("register_line", slug, number)
    act = Act(
        question=_("Corriger la ligne n° %(number)d du registre") % {"number": number},
        button=_("Inscrire la ligne contraire (contre-passation)"),
        back=reverse("register_line", args=[slug, number]),
        done=_("La ligne est contre-passée : le registre en garde les deux écritures."),
        do=lambda **said: correct_line(actor=user_of(actor), movement=found, **said),
        holders=sides_of_line(found),
        notes=page.notes,
    )
    today = timezone.localdate()
    return _answer(request, actor, act, ReversalForm(request.POST or None, initial={"dated": today}))


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def cancel(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Cancel shares of a holder."""
    found = _holder(actor, number)
    act = Act(
        question=_("Annuler des actions de %(holder)s") % {"holder": found},
        button=_("Annuler ces actions"),
        back=reverse("holder", args=[actor.cooperative.slug, number]),
        done=_("Les actions sont annulées, et le capital diminué d’autant."),
        do=lambda **said: cancel_by_decision(actor=user_of(actor), holder=found, **said),
        holders=[found],
        notes=[_("Aucun argent n’est rendu : pour rembourser, c’est un retrait qu’il faut.")],
    )
    form = CancellationForm(request.POST or None, initial={"dated": timezone.localdate()})
    return _answer(request, actor, act, form)


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def nominal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Another nominal value, as an assembly decided."""
    today = timezone.localdate()
    act = Act(
        question=_("Changer la valeur nominale de l’action"),
        button=_("Changer la valeur nominale"),
        back=reverse("register", args=[actor.cooperative.slug]),
        done=_("La valeur nominale est changée pour toutes les actions."),
        do=lambda **said: change_nominal_by_decision(
            actor=user_of(actor), cooperative=actor.cooperative, **said
        ),
        notes=nominal_notes(actor.cooperative, today),
    )
    return _answer(request, actor, act, NominalForm(request.POST or None, initial={"dated": today}))


def _answer(request: HttpRequest, actor: Actor, act: Act, form: Form) -> HttpResponse:
    """The form; then what would follow; then, ticked, done."""
    context: dict[str, Any] = {"act": act, "form": form, "effect": None, "confirm": None}
    status = status_of(request)
    if request.method == "POST" and form.is_valid():
        confirm = ConfirmForm(request.POST) if "seen" in request.POST else None
        try:
            if confirm is not None and confirm.is_valid():
                act.do(**form.cleaned_data, seen=confirm.cleaned_data["seen"])
                messages.success(request, act.done)
                return redirect(act.back)
        except RegisterMoved as refusal:
            messages.error(request, str(refusal))
        except MovementRefused as refusal:
            form.add_error(None, str(refusal))
            return render(request, "shareholders/register_act.html", context, status=422)
        status = _foresee(actor, act, form, confirm, context)
    return render(request, "shareholders/register_act.html", context, status=status)


def _foresee(actor: Actor, act: Act, form: Form, confirm: ConfirmForm | None, context: dict[str, Any]) -> int:
    """Put what would follow into the page, or why nothing can; the answer's status."""
    try:
        effect = foreseen(
            actor.cooperative,
            act.holders,
            lambda: act.do(**form.cleaned_data),
            timezone.localdate(),
            act.notes,
        )
    except MovementRefused as refusal:
        form.add_error(None, str(refusal))
        return 422
    # What was ticked before stands for what was shown before: a changed register asks anew.
    unticked = confirm if confirm is not None and "sure" in confirm.errors else None
    context |= {
        "effect": effect,
        "said": said_in(form),
        "confirm": unticked or ConfirmForm(initial={"seen": effect.seen}),
    }
    return 200 if confirm is None else 422


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def undo_death_of(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Take back a death entered by mistake."""
    found = _holder(actor, number)
    form = UndoDeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_death(actor=user_of(actor), holder=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("Le décès est annulé : le compte est rouvert."))
            return redirect("holder", actor.cooperative.slug, number)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    if found.died_on is None and request.method != "POST":
        return redirect("holder", actor.cooperative.slug, number)
    inherited = inherited_lines(found).select_related("to_shareholder").order_by("number")
    context = {"holder": found, "form": form, "inherited": inherited}
    return render(request, "shareholders/register_act_death.html", context, status=status_of(request))


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def merge(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Merge another account of the same person into this one: `?compte=12` shows both side by side."""
    kept = _holder(actor, number)
    if kept.merged_into is not None:
        return _part(request, actor, kept)
    asked = OtherAccountForm(request.GET or None)
    other = _other(actor, asked)
    page = merge_page(kept, other, timezone.localdate()) if other else None
    # Accounts of two natures are refused whatever is shown.
    differ = page is not None and bool(page.differences) and kept.kind == page.dropped.holder.kind
    seen = {"seen": last_number(actor.cooperative)}
    form = MergeForm(request.POST or None, request.FILES or None, initial=seen, identities_differ=differ)
    if request.method == "POST" and other is not None and form.is_valid():
        try:
            _merge(actor, kept, other, **form.cleaned_data)
            messages.success(request, _("Les deux comptes n’en font plus qu’un."))
            return redirect("holder", actor.cooperative.slug, number)
        except MovementRefused as refusal:
            _refuse(actor, form, refusal)
    context = {"holder": kept, "asked": asked, "form": form, "page": page}
    status = 422 if request.method == "POST" or asked.errors else 200
    return render(request, "shareholders/register_act_merge.html", context, status=status)


def _part(request: HttpRequest, actor: Actor, dropped: Shareholder) -> HttpResponse:
    """The page of an account merged into another: undo that merger, where it was a mistake."""
    form = PartForm(request.POST or None, initial={"seen": last_number(actor.cooperative)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            part_accounts(actor=user_of(actor), dropped=dropped, reason=said["reason"], seen=said["seen"])
            messages.success(request, _("Les deux comptes sont de nouveau séparés."))
            return redirect("holder", actor.cooperative.slug, dropped.number)
        except MovementRefused as refusal:
            _refuse(actor, form, refusal)
    context = {"holder": dropped, "form": form}
    return render(request, "shareholders/register_act_part.html", context, status=status_of(request))


def _refuse(actor: Actor, form: Form, refusal: MovementRefused) -> None:
    form.add_error(None, str(refusal))
    if isinstance(refusal, RegisterMoved):
        ask_again(form, last_number(actor.cooperative))


def _other(actor: Actor, asked: OtherAccountForm) -> Shareholder | None:
    """The account asked for; none with a sentence where no such number is in the register."""
    if not asked.is_valid():
        return None
    rows = Shareholder.objects.filter(cooperative=actor.cooperative, number=asked.cleaned_data["compte"])
    found = rows.select_related("cooperative", "user").first()
    if found is None:
        asked.add_error("compte", _("Aucun compte ne porte ce numéro : vérifiez-le au registre."))
    return found


@transaction.atomic
def _merge(
    actor: Actor, kept: Shareholder, other: Shareholder, *, reason: str, paper: Any, sure: bool, seen: int
) -> None:
    assert sure
    if other.merged_into_id == kept.pk:
        return
    shown = _keep(actor, kept, Attachment.Kind.IDENTITY, paper) if paper else None
    merge_accounts(actor=user_of(actor), kept=kept, dropped=other, reason=reason, paper=shown, seen=seen)


def _keep(actor: Actor, found: Shareholder, kind: str, paper: dict[str, Any]) -> Attachment:
    return attach(actor=user_of(actor), cooperative=actor.cooperative, holder=found, kind=kind, **paper)


@page_for(can_decide_shares)
@require_http_methods(GET_AND_POST)
def owners(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Who a joint account belongs to, and who speaks for all."""
    found = _holder(actor, number)
    if found.kind not in TOGETHER:
        raise Http404
    form = ChangeForm(request.POST or None, request.FILES or None, initial={"since": timezone.localdate()})
    rows = owner_rows(found, owners_of(found), request.POST or None)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            _change(actor, found, form.cleaned_data, rows)
            messages.success(request, _("Les titulaires du compte sont à jour."))
            return redirect("holder", actor.cooperative.slug, number)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"holder": found, "form": form, "rows": rows}
    return render(request, "shareholders/register_act_owners.html", context, status=status_of(request))


@transaction.atomic
def _change(actor: Actor, found: Shareholder, said: dict[str, Any], rows: Any) -> None:
    deed = _keep(actor, found, Attachment.Kind.DEED, said["paper"]) if said["paper"] else None
    change_owners(
        actor=user_of(actor), account=found, owners=owners_in(rows), since=said["since"], paper=deed
    )

"""A holder's own data, and the board's page of a holder."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shareholders.access import page_for
from shareholders.forms.holder import (
    BankForm,
    CollegeForm,
    DeathForm,
    DetailsForm,
    EstateForm,
    HeirFormSet,
    PaperForm,
    RepresentativeForm,
    heirs_of,
)
from shareholders.forms.transfers import CodeForm
from shareholders.models import Attachment, Representative, Shareholder
from shareholders.permissions import Actor, can_decide_shares, can_see_own_shares, can_see_register
from shareholders.register_acts_pages import former_papers
from shareholders.services.estates import enter_death, pass_to_heirs
from shareholders.services.holder_details import (
    DETAILS,
    DetailsRefused,
    ask_bank_change,
    bank_changes_of,
    change_details,
    confirm_bank_change,
)
from shareholders.services.newcomers import account_of, close_space, open_space
from shareholders.services.people import attach, change_college, end_representation, name_representative
from shareholders.services.transfer_checks import TransferRefused
from shareholders.transfer_pages import accounts_of, holder_page, statutes_or_none
from shareholders.views.transfers import attempt, status_of, user_of


@page_for(can_see_own_shares)
@require_safe
def my_details(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where I live, where I am paid, who acts for me: one account after the other."""
    return _details_page(request, actor)


def _details_page(
    request: HttpRequest,
    actor: Actor,
    *,
    number: int = 0,
    details: DetailsForm | None = None,
    bank: BankForm | None = None,
) -> HttpResponse:
    """The page; `details` and `bank` are forms of the account `number` that were refused."""
    holders, today = accounts_of(user_of(actor), actor.cooperative), timezone.localdate()
    changes, forms = bank_changes_of(user_of(actor), holders), []
    for holder in holders:
        own_details = DetailsForm(today, initial={name: getattr(holder, name) for name in DETAILS})
        own_bank = BankForm(initial={"owner_name": str(holder)})
        if holder.number == number:
            own_details, own_bank = details or own_details, bank or own_bank
        forms.append((holder_page(holder, today), own_details, own_bank, changes.get(holder.pk)))
    context = {"accounts": forms, "code_form": CodeForm()}
    return render(request, "shareholders/holder_details.html", context, status=status_of(request))


def _holder_of(actor: Actor, number: int) -> Shareholder:
    """A living holder the actor acts for."""
    holders = accounts_of(user_of(actor), actor.cooperative)
    return get_object_or_404(
        Shareholder.objects.select_related("cooperative", "user"),
        number=number,
        pk__in=[one.pk for one in holders],
    )


@page_for(can_see_own_shares)
@require_POST
def change_my_details(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """A new address, or another e-mail for letters."""
    holder = _holder_of(actor, number)
    form = DetailsForm(timezone.localdate(), request.POST)
    if not form.is_valid():
        return _details_page(request, actor, number=number, details=form)
    doing = partial(change_details, actor=user_of(actor), holder=holder, details=form.details())
    attempt(request, doing, _("Vos coordonnées sont à jour."))
    return redirect("my_details", actor.cooperative.slug)


def _say_faults(request: HttpRequest, form: Form) -> None:
    """Told on the next page; what was typed isn't quoted, however long it is."""
    for name, faults in form.errors.as_data().items():
        label = form.fields[name].label if name in form.fields else ""
        fault = faults[0]
        told = _("Choisissez dans la liste.") if fault.code == "invalid_choice" else fault.messages[0]
        messages.error(request, f"{label} : {told}" if label else told)


@page_for(can_see_own_shares)
@sensitive_post_parameters("iban")
@require_POST
def ask_my_bank(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """A new bank account: checked, then a code is sent."""
    holder, form = _holder_of(actor, number), BankForm(request.POST)
    if form.is_valid():
        try:
            ask_bank_change(actor=user_of(actor), holder=holder, **form.cleaned_data)
            messages.success(request, _("Un code vous est envoyé par e-mail : recopiez-le pour confirmer."))
            return redirect("my_details", actor.cooperative.slug)
        except DetailsRefused as refusal:
            form.add_error(None, str(refusal))
    return _details_page(request, actor, number=number, bank=form)


@page_for(can_see_own_shares)
@require_POST
def confirm_my_bank(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """The code that puts the new account in force."""
    holder, form = _holder_of(actor, number), CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    doing = partial(confirm_bank_change, actor=user_of(actor), holder=holder, code=code)
    attempt(request, doing, _("Vous serez payé sur ce compte à partir de maintenant."))
    return redirect("my_details", actor.cooperative.slug)


def _holder(actor: Actor, number: int) -> Shareholder:
    rows = Shareholder.objects.select_related("cooperative", "user", "merged_into")
    return get_object_or_404(rows, cooperative=actor.cooperative, number=number)


@page_for(can_see_register)
@require_safe
def holder(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Everything about one holder, and what the board may enter."""
    found, today = _holder(actor, number), timezone.localdate()
    statutes = statutes_or_none(actor.cooperative, today)
    context = {
        "page": holder_page(found, today),
        "may_decide": can_decide_shares(actor),
        "former_papers": former_papers(found),
        "death_form": DeathForm(prefix="death"),
        "college_form": CollegeForm(found, statutes, initial={"since": today}) if statutes else None,
        "representative_form": RepresentativeForm(initial={"since": today}, prefix="rep"),
        "paper_form": PaperForm(prefix="paper"),
    }
    return render(request, "shareholders/holder.html", context)


def _keep(actor: Actor, found: Shareholder, kind: str, paper: dict[str, Any], **more: Any) -> Attachment:
    return attach(
        actor=user_of(actor), cooperative=actor.cooperative, holder=found, kind=kind, **paper, **more
    )


@page_for(can_decide_shares)
@require_POST
def death(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Enter a death with its deed: the account is frozen."""
    found, form = _holder(actor, number), DeathForm(request.POST, request.FILES, prefix="death")
    if not form.is_valid():
        _say_faults(request, form)
        return redirect("holder", actor.cooperative.slug, number)

    @transaction.atomic
    def enter() -> None:
        deed = _keep(actor, found, Attachment.Kind.DEED, form.cleaned_data["deed"])
        enter_death(actor=user_of(actor), holder=found, died_on=form.cleaned_data["died_on"], deed=deed)

    attempt(request, enter, _("Le décès est inscrit ; le compte est gelé jusqu’à la succession."))
    return redirect("holder", actor.cooperative.slug, number)


@page_for(can_decide_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def heirs(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Share an estate out among the heirs."""
    found = _holder(actor, number)
    if found.died_on is None and request.method != "POST":
        told = _("Aucun décès n’est inscrit pour %(holder)s\u202f: il n’y a rien à transmettre.")
        messages.warning(request, told % {"holder": found})
        return redirect("holder", actor.cooperative.slug, number)
    form = EstateForm(request.POST or None, request.FILES or None)
    rows = HeirFormSet(request.POST or None, prefix="heirs")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            _share_out(actor, found, form, rows)
            messages.success(request, _("La succession est répartie d’après l’acte."))
            return redirect("holder", actor.cooperative.slug, number)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    page = holder_page(found, timezone.localdate())
    context = {"page": page, "form": form, "rows": rows}
    return render(request, "shareholders/holder_heirs.html", context, status=status_of(request))


@transaction.atomic
def _share_out(actor: Actor, found: Shareholder, form: EstateForm, rows: Any) -> None:
    today = timezone.localdate()
    statutes = statutes_or_none(actor.cooperative, today)
    if statutes is None:
        raise TransferRefused(_("Les statuts ne sont pas encore enregistrés ici."))
    filled = [row for row in rows if row.has_changed()]
    held = holder_page(found, today).to_pass_on
    joint = form.cleaned_data["joint"]
    named = heirs_of(filled, is_joint=joint, holder=found, held=held, statutes=statutes)
    deed = _keep(actor, found, Attachment.Kind.DEED, form.cleaned_data["deed"])
    pass_to_heirs(actor=user_of(actor), holder=found, heirs=named, deed=deed)


@page_for(can_decide_shares)
@require_POST
def college(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Another college, if its rule admits the holder."""
    found, statutes = _holder(actor, number), statutes_or_none(actor.cooperative, timezone.localdate())
    form = CollegeForm(found, statutes, request.POST) if statutes else None
    if form is None or not form.is_valid():
        messages.error(
            request, _("D’après les statuts, ce collège n’admet pas cet actionnaire, ou la date manque.")
        )
    elif form.cleaned_data["since"] < actor.cooperative.founded_on:
        messages.error(request, _("Cette date est avant la création de la société."))
    else:
        changed = form.cleaned_data
        change_college(
            actor=user_of(actor), shareholder=found, college=changed["college"], since=changed["since"]
        )
        messages.success(request, _("Le collège est changé à partir de ce jour."))
    return redirect("holder", actor.cooperative.slug, number)


@page_for(can_decide_shares)
@require_POST
def representative(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Name somebody who acts for the holder."""
    found, form = _holder(actor, number), RepresentativeForm(request.POST, request.FILES, prefix="rep")
    if not form.is_valid() or found.died_on:
        _say_faults(request, form)
        if found.died_on:
            messages.error(request, _("Ce compte est gelé depuis un décès."))
    else:
        _name(actor, found, form.cleaned_data)
        messages.success(request, _("Cette personne agit désormais pour cet actionnaire."))
    return redirect("holder", actor.cooperative.slug, number)


@transaction.atomic
def _name(actor: Actor, found: Shareholder, named: dict[str, Any]) -> None:
    """The representative, the mandate, and the way into the space."""
    paper = named.pop("mandate")
    mandate = _keep(actor, found, Attachment.Kind.MANDATE, paper) if paper else None
    user = account_of(named["email"], f"{named['first_names']} {named['last_name']}")
    name_representative(actor=user_of(actor), holder=found, user=user, mandate=mandate, **named)
    open_space(actor=user_of(actor), holder=found)


@page_for(can_decide_shares)
@require_POST
def end_representative(request: HttpRequest, actor: Actor, number: int, pk: int) -> HttpResponse:
    """Somebody no longer acts for the holder, from today on."""
    found = _holder(actor, number)
    named = get_object_or_404(Representative.objects.select_related("holder", "user"), holder=found, pk=pk)
    with transaction.atomic():
        until = max(timezone.localdate(), named.since)
        end_representation(actor=user_of(actor), representative=named, until=until)
        if named.user is not None:
            close_space(actor=user_of(actor), cooperative=actor.cooperative, user=named.user)
    messages.success(request, _("Cette personne n’agit plus pour cet actionnaire."))
    return redirect("holder", actor.cooperative.slug, number)


@page_for(can_decide_shares)
@require_POST
def paper(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Keep a paper about the holder."""
    found, form = _holder(actor, number), PaperForm(request.POST, request.FILES, prefix="paper")
    if form.is_valid():
        kept = form.cleaned_data
        _keep(actor, found, kept["kind"], kept["file"], reference=kept["reference"], dated=kept["dated"])
        messages.success(request, _("La pièce est jointe au dossier."))
    else:
        _say_faults(request, form)
    return redirect("holder", actor.cooperative.slug, number)


@page_for(can_see_register)
@require_safe
def read_paper(request: HttpRequest, actor: Actor, number: int, pk: int) -> HttpResponse:
    """Download a paper, as it was brought; never shown inside the site."""
    found = get_object_or_404(Attachment, cooperative=actor.cooperative, holder=_holder(actor, number), pk=pk)
    disposition = content_disposition_header(as_attachment=True, filename=found.file_name)
    headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(found.content), content_type=found.content_type, headers=headers)

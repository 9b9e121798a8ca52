"""The statutes: what rules today and before, and how the board adopts an edition: look, then confirm."""

import hashlib

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mine_de_soleil.rules.statutes import StatutesRefused
from shareholders.access import page_for
from shareholders.forms.statutes import AdoptionForm, EditionForm
from shareholders.models import StatutesEdition
from shareholders.permissions import Actor, can_decide_shares, can_see_register
from shareholders.services.statutes_adoption import AdoptionRefused, adopt_edition, preview_adoption
from shareholders.statutes_pages import changes_shown, edition_shown, sections_of
from shareholders.statutes_pages import statutes_page as page_of
from shareholders.statutes_words import fault_in_words

KEPT_S = 3_600
FAULTS_SHOWN = 20


@page_for(can_see_register)
@require_safe
def statutes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The edition in force rule by rule, and every edition."""
    return _statutes(request, actor, EditionForm())


@page_for(can_see_register)
@require_safe
def statutes_edition(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One edition, in force or not."""
    found = get_object_or_404(
        StatutesEdition.objects.select_related("entered_by"), cooperative=actor.cooperative, pk=pk
    )
    context = {"shown": edition_shown(found, timezone.localdate())}
    return render(request, "shareholders/statutes_edition.html", context)


@page_for(can_see_register)
@require_safe
def statutes_text(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The text of an edition as a file, to start the next one from."""
    found = get_object_or_404(StatutesEdition, cooperative=actor.cooperative, pk=pk)
    name = f"statuts-{actor.cooperative.slug}-{found.adopted_on}.toml"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers=headers)


@page_for(can_decide_shares)
@require_POST
def statutes_drop(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Read a file: what it would change, or 422 with every fault. Nothing is stored."""
    form = EditionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _statutes(request, actor, form, status=422)
    text = form.cleaned_data["file"]
    adopted = hashlib.sha256(text.encode()).hexdigest()
    first = {"sha256": adopted}
    return _look(request, actor, text, AdoptionForm(initial=first), status=200)


@page_for(can_decide_shares)
@require_POST
def statutes_adopt(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Adopt the text that was looked at, known by its fingerprint."""
    form = AdoptionForm(request.POST)
    text = cache.get(_place(actor, request.POST.get("sha256", "")))
    if text is None:
        messages.warning(
            request, _("Ce fichier n’est plus gardé\u202f: déposez-le de nouveau. Rien n’a changé.")
        )
        return redirect("statutes", actor.cooperative.slug)
    if not form.is_valid():
        return _look(request, actor, text, form, status=422)
    try:
        _adopt(actor, text, form)
    except AdoptionRefused as refusal:
        form.add_error(None, str(refusal))
        return _look(request, actor, text, form, status=422)
    messages.success(
        request, _("Les statuts sont adoptés. Les éditions d’avant restent lisibles ci-dessous.")
    )
    return redirect("statutes", actor.cooperative.slug)


def _adopt(actor: Actor, text: str, form: AdoptionForm) -> StatutesEdition:
    assert actor.user is not None
    return adopt_edition(
        actor=actor.user,
        cooperative=actor.cooperative,
        text=text,
        adopted_on=form.cleaned_data["adopted_on"],
        effective_on=form.cleaned_data["effective_on"],
        today=timezone.localdate(),
    )


def _look(request: HttpRequest, actor: Actor, text: str, form: AdoptionForm, *, status: int) -> HttpResponse:
    """What a text says and changes, with the form that adopts it; or why it can't be taken."""
    try:
        found = preview_adoption(cooperative=actor.cooperative, text=text, today=timezone.localdate())
    except StatutesRefused as refusal:
        sentences = [fault_in_words(fault.path, fault.sentence) for fault in refusal.faults]
        return _refused(request, actor, sentences)
    except AdoptionRefused as refusal:
        return _refused(request, actor, [str(refusal)])
    cache.set(_place(actor, found.sha256), text, KEPT_S)
    context = {
        "adoption": found,
        "form": form,
        "changes": changes_shown(found),
        "sections": () if found.before else sections_of(found.statutes, text),
    }
    return render(request, "shareholders/statutes_adoption.html", context, status=status)


def _refused(request: HttpRequest, actor: Actor, sentences: list[str]) -> HttpResponse:
    context = {
        "sentences": sentences[:FAULTS_SHOWN],
        "count": len(sentences),
        "form": EditionForm(),
        "current": _ruling(actor),
    }
    return render(request, "shareholders/statutes_refused.html", context, status=422)


def _statutes(request: HttpRequest, actor: Actor, form: EditionForm, *, status: int = 200) -> HttpResponse:
    page = page_of(actor.cooperative, timezone.localdate())
    context = {
        "page": page,
        "form": form if can_decide_shares(actor) else None,
        "current": page.now.edition if page.now else None,
    }
    return render(request, "shareholders/statutes.html", context, status=status)


def _ruling(actor: Actor) -> StatutesEdition | None:
    rows = StatutesEdition.objects.filter(cooperative=actor.cooperative)
    return rows.in_force_on(timezone.localdate()).first()


def _place(actor: Actor, sha256: str) -> str:
    """Where a text waits for its adoption: each person's own, in each cooperative."""
    assert actor.user is not None
    told = hashlib.sha256(sha256.encode()).hexdigest()
    return f"statutes-{actor.cooperative.pk}-{actor.user.pk}-{told}"

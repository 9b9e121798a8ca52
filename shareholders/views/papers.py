"""Papers opened and verified; extracts of the register asked for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shareholders.access import page_for, public_page
from shareholders.forms.papers import CodeForm, ExtractForm, FileForm
from shareholders.models import Paper
from shareholders.permissions import Actor, can_open_papers, can_see_register
from shareholders.reading_papers import opens, papers_of
from shareholders.services.certificates import NoCertificate
from shareholders.services.register_papers import ExtractTooLong, ask_extract, extracts_of
from shareholders.throttling import is_too_often
from shareholders.verifying import TooManyReaders, Verdict, verdict_on_file, verdict_on_text

FILES_AN_HOUR, TEXTS_AN_HOUR = "30/hour", "120/hour"


@page_for(can_open_papers)
@require_safe
def paper(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A paper of one's own, or any for those who see the register."""
    return _file(get_object_or_404(papers_of(actor), pk=pk))


@public_page
@require_safe
def paper_by_key(request: HttpRequest, actor: Actor, pk: int, key: str) -> HttpResponse:
    """A paper by the key of its letter or of its subscription, before there is an account."""
    rows = Paper.objects.defer("content").select_related("subscription", "cooperative")
    found = get_object_or_404(rows, cooperative=actor.cooperative, pk=pk)
    if not opens(found, key):
        raise Http404
    return _file(found)


def _file(found: Paper) -> HttpResponse:
    with translation.override("fr"):
        name = f"{slugify(found.get_kind_display())}-{found.pk}.pdf"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
        # The address may hold a key.
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(bytes(found.content), content_type="application/pdf", headers=headers)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Was this document made here, and is it as it was? By its file, its code or its fingerprint."""
    if request.method != "POST":
        return _told(request)
    if "text" in request.POST:
        form: CodeForm | FileForm = CodeForm(request.POST)
    else:
        form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _told(request, form=form)
    if isinstance(form, CodeForm):
        return _on_text(request, form.cleaned_data["text"])
    if is_too_often(request, "verify_file", FILES_AN_HOUR):
        return render(request, "429.html", status=429)
    return _on_file(request, form)


def _on_file(request: HttpRequest, form: FileForm) -> HttpResponse:
    try:
        return _told(request, verdict_on_file(form.cleaned_data["file"].read()))
    except TooManyReaders:
        form.add_error("file", _("D’autres documents sont en cours de lecture : réessayez dans une minute."))
        answer = _told(request, form=form)
        answer.status_code = 429
        return answer


@login_not_required
@require_safe
def verify_one(request: HttpRequest, text: str) -> HttpResponse:
    """The address printed on a paper, or one with a fingerprint."""
    return _on_text(request, text)


def _on_text(request: HttpRequest, text: str) -> HttpResponse:
    if is_too_often(request, "verify_text", TEXTS_AN_HOUR):
        return render(request, "429.html", status=429)
    return _told(request, verdict_on_text(text))


def _told(
    request: HttpRequest, verdict: Verdict | None = None, form: CodeForm | FileForm | None = None
) -> HttpResponse:
    """The page: the two forms, under the answer if there is one."""
    context = {
        "verdict": verdict,
        "file_form": form if isinstance(form, FileForm) else FileForm(),
        "code_form": form if isinstance(form, CodeForm) else CodeForm(),
    }
    return render(request, "shareholders/verify.html", context, status=422 if form else 200)


@page_for(can_see_register)
@require_http_methods(["GET", "HEAD", "POST"])
def register_pdf(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sealed extracts of the register: those made, and one to be made for a day."""
    form = ExtractForm(timezone.localdate(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _extract(request, actor, form)
        if answer is not None:
            return answer
    context = {"form": form, "extracts": extracts_of(actor.cooperative)}
    return render(request, "shareholders/paper_extracts.html", context, status=422 if form.errors else 200)


def _extract(request: HttpRequest, actor: Actor, form: ExtractForm) -> HttpResponse | None:
    """The answer to a request for an extract; None when the form now says what is wrong."""
    assert actor.user is not None
    language = get_language() or "fr"
    try:
        made = ask_extract(
            actor=actor.user, cooperative=actor.cooperative, day=form.cleaned_data["day"], language=language
        )
    except NoCertificate:
        form.add_error(None, _("La société n’a pas encore de certificat pour sceller ses documents."))
        return None
    except ExtractTooLong:
        form.add_error(None, _("Ce registre est trop long pour un PDF : prenez le fichier XLSX ou CSV."))
        return None
    said = _("L’extrait est dans la liste.") if made else _("L’extrait se prépare : revenez dans une minute.")
    messages.success(request, said)
    return redirect("register_pdf", actor.cooperative.slug)

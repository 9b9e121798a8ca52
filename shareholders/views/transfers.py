"""Pages of transfers: the two sides, those who may buy first, somebody invited, the board."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mine_de_soleil.core.models import User
from shareholders.access import page_for, public_page
from shareholders.forms.transfers import AnswerForm, CodeForm, NewcomerForm, TransferForm, WishForm
from shareholders.models import MovementKind, Shareholder, ShareTransfer
from shareholders.permissions import Actor, can_decide_shares, can_see_own_shares, can_see_register
from shareholders.services.estates import enter_approved_inheritance
from shareholders.services.orders import send_order_code, sign_order
from shareholders.services.pre_emption import wish_to_buy
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfers import (
    agree,
    agree_as_newcomer,
    cancel,
    decide_transfer,
    decline,
    fingerprint_of,
    propose_transfer,
)
from shareholders.statutes import NoStatutes
from shareholders.transfer_pages import (
    accounts_of,
    my_transfers,
    queue_of,
    rooms_of,
    side_to_show,
    sides_of,
    statutes_or_none,
    transfer_page,
)


def attempt(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Do `act` and say so, or say why not; whether it was done."""
    try:
        act()
    except TransferRefused as refusal:
        messages.error(request, str(refusal))
        return False
    except NoStatutes:
        messages.error(
            request, _("Les statuts ne sont pas encore enregistrés ici : le conseil doit le faire.")
        )
        return False
    if done:
        messages.success(request, done)
    return True


@page_for(can_see_own_shares)
@require_safe
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My transfers: under way, ended, and what others sell."""
    page = my_transfers(user_of(actor), actor.cooperative, timezone.localdate())
    return render(request, "shareholders/transfers_mine.html", {"page": page})


@page_for(can_see_own_shares)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask to sell or give shares."""
    cooperative, today, user = actor.cooperative, timezone.localdate(), user_of(actor)
    holders, statutes = accounts_of(user, cooperative), statutes_or_none(cooperative, today)
    form = TransferForm(holders, request.POST or None)
    if request.method == "POST" and statutes is not None and form.is_valid():
        try:
            asked = form.request(cooperative)
            made = propose_transfer(actor=user, address_of=_address(request, actor), **asked)
            messages.success(request, _("Votre demande est partie. L’autre personne doit dire oui."))
            return redirect("transfer", cooperative.slug, made.pk)
        except TransferRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "rooms": rooms_of(holders, today, statutes), "statutes": statutes}
    return render(request, "shareholders/transfer_new.html", context, status=status_of(request))


def status_of(request: HttpRequest) -> int:
    """A form shown again was refused."""
    return 422 if request.method == "POST" else 200


def _address(request: HttpRequest, actor: Actor) -> Callable[[str], str]:
    """Makes the link of an invited person from its key."""

    def address(key: str) -> str:
        return request.build_absolute_uri(reverse("transfer_offer", args=[actor.cooperative.slug, key]))

    return address


@page_for(can_see_own_shares)
@require_safe
def one(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One transfer, for whoever has something to do with it."""
    transfer, sides = _mine(actor, pk)
    side, holder = side_to_show(transfer, sides)
    page = transfer_page(transfer, side, timezone.localdate(), holder)
    context = {"page": page, "code_form": CodeForm(), "wish_form": WishForm(initial={"quantity": 1})}
    return render(request, "shareholders/transfer.html", context)


def _mine(actor: Actor, pk: int) -> tuple[ShareTransfer, dict[str, Shareholder]]:
    """The transfer and the sides of it one is on: both, for who gives to a child of hers."""
    transfer = _transfer(actor, pk)
    found = sides_of(transfer, accounts_of(user_of(actor), actor.cooperative), timezone.localdate())
    if not found:
        raise Http404
    return transfer, found


def _transfer(actor: Actor, pk: int) -> ShareTransfer:
    sides = ("cooperative", "giver", "taker", "movement", "deed")
    rows = ShareTransfer.objects.of(actor.cooperative).select_related(*sides)
    return get_object_or_404(rows, pk=pk)


# What each side may do on the page of a transfer, by the word in its address.
SIDES_THAT_MAY = {
    "accepter": "taker",
    "decliner": "taker",
    "abandonner": "giver",
    "code": "giver",
    "signer": "giver",
    "preempter": "member",
}


@page_for(can_see_own_shares)
@require_POST
def act(request: HttpRequest, actor: Actor, pk: int, what: str) -> HttpResponse:
    """Agree, decline, give up, sign, or wish to buy first."""
    transfer, sides = _mine(actor, pk)
    holder = sides.get(SIDES_THAT_MAY.get(what, ""))
    if holder is None:
        raise Http404
    done, doing = _act(request, user_of(actor), transfer, holder, what)
    attempt(request, doing, done)
    return redirect("transfer", actor.cooperative.slug, pk)


def _act(
    request: HttpRequest, user: User, transfer: ShareTransfer, holder: Shareholder, what: str
) -> tuple[str, Callable[[], object]]:
    """What is said once it is done, and the act itself."""
    language = (get_language() or "fr")[:2]
    code, wish = CodeForm(request.POST), WishForm(request.POST)
    typed = code.cleaned_data["code"] if code.is_valid() else ""
    wanted = wish.cleaned_data["quantity"] if wish.is_valid() else -1
    acts: dict[str, tuple[str, Callable[[], object]]] = {
        "accepter": (_("Vous avez accepté."), lambda: agree(actor=user, transfer=transfer)),
        "decliner": (_("Vous avez répondu non."), lambda: decline(actor=user, transfer=transfer)),
        "abandonner": (_("Vous avez renoncé."), lambda: cancel(actor=user, transfer=transfer)),
        "code": (
            _("Un code vous est envoyé par e-mail."),
            lambda: send_order_code(actor=user, transfer=transfer, language=language),
        ),
        "signer": (
            _("L’ordre est signé : les actions ont changé de mains."),
            lambda: sign_order(actor=user, transfer=transfer, code=typed),
        ),
        "preempter": (
            _("Votre souhait est noté."),
            lambda: wish_to_buy(actor=user, transfer=transfer, holder=holder, quantity=wanted),
        ),
    }
    return acts[what]


@public_page
@never_cache
@sensitive_variables("key")
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Somebody invited by e-mail says who she is and agrees, or declines. The key opens it."""
    rows = ShareTransfer.objects.of(actor.cooperative).select_related(
        "giver", "taker", "cooperative", "movement"
    )
    transfer = get_object_or_404(rows, key_sha256=fingerprint_of(key))
    today = timezone.localdate()
    statutes = statutes_or_none(actor.cooperative, today)
    form = NewcomerForm(actor.cooperative, statutes, today, request.POST or None) if statutes else None
    if request.method == "POST" and form is not None and _answered(request, transfer, form):
        return redirect("transfer_offer", actor.cooperative.slug, key)
    context = {"page": transfer_page(transfer, "taker", today), "form": form}
    response = render(request, "shareholders/transfer_offer.html", context, status=status_of(request))
    # The address is the key: the site's own policy keeps it from other sites. With none at all a browser
    # would post the form from nowhere, and the answer would be refused.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answered(request: HttpRequest, transfer: ShareTransfer, form: NewcomerForm) -> bool:
    if "decline" in request.POST:
        return attempt(request, lambda: decline(actor=None, transfer=transfer), _("Vous avez répondu non."))
    if not form.is_valid():
        return False
    try:
        agree_as_newcomer(
            transfer=transfer,
            identity=form.identity(transfer.taker_email),
            college=form.cleaned_data["college"],
        )
    except TransferRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("C’est noté : vous avez accepté."))
    return True


@page_for(can_see_register)
@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The board's queue, by deadline."""
    page = queue_of(actor.cooperative, timezone.localdate())
    return render(request, "shareholders/transfers_queue.html", {"page": page})


@page_for(can_see_register)
@require_safe
def case(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One transfer before the board."""
    page = transfer_page(_transfer(actor, pk), "board", timezone.localdate())
    context = {"page": page, "form": AnswerForm(), "may_decide": can_decide_shares(actor)}
    return render(request, "shareholders/transfer_case.html", context)


@page_for(can_decide_shares)
@require_POST
def decide(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The board's answer; an inheritance approved goes into the register at once."""
    transfer, user = _transfer(actor, pk), user_of(actor)
    approved, form = "approve" in request.POST, AnswerForm(request.POST)
    enter = partial(enter_approved_inheritance, actor=user, transfer=transfer)
    if "enter" in request.POST:
        attempt(request, enter, _("La succession est inscrite au registre."))
        return redirect("transfer_case", actor.cooperative.slug, pk)
    if not form.is_valid():
        context = {"page": transfer_page(transfer, "board", timezone.localdate()), "form": form}
        return render(request, "shareholders/transfer_case.html", context | {"may_decide": True}, status=422)
    reason = form.cleaned_data["reason"]
    answer = partial(decide_transfer, actor=user, transfer=transfer, approved=approved, reason=reason)
    said = attempt(request, answer, _("Votre réponse est enregistrée et envoyée aux deux personnes."))
    if said and approved and transfer.kind == MovementKind.INHERITANCE:
        attempt(request, enter, "")
    return redirect("transfer_case", actor.cooperative.slug, pk)


def user_of(actor: Actor) -> User:
    """The account of somebody a page for members let in."""
    assert actor.user is not None
    return actor.user

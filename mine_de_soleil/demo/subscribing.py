"""Invented people subscribe, as everybody does: step by step, the code of the letter, the bank, the board."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from mine_de_soleil.core.models import User
from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.letters import code_sent_to
from mine_de_soleil.demo.names import COMMUNES, STREETS
from mine_de_soleil.demo.people import email_of
from mine_de_soleil.demo.rounds import Request
from shareholders.joining_pages import documents_of
from shareholders.models import College, Cooperative, FundingRound, Shareholder, Subscription
from shareholders.services import subscriptions as steps
from shareholders.services.invitations import follow_link, give_link
from shareholders.services.subscription_endings import abandon
from shareholders.services.subscription_starts import Started, offer_gift, start

COMPANY_SIREN = "019283746"
ORIGIN = {"network_address": "", "browser": "demo_load"}
_POSTCODES = {commune: postcode for commune, postcode, _ in COMMUNES}


class At(TypedDict):
    """What every step asks for."""

    cooperative: Cooperative
    key: str


def _no_link(_key: str) -> str:
    """The demo's letters aren't sent: what stands in them for a link is nobody's."""
    return ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wanted and what came of it so far."""

    request: Request
    subscription: Subscription
    iban: str


def subscribe_all(offer: FundingRound, requests: Sequence[Request], inviter: Shareholder) -> list[Asked]:
    """Everybody goes as far as planned; two came by the link of `inviter`."""
    college = offer.cooperative.colleges.get(code="citoyens")
    return [
        Asked(request, _subscribe(offer, request, college, inviter, account), account)
        for request, account in zip(requests, accounts_of(offer, requests), strict=True)
    ]


def accounts_of(offer: FundingRound, requests: Sequence[Request]) -> list[str]:
    """An invented bank account each."""
    return [invented_iban(offer.pk * 1_000 + rank) for rank, _ in enumerate(requests, start=1)]


def _subscribe(
    offer: FundingRound, request: Request, college: College, inviter: Shareholder, iban: str
) -> Subscription:
    started = _start(offer, request, inviter)
    at = At(cooperative=offer.cooperative, key=started.key)
    if request.step == "given_up":
        return abandon(**at)
    if not request.giver:
        steps.choose_quantity(**at, quantity=request.shares)
        steps.give_email(**at, email=_email(request), link_to=_no_link)
    if request.step == "started":
        return started.subscription
    # A gift's receiver gives no account: the money isn't hers.
    refund = "" if request.giver else iban
    found = steps.give_identity(**at, identity=_identity(request), college=college, refund_iban=refund)
    if request.step == "identified":
        return found
    found = steps.confirm_documents(**at, documents=documents_of(offer))
    return found if request.step == "read" else sign(offer, started.key, request.commune, _email(request))


def _start(offer: FundingRound, request: Request, inviter: Shareholder) -> Started:
    if not request.giver:
        invitation = _follow(inviter) if request.invited else ""
        return start(actor=None, offer=offer, language="fr", invitation=invitation)
    first, _space, last = request.giver.partition(" ")
    return offer_gift(
        offer=offer,
        giver_name=request.giver,
        giver_email=email_of(first, last),
        recipient_name=request.person,
        recipient_email=_email(request),
        quantity=request.shares,
        message=request.message,
        language="fr",
        link_to=_no_link,
    )


def _follow(inviter: Shareholder) -> str:
    code = give_link(holder=inviter).code
    follow_link(cooperative=inviter.cooperative, code=code)
    return code


def sign(offer: FundingRound, key: str, place: str, email: str) -> Subscription:
    """Ask for the code, read the letter, sign."""
    steps.ask_code(cooperative=offer.cooperative, key=key, place=place)
    code = code_sent_to(email)
    return steps.sign(cooperative=offer.cooperative, key=key, code=code, origin=ORIGIN)


def subscribe_as_member(actor: User, holder: Shareholder, offer: FundingRound, shares: int) -> Subscription:
    """A shareholder of the register takes more, under the account `holder`."""
    started = start(actor=actor, offer=offer, language="fr", is_member=True)
    at = At(cooperative=offer.cooperative, key=started.key)
    steps.use_account(**at, actor=actor, holder_id=holder.pk)
    steps.choose_quantity(**at, quantity=shares)
    steps.confirm_documents(**at, documents=documents_of(offer))
    return sign(offer, started.key, holder.commune, actor.email)


def _email(request: Request) -> str:
    """Where the letters go: of a child, to the parent who signs."""
    return email_of(request.parent or request.first_names, request.last_name)


def _identity(request: Request) -> dict[str, Any]:
    """What the form of the step « identité » would have kept."""
    seed = sum(map(ord, request.person))
    place = {
        "address": f"{seed % 80 + 1} {STREETS[seed % len(STREETS)]}",
        "postcode": _POSTCODES[request.commune],
        "commune": request.commune,
        "country": "FR",
    }
    if request.legal_name:
        return place | {
            "kind": Shareholder.Kind.LEGAL,
            "legal_name": request.legal_name,
            "siren": COMPANY_SIREN,
            "representative": _speaker(request, "delegate", request.first_names),
        }
    born = dt.date(request.birth_year, seed % 12 + 1, seed % 28 + 1)
    person: dict[str, Any] = place | {
        "kind": Shareholder.Kind.NATURAL,
        "first_names": request.first_names,
        "last_name": request.last_name,
        "birth_date": born.isoformat(),
        "birth_place": COMMUNES[seed % len(COMMUNES)][0],
        "tax_residence": "FR",
    }
    if request.parent:
        person["representative"] = _speaker(request, "parent", request.parent)
    return person


def _speaker(request: Request, quality: str, first: str) -> dict[str, str]:
    return {
        "quality": quality,
        "first_names": first,
        "last_name": request.last_name,
        "email": _email(request),
    }

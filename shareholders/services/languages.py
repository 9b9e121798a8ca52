"""In which language somebody is written to: the one of the last act we know of."""

from django.db.models import Q
from django.utils.translation import get_language

from shareholders.models import NewbornPanel, Shareholder, ShareTransfer, Subscription

DEFAULT = "fr"


def language_of(address: str, holder: Shareholder | None = None) -> str:
    """The language of `address`, who may act for `holder`; French where nothing tells."""
    return known_language(address, holder) or DEFAULT


def known_language(address: str, holder: Shareholder | None = None) -> str:
    """The language of the last subscription made from `address` or for `holder`; else the one somebody
    invited gave her identity in, or a family asked for a panel in. Empty where nothing tells.
    """
    # Her own choice first: of a child's account, the other parent may have subscribed in another language.
    return (
        _of_subscriber(Q(email__iexact=address))
        or _of_newcomer(address)
        or _of_family(address)
        or (_of_subscriber(Q(holder=holder)) if holder is not None else "")
    )


def _of_subscriber(mine: Q) -> str:
    asked = Subscription.objects.filter(mine).order_by("-pk")
    return asked.values_list("language", flat=True).first() or ""


def _of_newcomer(address: str) -> str:
    told = ShareTransfer.objects.filter(taker_email__iexact=address, taker_identity__has_key="language")
    identity = told.order_by("-pk").values_list("taker_identity", flat=True).first() or {}
    return str(identity.get("language", ""))


def _of_family(address: str) -> str:
    panels = NewbornPanel.objects.filter(contact_email__iexact=address).order_by("-pk")
    return panels.values_list("language", flat=True).first() or ""


def reader_language() -> str:
    """The language of the page that is being answered: of somebody who acts now."""
    return "en" if (get_language() or DEFAULT).startswith("en") else DEFAULT

"""Letters about transfers, to both sides and to those who may buy first."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mine_de_soleil.core.post import post
from shareholders.duty import transfer_duty
from shareholders.models import MovementKind, Shareholder, ShareTransfer
from shareholders.services.languages import known_language, language_of, reader_language
from shareholders.services.newcomers import users_of

# Who is told what. `giver` and `taker` are the two sides.
TOLD = {
    "offered": ("taker",),
    "agreed": ("giver", "taker"),
    "approved": ("giver", "taker"),
    "refused": ("giver", "taker"),
    "declined": ("giver",),
    "cancelled": ("taker",),
    "lapsed": ("giver", "taker"),
    "pre_empted": ("giver", "taker"),
    "registered": ("giver", "taker"),
}


def tell(transfer: ShareTransfer, what: str, *, link: str = "") -> None:
    """Write to the sides whom `what` concerns; `link` leads somebody invited to the page of the request."""
    for side in TOLD[what]:
        for address in addresses_of(transfer, side):
            post(
                to=address,
                template=f"shareholders/mail/transfer_{what}.txt",
                context=_context(transfer, side, link),
                language=_language(transfer, side, address),
            )


def _language(transfer: ShareTransfer, side: str, address: str) -> str:
    """The reader's; of somebody invited whom we know nothing of, that of who writes."""
    holder: Shareholder | None = getattr(transfer, side)
    if holder is not None:
        return language_of(address, holder)
    return known_language(address) or reader_language()


def addresses_of(transfer: ShareTransfer, side: str) -> list[str]:
    """Where the giver or the taker is written to: those who act for the holder, or the invited address."""
    holder: Shareholder | None = getattr(transfer, side)
    if holder is None:
        return [transfer.taker_email] if side == "taker" and transfer.taker_email else []
    return letters_to(holder)


def letters_to(holder: Shareholder) -> list[str]:
    """Every e-mail address of those who act for `holder`, its own if it has no account."""
    found = [user.email for user in users_of(holder)] or [holder.email]
    return [address for address in dict.fromkeys(found) if address]


def _context(transfer: ShareTransfer, side: str, link: str) -> dict[str, Any]:
    is_sale = transfer.kind == MovementKind.TRANSFER
    owes_duty = is_sale and side == "taker" and transfer.price > 0
    return {
        "transfer": transfer,
        "cooperative": transfer.cooperative,
        "side": side,
        "is_sale": is_sale,
        "link": link,
        "page": _page(transfer, side),
        "duty": transfer_duty(transfer.price, timezone.localdate()) if owes_duty else None,
    }


def _page(transfer: ShareTransfer, side: str) -> str:
    """The transfer in the reader's own space; somebody invited has none before the register takes her."""
    if side == "taker" and transfer.key_sha256:
        return ""
    return settings.SITE_URL + reverse("transfer", args=[transfer.cooperative.slug, transfer.pk])


def tell_members(transfer: ShareTransfer, members: list[Shareholder]) -> None:
    """Write to those who may buy first."""
    addresses = {address: member for member in members for address in letters_to(member)}
    for address, member in addresses.items():
        post(
            to=address,
            template="shareholders/mail/transfer_pre_emption.txt",
            context={
                "transfer": transfer,
                "cooperative": transfer.cooperative,
                "page": _page(transfer, "member"),
            },
            language=language_of(address, member),
        )

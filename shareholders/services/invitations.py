"""A shareholder's own address to send to neighbours."""

import re
import secrets

from django.db.models import F

from shareholders.models import Cooperative, InvitationLink, Shareholder

# Short enough to read out on the telephone; no letter that looks like another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 8


def clean_code(typed: str) -> str:
    """The code in an address or a cookie, as it is kept; "" for what can't be one."""
    code = typed.lower()
    return code if re.fullmatch(r"[a-z0-9]{1,16}", code) else ""


def give_link(*, holder: Shareholder) -> InvitationLink:
    """The holder's link, made at the first call."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    link, _is_new = InvitationLink.objects.get_or_create(holder=holder, defaults={"code": code})
    return link


def follow_link(*, cooperative: Cooperative, code: str) -> Shareholder | None:
    """Who invited, by the code in the address; one more visit is counted. None for an unknown code."""
    links = InvitationLink.objects.filter(code=clean_code(code), holder__cooperative=cooperative)
    if not links.update(visits=F("visits") + 1):
        return None
    return links.select_related("holder").get().holder

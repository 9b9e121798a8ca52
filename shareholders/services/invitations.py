"""A shareholder's own address to send to neighbours."""

import secrets

from django.db.models import F

from shareholders.models import Cooperative, InvitationLink, Shareholder

# Short enough to read out on the telephone; no letter that looks like another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 8


def give_link(*, holder: Shareholder) -> InvitationLink:
    """The holder's link, made at the first call."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    link, _is_new = InvitationLink.objects.get_or_create(holder=holder, defaults={"code": code})
    return link


def follow_link(*, cooperative: Cooperative, code: str) -> Shareholder | None:
    """Who invited, by the code in the address; one more visit is counted. None for an unknown code."""
    links = InvitationLink.objects.filter(code=code[:16].lower(), holder__cooperative=cooperative)
    if not links.update(visits=F("visits") + 1):
        return None
    return links.select_related("holder").get().holder

"""Codes printed on papers and keys in the links that open them: made from the row's number, never stored.

Both are HMACs under the site's data key (`core.secrets`), so nobody can guess one from a number. The code is
public: whoever holds the paper may read it out, and it tells no personal data. The key opens the paper.
"""

import hmac
import re

from django.conf import settings
from django.urls import reverse

from mine_de_soleil.core.secrets import fingerprint
from shareholders.models import NewbornPanel, Paper

# Letters and digits that aren't taken for one another when they are read out.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = 10
_CODE = re.compile(rf"([1-9][0-9]{{0,17}})-([{_ALPHABET}]{{{_LETTERS}}})")


def printed_code(number: int) -> str:
    """What paper `number` prints to be verified by: « 41-K7QM2F9DXW »."""
    value = int(fingerprint(f"paper code {number}"), 16)
    letters = []
    for _ in range(_LETTERS):
        value, rest = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return f"{number}-{''.join(letters)}"


def number_of(code: str) -> int | None:
    """The paper a code was printed on, however it was typed; None for a code we never printed."""
    found = _CODE.fullmatch(code.strip().upper())
    if not found:
        return None
    number = int(found[1])
    return number if hmac.compare_digest(found[0], printed_code(number)) else None


def verification_address(number: int) -> str:
    """The full address printed at the foot of paper `number`."""
    return f"{settings.SITE_URL}{reverse('verify_one', args=[printed_code(number)])}"


def paper_key(paper: Paper) -> str:
    """The key of the link mailed to somebody who has no account yet."""
    return fingerprint(f"paper key {paper.pk}")[:43]


def panel_key(panel: NewbornPanel) -> str:
    """The key of the family's own page."""
    return fingerprint(f"newborn key {panel.pk}")[:43]


def is_key(given: str, expected: str) -> bool:
    """Whether a key is the right one, in a time that doesn't tell how much of it is."""
    return hmac.compare_digest(given.encode(), expected.encode())


def paper_address(paper: Paper, *, with_key: bool) -> str:
    """The full address a letter gives: with its key, or one that asks to sign in."""
    arguments = [paper.cooperative.slug, paper.pk] + ([paper_key(paper)] if with_key else [])
    return settings.SITE_URL + reverse("paper_by_key" if with_key else "paper", args=arguments)


def panel_address(panel: NewbornPanel) -> str:
    """The full address of a family's page."""
    arguments = [panel.cooperative.slug, panel.pk, panel_key(panel)]
    return settings.SITE_URL + reverse("newborn", args=arguments)

"""Words as a French reader orders them. Pure text."""

import re
import unicodedata

NARROW = "\u202f"
# Any space, or several, before a high sign or inside quotes; a colon that has none, as in an address, stays.
_BEFORE_SIGN = re.compile(r"[ \u00a0]+(?=[:;!?»])")
_AFTER_QUOTE = re.compile(r"(?<=«)[ \u00a0]+")


def alphabetical(text: str) -> tuple[str, str]:
    """A sort key: accents and case only settle ties, so that École stands between Cybercoin and Salle."""
    return plain(text), text


def plain(text: str) -> str:
    """A text to search in: without accents and case, so that `ecole` finds École."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def spaced(text: str) -> str:
    """A text kept by somebody, with French no-break spaces: no line of a page begins with a colon."""
    return _AFTER_QUOTE.sub(NARROW, _BEFORE_SIGN.sub(NARROW, text))

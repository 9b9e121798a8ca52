"""Text as the register may hold it: one form for one name, no hidden characters."""

import unicodedata

# A joiner inside a Persian or Indic name is part of its spelling.
JOINERS = "\u200c\u200d"
# What people paste with a name without seeing it.
_PASTED_SPACES = "\t\r\n"


def canonical(text: str) -> str:
    """The one form of a text: composed (NFC), single plain spaces, none around. Other controls stay."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(" " if c in _PASTED_SPACES or unicodedata.category(c) == "Zs" else c for c in composed)
    return " ".join(part for part in plain.split(" ") if part)


def has_hidden(text: str) -> bool:
    """Whether a text holds a character nobody sees: control, direction, unassigned, line separator."""
    categories = (unicodedata.category(c) for c in text if c not in JOINERS)
    return any(category[0] == "C" or category in ("Zl", "Zp") for category in categories)


def has_letter(text: str) -> bool:
    """Whether there is a letter, of whatever script."""
    return any(unicodedata.category(c)[0] == "L" for c in text)


def has_symbol(text: str) -> bool:
    """Whether there is a sign no name is spelt with: a drawing, a currency, a mathematical sign."""
    return any(unicodedata.category(c) in ("So", "Sc", "Sm") for c in text)

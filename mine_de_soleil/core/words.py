"""Words as a French reader orders them. Pure text."""

import unicodedata


def alphabetical(text: str) -> tuple[str, str]:
    """A sort key: accents and case only settle ties, so that École stands between Cybercoin and Salle."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold(), text

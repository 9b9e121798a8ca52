"""A translation one can hear: what went through it is in capitals, what was forgotten isn't."""

import re


def shout(words: str) -> str:
    """The words in capitals, their gaps left as they are."""
    return re.sub(r"%\([a-z_0-9]+\)s|[^%]+", lambda m: m[0] if m[0].startswith("%(") else m[0].upper(), words)


def forgotten(told: str, known: str) -> set[str]:
    """Words of a told sentence that no translator gets; those of the file itself (`known`) may stay."""
    return {word for word in re.findall(r"[a-zéèêàçùœ’]{3,}", told) if word not in known}

"""What the journal's acts are called. Each storey names its own as it starts; core knows none of them."""

from collections.abc import Mapping

from django.utils.functional import Promise

_WORDS: dict[str, str | Promise] = {}


def name_acts(words: Mapping[str, str | Promise]) -> None:
    """Say what acts are called, by their name in the journal. Raises ValueError for a name already taken."""
    for act, said in words.items():
        if _WORDS.setdefault(act, said) is not said:
            raise ValueError(f"two storeys name the act {act}")


def act_name(act: str) -> str:
    """An act in the reader's language; one that nobody names any more is shown as it was written."""
    return str(_WORDS.get(act, act))


def is_named(act: str) -> bool:
    return act in _WORDS

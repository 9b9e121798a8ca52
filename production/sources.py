"""What a figure rests on, one sentence at a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of "where does this figure come from?", as `page_kit/source.html` takes it."""

    text: str
    url: str = ""

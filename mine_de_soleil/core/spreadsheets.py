"""Texts in files that somebody opens in a spreadsheet."""

import re

# What a spreadsheet may take for a formula, after any spaces; full-width ones too.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def no_formula(text: str) -> str:
    """A text that somebody typed, with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if _FORMULA.match(text) else text

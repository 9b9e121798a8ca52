"""Letters by e-mail: written in the act's own transaction, sent by the worker, once it is committed.

A template is a text file whose first line is the subject. Nothing is sent for an act that was rolled back.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mine_de_soleil.core.tasks import send_letter


def one_line(text: str) -> str:
    """`text` without line breaks or control characters: what somebody typed can't add a line to a letter."""
    shown = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    # Not `split()` alone: it would take French narrow spaces for gaps too.
    return " ".join(word for word in "".join(shown).split(" ") if word)


def post(*, to: str, template: str, context: Mapping[str, Any], language: str = "fr") -> None:
    """Write a letter in the reader's language and hand it to the worker; without an address, nothing."""
    if not to:
        return
    with translation.override(language):
        text = render_to_string(template, dict(context))
    subject, _blank, body = text.strip().partition("\n")
    send_letter.defer(to=to, subject=one_line(subject), body=body.strip() + "\n")

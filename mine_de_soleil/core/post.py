"""Letters by e-mail: written in the act's own transaction, sent by the worker, once it is committed.

A template is a text file whose first line is the subject; a second one may say the same in HTML. Nothing is
sent for an act that was rolled back.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mine_de_soleil.core.tasks import send_letter


def one_line(text: str) -> str:
    """`text` without line breaks or control characters: what somebody typed can't add a line to a letter."""
    shown = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    # Not `split()` alone: it would take French narrow spaces for gaps too.
    return " ".join(word for word in "".join(shown).split(" ") if word)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it will be read: its subject on one line, its text, and the same in HTML or nothing."""

    subject: str
    text: str
    html: str = ""


def written(
    *, template: str, context: Mapping[str, Any], language: str = "fr", html_template: str = ""
) -> Letter:
    """A letter in the reader's language."""
    with translation.override(language):
        text = render_to_string(template, dict(context))
        html = render_to_string(html_template, dict(context)) if html_template else ""
    subject, _blank, body = text.strip().partition("\n")
    return Letter(one_line(subject), body.strip() + "\n", html)


def hand_over(letter: Letter, *, to: str, headers: Mapping[str, str] | None = None) -> None:
    """Hand a letter to the worker; without an address, nothing."""
    if not to:
        return
    more: dict[str, Any] = {"html": letter.html} if letter.html else {}
    if headers:
        more["headers"] = dict(headers)
    send_letter.defer(to=to, subject=letter.subject, body=letter.text, **more)


def post(*, to: str, template: str, context: Mapping[str, Any], language: str = "fr") -> None:
    """Write a letter in the reader's language and hand it to the worker; without an address, nothing."""
    if to:
        hand_over(written(template=template, context=context, language=language), to=to)

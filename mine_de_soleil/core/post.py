"""Letters by e-mail: written in the act's own transaction, sent by the worker, once it is committed.

A template is a text file whose first line is the subject. Nothing is sent for an act that was rolled back.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mine_de_soleil.core.tasks import send_letter


def post(*, to: str, template: str, context: Mapping[str, Any], language: str = "fr") -> None:
    """Write a letter in the reader's language and hand it to the worker; without an address, nothing."""
    if not to:
        return
    with translation.override(language):
        text = render_to_string(template, dict(context))
    subject, _blank, body = text.strip().partition("\n")
    send_letter.defer(to=to, subject=subject.strip(), body=body.strip() + "\n")

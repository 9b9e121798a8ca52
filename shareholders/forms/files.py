"""A paper somebody brings: a deed, a mandate, a deliberation. Told by its first bytes, not by its name."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST = 5_000_000
# What a file begins with, and what it is then; nothing that a browser would run.
KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class PaperField(forms.FileField):
    """A PDF, JPEG or PNG of 5 MB at most; `cleaned_data` holds the fields of `services.people.attach`."""

    default_error_messages = {
        "required": gettext_lazy("Choisissez un fichier."),
        "empty": gettext_lazy("Ce fichier est vide."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("PDF, JPEG ou PNG, 5 Mo au plus."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > LARGEST:
            raise forms.ValidationError(_("Ce fichier dépasse 5 Mo : réduisez-le ou envoyez-le en PDF."))
        content = file.read()
        kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
        if kind is None:
            raise forms.ValidationError(_("Ce n’est ni un PDF ni une photo : envoyez un PDF, JPEG ou PNG."))
        return {"file_name": _shown(file.name or ""), "content_type": kind, "content": content}


def _shown(name: str) -> str:
    """A name without path or control characters, short enough to be kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-200:] or "piece"

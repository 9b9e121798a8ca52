"""Forms of papers: one to be verified, an extract of the register to be made."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareholders.verifying import MOST_BYTES


class FileForm(forms.Form):
    """A document to be verified."""

    file = forms.FileField(
        label=gettext_lazy("Le document (PDF)"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
        help_text=gettext_lazy("Il est lu, puis oublié : rien n’est gardé."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise ValidationError(_("Ce fichier dépasse 10 Mo : aucun de nos documents n’est si gros."))
        return file


class CodeForm(forms.Form):
    """A code or a fingerprint to be verified."""

    text = forms.CharField(
        label=gettext_lazy("Le code imprimé au bas du document, ou son empreinte SHA-256"),
        max_length=200,
        error_messages={"required": gettext_lazy("Écrivez le code ou l’empreinte.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ExtractForm(forms.Form):
    """The day an extract of the register stops at."""

    day = forms.DateField(
        label=gettext_lazy("Registre arrêté au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].initial = today

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("Choisissez aujourd’hui ou un jour passé."))
        return day

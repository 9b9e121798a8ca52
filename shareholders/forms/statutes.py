"""The board's forms of the statutes: the file of an edition, then the days it was voted and rules from."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The reader takes 100,000 characters at most; one is never more than four bytes.
MAX_FILE_BYTES = 400_000


class EditionForm(forms.Form):
    """The file of an edition; `cleaned_data["file"]` is its text."""

    file = forms.FileField(
        label=gettext_lazy("Fichier des statuts (.toml)"),
        allow_empty_file=True,  # the reader says it better than the form
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
    )

    def clean_file(self) -> Any:
        """The file as text."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("Ce fichier dépasse 400\u202fko\u202f: ce n’est pas un fichier de statuts.")
            )
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("Ce fichier n’est pas un texte\u202f: enregistrez-le en UTF-8, avec un éditeur de texte.")
            ) from None
        return text.replace("\r\n", "\n")


def _day(label: Any, help_text: Any, required: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": required,
            "invalid": gettext_lazy("Écrivez un jour, par exemple 20/06/2026."),
        },
    )


class AdoptionForm(forms.Form):
    """When an edition was voted, and from when on it rules."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    adopted_on = _day(
        gettext_lazy("Jour de l’assemblée qui a voté ce texte"),
        gettext_lazy("Comme au procès-verbal\u202f: il doit être le même que dans le fichier."),
        gettext_lazy("Indiquez le jour de l’assemblée."),
    )
    effective_on = _day(
        gettext_lazy("Jour où ces statuts prennent effet"),
        gettext_lazy("Le jour de l’assemblée, ou plus tard si elle l’a décidé."),
        gettext_lazy("Indiquez le jour de la prise d’effet."),
    )

"""The board's form to take over an existing register."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RegisterImportForm(forms.Form):
    """A register kept by another tool, and the day it speaks of."""

    file = forms.FileField(
        label=_("Fichier du registre"),
        allow_empty_file=True,  # the reader says it better than the form
        error_messages={"required": _("Choisissez un fichier.")},
    )
    on = forms.DateField(
        label=_("Si le fichier ne dit pas les dates : de quel jour est-il ?"),
        help_text=_("Sans réponse, aujourd’hui."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

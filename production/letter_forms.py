"""The form of who wants the monthly letter without having an account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FollowForm(forms.Form):
    """An address, to be confirmed by a letter."""

    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        help_text=_("Elle ne sert qu’à cette lettre, et s’efface dès que vous l’arrêtez."),
    )
    # Nobody sees this field: what fills it in isn't a person.
    website = forms.CharField(required=False, label=_("Laissez ce champ vide"))

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.cleaned_data.get("website"))

"""Forms of a newborn's panel: a family's request, a town's offer, a share in the child's name."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareholders.persons.writing import canonical, has_hidden, has_letter, has_symbol
from shareholders.services.newborns import Child


class NameField(forms.CharField):
    """A name as it may stand on a certificate: letters of any script, nothing hidden."""

    def clean(self, value: Any) -> str:
        text = canonical(super().clean(value))
        if text and (has_hidden(text) or has_symbol(text) or not has_letter(text)):
            raise ValidationError(_("Écrivez un nom, en lettres : un signe ici ne peut pas être imprimé."))
        return text


class ChildForm(forms.Form):
    """The child, and where to write."""

    first_names = NameField(label=gettext_lazy("Prénoms de l’enfant"), max_length=120)
    last_name = NameField(label=gettext_lazy("Nom de l’enfant"), max_length=120)
    born_on = forms.DateField(
        label=gettext_lazy("Date de naissance"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    commune = NameField(label=gettext_lazy("Commune de naissance"), max_length=80)
    contact_email = forms.EmailField(
        label=gettext_lazy("Adresse e-mail de la famille"),
        help_text=gettext_lazy("Le certificat y est annoncé. Elle ne sert à rien d’autre."),
    )

    def child(self, commune_insee: str = "") -> Child:
        """The child of a valid form."""
        given = self.cleaned_data
        born_on: dt.date = given["born_on"]
        return Child(given["first_names"], given["last_name"], born_on, given["commune"], commune_insee)


class FamilyForm(ChildForm):
    """What anybody may ask for."""

    offered_by = NameField(
        label=gettext_lazy("Qui offre ce panneau ?"),
        max_length=160,
        help_text=gettext_lazy("Ce nom sera imprimé : « ses grands-parents », « Jeanne et Ali »…"),
    )
    # Nobody sees this field: what fills it in isn't a person.
    website = forms.CharField(required=False, label=gettext_lazy("Laissez ce champ vide"))

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.data.get("website"))


class ShareForm(forms.Form):
    """A gift of shares in the child's name."""

    giver_name = NameField(label=gettext_lazy("Votre nom"), max_length=120)
    giver_email = forms.EmailField(label=gettext_lazy("Votre adresse e-mail"))
    quantity = forms.IntegerField(
        label=gettext_lazy("Nombre d’actions"), min_value=1, max_value=100_000, initial=1
    )

    @property
    def gift(self) -> dict[str, Any]:
        """Who gives how many, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("giver_name", "giver_email", "quantity")}

"""Forms of a meter's page: its digits, and a counter exchanged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from installations.models import FEWEST_DIGITS, MOST_DIGITS, MeterReplacement


class CounterForm(forms.Form):
    """After how many digits the counter falls back to zero."""

    digits = forms.IntegerField(
        label=_("Chiffres avant la virgule"),
        help_text=_("Dans l’unité de ses fichiers. Vide : le logiciel juge lui-même un retour à zéro."),
        min_value=FEWEST_DIGITS,
        max_value=MOST_DIGITS,
        required=False,
    )


class ReplacementForm(forms.Form):
    """When a counter was exchanged, and what both showed; the moment is the plant's local time."""

    at = forms.DateTimeField(
        label=_("Remplacé le"),
        help_text=_("Jour et heure, à l’heure de la centrale."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Dites quand."), "invalid": _("Cette date n’est pas lisible.")},
    )
    removed_index = forms.DecimalField(
        label=_("Dernier index de l’ancien compteur"),
        min_value=0,
        max_digits=15,
        decimal_places=3,
        localize=True,
    )
    installed_index = forms.DecimalField(
        label=_("Premier index du nouveau"),
        min_value=0,
        max_digits=15,
        decimal_places=3,
        initial=0,
        localize=True,
    )
    unit = forms.ChoiceField(
        label=_("Unité"), choices=MeterReplacement.Unit.choices, initial=MeterReplacement.Unit.KWH
    )

    def said(self) -> dict[str, Any]:
        """What the service takes, but for the meter."""
        names = ("at", "removed_index", "installed_index", "unit")
        return {name: self.cleaned_data[name] for name in names}

"""Forms of yield studies: the weather a new one is computed from, the day from which it judges."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.templatetags.page_kit import short_day

TYPICAL = "annee-type"
# A study for later than this is a slip of the keyboard.
FARTHEST = dt.timedelta(days=5 * 366)
EARLIEST = dt.date(1990, 1, 1)
LONGEST_CHOICE = 20


class WeatherForm(forms.Form):
    """One question: under which weather. Its answer stands in the draft's address, so that it can be kept."""

    meteo = forms.ChoiceField(label=gettext_lazy("Sous quelle météo\u202f?"), widget=forms.RadioSelect)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["meteo"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)
        field.initial = choices[0][0] if choices else None


class FreezeForm(forms.Form):
    """The day from which the study shown judges, and what was shown: its weather and its fingerprint."""

    valid_from = forms.DateField(
        label=gettext_lazy("Elle juge la production à partir du"),
        help_text=gettext_lazy("Un mois est jugé par l’étude en vigueur le premier de ce mois."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={
            "required": gettext_lazy("Donnez un jour."),
            "invalid": gettext_lazy("Ce jour n’existe pas. Écrivez par exemple 01/01/2027."),
        },
    )
    meteo = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_CHOICE, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_valid_from(self) -> dt.date:
        """A day a study may begin at."""
        day: dt.date = self.cleaned_data["valid_from"]
        latest = self._today + FARTHEST
        if not EARLIEST <= day <= latest:
            days = {"first": short_day(EARLIEST), "last": short_day(latest)}
            raise forms.ValidationError(_("Donnez un jour du %(first)s au %(last)s.") % days)
        return day

    def clean(self) -> dict[str, Any]:
        """Without the fingerprint, nobody has seen what would be frozen."""
        said = super().clean() or {}
        if not said.get("seen"):
            raise forms.ValidationError(_("Relisez l’étude ci-dessous, puis figez-la."))
        return said

"""The form of a new token."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from shareholders.models import Cooperative

LIVES = ((90, _("trois mois")), (365, _("un an")), (730, _("deux ans")))


class TokenForm(forms.Form):
    """What the token is called, which meters it opens, how long it lives."""

    name = forms.CharField(
        label=_("Nom du jeton"),
        help_text=_("L’appareil ou le logiciel qui s’en servira, par exemple : passerelle de l’école."),
        max_length=60,
        error_messages={"required": _("Donnez un nom au jeton.")},
    )
    meters = forms.ModelMultipleChoiceField(
        queryset=Meter.objects.none(),
        label=_("Compteurs dont il apporte les relevés"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un compteur.")},
    )
    days = forms.TypedChoiceField(label=_("Il sert pendant"), choices=LIVES, coerce=int, initial=365)

    def __init__(self, cooperative: Cooperative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meters = self.fields["meters"]
        assert isinstance(meters, forms.ModelMultipleChoiceField)
        own = Meter.objects.filter(plant__cooperative=cooperative)
        meters.queryset = own.select_related("plant__cooperative").order_by("plant__name", "code")
        meters.label_from_instance = lambda m: f"{m.plant.name} ({m.code})"  # type: ignore[method-assign,assignment]

    @property
    def life(self) -> dt.timedelta:
        """How long the token lives."""
        return dt.timedelta(days=self.cleaned_data["days"])

"""Forms of collective self-consumption."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from production.formats import FORMATS
from production.formats.detection import MAX_FILE_BYTES
from production.models import Participant, SharingKeys
from production.revenue.sharing import WHOLE_KEY
from production.sales_forms import DayField, DecimalText
from production.services.imports import Delivery
from production.services.sales.sharing import KeysSaid

Method = SharingKeys.Method


class ParticipantForm(forms.Form):
    """Who takes part."""

    name = forms.CharField(label=gettext_lazy("Participant"), max_length=120)
    identifier = forms.CharField(
        label=gettext_lazy("Point de livraison (PRM)"),
        help_text=gettext_lazy("Comparé à celui des courbes déposées."),
        max_length=40,
        required=False,
    )


class KeysForm(forms.Form):
    """How to share from a day on; fixed keys in per cent, one a participant."""

    since = DayField(label=gettext_lazy("À partir du"))
    method = forms.ChoiceField(label=gettext_lazy("Répartition"), choices=Method.choices)
    file = forms.FileField(
        label=gettext_lazy("Fichier des clés, pas à pas (CSV)"),
        help_text=gettext_lazy(
            "Première colonne\u202f: le début de chaque pas, par exemple 2026-06-01T10:00:00Z. "
            "Puis une colonne par participant, en pour cent."
        ),
        required=False,
        allow_empty_file=True,
    )

    def __init__(self, participants: Sequence[Participant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participants = participants
        for one in participants:
            label = _("Clé de %(name)s (%%)") % {"name": one.name}
            self.fields[f"key_{one.pk}"] = DecimalText(label=label, required=False)

    def clean_file(self) -> Any:
        """Refuse by size."""
        return _small(self.cleaned_data["file"])

    def clean(self) -> dict[str, Any]:
        """Refuse what would be cut to fit, and fixed keys that share nothing."""
        data = super().clean() or self.cleaned_data
        told = {name: data.get(name) for name in self.fields if name.startswith("key_")}
        for name, value in told.items():
            if value is not None and (value * WHOLE_KEY / 100) % 1:
                self.add_error(name, _("Quatre décimales au plus."))
        if data.get("method") == SharingKeys.Method.FIXED and not self.errors and not any(told.values()):
            self.add_error(None, _("Donnez une clé à un participant au moins."))
        return data

    def said(self) -> KeysSaid:
        """The keys as the service takes them; those of more than four decimals were refused."""
        data, file = self.cleaned_data, self.cleaned_data["file"]
        per_cent = {one.pk: data[f"key_{one.pk}"] or Decimal() for one in self.participants}
        keys = {key: int(value * WHOLE_KEY / 100) for key, value in per_cent.items()}
        delivery = Delivery(file.name, file.read()) if file else None
        return KeysSaid(data["since"], data["method"], keys, delivery)


class ConsumptionForm(forms.Form):
    """A participant's load curve."""

    participant = forms.ModelChoiceField(
        queryset=Participant.objects.none(), label=gettext_lazy("Participant"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("Courbe de consommation"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)

    def __init__(self, participants: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, choice = self.fields["participant"], self.fields["format"]
        assert isinstance(field, forms.ModelChoiceField) and isinstance(choice, forms.ChoiceField)
        field.queryset = participants
        choice.choices = [("", _("Reconnaître tout seul")), *FORMATS.items()]

    def clean_file(self) -> Any:
        """Refuse by size."""
        return _small(self.cleaned_data["file"])


def _small(file: Any) -> Any:
    if file and file.size > MAX_FILE_BYTES:
        raise forms.ValidationError(_("Ce fichier est trop gros\u202f: exportez une période plus courte."))
    return file

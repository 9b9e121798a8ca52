"""The operator's upload form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from production.formats import FORMATS, UNITS
from production.formats.detection import MAX_FILE_BYTES
from production.services.imports import Delivery
from shareholders.models import Cooperative


class UploadForm(forms.Form):
    """A meter file, the meter it belongs to, and how to read it."""

    meter = forms.ModelChoiceField(
        queryset=Meter.objects.none(),
        label=_("Compteur"),
        empty_label=_("Choisissez un compteur"),
        error_messages={"required": _("Choisissez le compteur de ce fichier.")},
    )
    file = forms.FileField(
        label=_("Fichier de relevés"),
        allow_empty_file=True,  # the reader says it better than the form
        error_messages={"required": _("Choisissez un fichier.")},
    )
    format = forms.ChoiceField(label=_("Format"), required=False)
    unit = forms.ChoiceField(
        label=_("Unité des valeurs"),
        choices=[("", _("Celle que dit le fichier")), *((unit, unit) for unit in UNITS)],
        required=False,
    )
    label = forms.ChoiceField(
        label=_("Chaque date est"),
        choices=[
            ("", _("Ce que dit le fichier")),
            ("start", _("le début de l’intervalle mesuré")),
            ("end", _("la fin de l’intervalle mesuré")),
        ],
        required=False,
    )
    dry_run = forms.BooleanField(
        label=_("Vérifier seulement"),
        help_text=_("Rien ne sera enregistré ; vous verrez le rapport."),
        required=False,
    )

    def __init__(self, cooperative: Cooperative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meters = (
            Meter.objects.filter(plant__cooperative=cooperative)
            .select_related("plant")
            .order_by("plant__name")
        )
        meter = self.fields["meter"]
        assert isinstance(meter, forms.ModelChoiceField)
        meter.queryset = meters
        meter.label_from_instance = lambda m: f"{m.plant.name} ({m.code})"  # type: ignore[method-assign,assignment]
        choice = self.fields["format"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Reconnaître tout seul")), *FORMATS.items()]

    def clean_file(self) -> Any:
        """Refuse by size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise forms.ValidationError(
                _("« %(name)s » dépasse %(limit)s Mo. Que faire : exportez une période plus courte.")
                % {"name": file.name, "limit": limit}
            )
        return file

    def delivery(self) -> Delivery:
        """The file as the service takes it."""
        said = self.cleaned_data
        file = said["file"]
        return Delivery(file.name, file.read(), said["format"] or None, said["unit"], said["label"])

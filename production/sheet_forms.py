"""The form of a plant's technical sheet: percentages as people write them, turned into the engine's terms."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import get_month_names
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from installations.models import TechnicalSheet
from mine_de_soleil.core import figures
from production.horizon_profiles import LONGEST_TEXT, HorizonUnread, read_horizon
from production.services.sheets import LOSS_DEFAULTS, PHYSICS_DEFAULTS, SEASONAL
from production.sheet_words import CHOICES, LABELS, ORIGINS, said_of_horizon
from production.wording import language

# Fields shown in per cent, and those in their own unit.
PERCENT_PHYSICS = ("albedo", "gamma_per_k", "wind_factor", "inverter_efficiency")
PLAIN_PHYSICS = ("faiman_u0", "faiman_u1")
NAMES = ("module", "inverter")
MONTHS = range(1, 13)
_NOT_A_NUMBER = gettext_lazy("Écrivez un nombre, par exemple 2,5.")


class NumberField(forms.CharField):
    """A number with a comma or a dot; `scale`: 100 for a percentage. Cleans to a float, None if empty."""

    def __init__(self, *, scale: int = 1, **kwargs: Any) -> None:
        self.scale = scale
        super().__init__(
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        text = re.sub(r"[\s\u202f\xa0%]", "", super().clean(value)).replace(",", ".").replace("−", "-")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(_NOT_A_NUMBER) from error
        if not number.is_finite() or abs(number) > 10**9:
            raise forms.ValidationError(_NOT_A_NUMBER)
        # Divided as decimals: 2 % is then exactly the 0.02 of the defaults.
        return float(number / self.scale)

    def shown(self, value: float) -> str:
        """The value as the field shows it."""
        text = f"{Decimal(repr(value)) * self.scale:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",") if language() == "fr" else text


class SheetForm(forms.Form):
    """Losses, models and horizon of a plant; empty fields take the usual figure."""

    horizon = forms.CharField(
        label=gettext_lazy("Hauteurs de l’horizon (°)"),
        help_text=gettext_lazy(
            "En partant du nord, dans le sens des aiguilles d’une montre\u202f: 8, 12, 16, 24, 36, 48 "
            "hauteurs ou "
            "plus, à intervalles égaux. Ou une direction et une hauteur par ligne. Vide\u202f: rien ne gêne."
        ),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    horizon_file = forms.FileField(
        label=gettext_lazy("Ou le fichier d’horizon de PVGIS"),
        help_text=gettext_lazy("CSV ou JSON. Il remplace les hauteurs ci-dessus."),
        required=False,
        allow_empty_file=True,
    )
    source = forms.CharField(
        label=gettext_lazy("D’où viennent ces indications"),
        help_text=gettext_lazy(
            "Par exemple\u202f: fiche du fabricant, visite du 3 mai, relevé de l’installateur."
        ),
        max_length=300,
        required=False,
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {}
        for name in LOSS_DEFAULTS:
            own[name] = _number_field(name, 100, LOSS_DEFAULTS[name])
            if name in SEASONAL:
                own |= _month_fields(name)
        for name in PERCENT_PHYSICS:
            own[name] = _number_field(name, 100, PHYSICS_DEFAULTS[name])
        for name in PLAIN_PHYSICS:
            own[name] = _number_field(name, 1, PHYSICS_DEFAULTS[name])
        for name, choices in CHOICES.items():
            own[name] = forms.ChoiceField(label=str(LABELS[name]), choices=choices, required=False)
        own["diffuse_iam"] = forms.BooleanField(label=str(LABELS["diffuse_iam"]), required=False)
        for name in NAMES:
            own[name] = _name_field(name)
        self.fields = own | self.fields

    def clean_horizon_file(self) -> str:
        """The text of the file, if there is one."""
        file = self.cleaned_data["horizon_file"]
        if not file:
            return ""
        if file.size > LONGEST_TEXT:
            raise forms.ValidationError(said_of_horizon(HorizonUnread("too-long")))
        text: str = file.read().decode("utf-8-sig", errors="replace").replace("\0", " ")
        if not text.strip():
            raise forms.ValidationError(said_of_horizon(HorizonUnread("empty")))
        return text

    def clean(self) -> dict[str, Any]:
        """Twelve months or none; the horizon as heights."""
        said: dict[str, Any] = super().clean() or {}
        for name in SEASONAL:
            given = [said.get(f"{name}_{month}") for month in MONTHS]
            if any(one is not None for one in given) and None in given:
                self.add_error(name, _("Donnez les douze mois, ou aucun."))
        field = "horizon_file" if said.get("horizon_file") else "horizon"
        try:
            text = said.get(field) or ""
            said["horizon_deg"] = read_horizon(text) if text.strip() else ()
        except HorizonUnread as error:
            self.add_error(field, said_of_horizon(error))
        return said

    @property
    def losses(self) -> dict[str, Any]:
        """The items that were told [1]."""
        said = self.cleaned_data
        told = {name: said[name] for name in LOSS_DEFAULTS if said[name] is not None}
        for name in SEASONAL:
            months = [said[f"{name}_{month}"] for month in MONTHS]
            if None not in months:
                told[name] = months
        return told

    @property
    def physics(self) -> dict[str, Any]:
        """The models and parameters that were told."""
        said = self.cleaned_data
        told = {name: said[name] for name in (*PERCENT_PHYSICS, *PLAIN_PHYSICS) if said[name] is not None}
        told |= {name: said[name] for name in CHOICES if said[name] or name == "mounting"}
        told |= {name: said[name].strip() for name in NAMES}
        return told | {"diffuse_iam": said["diffuse_iam"]}

    @property
    def sheet(self) -> dict[str, Any]:
        """What `save_sheet` takes."""
        said = self.cleaned_data
        own = {"horizon_deg": said["horizon_deg"], "source": said["source"], "seen": said["seen"]}
        return {"losses": self.losses, "physics": self.physics, **own}

    def refuse(self, faults: Mapping[str, str]) -> None:
        """Put the engine's refusals beside their fields."""
        for name, sentence in faults.items():
            field = {"horizon_deg": "horizon"}.get(name, name)
            self.add_error(field if field in self.fields else None, sentence)


def initial_of(sheet: TechnicalSheet | None) -> dict[str, Any]:
    """What the form shows first: the sheet, and the usual figures where it says nothing."""
    losses = LOSS_DEFAULTS | (sheet.losses if sheet else {})
    physics = PHYSICS_DEFAULTS | (sheet.physics if sheet else {})
    shown: dict[str, Any] = {name: physics[name] for name in (*CHOICES, *NAMES, "diffuse_iam")}
    percent, plain = NumberField(scale=100), NumberField()
    for name in LOSS_DEFAULTS:
        if isinstance(losses[name], list):
            months = zip(MONTHS, losses[name], strict=True)
            shown |= {f"{name}_{month}": percent.shown(value) for month, value in months}
        else:
            shown[name] = percent.shown(losses[name])
    shown |= {name: percent.shown(physics[name]) for name in PERCENT_PHYSICS}
    shown |= {name: plain.shown(physics[name]) for name in PLAIN_PHYSICS}
    shown["horizon"] = "; ".join(plain.shown(height) for height in sheet.horizon_deg) if sheet else ""
    return shown | {"source": sheet.source if sheet else ""}


def _number_field(name: str, scale: int, default: float) -> NumberField:
    field = NumberField(scale=scale, label=_with_unit(LABELS[name], scale), required=False)
    usual = field.shown(default) + (f"{figures.NARROW}%" if scale == 100 else "")
    origin = ORIGINS.get(name)
    field.help_text = _("Habituellement %(usual)s (%(origin)s).") % {"usual": usual, "origin": origin}
    return field


def _with_unit(label: Promise, scale: int) -> str:
    return f"{label} (%)" if scale == 100 else str(label)


def _month_fields(name: str) -> dict[str, forms.Field]:
    names = get_month_names("wide", locale=language())
    return {
        f"{name}_{month}": NumberField(scale=100, label=str(names[month]).capitalize(), required=False)
        for month in MONTHS
    }


def _name_field(name: str) -> forms.CharField:
    attributes = {"list": f"catalogue_{name}", "autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(
        label=str(LABELS[name]),
        help_text=_(
            "Nom du catalogue américain CEC\u202f; écrivez la marque pour chercher. "
            "Vide\u202f: formule générale."
        ),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=attributes),
    )

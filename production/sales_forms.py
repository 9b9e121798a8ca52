"""Forms of sales: what is sold, a contract's figures, coefficients, statements."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from installations.models import Meter, Plant
from production.models import Participant, SaleContract, StatementSettlement
from production.revenue import Figure, Part, StatementLine, agreed
from production.revenue.lines import PART_NAMES
from production.revenue.statement_file import MAX_BYTES
from production.revenue_words import plain
from production.wording import language
from shareholders.models import Cooperative

Kind = SaleContract.Kind
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2150, 1, 1)
_NUMBER = gettext_lazy("Écrivez un nombre, par exemple 7,92.")
_DAY = gettext_lazy("Écrivez un jour, par exemple 01/06/2026.")
MOST = Decimal(10) ** 6


class DecimalText(forms.CharField):
    """A number with a comma or a dot, exact. Cleans to a Decimal, None if empty."""

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = re.sub(r"[\s\u202f\xa0%€]", "", super().clean(value)).replace(",", ".").replace("−", "-")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(_NUMBER) from error
        if not number.is_finite() or abs(number) > MOST or (number < 0 and not self.negative):
            raise forms.ValidationError(_("Ce nombre n’est pas possible ici."))
        # More decimals than a database keeps would be another number there.
        if int(number.as_tuple().exponent) < -8:
            raise forms.ValidationError(_("Huit décimales au plus."))
        return number


class DayField(forms.DateField):
    """A day of the calendar of contracts."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        messages = {"invalid": _DAY, "required": _DAY}
        formats = ["%Y-%m-%d", "%d/%m/%Y"]
        super().__init__(widget=widget, input_formats=formats, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Un jour de 1990 à 2150."))
        return day


class WhatForm(forms.Form):
    """Step one: which roof, sold how, since when; what the law needs to propose a tariff."""

    toit = forms.ModelChoiceField(
        queryset=Plant.objects.none(),
        to_field_name="slug",
        label=gettext_lazy("Toit ou réseau"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choisissez un toit.")},
    )
    vente = forms.ChoiceField(label=gettext_lazy("Ce qui est vendu"), choices=Kind.choices)
    debut = DayField(label=gettext_lazy("Premier jour du contrat"))
    demande = DayField(
        label=gettext_lazy("Demande complète de raccordement"),
        help_text=gettext_lazy("Ce jour décide du tarif d’obligation d’achat. Laissez vide sinon."),
        required=False,
    )
    kwc = DecimalText(
        label=gettext_lazy("Puissance qui décide (kWc)"),
        help_text=gettext_lazy(
            "Celle du toit\u202f; plus, si d’autres installations du site comptent aussi."
        ),
        required=False,
    )

    def __init__(self, cooperative: Cooperative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["toit"]
        assert isinstance(field, forms.ModelChoiceField)
        own = Plant.objects.filter(cooperative=cooperative, under_study=False)
        field.queryset = own.with_peak_power().order_by("name", "pk")


# Which figures each kind asks for: name, label, unit, required.
FIGURES: Mapping[str, tuple[tuple[str, Any, bool], ...]] = {
    "energy": (
        ("price", gettext_lazy("Prix (c€/kWh)"), True),
        ("cap_hours", gettext_lazy("Heures plafonnées par an (h)"), False),
        ("excess", gettext_lazy("Prix au-delà du plafond (c€/kWh)"), False),
    ),
    Kind.SHARED: (
        ("price", gettext_lazy("Prix (c€/kWh hors TVA)"), True),
        ("vat", gettext_lazy("TVA (%)"), True),
    ),
    Kind.COMPLEMENT: (
        ("strike", gettext_lazy("Prix de l’offre (€/MWh)"), True),
        ("vat", gettext_lazy("TVA du complément (%)"), False),
    ),
    Kind.HEAT: (
        ("r1", gettext_lazy("R1, la chaleur (€/MWh)"), True),
        ("r2", gettext_lazy("R2, l’abonnement (€/kW par an)"), True),
        ("renewable", gettext_lazy("Part renouvelable ou récupérée (%)"), True),
    ),
}


def figures_of(kind: str) -> tuple[tuple[str, Any, bool], ...]:
    """The figures a kind of sale asks for."""
    return FIGURES.get(kind) or FIGURES["energy"]


class TermsForm(forms.Form):
    """The figures of a contract: each proposed with its source, or read in the contract.

    A figure that isn't the one proposed must be said to be read in the contract.
    """

    since = DayField(
        label=gettext_lazy("Ces prix s’appliquent à partir du"),
        help_text=gettext_lazy("Le premier jour du contrat, ou celui d’un avenant."),
    )
    is_indexed = forms.BooleanField(label=gettext_lazy("Le prix suit un indice"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("D’où viennent ces conditions"),
        max_length=300,
        initial=gettext_lazy("contrat signé"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, kind: str, proposed: Mapping[str, Figure], *args: Any, subscribed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.proposed = kind, proposed
        for name, label, required in figures_of(kind):
            known = proposed.get(name)
            self.fields[name] = DecimalText(
                label=label,
                required=required,
                initial=_written(known),
                help_text=_sourced(known),
            )
            read = gettext_lazy("Lu au contrat")
            self.fields[f"{name}_read"] = forms.BooleanField(
                label=read, required=False, initial=known is None or known.confidence == "C"
            )
        if kind == Kind.HEAT:
            self.fields["subscribed_kw"] = DecimalText(label=_("Puissance souscrite (kW)"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name, _label, _required in figures_of(self.kind):
            value = said.get(name)
            if value is None:
                continue
            known = self.proposed.get(name)
            if said.get(f"{name}_read"):
                is_same = known is not None and known.confidence == "C" and known.value == value
                said[f"{name}_figure"] = known if is_same else agreed(value, _("lu au contrat"))
            elif known is not None and known.value == value:
                said[f"{name}_figure"] = known
            else:
                self.add_error(
                    name,
                    _(
                        "Ce n’est pas le chiffre proposé\u202f: cochez «\u202fLu au contrat\u202f» "
                        "si vous l’y avez lu."
                    ),
                )
        return said

    def figure(self, name: str) -> Figure | None:
        """The figure that was said, with its source and mark."""
        return self.cleaned_data.get(f"{name}_figure")

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each figure beside its box."""
        return [(self[name], self[f"{name}_read"]) for name, _label, _required in figures_of(self.kind)]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The others that are shown."""
        own = {field.name for pair in self.pairs() for field in pair}
        return [field for field in self.visible_fields() if field.name not in own]


def _written(figure: Figure | None) -> str | None:
    if figure is None:
        return None
    return plain(figure.value).replace("\u202f", "") if language() == "fr" else f"{figure.value:f}"


def _sourced(figure: Figure | None) -> str:
    if figure is None:
        return _("Aucun chiffre connu ici\u202f: lisez-le au contrat.")
    told = (
        _("Proposé\u202f: %(source)s.")
        if figure.is_sure
        else _("À vérifier au contrat. Proposé\u202f: %(source)s.")
    )
    return told % {"source": figure.source}


class ContractForm(TermsForm):
    """Step two: who buys, which number, until when, beside the figures."""

    buyer = forms.CharField(label=gettext_lazy("Acheteur"), max_length=160)
    buyer_address = forms.CharField(
        label=gettext_lazy("Adresse de l’acheteur"), max_length=300, required=False
    )
    reference = forms.CharField(label=gettext_lazy("Numéro du contrat"), max_length=60)
    last_day = DayField(label=gettext_lazy("Dernier jour du contrat"))
    participant = forms.ModelChoiceField(
        queryset=Participant.objects.none(), label=gettext_lazy("Participant"), required=False
    )
    meter = forms.ModelChoiceField(
        queryset=Meter.objects.none(), label=gettext_lazy("Compteur de chaleur du client"), required=False
    )

    field_order = ("buyer", "buyer_address", "reference", "since", "last_day", "participant", "meter")

    def __init__(self, plant: Plant, kind: str, proposed: Mapping[str, Figure], *args: Any, **kwargs: Any):
        super().__init__(kind, proposed, *args, **kwargs)
        wanted = {Kind.SHARED: "participant", Kind.HEAT: "meter"}.get(Kind(kind))
        rows = {
            "participant": Participant.objects.filter(plant=plant),
            "meter": Meter.objects.filter(plant=plant),
        }
        for name, found in rows.items():
            if name != wanted:
                del self.fields[name]
                continue
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.required = found.order_by("pk"), True


class CoefficientForm(forms.Form):
    """An index coefficient, as the buyer's letter tells it."""

    series = forms.ChoiceField(label=gettext_lazy("Série"), required=False)
    since = DayField(label=gettext_lazy("À partir du"))
    value = DecimalText(label=gettext_lazy("Coefficient"))
    source = forms.CharField(
        label=gettext_lazy("D’où il vient"), max_length=200, initial=gettext_lazy("lettre de l’acheteur")
    )

    def __init__(self, series: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["series"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in series]
        if series == ("",):
            del self.fields["series"]


class MarketForm(forms.Form):
    """A month's reference price."""

    month = DayField(label=gettext_lazy("Un jour du mois"))
    reference = DecimalText(label=gettext_lazy("Prix de référence M0 (€/MWh)"), negative=True)
    market = DecimalText(label=gettext_lazy("Prix de vente au marché (€/MWh)"), negative=True, required=False)
    excluded_kwh = DecimalText(label=gettext_lazy("Énergie sans complément (kWh)"), required=False)
    source = forms.CharField(label=gettext_lazy("D’où il vient"), max_length=200)


class EndForm(forms.Form):
    """A contract that ends earlier, or goes on."""

    last_day = DayField(label=gettext_lazy("Dernier jour du contrat"))


class IssueForm(forms.Form):
    """Which months to invoice, as they were read."""

    first = DayField(label=gettext_lazy("Du"))
    last = DayField(label=gettext_lazy("Au"))
    incomplete_agreed = forms.BooleanField(
        label=gettext_lazy("J’accepte de facturer des mois dont des jours manquent"), required=False
    )
    seen_first = forms.DateField(widget=forms.HiddenInput, required=False)
    seen_last = forms.DateField(widget=forms.HiddenInput, required=False)
    seen_net = forms.DecimalField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> Decimal | None:
        """The sum that was read, if these are the months it was read of [€]."""
        said = self.cleaned_data
        same = (said["first"], said["last"]) == (said["seen_first"], said["seen_last"])
        return said["seen_net"] if same else None


class CancelForm(forms.Form):
    """Why an invoice is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Motif, imprimé sur l’avoir"),
        max_length=300,
        error_messages={"required": gettext_lazy("Dites pourquoi la facture est annulée.")},
    )


class StatementForm(forms.Form):
    """The buyer's statement, as a file."""

    file = forms.FileField(
        label=gettext_lazy("Relevé de l’acheteur (CSV ou Excel)"), required=False, allow_empty_file=True
    )
    reference = forms.CharField(label=gettext_lazy("Référence du relevé"), max_length=60, required=False)
    received_on = DayField(label=gettext_lazy("Reçu le"), required=False)

    def clean_file(self) -> Any:
        """Refuse by size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(_("Ce fichier dépasse 5 Mo\u202f: envoyez une année à la fois."))
        return file


class LineForm(forms.Form):
    """One line of a statement, typed."""

    first = DayField(label=gettext_lazy("Du"), required=False)
    last = DayField(label=gettext_lazy("Au"), required=False)
    part = forms.ChoiceField(
        label=gettext_lazy("Poste"),
        choices=[(part.value, name) for part, name in PART_NAMES.items()],
        required=False,
    )
    energy_kwh = DecimalText(label=gettext_lazy("Énergie (kWh)"), required=False)
    price = DecimalText(label=gettext_lazy("Prix"), required=False, negative=True)
    coefficient = DecimalText(label=gettext_lazy("Coefficient"), required=False)
    amount = DecimalText(label=gettext_lazy("Montant hors taxe (€)"), required=False, negative=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.is_told(said):
            return said
        for name in ("first", "last", "amount"):
            if said.get(name) is None and name not in self.errors:
                self.add_error(name, _("Il manque ici un chiffre ou un jour."))
        energy = said.get("energy_kwh")
        if energy is not None and energy * 1000 != int(energy * 1000):
            self.add_error("energy_kwh", _("Trois décimales au plus."))
        return said

    @staticmethod
    def is_told(said: Mapping[str, Any]) -> bool:
        """Whether anything was typed: the kind of line alone is no line."""
        return any(said.get(name) is not None for name in ("first", "last", "amount", "energy_kwh"))

    @property
    def line(self) -> StatementLine | None:
        """The line as the comparison takes it; None for an empty one."""
        said = self.cleaned_data
        if not self.is_told(said):
            return None
        energy = said["energy_kwh"]
        return StatementLine(
            said["first"],
            said["last"],
            Part(said["part"] or Part.ENERGY),
            said["amount"],
            None if energy is None else int(energy * 1000),
            said["price"],
            said["coefficient"],
        )


LineFormSet = forms.formset_factory(LineForm, extra=3, max_num=60, absolute_max=60)


class SettleForm(forms.Form):
    """What is decided of a statement."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Suite donnée"), choices=StatementSettlement.Outcome.choices
    )
    note = forms.CharField(label=gettext_lazy("Précision"), max_length=500, required=False)

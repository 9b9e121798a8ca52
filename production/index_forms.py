"""The form of an index coefficient: weights and first values of the contract, values of the day."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from production.revenue import Figure, IndexFormula, Term, agreed
from production.revenue.errors import RevenueError
from production.revenue.indexation import LABOUR, MOST_DECIMALS, PRODUCER, usual_weights
from production.revenue.terms import HeatTerms, Terms
from production.revenue_words import plain
from production.sales_forms import DayField, DecimalText
from production.services.sales.indexing import Indexed

SERIES = {"labour": LABOUR, "producer": PRODUCER}
USUAL_DECIMALS = 5
# INSEE writes its indices with one decimal and three digits before it.
MOST_INDEX, INDEX_DECIMALS = Decimal(10_000), 4


class IndexText(DecimalText):
    """The value of a published index."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is None:
            return None
        if not 0 < number < MOST_INDEX or int(number.as_tuple().exponent) < -INDEX_DECIMALS:
            raise forms.ValidationError(_("Un indice est un nombre positif, par exemple 126,4."))
        return number


class IndexForm(forms.Form):
    """Constant, weights and first values as the contract says; each index's value now.

    Weights that aren't those proposed must be said to be read in the contract. An index of weight 0 is none.
    """

    since = DayField(label=gettext_lazy("Coefficient à partir du"))
    constant = DecimalText(label=gettext_lazy("Part fixe"))
    decimals = forms.IntegerField(
        label=gettext_lazy("Décimales du coefficient"),
        min_value=0,
        max_value=MOST_DECIMALS,
        initial=USUAL_DECIMALS,
        error_messages={"invalid": gettext_lazy("Un nombre entier, de 0 à 12.")},
    )
    labour_weight = DecimalText(label=gettext_lazy("Poids du coût du travail (INSEE 001565183)"))
    labour_start = IndexText(
        label=gettext_lazy("Coût du travail\u202f: indice au départ du contrat"), required=False
    )
    labour_value = IndexText(label=gettext_lazy("Coût du travail\u202f: indice maintenant"), required=False)
    producer_weight = DecimalText(label=gettext_lazy("Poids des prix à la production (INSEE 010534796)"))
    producer_start = IndexText(
        label=gettext_lazy("Prix à la production\u202f: indice au départ du contrat"), required=False
    )
    producer_value = IndexText(
        label=gettext_lazy("Prix à la production\u202f: indice maintenant"), required=False
    )
    weights_read = forms.BooleanField(label=gettext_lazy("Part fixe et poids lus au contrat"), required=False)
    source = forms.CharField(label=gettext_lazy("Où vous avez lu les indices"), max_length=60)
    seen = forms.DecimalField(widget=forms.HiddenInput, required=False)

    def __init__(self, proposed: Mapping[str, Figure], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in SERIES:
            weight = said.get(f"{name}_weight")
            for field in (f"{name}_start", f"{name}_value"):
                if weight and said.get(field) is None and field not in self.errors:
                    self.add_error(field, _("Il manque la valeur de cet indice."))
        if not self.errors:
            self._make(said)
        return said

    def _make(self, said: dict[str, Any]) -> None:
        """What was said, as the pure module takes it, under `indexed`."""
        constant = self._weight("constant", said)
        weights = {name: self._weight(f"{name}_weight", said) for name in SERIES}
        if constant is None or None in weights.values():
            return
        told = {name: weight for name, weight in weights.items() if weight is not None and weight.value}
        terms = tuple(Term(SERIES[name], weight, said[f"{name}_start"]) for name, weight in told.items())
        try:
            formula = IndexFormula(constant, terms, said["decimals"])
        except RevenueError as error:
            self.add_error(None, str(error))
            return
        if not terms:
            self.add_error(None, _("Donnez un poids à un indice au moins."))
        values = {SERIES[name]: said[f"{name}_value"] for name in told}
        said["indexed"] = Indexed(formula, values, said["source"])

    def _weight(self, name: str, said: Mapping[str, Any]) -> Figure | None:
        value, known = said[name], self.proposed.get(name)
        if known is not None and known.value == value and (known.is_sure or not said["weights_read"]):
            return known
        if said["weights_read"]:
            return agreed(value, _("lu au contrat"))
        self.add_error(name, _("Cochez «\u202fPart fixe et poids lus au contrat\u202f» si vous l’y avez lu."))
        return None


def index_form(terms: Terms, first_day: dt.date, data: Any = None) -> IndexForm | None:
    """The form of a contract, filled with its formula, or the usual weights to be checked; None for heat."""
    if isinstance(terms, HeatTerms) or not terms.is_indexed:
        return None
    formula = terms.formula
    proposed = _usual(terms, first_day) if formula is None else _weights(formula)
    initial: dict[str, Any] = {name: _written(figure.value) for name, figure in proposed.items()}
    if formula is not None:
        initial |= {"decimals": formula.decimals, "weights_read": formula.constant.is_sure}
        starts = {term.series: term.at_start for term in formula.terms}
        initial |= {
            f"{name}_start": _written(starts[series]) for name, series in SERIES.items() if series in starts
        }
    return IndexForm(proposed, data, initial=initial, auto_id="index_%s")


def _usual(terms: Terms, first_day: dt.date) -> dict[str, Figure]:
    try:
        weights = usual_weights(getattr(terms, "requested_on", None) or first_day)
    except RevenueError:
        return {}
    return dict(zip(("constant", "labour_weight", "producer_weight"), weights, strict=True))


def _weights(formula: IndexFormula) -> dict[str, Figure]:
    none = Figure(Decimal(), formula.constant.source, formula.constant.confidence)
    by_series = {term.series: term.weight for term in formula.terms}
    own = {f"{name}_weight": by_series.get(series, none) for name, series in SERIES.items()}
    return {"constant": formula.constant, **own}


def _written(value: Decimal) -> str:
    return plain(value).replace("\u202f", "")

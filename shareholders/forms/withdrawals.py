"""Forms of a withdrawal: the request, its value, the board's word."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shareholders.models import Shareholder


class WithdrawalForm(forms.Form):
    """Whose shares are given back, and how many."""

    holder = forms.ModelChoiceField(
        queryset=Shareholder.objects.none(), label=_("Les actions de"), empty_label=None
    )
    quantity = forms.IntegerField(label=_("Combien d’actions rendre"), min_value=1, max_value=10**9)

    def __init__(self, holders: list[Shareholder], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Shareholder.objects.filter(pk__in=[holder.pk for holder in holders])
        if len(holders) == 1:
            field.initial, field.widget = holders[0].pk, forms.HiddenInput()


class ValueForm(forms.Form):
    """What a share given back is worth, and by what accounts."""

    value_per_share = forms.DecimalField(
        label=_("Valeur d’une action (€)"),
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
        localize=True,
    )
    source = forms.CharField(
        label=_("D’où vient cette valeur"),
        help_text=_("Quels comptes, approuvés quel jour."),
        max_length=200,
    )


class ReasonForm(forms.Form):
    """Why a withdrawal is refused."""

    reason = forms.CharField(label=_("Motif du refus"), max_length=500, required=False)

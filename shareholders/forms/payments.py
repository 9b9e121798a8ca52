"""Forms of the treasurer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shareholders.banking.references import references_in
from shareholders.models import CarriedDebt, Cooperative, LineSetAside, Subscription

# The reader's own limit; said before anything is read into memory.
MAX_FILE_BYTES = 20_000_000


class StatementForm(forms.Form):
    """A statement file of the bank."""

    file = forms.FileField(
        label=_("Relevé de compte (CAMT.053)"),
        allow_empty_file=True,  # the reader says it better than the form
        error_messages={"required": _("Choisissez un fichier.")},
    )
    dry_run = forms.BooleanField(
        label=_("Vérifier seulement"),
        help_text=_("Rien ne sera enregistré ; vous verrez ce qui se passerait."),
        required=False,
    )

    def clean_file(self) -> Any:
        """Refuse by size."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("Ce fichier dépasse 20 Mo. Exportez une période plus courte : rien n’est perdu.")
            )
        return file


class LineForm(forms.Form):
    """What every act on a line carries: how much was left of it when it was looked at."""

    free = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)


class AssignForm(LineForm):
    """Give a line, or a part of it, to a subscription."""

    reference = forms.CharField(
        label=_("Référence de la souscription"),
        help_text=_("Elle commence par RF ; les espaces ne comptent pas."),
        max_length=60,
        error_messages={"required": _("Indiquez la référence d’une souscription.")},
    )
    amount = forms.DecimalField(
        label=_("Montant (€)"),
        max_digits=12,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": _("Indiquez le montant."),
            "invalid": _("Écrivez le montant en chiffres, par exemple 150,00."),
            "max_decimal_places": _("Un montant en euros a deux décimales au plus."),
        },
    )

    def __init__(self, cooperative: Cooperative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cooperative = cooperative
        self.carried: CarriedDebt | None = None

    def clean_reference(self) -> Subscription:
        """The subscription of that reference; of shares that changed hands, `carried` says which debt."""
        written = self.cleaned_data["reference"]
        named = (references_in(written) or [written.strip()])[0]
        found = Subscription.objects.of(self.cooperative).filter(reference=named).first()
        if found is not None:
            return found
        taken = CarriedDebt.objects.of(self.cooperative).exclude(holder=None).select_related("subscription")
        self.carried = taken.filter(reference=named).first()
        if self.carried is None:
            raise forms.ValidationError(
                _("Aucune souscription n’a cette référence. Vérifiez chaque caractère.")
            )
        return self.carried.subscription


class AsideForm(LineForm):
    """Say that a line isn't a subscription's money."""

    why = forms.ChoiceField(
        label=_("C’est"),
        choices=[(why.value, why.label) for why in LineSetAside.Why if why != LineSetAside.Why.TO_RETURN],
        error_messages={"required": _("Dites pourquoi cette ligne est mise de côté.")},
    )
    note = forms.CharField(label=_("Précision"), max_length=300, required=False)


class SuggestionForm(LineForm):
    """Yes to what was suggested, as it was shown."""

    told = forms.CharField(max_length=2_000, widget=forms.HiddenInput)


class AccountForm(forms.Form):
    """Where a payout goes."""

    beneficiary = forms.CharField(
        label=_("Titulaire du compte"),
        max_length=160,
        error_messages={"required": _("Indiquez le titulaire du compte.")},
    )
    iban = forms.CharField(
        label=_("IBAN"), max_length=60, error_messages={"required": _("Indiquez un IBAN.")}
    )


class UndoForm(forms.Form):
    """Why issued shares are taken back."""

    reason = forms.CharField(
        label=_("Motif, gardé par le registre"),
        max_length=200,
        error_messages={"required": _("Dites pourquoi l’émission est annulée.")},
    )

"""Forms of the cooperative's own bank account: the treasurer's, then the board's answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.refusals import said
from shareholders.banking.iban import IbanRefused, check_iban


class CompanyBankForm(forms.Form):
    """The account to be paid on."""

    account_name = forms.CharField(
        label=gettext_lazy("Titulaire du compte"),
        help_text=gettext_lazy("Comme la banque l’écrit\u202f: la banque de qui paie compare ce nom."),
        max_length=70,
        error_messages={"required": gettext_lazy("Indiquez le titulaire du compte.")},
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Indiquez un IBAN.")},
    )
    bic = forms.CharField(label=gettext_lazy("BIC"), max_length=20, required=False)
    payment_prefix = forms.CharField(
        label=gettext_lazy("Début des références de paiement"),
        help_text=gettext_lazy(
            "De 2 à 6 lettres. Les références déjà données restent valables, même si vous les changez."
        ),
        max_length=10,
        error_messages={"required": gettext_lazy("Indiquez de 2 à 6 lettres.")},
    )

    def clean_iban(self) -> str:
        """The IBAN without spaces."""
        try:
            return check_iban(self.cleaned_data["iban"])
        except IbanRefused as refusal:
            raise forms.ValidationError(said(refusal.sentence)) from refusal


class BankDecisionForm(forms.Form):
    """The board's second look."""

    word = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[
            ("yes", gettext_lazy("Oui, j’ai comparé avec le relevé d’identité bancaire")),
            ("no", gettext_lazy("Non, ce compte n’est pas le bon")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez oui ou non.")},
    )
    reason = forms.CharField(label=gettext_lazy("Si non, pourquoi"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("word") == "no" and not said.get("reason", "").strip():
            self.add_error("reason", _("Dites pourquoi ce compte est refusé."))
        return said

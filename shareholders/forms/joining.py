"""The questions of a subscription, one form a screen; who subscribes is asked in `forms.identity`."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mine_de_soleil.core.post import one_line
from shareholders.joining import Figures
from shareholders.models import Attachment

# More than any round offers; a larger number is a slip of the thumb, or mischief.
MOST_SHARES = 1_000_000
_LINK = re.compile(r"https?:|www\.|://", re.IGNORECASE)


class StartForm(forms.Form):
    """The click on « Je souscris »: which round, and a field that only robots fill."""

    round = forms.IntegerField(min_value=1)
    website = forms.CharField(required=False)

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.data.get("website"))


class QuantityForm(forms.Form):
    """How many shares; and whether all is paid at once, where the statutes leave the choice."""

    quantity = forms.IntegerField(
        label=_("Combien d’actions ?"),
        min_value=1,
        max_value=MOST_SHARES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Indiquez un nombre d’actions."),
            "invalid": _("Indiquez un nombre entier d’actions, comme 4."),
            "min_value": _("Demandez une action au moins."),
            "max_value": _("C’est plus que tout ce qui est proposé : indiquez un nombre plus petit."),
        },
    )
    paid_now = forms.ChoiceField(label=_("Quand payez-vous ?"), widget=forms.RadioSelect, required=False)

    def __init__(self, known: Figures, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not known.may_pay_later:
            del self.fields["paid_now"]
            return
        rules = known.statutes.shares
        later = _("%(percent)s %% maintenant, le reste dans les %(months)s mois") % {
            "percent": round(Decimal(100) * rules.minimum_paid.numerator / rules.minimum_paid.denominator),
            "months": rules.balance_within_months,
        }
        choice = self.fields["paid_now"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("1", _("Tout maintenant")), (str(rules.minimum_paid), later)]
        choice.required = True


class EmailForm(forms.Form):
    """Where to write."""

    email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Indiquez votre adresse e-mail."),
            "invalid": _("Cette adresse n’est pas complète : il faut un nom, @ et un domaine."),
        },
    )


class DocumentsForm(forms.Form):
    """One box a document to tick once it is read."""

    def __init__(self, documents: Sequence[Attachment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for paper in documents:
            # By fingerprint: a document changed while it was being read has to be read again.
            self.fields[f"read_{paper.sha256}"] = forms.BooleanField(
                label=_("J’ai lu : %(document)s") % {"document": paper.get_kind_display()},
                error_messages={"required": _("Cochez cette case quand vous l’avez lu.")},
            )


class PlaceForm(forms.Form):
    """Where one signs."""

    place = forms.CharField(
        label=_("Vous signez à"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={
            "required": _("Indiquez la commune où vous êtes."),
            "max_length": _("Indiquez seulement la commune."),
        },
    )


class CodeForm(forms.Form):
    """The code of the letter. Spaces don't matter."""

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label=_("Code reçu par e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={
            "required": _("Recopiez le code à six chiffres."),
            "invalid": _("Le code a six chiffres."),
            "max_length": _("Le code a six chiffres."),
        },
    )


class GiftForm(forms.Form):
    """Shares offered to somebody."""

    quantity = forms.IntegerField(
        label=_("Combien d’actions offrez-vous ?"), min_value=1, max_value=MOST_SHARES, initial=1
    )
    recipient_name = forms.CharField(label=_("À qui ? Prénom et nom"), max_length=120)
    recipient_email = forms.EmailField(
        label=_("Son adresse e-mail"),
        help_text=_("Pour un enfant, celle d’un parent : c’est lui qui signera."),
        max_length=254,
    )
    giver_name = forms.CharField(
        label=_("De la part de"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    giver_email = forms.EmailField(
        label=_("Votre adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Un mot"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_message(self) -> str:
        """One paragraph: it is quoted in a letter."""
        return self._without_links("message")

    def clean_giver_name(self) -> str:
        """One line: it is in the subject of a letter."""
        return self._without_links("giver_name")

    def clean_recipient_name(self) -> str:
        return self._without_links("recipient_name")

    def _without_links(self, name: str) -> str:
        """What was typed, on one line. Our letters lead nobody to a stranger's site."""
        typed = one_line(self.cleaned_data[name])
        if _LINK.search(typed):
            raise forms.ValidationError(_("N’écrivez pas d’adresse de site ici."))
        return typed

"""Forms of the board's acts on the register: first what to do, then, once its effects were read, the tick."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shareholders.forms.files import PaperField
from shareholders.models import HolderPart, Shareholder
from shareholders.services.joint_accounts import MOST, Owner
from shareholders.services.register_decisions import LONGEST_REASON


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _reason(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, min_length=3, max_length=LONGEST_REASON, **more)


class ConfirmForm(forms.Form):
    """The tick; `seen` is the register's last line as the page showed it."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**31 - 1)
    sure = forms.BooleanField(
        label=gettext_lazy("J’ai lu ce qui suivra, et je le confirme."),
        error_messages={"required": gettext_lazy("Cochez la case pour confirmer.")},
    )


class ReversalForm(forms.Form):
    """Undo a line: from which day, and why."""

    dated = _day(
        gettext_lazy("Prend effet le"),
        help_text=gettext_lazy("Le jour de la ligne si elle n’aurait jamais dû être là, aujourd’hui sinon."),
    )
    reason = _reason(gettext_lazy("Pourquoi"), help_text=gettext_lazy("Le registre garde ce motif."))


class CancellationForm(forms.Form):
    """Shares that cease to be: how many, from which day, why."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Combien d’actions annuler"), min_value=1, max_value=10**9
    )
    dated = _day(gettext_lazy("Prend effet le"))
    reason = _reason(
        gettext_lazy("Pourquoi"),
        help_text=gettext_lazy("La décision qui le dit, et son jour. Le registre garde ce motif."),
    )


class NominalForm(forms.Form):
    """Another nominal value for every share, as an assembly decided."""

    nominal_value = forms.DecimalField(
        label=gettext_lazy("Nouvelle valeur d’une action (€)"),
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        localize=True,
    )
    dated = _day(gettext_lazy("Prend effet le"))
    decided_on = _day(gettext_lazy("Jour de l’assemblée"))
    decision = _reason(
        gettext_lazy("Décision"), help_text=gettext_lazy("Par exemple : résolution n° 4, à l’unanimité.")
    )


class UndoDeathForm(forms.Form):
    """Why a death is taken back."""

    reason = _reason(gettext_lazy("D’où vient l’erreur"))
    sure = forms.BooleanField(
        label=gettext_lazy("Cette personne est vivante : le compte peut être rouvert."),
        error_messages={"required": gettext_lazy("Cochez la case pour confirmer.")},
    )


class OtherAccountForm(forms.Form):
    """The number of the account that is to be merged into this one."""

    compte = forms.IntegerField(
        label=gettext_lazy("Numéro d’ordre de l’autre compte"), min_value=1, max_value=2**31 - 1
    )


class MergeForm(forms.Form):
    """Why two accounts are one person's, and what shows it; `seen` is the register's last line as shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**31 - 1)
    reason = _reason(gettext_lazy("Pourquoi"), help_text=gettext_lazy("Le registre garde ce motif."))
    paper = PaperField(
        label=gettext_lazy("Pièce qui montre que c’est une seule personne"),
        required=False,
        error_messages={"required": gettext_lazy("Joignez la pièce\u202f: les deux identités diffèrent.")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("C’est bien la même personne, et j’ai lu ce qui suivra."),
        error_messages={"required": gettext_lazy("Cochez la case pour confirmer.")},
    )

    def __init__(self, *args: Any, identities_differ: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["paper"].required = identities_differ


class PartForm(forms.Form):
    """Why a merger is undone; `seen` is the register's last line as the page showed it."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=2**31 - 1)
    reason = _reason(gettext_lazy("D’où vient l’erreur"))
    sure = forms.BooleanField(
        label=gettext_lazy("Ce sont bien deux personnes, et j’ai lu ce qui suivra."),
        error_messages={"required": gettext_lazy("Cochez la case pour confirmer.")},
    )


def ask_again(form: forms.Form, seen: int) -> None:
    """The register moved: the form keeps what was typed, loses its tick, and takes the last line as shown."""
    form.data = {name: value for name, value in form.data.items() if name != "sure"} | {"seen": f"{seen}"}


class ChangeForm(forms.Form):
    """From when a joint account belongs to other people, by what deed."""

    since = _day(gettext_lazy("À partir du"))
    paper = PaperField(
        label=gettext_lazy("Acte, si les personnes changent"),
        required=False,
    )
    sure = forms.BooleanField(
        label=gettext_lazy("J’ai relu la liste : ce compte est désormais à ces personnes."),
        error_messages={"required": gettext_lazy("Cochez la case pour confirmer.")},
    )


class OwnerForm(forms.Form):
    """One of the people of a joint account; emptied or ticked off, nobody."""

    first_names = forms.CharField(label=gettext_lazy("Prénoms"), max_length=120)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    quality = forms.ChoiceField(label=gettext_lazy("Qualité"), choices=HolderPart.Quality)
    birth_date = _day(gettext_lazy("Date de naissance"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    address = forms.CharField(label=gettext_lazy("Adresse"), required=False, max_length=300)
    is_proxy = forms.BooleanField(label=gettext_lazy("Parle pour tous"), required=False)

    def clean_birth_date(self) -> dt.date | None:
        born: dt.date | None = self.cleaned_data["birth_date"]
        if born is not None and born.year < 1900:
            raise forms.ValidationError(_("Cette date n’est pas possible : vérifiez l’année."))
        return born

    def owner(self) -> Owner:
        """The person as typed."""
        fields = Owner.__dataclass_fields__
        return Owner(**{name: self.cleaned_data[name] for name in fields})


OwnerFormSet = forms.formset_factory(
    OwnerForm, extra=2, max_num=MOST, validate_max=True, absolute_max=MOST + 8, can_delete=True
)


def owner_rows(account: Shareholder, owners: list[Owner], data: Any = None) -> Any:
    """The people of an account, each in a row, and two empty rows of the account's usual quality."""
    names = Owner.__dataclass_fields__
    initial = [{name: getattr(owner, name) for name in names} for owner in owners]
    rows = OwnerFormSet(data, initial=initial, prefix="owners")
    joint = account.kind == Shareholder.Kind.JOINT
    for form in rows.forms:
        field = form.fields["quality"]
        assert isinstance(field, forms.ChoiceField)
        kept = [choice for choice in HolderPart.Quality.choices if (choice[0] == "joint_owner") == joint]
        field.choices = kept
        form.fields["DELETE"].label = _("N’en fait plus partie")
    return rows


def owners_in(rows: Any) -> list[Owner]:
    """Whom the filled rows name, those ticked off left out."""
    kept = [form for form in rows.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    return [form.owner() for form in kept]

"""Forms about a holder: own data, and what the board enters."""

import datetime as dt
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mine_de_soleil.core.refusals import said
from mine_de_soleil.core.words import alphabetical
from mine_de_soleil.rules.statutes import Statutes
from shareholders.banking.iban import IbanRefused, check_iban
from shareholders.forms.files import PaperField
from shareholders.forms.transfers import KINSHIPS, colleges_for
from shareholders.models import Attachment, College, Cooperative, Representative, Shareholder
from shareholders.persons.countries import COUNTRIES
from shareholders.services.estates import Heir
from shareholders.services.holder_details import DETAILS, faults_of_details
from shareholders.services.transfer_checks import TransferRefused, holder_named


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def countries() -> list[tuple[str, str]]:
    """Every country by its name, France first."""
    names = Locale((get_language() or "fr")[:2]).territories
    named = ((code, names.get(code, code)) for code in COUNTRIES)
    return sorted(named, key=lambda pair: (pair[0] != "FR", alphabetical(pair[1])))


class DetailsForm(forms.Form):
    """Where one lives and is written to."""

    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=200)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=10, required=False)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=80)
    country = forms.ChoiceField(label=gettext_lazy("Pays"))
    email = forms.EmailField(label=gettext_lazy("E-mail pour les courriers"), required=False, max_length=254)

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = countries()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for fault in faults_of_details(self.details(), self.today):
                self.add_error(fault.field, fault.sentence_in(get_language()))
        return data

    def details(self) -> dict[str, str]:
        """The new values."""
        return {name: self.cleaned_data[name] for name in DETAILS}


class BankForm(forms.Form):
    """Where one is paid from now on."""

    owner_name = forms.CharField(label=gettext_lazy("Titulaire du compte"), max_length=120)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=60)

    def clean_iban(self) -> str:
        try:
            return check_iban(self.cleaned_data["iban"])
        except IbanRefused as refusal:
            raise forms.ValidationError(said(refusal.sentence)) from refusal


class DeathForm(forms.Form):
    """A death and the deed that proves it."""

    died_on = _day(gettext_lazy("Date du décès"))
    deed = PaperField(label=gettext_lazy("Acte de décès ou attestation du notaire"))


class CollegeForm(forms.Form):
    """Another college from a day on; only those whose rule admits the holder are offered."""

    college = forms.ModelChoiceField(
        queryset=College.objects.none(), label=gettext_lazy("Collège"), empty_label=None
    )
    since = _day(gettext_lazy("À partir du"))

    def __init__(self, holder: Shareholder, statutes: Statutes, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Several who hold together are judged as the people they are.
        kind = holder.kind if holder.kind in ("legal", "public") else "natural"
        fitting = [college.pk for college in colleges_for(holder.cooperative, statutes, kind)]
        field = self.fields["college"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = holder.cooperative.colleges.filter(pk__in=fitting)


class RepresentativeForm(forms.Form):
    """Who acts for the holder, by what paper."""

    quality = forms.ChoiceField(label=gettext_lazy("Qualité"), choices=Representative.Quality)
    first_names = forms.CharField(label=gettext_lazy("Prénoms"), max_length=120)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    since = _day(gettext_lazy("À partir du"))
    mandate = PaperField(label=gettext_lazy("Mandat, jugement ou livret de famille"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("quality") in ("guardian", "curator", "delegate", "proxy") and not data.get("mandate"):
            self.add_error("mandate", _("Joignez l’acte qui donne ce pouvoir."))
        return data


class PaperForm(forms.Form):
    """A paper about the holder: a council's deliberation, mostly."""

    kind = forms.ChoiceField(label=gettext_lazy("Pièce"), choices=Attachment.Kind)
    reference = forms.CharField(label=gettext_lazy("Référence"), max_length=120, required=False)
    dated = _day(gettext_lazy("Datée du"), required=False)
    file = PaperField(label=gettext_lazy("Fichier"))


class EstateForm(forms.Form):
    """The deed that shares an estate out, and how."""

    joint = forms.BooleanField(
        label=gettext_lazy("Les héritiers gardent les actions ensemble (indivision)"),
        help_text=gettext_lazy(
            "La première personne de la liste parlera pour tous ; les nombres sont ignorés."
        ),
        required=False,
    )
    deed = PaperField(label=gettext_lazy("Acte du notaire"))


class HeirForm(forms.Form):
    """One heir: a holder by number and name, or somebody new."""

    number = forms.IntegerField(
        label=gettext_lazy("Numéro d’actionnaire, si la personne en a un"), required=False, max_value=10**9
    )
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    first_names = forms.CharField(label=gettext_lazy("Prénoms"), max_length=120, required=False)
    birth_date = _day(gettext_lazy("Date de naissance"), required=False)
    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=10, required=False)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=80, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    kinship = forms.ChoiceField(
        label=gettext_lazy("Lien avec la personne décédée"),
        choices=[
            ("", KINSHIPS[0][1]),
            ("spouse", KINSHIPS[1][1]),
            ("civil_partner", KINSHIPS[2][1]),
            ("descendant", gettext_lazy("enfant ou petit-enfant")),
            ("ascendant", gettext_lazy("parent ou grand-parent")),
            ("sibling", gettext_lazy("frère ou sœur")),
        ],
        required=False,
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Nombre d’actions"), required=False, min_value=1, max_value=10**9
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        wanted = () if data.get("number") else ("first_names", "birth_date", "address", "commune")
        for name in wanted:
            if not data.get(name):
                self.add_error(name, _("Pour une personne nouvelle, ce champ est nécessaire."))
        return data

    def identity(self) -> dict[str, Any]:
        """What `holder_fields` reads."""
        data = self.cleaned_data
        names = ("first_names", "last_name", "address", "postcode", "commune")
        found: dict[str, Any] = {name: data[name] for name in names}
        return found | {"kind": "natural", "birth_date": data["birth_date"].isoformat(), "country": "FR"}

    def part(self, is_proxy: bool) -> dict[str, Any]:
        """One of several who hold together, as `share_account` takes it."""
        data = self.cleaned_data
        place = ", ".join(text for text in (data["address"], data["postcode"], data["commune"]) if text)
        return {
            "quality": "joint_owner",
            "first_names": data["first_names"],
            "last_name": data["last_name"],
            "birth_date": data["birth_date"].isoformat(),
            "email": data["email"],
            "address": place,
            "is_proxy": is_proxy,
        }


HeirFormSet = forms.formset_factory(
    HeirForm, extra=3, max_num=12, validate_max=True, min_num=1, validate_min=True
)


def heirs_of(
    rows: list[HeirForm], *, is_joint: bool, holder: Shareholder, held: int, statutes: Statutes
) -> list[Heir]:
    """The heirs of filled rows. Raises TransferRefused for an unknown number, or a lone joint owner."""
    college = next(iter(colleges_for(holder.cooperative, statutes, "natural")), None)
    if not is_joint:
        return [_heir(row, holder.cooperative, college) for row in rows]
    if len(rows) < 2 or any(row.cleaned_data["number"] for row in rows):
        raise TransferRefused(_("Une indivision compte deux personnes au moins, chacune avec son identité."))
    proxy = rows[0].cleaned_data
    identity = {
        "kind": "joint",
        "legal_name": f"Indivision {holder.last_name}",
        "address": proxy["address"],
        "postcode": proxy["postcode"],
        "commune": proxy["commune"],
        "parts": [row.part(is_proxy=place == 0) for place, row in enumerate(rows)],
    }
    # Exempt only if every one of them is.
    kinships = {row.cleaned_data["kinship"] for row in rows}
    free = kinships <= set(statutes.transfer.free_between)
    kinship = rows[0].cleaned_data["kinship"] if free else ""
    return [Heir(held, identity=identity, email=proxy["email"], college=college, kinship=kinship)]


def _heir(row: HeirForm, cooperative: Cooperative, college: Any) -> Heir:
    data = row.cleaned_data
    quantity = data["quantity"] or 0
    if data["number"]:
        known = holder_named(cooperative.pk, data["number"], data["last_name"])
        return Heir(quantity, holder=known, kinship=data["kinship"])
    return Heir(
        quantity, identity=row.identity(), email=data["email"], college=college, kinship=data["kinship"]
    )

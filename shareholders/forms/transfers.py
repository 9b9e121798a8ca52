"""Forms of a transfer: the request, what somebody invited says of herself, a wish to buy first, an answer."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mine_de_soleil.rules.statutes import Statutes
from shareholders.models import College, Cooperative, Shareholder
from shareholders.persons import (
    Address,
    Capacity,
    Fault,
    LegalPerson,
    NaturalPerson,
    Person,
    Representative,
    faults_of,
    faults_of_representation,
)
from shareholders.services.transfer_checks import holder_named

KINSHIPS = [
    ("", gettext_lazy("aucun, ou autre")),
    ("spouse", gettext_lazy("mari ou femme")),
    ("civil_partner", gettext_lazy("partenaire de pacs")),
    ("descendant", gettext_lazy("mon enfant ou petit-enfant")),
    ("ascendant", gettext_lazy("mon parent ou grand-parent")),
    ("sibling", gettext_lazy("mon frère ou ma sœur")),
]


class TransferForm(forms.Form):
    """Whose shares, how many, sold or given, and to whom."""

    holder = forms.ModelChoiceField(
        queryset=Shareholder.objects.none(), label=gettext_lazy("Les actions de"), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Vous voulez"),
        choices=[("gift", gettext_lazy("les donner")), ("transfer", gettext_lazy("les vendre"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une vente ou un don.")},
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Combien d’actions"),
        min_value=1,
        max_value=10**9,
        error_messages={"required": gettext_lazy("Indiquez au moins une action.")},
    )
    price_per_share = forms.DecimalField(
        label=gettext_lazy("Prix d’une action"),
        help_text=gettext_lazy("Pour une vente seulement : en euros, entre vous deux."),
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        max_digits=10,
        decimal_places=2,
        required=False,
        localize=True,
    )
    taker_number = forms.IntegerField(
        label=gettext_lazy("Son numéro d’actionnaire"),
        help_text=gettext_lazy("Si la personne est déjà actionnaire : il figure dans son espace."),
        required=False,
        min_value=1,
        max_value=10**9,
    )
    taker_name = forms.CharField(label=gettext_lazy("Son nom"), required=False, max_length=160)
    taker_email = forms.EmailField(
        label=gettext_lazy("Ou son adresse e-mail, si la personne n’est pas encore actionnaire"),
        required=False,
        max_length=254,
    )
    kinship = forms.ChoiceField(
        label=gettext_lazy("Votre lien de parenté"),
        help_text=gettext_lazy("Pour un don en famille proche, les statuts dispensent d’agrément."),
        choices=KINSHIPS,
        required=False,
    )
    kinship_declared = forms.BooleanField(
        label=gettext_lazy("Je déclare que ce lien de parenté est exact"),
        help_text=gettext_lazy("Personne ne le vérifie : il sera écrit dans l’ordre que vous signerez."),
        required=False,
    )

    def __init__(self, holders: list[Shareholder], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["holder"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Shareholder.objects.filter(pk__in=[holder.pk for holder in holders])
        if len(holders) == 1:
            field.initial, field.widget = holders[0].pk, forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == "transfer" and not data.get("price_per_share"):
            self.add_error("price_per_share", _("Indiquez le prix d’une action."))
        if data.get("kind") == "gift" and data.get("price_per_share"):
            self.add_error("price_per_share", _("Un don n’a pas de prix : laissez ce champ vide."))
        if data.get("kind") == "gift" and data.get("kinship") and not data.get("kinship_declared"):
            self.add_error("kinship_declared", _("Cochez cette case, ou choisissez « aucun, ou autre »."))
        if data.get("taker_number") and data.get("taker_email"):
            self.add_error("taker_email", _("Un numéro d’actionnaire ou une adresse e-mail, pas les deux."))
        return data

    def request(self, cooperative: Cooperative) -> dict[str, Any]:
        """The arguments of `propose_transfer`. Raises TransferRefused for an unknown number."""
        data, taker = self.cleaned_data, None
        if data["taker_number"]:
            taker = holder_named(cooperative.pk, data["taker_number"], data["taker_name"])
        return {
            "giver": data["holder"],
            "kind": data["kind"],
            "quantity": data["quantity"],
            "price_per_share": data["price_per_share"] or Decimal(0),
            "kinship": data["kinship"],
            "taker": taker,
            "taker_email": "" if taker else data["taker_email"],
        }


class CodeForm(forms.Form):
    """The six figures of a code."""

    code = forms.CharField(
        label=gettext_lazy("Code reçu par e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WishForm(forms.Form):
    """How many shares somebody would buy first; none takes the wish back."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Combien en voulez-vous"), min_value=0, max_value=10**9, initial=1
    )


class AnswerForm(forms.Form):
    """The board's word."""

    approved = forms.BooleanField(required=False)
    reason = forms.CharField(
        label=gettext_lazy("Motif, en cas de refus"),
        help_text=gettext_lazy("Il sera envoyé aux deux personnes."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


_WHO = [
    ("self", gettext_lazy("moi, adulte")),
    ("child", gettext_lazy("mon enfant mineur")),
    ("legal", gettext_lazy("une association ou une société que je représente")),
]
# Fields of `persons` by the names of this form.
_NAMES = {"street": "address", "name": "legal_name"}


class NewcomerForm(forms.Form):
    """Who somebody invited is, checked as a subscriber is."""

    who = forms.ChoiceField(
        label=gettext_lazy("Les actions seront à"), choices=_WHO, initial="self", widget=forms.RadioSelect
    )
    legal_name = forms.CharField(
        label=gettext_lazy("Dénomination de l’organisme"), required=False, max_length=160
    )
    siren = forms.CharField(label=gettext_lazy("Numéro SIREN de l’organisme"), required=False, max_length=20)
    first_names = forms.CharField(label=gettext_lazy("Prénoms"), required=False, max_length=120)
    last_name = forms.CharField(label=gettext_lazy("Nom"), required=False, max_length=120)
    birth_date = forms.DateField(
        label=gettext_lazy("Date de naissance"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    birth_place = forms.CharField(label=gettext_lazy("Lieu de naissance"), required=False, max_length=80)
    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=200)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=10)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=80)
    speaker_first_names = forms.CharField(
        label=gettext_lazy("Vos prénoms, si vous agissez pour un enfant ou un organisme"),
        required=False,
        max_length=120,
    )
    speaker_last_name = forms.CharField(label=gettext_lazy("Votre nom"), required=False, max_length=120)
    college = forms.ModelChoiceField(
        queryset=College.objects.none(),
        label=gettext_lazy("Collège"),
        required=False,
        empty_label=gettext_lazy("celui des statuts"),
    )

    def __init__(
        self, cooperative: Cooperative, statutes: Statutes, today: dt.date, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cooperative, self.statutes, self.today = cooperative, statutes, today
        field = self.fields["college"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = cooperative.colleges.all()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        person = self._person(data)
        for fault in faults_of(person, self.today):
            self._tell(fault)
        if not self.errors:
            self._judge_speaker(person, data)
        if not self.errors:
            data["college"] = self._college(data)
        return data

    def _person(self, data: dict[str, Any]) -> Person:
        address = Address(data["address"], data["postcode"], data["commune"])
        if data["who"] == "legal":
            return LegalPerson(data["legal_name"], data["siren"], address)
        return NaturalPerson(
            data["last_name"], data["first_names"], data["birth_date"], data["birth_place"], address
        )

    def _tell(self, fault: Fault) -> None:
        name = _NAMES.get(fault.field, fault.field)
        self.add_error(name if name in self.fields else None, fault.sentence_in(get_language()))

    def _judge_speaker(self, person: Person, data: dict[str, Any]) -> None:
        """A child needs a parent, an organisation whoever signs for it; an adult nobody."""
        if data["who"] != "self" and not (data["speaker_first_names"] and data["speaker_last_name"]):
            self.add_error("speaker_first_names", _("Dites qui vous êtes, vous qui signez."))
            return
        speakers = [self._speaker(data)] if data["who"] == "child" else []
        faults = faults_of_representation(person, speakers, self.today) if data["who"] != "legal" else []
        if faults:
            # The parent's own birth date isn't asked: whether it is a child's parent is what counts here.
            named = [fault for fault in faults if "person" not in fault.field.split(".")]
            for fault in named[:1]:
                self.add_error("who", fault.sentence_in(get_language()))

    def _speaker(self, data: dict[str, Any]) -> Representative:
        address = Address(data["address"], data["postcode"], data["commune"])
        parent = NaturalPerson(data["speaker_last_name"], data["speaker_first_names"], None, "", address)
        return Representative(parent, Capacity.PARENT)

    def _college(self, data: dict[str, Any]) -> College | None:
        """The one college whose rule fits, or the chosen one among several."""
        kind = "legal" if data["who"] == "legal" else "natural"
        fitting = colleges_for(self.cooperative, self.statutes, kind)
        if data["college"] in fitting:
            chosen: College = data["college"]
            return chosen
        if len(fitting) == 1 and not data["college"]:
            return fitting[0]
        self.add_error("college", _("Choisissez un collège ouvert à cette personne d’après les statuts."))
        return None

    def identity(self, email: str) -> dict[str, Any]:
        """What `holder_fields` reads."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name].strip() for name in ("address", "postcode", "commune")}
        found |= {"country": "FR", "tax_residence": "FR"}
        speaker = {
            "first_names": data["speaker_first_names"].strip(),
            "last_name": data["speaker_last_name"].strip(),
            "email": email,
        }
        if data["who"] == "legal":
            siren = "".join(data["siren"].split())
            return found | {
                "kind": "legal",
                "legal_name": data["legal_name"].strip(),
                "siren": siren,
                "representative": speaker | {"quality": "delegate"},
            }
        found |= {name: data[name].strip() for name in ("first_names", "last_name", "birth_place")}
        found |= {"kind": "natural", "birth_date": data["birth_date"].isoformat()}
        if data["who"] == "child":
            found["representative"] = speaker | {"quality": "parent"}
        return found


def colleges_for(cooperative: Cooperative, statutes: Statutes, kind: str) -> list[College]:
    """The colleges whose admission rule lets in that kind of person."""
    codes = {college.code for college in statutes.colleges if kind in college.admits}
    return list(cooperative.colleges.filter(code__in=codes))

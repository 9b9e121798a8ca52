"""The kinds of people a subscription may be for, by the word in the address of their page."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from mine_de_soleil.rules.statutes import PersonKind
from shareholders.forms.identity import IdentityForm, check_pdf, day, text
from shareholders.forms.identity_together import SplitForm, TogetherForm
from shareholders.models import Shareholder
from shareholders.persons import (
    Capacity,
    Fault,
    LegalPerson,
    NaturalPerson,
    Protection,
    PublicBody,
    Representative,
    faults_of,
    faults_of_representation,
    is_minor,
)

_NAMES = ("last_name", "first_names", "birth_date", "birth_place")
_REP = ("rep_last_name", "rep_first_names", "rep_birth_date", "rep_capacity")
_MANDATE = ("rep_mandate_reference", "rep_mandate_from")
# What a holder's representative is called in the register.
_QUALITY = {
    Capacity.PARENT: "parent",
    Capacity.GUARDIAN: "guardian",
    Capacity.CURATOR: "curator",
    Capacity.DELEGATE: "delegate",
}
_CAPACITY_WORDS = {
    Capacity.PARENT: gettext_lazy("son père, sa mère"),
    Capacity.GUARDIAN: gettext_lazy("son tuteur, sa tutrice"),
    Capacity.CURATOR: gettext_lazy("son curateur, sa curatrice"),
}


class AdultForm(IdentityForm):
    """Somebody for oneself."""

    groups: ClassVar[Any] = ((gettext_lazy("Vous"), _NAMES),)

    last_name = text(gettext_lazy("Nom"), "family-name")
    first_names = text(gettext_lazy("Prénoms"), "given-name")
    birth_date = day(gettext_lazy("Date de naissance"), "bday")
    birth_place = text(gettext_lazy("Lieu de naissance"))
    tax_residence = forms.ChoiceField(label=gettext_lazy("Pays où vous payez vos impôts"), initial="FR")

    def faults(self) -> Iterator[Fault]:
        person = self.natural()
        yield from faults_of(person, self.today)
        if is_minor(person, self.today):
            yield Fault(
                "birth_date",
                "Un enfant ne signe pas seul : choisissez « Pour un enfant ».",
                "A child can’t sign alone: choose “For a child”.",
            )

    def identity(self) -> dict[str, Any]:
        person = self.natural()
        return self.address_fields() | {
            "kind": Shareholder.Kind.NATURAL,
            "last_name": person.last_name,
            "first_names": person.first_names,
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "birth_place": person.birth_place,
            "tax_residence": person.tax_residence,
        }


class RepresentedForm(IdentityForm):
    """Somebody, or something, that another acts for."""

    capacities: ClassVar[Sequence[Capacity]] = ()

    rep_last_name = text(gettext_lazy("Nom de la personne qui signe"), "family-name")
    rep_first_names = text(gettext_lazy("Ses prénoms"), "given-name")
    rep_birth_date = day(gettext_lazy("Sa date de naissance"), "bday")
    rep_capacity = forms.ChoiceField(label=gettext_lazy("Elle est"), widget=forms.RadioSelect)
    rep_mandate_reference = text(
        gettext_lazy("Acte qui lui donne ce pouvoir : jugement, statuts, procès-verbal…"), required=False
    )
    rep_mandate_from = day(gettext_lazy("Date de cet acte"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Capacity.PARENT not in self.capacities and "rep_mandate_reference" in self.fields:
            # A parent is one by birth; the others show a paper.
            self.fields["rep_mandate_reference"].required = True
            self.fields["rep_mandate_from"].required = True
        if len(self.capacities) == 1:
            del self.fields["rep_capacity"]
        else:
            self._choices("rep_capacity", [(c.value, str(_CAPACITY_WORDS[c])) for c in self.capacities])

    def representative(self) -> Representative | None:
        """Who signs; None until it is said in what capacity."""
        capacity = self.value("rep_capacity") if "rep_capacity" in self.fields else self.capacities[0]
        if not capacity:
            return None
        reference, since = self.mandate()
        return Representative(self.natural("rep_"), Capacity(capacity), reference, since)

    def mandate(self) -> tuple[str, dt.date | None]:
        """Which act lets that person sign, and of which day."""
        return self.value("rep_mandate_reference"), self.value("rep_mandate_from") or None

    def speaker(self) -> dict[str, Any]:
        """The representative as an identity keeps it, and what else was said of it."""
        speaker = self.representative()
        assert speaker is not None
        person = speaker.person
        kept = {"quality": _QUALITY[speaker.capacity], "last_name": person.last_name}
        mandate = {"capacity": speaker.capacity.value, "reference": speaker.mandate_reference}
        if speaker.mandate_from:
            mandate["from"] = speaker.mandate_from.isoformat()
        if person.birth_date:
            mandate["birth_date"] = person.birth_date.isoformat()
        return {"representative": kept | {"first_names": person.first_names}, "mandate": mandate}

    @classmethod
    def initial_from(cls, known: dict[str, Any]) -> dict[str, Any]:
        speaker, mandate = known.get("representative", {}), known.get("mandate", {})
        return super().initial_from(known) | {
            "rep_last_name": speaker.get("last_name", ""),
            "rep_first_names": speaker.get("first_names", ""),
            "rep_birth_date": mandate.get("birth_date"),
            "rep_capacity": mandate.get("capacity"),
            "rep_mandate_reference": mandate.get("reference", ""),
            "rep_mandate_from": mandate.get("from"),
        }


class MinorForm(RepresentedForm, AdultForm):
    """A child, by a parent or a guardian."""

    capacities = (Capacity.PARENT, Capacity.GUARDIAN)
    groups = ((gettext_lazy("L’enfant"), _NAMES), (gettext_lazy("Vous, qui signez"), _REP + _MANDATE))

    def faults(self) -> Iterator[Fault]:
        child = self.natural()
        yield from faults_of(child, self.today)
        if child.birth_date and not is_minor(child, self.today):
            yield Fault(
                "birth_date",
                "Cette personne est majeure : choisissez « Pour moi ».",
                "This person is of age: choose “For myself”.",
            )
        speaker = self.representative()
        yield from faults_of_representation(child, [speaker] if speaker else [], self.today)

    def identity(self) -> dict[str, Any]:
        return super().identity() | self.speaker()


class ProtectedForm(RepresentedForm, AdultForm):
    """An adult under guardianship or curatorship."""

    capacities = (Capacity.GUARDIAN, Capacity.CURATOR)
    groups = (
        (gettext_lazy("La personne protégée"), ("protection", *_NAMES)),
        (gettext_lazy("Vous, qui signez"), _REP + _MANDATE),
    )
    protection = forms.ChoiceField(
        label=gettext_lazy("Mesure de protection"),
        choices=[choice for choice in Shareholder.Protection.choices if choice[0]],
        widget=forms.RadioSelect,
    )

    def natural(self, prefix: str = "") -> NaturalPerson:
        person = super().natural(prefix)
        measure = "" if prefix else self.value("protection")
        protection = Protection(measure) if measure else Protection.NONE
        return NaturalPerson(
            person.last_name,
            person.first_names,
            person.birth_date,
            person.birth_place,
            person.address,
            person.tax_residence,
            protection=protection,
        )

    def faults(self) -> Iterator[Fault]:
        person = self.natural()
        yield from faults_of(person, self.today)
        speaker = self.representative()
        yield from faults_of_representation(person, [speaker] if speaker else [], self.today)

    def identity(self) -> dict[str, Any]:
        return super().identity() | {"protection": self.value("protection")} | self.speaker()


class LegalForm(RepresentedForm):
    """A company or an association."""

    kind: ClassVar[PersonKind] = "legal"
    capacities = (Capacity.DELEGATE,)
    groups: ClassVar[Any] = (
        (gettext_lazy("L’organisme"), ("name", "legal_form", "siren")),
        (gettext_lazy("La personne qui signe"), _REP + _MANDATE),
    )
    address_title = gettext_lazy("Siège")

    name = text(gettext_lazy("Nom"), "organization")
    legal_form = text(gettext_lazy("Forme : association, SARL…"), longest=80)
    siren = text(gettext_lazy("Numéro SIREN (neuf chiffres)"), longest=20)

    def clean_siren(self) -> str:
        return "".join(self.cleaned_data["siren"].split())

    def person(self) -> LegalPerson | PublicBody:
        return LegalPerson(self.value("name"), self.value("siren"), self.the_address())

    def faults(self) -> Iterator[Fault]:
        person, speaker = self.person(), self.representative()
        yield from faults_of(person, self.today)
        yield from faults_of_representation(person, [speaker] if speaker else [], self.today)

    def identity(self) -> dict[str, Any]:
        return (
            self.address_fields()
            | {
                "kind": Shareholder.Kind.LEGAL,
                "legal_name": self.value("name"),
                "legal_form": self.value("legal_form"),
                "siren": self.value("siren"),
                "tax_residence": self.value("country"),
            }
            | self.speaker()
        )

    @classmethod
    def initial_from(cls, known: dict[str, Any]) -> dict[str, Any]:
        return super().initial_from(known) | {"name": known.get("legal_name", "")}


class PublicForm(LegalForm):
    """A town or another public body, with its council's decision as a PDF."""

    kind: ClassVar[PersonKind] = "public"
    groups = (
        (gettext_lazy("La collectivité"), ("name", "insee_code", "siren")),
        (
            gettext_lazy("La délibération"),
            ("deliberation_reference", "deliberated_on", "deliberation"),
        ),
        (gettext_lazy("La personne qui signe"), _REP),
    )
    legal_form = None
    rep_mandate_reference = None
    rep_mandate_from = None  # type: ignore[assignment]
    siren = text(gettext_lazy("Numéro SIREN"), longest=20, required=False)
    insee_code = text(gettext_lazy("Code INSEE de la commune"), longest=10)
    deliberation_reference = text(gettext_lazy("Référence de la délibération"))
    deliberated_on = day(gettext_lazy("Date de la délibération"))
    deliberation = forms.FileField(
        label=gettext_lazy("La délibération en PDF, 5 Mo au plus"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": gettext_lazy("Joignez la délibération en PDF.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Brought once, it needn't be brought again.
        self.fields["deliberation"].required = not self._brought()

    def _brought(self) -> int | None:
        speaker: dict[str, Any] = self.known.get("representative", {})
        return speaker.get("mandate_id")

    def clean_deliberation(self) -> bytes | None:
        file = self.cleaned_data["deliberation"]
        if not file:
            return None
        self.file_name = str(file.name)
        return check_pdf(file)

    def mandate(self) -> tuple[str, dt.date | None]:
        """The council's decision itself."""
        return self.value("deliberation_reference"), self.value("deliberated_on") or None

    def person(self) -> PublicBody:
        return PublicBody(
            self.value("name"),
            self.value("insee_code"),
            self.the_address(),
            self.value("deliberation_reference"),
            self.value("deliberated_on") or None,
            self.value("siren"),
        )

    def identity(self) -> dict[str, Any]:
        given = super().identity()
        if self._brought():
            given["representative"]["mandate_id"] = self._brought()
        return given | {
            "kind": Shareholder.Kind.PUBLIC,
            "insee_code": self.value("insee_code"),
            "deliberation_reference": self.value("deliberation_reference"),
            "deliberation_date": self.value("deliberated_on").isoformat(),
        }

    @classmethod
    def initial_from(cls, known: dict[str, Any]) -> dict[str, Any]:
        return super().initial_from(known) | {"deliberated_on": known.get("deliberation_date")}


KINDS: dict[str, tuple[str | Promise, type[IdentityForm]]] = {
    "moi": (gettext_lazy("Pour moi"), AdultForm),
    "enfant": (gettext_lazy("Pour un enfant"), MinorForm),
    "societe": (gettext_lazy("Pour une association, une société"), LegalForm),
    "collectivite": (gettext_lazy("Pour une collectivité"), PublicForm),
    "ensemble": (gettext_lazy("À plusieurs"), TogetherForm),
    "protege": (gettext_lazy("Pour une personne sous tutelle ou curatelle"), ProtectedForm),
    "usufruit": (gettext_lazy("En usufruit et nue-propriété"), SplitForm),
}

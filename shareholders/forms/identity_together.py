"""Several people under one account: joint owners, or a bare owner and a usufructuary."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shareholders.forms.identity import IdentityForm, day, text
from shareholders.models import Shareholder
from shareholders.persons import (
    Fault,
    NaturalPerson,
    faults_of,
    faults_of_joint,
    faults_of_usufruct,
    is_minor,
)
from shareholders.persons.people import Group

_PART = ("last_name", "first_names", "birth_date")


class TogetherForm(IdentityForm):
    """Several people under one account; one of them speaks for all."""

    # Prefix, quality in the register, title, whether it may be left empty.
    slots: ClassVar[Sequence[tuple[str, str, str | Promise, bool]]] = (
        ("p1_", "joint_owner", gettext_lazy("Première personne"), False),
        ("p2_", "joint_owner", gettext_lazy("Deuxième personne"), False),
        ("p3_", "joint_owner", gettext_lazy("Troisième personne, s’il y en a une"), True),
        ("p4_", "joint_owner", gettext_lazy("Quatrième personne, s’il y en a une"), True),
    )
    account_kind: ClassVar[str] = Shareholder.Kind.JOINT
    address_title = gettext_lazy("Adresse pour les courriers")

    proxy = forms.ChoiceField(
        label=gettext_lazy("Qui signe, vote et reçoit les courriers pour tous ?"), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for prefix, _quality, _title, is_optional in self.slots:
            needed = not is_optional
            self.fields[f"{prefix}last_name"] = text(gettext_lazy("Nom"), required=needed)
            self.fields[f"{prefix}first_names"] = text(gettext_lazy("Prénoms"), required=needed)
            self.fields[f"{prefix}birth_date"] = day(gettext_lazy("Date de naissance"), required=needed)
        self._choices("proxy", [(slot[0], str(slot[2])) for slot in self.slots])
        people = [(title, [f"{prefix}{name}" for name in _PART]) for prefix, _q, title, _o in self.slots]
        self.groups = (*people, (gettext_lazy("Un seul interlocuteur"), ["proxy"]))  # type: ignore[misc]

    def named(self) -> dict[str, NaturalPerson]:
        """The people given, by their prefix."""
        people = {slot[0]: self.natural(slot[0]) for slot in self.slots}
        return {prefix: one for prefix, one in people.items() if one.last_name or one.first_names}

    def faults(self) -> Iterator[Fault]:
        named = self.named()
        for prefix, person in named.items():
            for fault in faults_of(person, self.today):
                shared = fault.field in ("street", "postcode", "commune", "country")
                yield fault if shared else Fault(f"{prefix}{fault.field}", fault.sentence, fault.sentence_en)
        yield from self.of_all(named)

    def of_all(self, named: dict[str, NaturalPerson]) -> Iterator[Fault]:
        """What is wrong with them together."""
        yield from faults_of_joint(list(named.values()), named.get(self.value("proxy")), self.today)

    def identity(self) -> dict[str, Any]:
        named = self.named()
        parts = [
            {
                "quality": quality,
                "first_names": named[prefix].first_names,
                "last_name": named[prefix].last_name,
                "birth_date": self.value(f"{prefix}birth_date").isoformat(),
                "is_proxy": prefix == self.value("proxy"),
            }
            for prefix, quality, _title, _optional in self.slots
            if prefix in named
        ]
        return self.address_fields() | {
            "kind": self.account_kind,
            "legal_name": self.account_name([one.last_name for one in named.values()]),
            "tax_residence": self.value("country"),
            "parts": parts,
        }

    def account_name(self, last_names: list[str]) -> str:
        """What the register calls the account."""
        return ("Indivision " + " – ".join(dict.fromkeys(last_names)))[:160]

    @classmethod
    def initial_from(cls, known: dict[str, Any]) -> dict[str, Any]:
        given = super().initial_from(known)
        for slot, part in zip(cls.slots, known.get("parts", ()), strict=False):
            given |= {
                f"{slot[0]}{name}": part.get(name) for name in ("last_name", "first_names", "birth_date")
            }
            given |= {"proxy": slot[0]} if part.get("is_proxy") else {}
        return given


class SplitForm(TogetherForm):
    """Divided ownership: one has the income, the other the shares."""

    slots = (
        ("bare_", "bare_owner", gettext_lazy("Nu-propriétaire : les actions lui reviendront"), False),
        ("usu_", "usufructuary", gettext_lazy("Usufruitier : il reçoit les dividendes"), False),
    )
    account_kind = Shareholder.Kind.SPLIT

    def of_all(self, named: dict[str, NaturalPerson]) -> Iterator[Fault]:
        sides = [Group((named[slot[0]],)) if slot[0] in named else Group(()) for slot in self.slots]
        yield from faults_of_usufruct(sides[0], sides[1], self.today)
        proxy = named.get(self.value("proxy"))
        if proxy is not None and is_minor(proxy, self.today):
            yield Fault(
                "proxy",
                "Le mandataire doit être majeur et agir seul.",
                "The proxy must be of age and act alone.",
            )

    def account_name(self, last_names: list[str]) -> str:
        return ("Démembrement " + " / ".join(last_names))[:160]

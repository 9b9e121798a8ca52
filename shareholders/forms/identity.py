"""Who subscribes: what every kind of person is asked. What is wrong is said by `shareholders.persons`."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from babel import Locale
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.refusals import said
from mine_de_soleil.rules.statutes import PersonKind
from shareholders.banking.iban import IbanRefused, check_iban
from shareholders.models import College
from shareholders.persons import Address, Fault, NaturalPerson
from shareholders.persons.countries import COUNTRIES

# A council's decision is some pages of text.
LARGEST_PDF = 5 * 1024**2
_PDF = b"%PDF-"


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, France first."""
    names = Locale(language).territories
    others = sorted((names.get(code, code), code) for code in COUNTRIES if code != "FR")
    return (("FR", names["FR"]), *((code, name) for name, code in others))


@dataclass(frozen=True, slots=True)
class CollegeChoice:
    """A college somebody may join, with its rule as the statutes say it."""

    college: College
    name: str
    rule: str


def text(label: Any, autocomplete: str = "off", *, required: bool = True, longest: int = 160) -> Any:
    """A line of text. Longer than the register takes, `persons` says so; far longer, the form does."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": gettext_lazy("Ce champ est vide.")},
    )


def day(label: Any, autocomplete: str = "off", *, required: bool = True) -> forms.DateField:
    """A day, by the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": autocomplete}),
        error_messages={
            "required": gettext_lazy("Cette date manque."),
            "invalid": gettext_lazy("Cette date n’existe pas. Écrivez-la comme 03/03/1956."),
        },
    )


class IdentityForm(forms.Form):
    """What every kind is asked: address, college if there is a choice, account for a refund."""

    kind: ClassVar[PersonKind] = "natural"
    groups: ClassVar[Sequence[tuple[str | Promise, Sequence[str]]]] = ()
    address_title: ClassVar[str | Promise] = gettext_lazy("Adresse")

    street = text(gettext_lazy("Numéro et rue"), "street-address", longest=300)
    postcode = text(gettext_lazy("Code postal"), "postal-code", longest=20)
    commune = text(gettext_lazy("Commune"), "address-level2")
    country = forms.ChoiceField(
        label=gettext_lazy("Pays"), widget=forms.Select(attrs={"autocomplete": "country"}), initial="FR"
    )
    college = forms.ChoiceField(label=gettext_lazy("Votre collège"), widget=forms.RadioSelect)
    refund_iban = forms.CharField(
        label=gettext_lazy("IBAN pour un éventuel remboursement"),
        help_text=gettext_lazy("Il est gardé chiffré et ne sert qu’à vous rendre de l’argent."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        colleges: Sequence[CollegeChoice],
        today: dt.date,
        language: str,
        known: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = self.initial_from(known or {})
        super().__init__(*args, **kwargs)
        self.colleges, self.today, self.language = colleges, today, language
        self.known = known or {}
        for name in ("country", "tax_residence"):
            if name in self.fields:
                self._choices(name, countries(language))
        if len(colleges) == 1:
            del self.fields["college"]
        else:
            self._choices("college", [(c.college.code, f"{c.name} – {c.rule}") for c in colleges])

    def _choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def screens(self) -> list[tuple[str, list[Any]]]:
        """The fields under their titles, in the order they are asked."""
        address = (self.address_title, ("street", "postcode", "commune", "country"))
        rest = ("", ("tax_residence", "college", "refund_iban"))
        shown = [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in (*self.groups, address, rest)
        ]
        return [(str(title), fields) for title, fields in shown if fields]

    def clean(self) -> dict[str, Any]:
        """Ask `persons` what doesn't hold, once each field can be read."""
        cleaned = super().clean() or self.cleaned_data
        for fault in self.faults():
            self._note(fault)
        return cleaned

    def faults(self) -> Iterable[Fault]:
        """What `persons` says of this kind of person."""
        raise NotImplementedError

    def _note(self, fault: Fault) -> None:
        name = self._field_of(fault.field)
        if name not in self.errors:
            # What isn't asked here can't be put right here.
            asked = name in self.fields
            if asked or name in ("representatives", "members", "proxy", "rep_person"):
                self.add_error(name if asked else None, fault.sentence_in(self.language))

    def _field_of(self, path: str) -> str:
        """The field of this form behind a path of `persons`."""
        return (
            path.replace("representatives.1.person.", "rep_")
            .replace("representatives.1.", "rep_")
            .rstrip("_")
        )

    def clean_refund_iban(self) -> str:
        """The account without spaces, or why it can't be one."""
        written = self.cleaned_data["refund_iban"]
        try:
            return check_iban(written) if written.strip() else ""
        except IbanRefused as fault:
            raise forms.ValidationError(said(fault.sentence)) from fault

    def value(self, name: str) -> Any:
        """A field as far as it could be read."""
        return self.cleaned_data.get(name) or ""

    def the_college(self) -> College:
        """The college chosen, or the only one there is."""
        code = self.cleaned_data.get("college")
        return next(c.college for c in self.colleges if code in (None, c.college.code))

    def the_address(self) -> Address:
        street, postcode, commune, country = (
            self.value(name) for name in ("street", "postcode", "commune", "country")
        )
        return Address(street, postcode, commune, country)

    def address_fields(self) -> dict[str, str]:
        """The address as an identity keeps it."""
        address = self.the_address()
        return {
            "address": address.street,
            "postcode": address.postcode,
            "commune": address.commune,
            "country": address.country,
        }

    def natural(self, prefix: str = "") -> NaturalPerson:
        """The person whose fields start with `prefix`, at the form's address."""
        return NaturalPerson(
            last_name=self.value(f"{prefix}last_name"),
            first_names=self.value(f"{prefix}first_names"),
            birth_date=self.value(f"{prefix}birth_date") or None,
            birth_place=self.value(f"{prefix}birth_place"),
            address=self.the_address(),
            tax_residence=self.value("tax_residence") or "FR",
        )

    def identity(self) -> dict[str, Any]:
        """What the subscription keeps. Only of a valid form."""
        raise NotImplementedError

    @classmethod
    def initial_from(cls, known: dict[str, Any]) -> dict[str, Any]:
        """What was given before, in the fields of this form."""
        return known | {"street": known.get("address", ""), "country": known.get("country", "FR")}


def check_pdf(file: "UploadedFile[Any]") -> bytes:
    """The content of a PDF of a size that will do. Raises forms.ValidationError."""
    if (file.size or 0) > LARGEST_PDF:
        raise forms.ValidationError(_("Ce fichier dépasse 5 Mo : scannez-le en plus petit."))
    content = bytes(file.read())
    # What it is, not what it is called: its first bytes say so.
    if not content.startswith(_PDF):
        raise forms.ValidationError(_("Ce fichier n’est pas un PDF. Scannez la délibération en PDF."))
    return content

"""People as forms give them, before anything is checked."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mine_de_soleil.rules.law import parameter


class Protection(StrEnum):
    """A measure that protects an adult: assisted (curatorship) or represented (guardianship)."""

    NONE = ""
    CURATORSHIP = "curatorship"
    GUARDIANSHIP = "guardianship"


class Capacity(StrEnum):
    """In what capacity somebody acts for another."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    CURATOR = "curator"
    DELEGATE = "delegate"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is an ISO 3166 code of two letters."""

    street: str
    postcode: str
    commune: str
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class NaturalPerson:
    """A human being. `tax_residence` is a country; `email` may be empty: not everybody has one."""

    last_name: str
    first_names: str
    birth_date: dt.date | None
    birth_place: str
    address: Address
    tax_residence: str = "FR"
    email: str = ""
    protection: Protection = Protection.NONE


@dataclass(frozen=True, slots=True)
class LegalPerson:
    """A company or an association; a foreign one has a number in its own country's register."""

    name: str
    siren: str
    address: Address
    email: str = ""
    foreign_number: str = ""


@dataclass(frozen=True, slots=True)
class PublicBody:
    """A town or another public body, with the decision of its council to hold shares.

    `insee_code` is its own for a town, that of the town it sits in for a group of towns.
    """

    name: str
    insee_code: str
    address: Address
    deliberation_reference: str
    deliberated_on: dt.date | None
    siren: str = ""
    email: str = ""


Person = NaturalPerson | LegalPerson | PublicBody


@dataclass(frozen=True, slots=True)
class Representative:
    """Who acts for a person, in what capacity, under which mandate: a vote, a judgment, a proxy form."""

    person: NaturalPerson
    capacity: Capacity
    mandate_reference: str = ""
    mandate_from: dt.date | None = None
    mandate_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One or several people who hold together; several need one proxy, taken among them or not."""

    members: tuple[Person, ...]
    proxy: Person | None = None


def age_on(birth: dt.date, day: dt.date) -> int:
    """Whole years lived on `day`, negative before birth.

    Who was born on 29 February is a year older on 1 March in the years that have no such day.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_minor(person: Person, day: dt.date) -> bool:
    """Whether `person` is a child on `day`; somebody without a birth date is taken for an adult."""
    if not isinstance(person, NaturalPerson) or person.birth_date is None:
        return False
    return age_on(person.birth_date, day) < parameter("shares.majority_age_years").value_on(day)

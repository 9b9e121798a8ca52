"""What a form about a person must put right before the register may know that person."""

import datetime as dt
import re
from collections.abc import Iterator

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siren

from shareholders.persons.countries import COUNTRIES
from shareholders.persons.faults import Fault
from shareholders.persons.people import Address, LegalPerson, NaturalPerson, Person, PublicBody
from shareholders.persons.writing import canonical, has_hidden, has_letter, has_symbol

# Lengths of the columns that will hold them.
LONGEST_NAME, LONGEST_BIRTH_PLACE, LONGEST_LEGAL_NAME, LONGEST_STREET = 120, 120, 160, 200
LONGEST_COMMUNE, LONGEST_POSTCODE, LONGEST_EMAIL, LONGEST_REFERENCE = 80, 10, 254, 120
# Nobody alive was born before; an older date is a slip of the pen.
EARLIEST_BIRTH = dt.date(1900, 1, 1)
# The law on towns; an older date is a slip of the pen.
EARLIEST_DELIBERATION = dt.date(1982, 3, 2)

_FRENCH_POSTCODE = re.compile(r"(0[1-9]|[1-8]\d|9[0-58])\d{3}|97\d{3}", re.ASCII)
# Departments 01 to 95, Corsica as 2A and 2B, overseas 971 to 978 and 984 to 988; no town is 000.
_INSEE = re.compile(
    r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])(?!000)\d{3}|(?:97[1-8]|98[4-8])(?!00)\d{2}", re.ASCII
)
_OLD_CORSICA = re.compile(r"20\d{3}", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;:<>()\"\\]{1,64}@[^@\s.,;:<>()\"\\]+(?:\.[^@\s.,;:<>()\"\\]+)+")


def faults_of(person: Person, day: dt.date) -> list[Fault]:
    """Everything `person` must put right on `day`, in the order of the form; empty when all is well.

    Representation is another matter: see `faults_of_representation`.
    """
    if isinstance(person, NaturalPerson):
        return list(_natural(person, day))
    return list(_legal(person) if isinstance(person, LegalPerson) else _public(person, day))


def _natural(person: NaturalPerson, day: dt.date) -> Iterator[Fault]:
    yield from _human_name("last_name", person.last_name)
    yield from _human_name("first_names", person.first_names)
    yield from _birth(person.birth_date, day)
    yield from _words("birth_place", person.birth_place, LONGEST_BIRTH_PLACE)
    yield from _address(person.address)
    yield from _country("tax_residence", person.tax_residence)
    yield from _email(person.email)


def _legal(person: LegalPerson) -> Iterator[Fault]:
    yield from _words("name", person.name, LONGEST_LEGAL_NAME)
    if person.siren or person.address.country == "FR":
        yield from _siren(person.siren)
    else:
        yield from _words("foreign_number", person.foreign_number, LONGEST_REFERENCE)
    yield from _address(person.address)
    yield from _email(person.email)


def _public(body: PublicBody, day: dt.date) -> Iterator[Fault]:
    yield from _words("name", body.name, LONGEST_LEGAL_NAME)
    yield from _insee(body.insee_code)
    if body.siren:
        yield from _siren(body.siren)
    yield from _words("deliberation_reference", body.deliberation_reference, LONGEST_REFERENCE)
    yield from _deliberated_on(body.deliberated_on, day)
    yield from _address(body.address)
    yield from _email(body.email)


def _human_name(field: str, text: str) -> Iterator[Fault]:
    found = list(_words(field, text, LONGEST_NAME))
    yield from found
    if found:
        return
    if not has_letter(text):
        yield Fault(field, "Un nom s’écrit avec des lettres.", "A name is written with letters.")
    elif has_symbol(text):
        yield Fault(
            field,
            "Un nom s’écrit sans dessin ni signe de calcul.",
            "A name is written without drawings or mathematical signs.",
        )


def _words(field: str, text: str, longest: int) -> Iterator[Fault]:
    """Something is written, in visible characters, and it isn't too long."""
    written = canonical(text)
    if not written:
        yield Fault(field, "Ce champ est vide.", "This field is empty.")
    elif has_hidden(written):
        yield Fault(
            field,
            "Ce texte contient un caractère invisible. Écrivez-le sans le coller.",
            "This text holds an invisible character. Please type it instead of pasting it.",
        )
    elif len(written) > longest:
        yield Fault(
            field,
            f"Ce texte est trop long\u202f: {longest} caractères au plus.",
            f"This text is too long: {longest} characters at most.",
        )


def _birth(birth: dt.date | None, day: dt.date) -> Iterator[Fault]:
    if birth is None:
        yield Fault("birth_date", "La date de naissance manque.", "The date of birth is missing.")
    elif birth > day:
        yield Fault(
            "birth_date", "Cette date de naissance est à venir.", "This date of birth lies in the future."
        )
    elif birth < EARLIEST_BIRTH:
        yield Fault(
            "birth_date",
            "Cette date de naissance est avant 1900. Vérifiez l’année.",
            "This date of birth is before 1900. Please check the year.",
        )


def _address(address: Address) -> Iterator[Fault]:
    yield from _words("street", address.street, LONGEST_STREET)
    yield from _postcode(address)
    yield from _words("commune", address.commune, LONGEST_COMMUNE)
    yield from _country("country", address.country)


def _postcode(address: Address) -> Iterator[Fault]:
    if address.country == "FR":
        if not _FRENCH_POSTCODE.fullmatch(canonical(address.postcode)):
            yield Fault(
                "postcode",
                "Un code postal français a cinq chiffres, comme 62750.",
                "A French postcode has five digits, such as 62750.",
            )
    # Some countries have no postcodes.
    elif address.postcode:
        yield from _words("postcode", address.postcode, LONGEST_POSTCODE)


def _country(field: str, code: str) -> Iterator[Fault]:
    if code not in COUNTRIES:
        yield Fault(field, "Choisissez un pays dans la liste.", "Please choose a country of the list.")


def _email(email: str) -> Iterator[Fault]:
    if email and (len(email) > LONGEST_EMAIL or has_hidden(email) or not _EMAIL.fullmatch(email)):
        yield Fault(
            "email",
            "Cette adresse e-mail n’est pas complète\u202f: il faut un nom, @ et un domaine.",
            "This e-mail address is not complete: it needs a name, @ and a domain.",
        )


def _siren(number: str) -> Iterator[Fault]:
    """Nine digits whose key is right (Luhn). La Poste's exception is of the longer SIRET alone."""
    try:
        siren.validate(canonical(number))
    except InvalidChecksum:
        yield Fault(
            "siren",
            "La clé de ce numéro SIREN est fausse\u202f: un chiffre a été changé.",
            "The key of this SIREN number is wrong: a digit has been changed.",
        )
    except ValidationError:
        yield Fault("siren", "Un numéro SIREN a neuf chiffres.", "A SIREN number has nine digits.")


def _insee(code: str) -> Iterator[Fault]:
    if _OLD_CORSICA.fullmatch(code):
        yield Fault(
            "insee_code",
            "En Corse, un code INSEE commence par 2A ou 2B.",
            "In Corsica an INSEE code starts with 2A or 2B.",
        )
    elif not _INSEE.fullmatch(code):
        yield Fault(
            "insee_code",
            "Un code INSEE a cinq caractères, comme 62528\u202f; ce n’est pas le code postal.",
            "An INSEE code has five characters, such as 62528; it is not the postcode.",
        )


def _deliberated_on(decided: dt.date | None, day: dt.date) -> Iterator[Fault]:
    if decided is None:
        yield Fault(
            "deliberated_on",
            "La date de la délibération manque.",
            "The date of the council’s decision is missing.",
        )
    elif not EARLIEST_DELIBERATION <= decided <= day:
        yield Fault(
            "deliberated_on",
            "Cette date de délibération n’est pas possible. Vérifiez l’année.",
            "This date of a council’s decision is not possible. Please check the year.",
        )

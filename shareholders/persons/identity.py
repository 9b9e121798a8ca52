"""The line by which the register knows somebody, frozen with each movement (R228-9)."""

import unicodedata

from shareholders.persons.people import Address, Group, NaturalPerson, Person, PublicBody
from shareholders.persons.writing import canonical, has_hidden


class Unwritable(ValueError):
    """A name or address holds a character the register can't keep."""


def identity_line(person: Person) -> str:
    """Name, first names and address as the register freezes them, on one line in one canonical form.

    `DELATTRE Jeanne, 12 rue des Écoles, 62750 Loos-en-Gohelle`; a company has its SIREN after its name, a
    public body its INSEE code, an address abroad ends with its country. Composed (NFC), single spaces.
    Raises Unwritable if a hidden character is left.
    """
    parts = [*_names(person), *_postal(person.address)]
    line = ", ".join(part for part in map(canonical, parts) if part)
    if has_hidden(line):
        raise Unwritable("an identity holds a hidden character")
    return line


def identity_line_of_joint(group: Group) -> str:
    """The line of several people who hold together, and of their proxy."""
    members = " ; ".join(identity_line(member) for member in group.members)
    if len(group.members) == 1:
        return members
    proxy = f" ; mandataire : {identity_line(group.proxy)}" if group.proxy else ""
    return f"Indivision : {members}{proxy}"


def identity_line_of_usufruct(bare_owner: Group, usufructuary: Group) -> str:
    """The line of shares whose ownership is divided."""
    owner, user = identity_line_of_joint(bare_owner), identity_line_of_joint(usufructuary)
    return f"Nue-propriété : {owner} | Usufruit : {user}"


def identity_key(person: Person) -> str:
    """What two entries of the same person share, however they were typed: no accents, case or signs.

    A person's birth date, a company's or body's number make it precise; an address doesn't, people move.
    """
    if isinstance(person, NaturalPerson):
        birth = person.birth_date.isoformat() if person.birth_date else ""
        return "|".join(("natural", _bare(person.last_name), _bare(person.first_names), birth))
    if isinstance(person, PublicBody):
        return "|".join(("public", person.insee_code, _bare(person.name)))
    number = _bare(person.siren) or _bare(person.foreign_number)
    return "|".join(("legal", number or _bare(person.name)))


def _names(person: Person) -> list[str]:
    if isinstance(person, NaturalPerson):
        return [f"{person.last_name.upper()} {person.first_names}"]
    if isinstance(person, PublicBody):
        return [person.name, f"INSEE {person.insee_code}"]
    number = f"SIREN {_bare(person.siren)}" if person.siren else person.foreign_number
    return [person.name, number]


def _postal(address: Address) -> list[str]:
    abroad = "" if address.country == "FR" else address.country
    return [address.street, f"{address.postcode} {address.commune}", abroad]


def _bare(text: str) -> str:
    """Letters and digits alone, without accents or case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())

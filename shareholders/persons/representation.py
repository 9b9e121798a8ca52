"""Who must act for whom: parents, guardians, delegates, one proxy for several, usufruct."""

import datetime as dt
from collections.abc import Iterator, Sequence

from shareholders.persons.checks import LONGEST_REFERENCE, faults_of
from shareholders.persons.faults import Fault
from shareholders.persons.identity import identity_key
from shareholders.persons.people import (
    Capacity,
    Group,
    NaturalPerson,
    Person,
    Protection,
    Representative,
    is_minor,
)
from shareholders.persons.writing import canonical, has_hidden

# A parent is one by birth; the others show a paper.
_BY_MANDATE = (Capacity.GUARDIAN, Capacity.CURATOR, Capacity.DELEGATE, Capacity.PROXY)


def capacities_for(person: Person, day: dt.date) -> tuple[Capacity, ...]:
    """In which capacities somebody must act for `person` on `day`; empty for an adult who acts alone."""
    if not isinstance(person, NaturalPerson):
        return (Capacity.DELEGATE,)
    if is_minor(person, day):
        return (Capacity.PARENT, Capacity.GUARDIAN)
    by_measure: dict[Protection, tuple[Capacity, ...]] = {
        Protection.GUARDIANSHIP: (Capacity.GUARDIAN,),
        Protection.CURATORSHIP: (Capacity.CURATOR,),
    }
    return by_measure.get(person.protection, ())


def needs_representative(person: Person, day: dt.date) -> bool:
    """Whether `person` can't act alone on `day`: a child, a protected adult, a company, a public body."""
    return bool(capacities_for(person, day))


def faults_of_representation(
    person: Person, representatives: Sequence[Representative], day: dt.date
) -> list[Fault]:
    """What is wrong with those who act for `person` on `day`. An adult needs nobody, and may name a proxy."""
    needed = capacities_for(person, day)
    if needed and not representatives:
        return [_nobody_acts(person, day)]
    allowed = needed or (Capacity.PROXY,)
    found = []
    for number, representative in enumerate(representatives, start=1):
        faults = _of_one(person, representative, allowed, day)
        found += [fault.under(f"representatives.{number}") for fault in faults]
    return found


def _nobody_acts(person: Person, day: dt.date) -> Fault:
    field = "representatives"
    if is_minor(person, day):
        return Fault(
            field,
            "Un enfant ne signe pas seul\u202f: nommez un parent ou un tuteur.",
            "A child can’t sign alone: name a parent or a guardian.",
        )
    if isinstance(person, NaturalPerson):
        return Fault(
            field,
            "Cette personne est protégée\u202f: nommez son tuteur ou son curateur.",
            "This person is protected: name the guardian or curator.",
        )
    return Fault(
        field,
        "Nommez la personne qui signe pour cet organisme, avec son mandat.",
        "Name the person who signs for this body, with the mandate.",
    )


def _of_one(
    person: Person, representative: Representative, allowed: tuple[Capacity, ...], day: dt.date
) -> Iterator[Fault]:
    if representative.capacity not in allowed:
        yield Fault(
            "capacity",
            "Cette qualité ne permet pas d’agir pour cette personne.",
            "This capacity does not allow acting for this person.",
        )
    if identity_key(representative.person) == identity_key(person):
        yield Fault(
            "person",
            "Une personne ne peut pas être son propre représentant.",
            "A person can’t be their own representative.",
        )
    yield from (fault.under("person") for fault in faults_of(representative.person, day))
    if needs_representative(representative.person, day):
        yield Fault(
            "person",
            "Le représentant doit être majeur et agir seul.",
            "The representative must be of age and act alone.",
        )
    yield from _mandate(representative, day)


def _mandate(representative: Representative, day: dt.date) -> Iterator[Fault]:
    written = canonical(representative.mandate_reference)
    if representative.capacity in _BY_MANDATE and (not written or representative.mandate_from is None):
        yield Fault(
            "mandate_reference",
            "Dites de quel acte vient ce mandat, et sa date.",
            "Say which document gives this mandate, and its date.",
        )
    if len(written) > LONGEST_REFERENCE or has_hidden(written):
        yield Fault(
            "mandate_reference",
            "Cette référence est trop longue ou contient un caractère invisible.",
            "This reference is too long or holds an invisible character.",
        )
    if representative.mandate_from is not None and representative.mandate_from > day:
        yield Fault("mandate_from", "Ce mandat n’a pas commencé.", "This mandate has not started.")
    if representative.mandate_until is not None and representative.mandate_until < day:
        yield Fault("mandate_until", "Ce mandat est fini.", "This mandate has ended.")


def faults_of_joint(members: Sequence[Person], proxy: Person | None, day: dt.date) -> list[Fault]:
    """What is wrong with several people who hold together: two or more, all different, one adult proxy.

    The proxy may be one of them or somebody else (code civil, art. 1844).
    """
    found = []
    if len(members) < 2:
        found.append(
            Fault(
                "members", "Il faut être deux au moins pour une indivision.", "Joint owners are two or more."
            )
        )
    found += _met_twice(members)
    return found + list(_proxy(proxy, day))


def _met_twice(members: Sequence[Person]) -> list[Fault]:
    keys = [identity_key(member) for member in members]
    if len(set(keys)) == len(keys):
        return []
    return [Fault("members", "La même personne est nommée deux fois.", "The same person is named twice.")]


def _proxy(proxy: Person | None, day: dt.date) -> Iterator[Fault]:
    if proxy is None:
        yield Fault(
            "proxy",
            "Choisissez une seule personne qui votera pour tous.",
            "Choose one single person who will vote for all.",
        )
    elif isinstance(proxy, NaturalPerson) and needs_representative(proxy, day):
        yield Fault(
            "proxy",
            "Le mandataire doit être majeur et agir seul.",
            "The proxy must be of age and act alone.",
        )


def faults_of_usufruct(bare_owner: Group, usufructuary: Group, day: dt.date) -> list[Fault]:
    """What is wrong with divided ownership: one bare owner and one usufructuary, each alone or a group.

    Nobody may be on both sides: who holds both parts simply owns the shares.
    """
    found = [fault.under("bare_owner") for fault in _side(bare_owner, day)]
    found += [fault.under("usufructuary") for fault in _side(usufructuary, day)]
    owners = {identity_key(member) for member in bare_owner.members}
    if owners & {identity_key(member) for member in usufructuary.members}:
        found.append(
            Fault(
                "usufructuary",
                "La même personne ne peut pas être des deux côtés.",
                "The same person can’t be on both sides.",
            )
        )
    return found


def _side(group: Group, day: dt.date) -> list[Fault]:
    if not group.members:
        return [Fault("members", "Nommez au moins une personne.", "Name at least one person.")]
    if len(group.members) == 1:
        return []
    return faults_of_joint(group.members, group.proxy, day)

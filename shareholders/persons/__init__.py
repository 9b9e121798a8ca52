"""Who may be in the register: people, companies, public bodies, and who acts for them. Pure, no clock.

A form fills one of the dataclasses of `people`; `faults_of` says what doesn't hold, field by field, in French
and in English; `representation` says who must act; `identity` writes the line the register keeps.
"""

from shareholders.persons.checks import faults_of
from shareholders.persons.faults import Fault
from shareholders.persons.identity import (
    Unwritable,
    identity_key,
    identity_line,
    identity_line_of_joint,
    identity_line_of_usufruct,
)
from shareholders.persons.people import (
    Address,
    Capacity,
    Group,
    LegalPerson,
    NaturalPerson,
    Person,
    Protection,
    PublicBody,
    Representative,
    age_on,
    is_minor,
)
from shareholders.persons.representation import (
    capacities_for,
    faults_of_joint,
    faults_of_representation,
    faults_of_usufruct,
    needs_representative,
)

__all__ = [
    "Address",
    "Capacity",
    "Fault",
    "Group",
    "LegalPerson",
    "NaturalPerson",
    "Person",
    "Protection",
    "PublicBody",
    "Representative",
    "Unwritable",
    "age_on",
    "capacities_for",
    "faults_of",
    "faults_of_joint",
    "faults_of_representation",
    "faults_of_usufruct",
    "identity_key",
    "identity_line",
    "identity_line_of_joint",
    "identity_line_of_usufruct",
    "is_minor",
    "needs_representative",
]

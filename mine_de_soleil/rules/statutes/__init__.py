"""The statutes by edition: one whole TOML text per adoption, read into frozen data. No Django, no clock.

`read_statutes` is the only door; it refuses a text with every fault it finds, each at its key. The shipped
editions lie in `editions/`; a cooperative may bring its own text.
"""

from mine_de_soleil.rules.statutes.amendment import Change, amendment, rules_of
from mine_de_soleil.rules.statutes.edition import (
    Approval,
    Capital,
    College,
    Inheritance,
    Majority,
    Minors,
    NoEditionYet,
    Organ,
    PersonKind,
    PreEmption,
    Provenance,
    Relation,
    Shares,
    Silence,
    Statutes,
    Subscription,
    Transfer,
    UnknownCollege,
    Usufruct,
    Withdrawal,
    in_force_on,
)
from mine_de_soleil.rules.statutes.reading import StatutesRefused, read_statutes
from mine_de_soleil.rules.statutes.shipped import UnknownEdition, edition_text, shipped_editions
from mine_de_soleil.rules.statutes.table import Fault

__all__ = [
    "Approval",
    "Capital",
    "Change",
    "College",
    "Fault",
    "Inheritance",
    "Majority",
    "Minors",
    "NoEditionYet",
    "Organ",
    "PersonKind",
    "PreEmption",
    "Provenance",
    "Relation",
    "Shares",
    "Silence",
    "Statutes",
    "StatutesRefused",
    "Subscription",
    "Transfer",
    "UnknownCollege",
    "UnknownEdition",
    "Usufruct",
    "Withdrawal",
    "amendment",
    "edition_text",
    "in_force_on",
    "read_statutes",
    "rules_of",
    "shipped_editions",
]

"""The people of the demo's town, drawn from a fixed seed. Pure.

Towns and companies first, then citizens: two one can sign in as, six who act on the day of the load, then
everybody else: adults, children with a parent, associations and firms, joint owners, accounts split in two.
Namesakes are many, as among ten thousand people; births tell them apart.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.names import FIRST_NAMES, LAST_NAMES, STREETS
from mine_de_soleil.demo.people import NAMED, Cast, Part, Person, Speaker, email_of
from mine_de_soleil.demo.sirens import invented_siren
from mine_de_soleil.demo.town import COMMUNES, TOWN_SEED, Commune, TownPlan

KINDS = ("adult", "child", "firm", "joint", "split")
KIND_WEIGHTS = (0.927, 0.03, 0.028, 0.01, 0.005)
OLDEST_BORN, YOUNGEST_BORN = dt.date(1932, 1, 1), dt.date(2000, 12, 31)
CHILDREN_FROM, CHILDREN_TO = dt.date(2010, 1, 1), dt.date(2021, 12, 31)
# Of the firms, by what they are called; an association has no capital and no shop.
FIRMS = (
    ("Les Amis", "Association loi 1901"),
    ("Le Foyer", "Association loi 1901"),
    ("L’Amicale", "Association loi 1901"),
    ("Atelier", "SARL"),
    ("Menuiserie", "SARL"),
    ("Boulangerie", "SARL"),
    ("Garage", "SAS"),
    ("Librairie", "SAS"),
)
WITH_ACCOUNT = 3  # one citizen in so many has told where to be paid
FIRST_IBAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody in the register, and who acts on the day of the load; `first_citizen`: place in `people`."""

    people: tuple[Person, ...]
    first_citizen: int
    cast: Cast


@lru_cache(maxsize=2)
def crowd_of(plan: TownPlan) -> Crowd:
    """As many people as the plan says; the same at every call, on every machine."""
    rng = np.random.default_rng([TOWN_SEED, 1])
    legal = (*_companies(), *(_town(commune) for commune in COMMUNES))
    named = [
        replace(_adult(rng, n, COMMUNES[2]), first_names=first, last_name=last, email=email, account=email)
        for n, (first, last, email, _shares) in enumerate(NAMED)
    ]
    acting = [_with_space(_adult(rng, n, COMMUNES[2])) for n in range(len(named), len(named) + 6)]
    citizens = [*named, *acting]
    kinds = rng.choice(len(KINDS), size=plan.holders, p=KIND_WEIGHTS)
    communes = rng.choice(len(COMMUNES), size=plan.holders, p=_weights())
    while len(legal) + len(citizens) < plan.holders:
        n = len(citizens)
        citizens.append(_citizen(rng, KINDS[kinds[n]], n, COMMUNES[communes[n]], citizens))
    return Crowd((*legal, *citizens), len(legal), Cast(*acting))


def _weights() -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    weights = np.array([commune.weight for commune in COMMUNES], dtype=float)
    return np.asarray(weights / weights.sum())


def _companies() -> tuple[Person, Person]:
    return (
        Person(
            "sem",
            "sem.ville@demo.example",
            kind="legal",
            legal_name="Énergies du Bassin",
            legal_form="SEM",
            siren=invented_siren(7_100_001),
            address="4 avenue des Quatre-Vents",
            postcode=COMMUNES[0].postcode,
            commune=COMMUNES[0].name,
            iban=invented_iban(20),
            speaker=Speaker("delegate", "Éloïse", "Warembourg", "eloise.warembourg@demo.example"),
        ),
        Person(
            "exploitant",
            "exploitant.ville@demo.example",
            kind="legal",
            legal_name="Toits et Lumière",
            legal_form="SAS",
            siren=invented_siren(7_100_002),
            address="9 rue de la Lampisterie",
            postcode=COMMUNES[1].postcode,
            commune=COMMUNES[1].name,
            iban=invented_iban(21),
            speaker=Speaker("delegate", "Rachid", "Blanquart", "rachid.blanquart@demo.example"),
        ),
    )


def _town(commune: Commune) -> Person:
    """A commune as a shareholder; the one whose sign-in exists is spoken for by it."""
    signs_in = "mairie@demo.example" if commune.insee == "62528" else ""
    email = signs_in or email_of("mairie", commune.name)
    return Person(
        "communes",
        email,
        kind="public",
        legal_name=f"Commune de {commune.name}",
        insee_code=commune.insee,
        address="1 place du Carreau",
        postcode=commune.postcode,
        commune=commune.name,
        speaker=Speaker("delegate", "Marc", "Delebarre", email, signs_in),
    )


def _with_space(person: Person) -> Person:
    return replace(person, account=person.email)


def _citizen(
    rng: np.random.Generator, kind: str, n: int, commune: Commune, before: Sequence[Person]
) -> Person:
    person = _adult(rng, n, commune)
    if kind == "child":
        return _child(rng, person, before)
    if kind == "firm":
        return _firm(rng, person, n)
    if kind in ("joint", "split"):
        return _together(rng, person, kind)
    return person


def _adult(rng: np.random.Generator, n: int, commune: Commune) -> Person:
    first, last = FIRST_NAMES[rng.integers(len(FIRST_NAMES))], LAST_NAMES[rng.integers(len(LAST_NAMES))]
    return Person(
        "citoyens",
        # Numbered, as namesakes have addresses of their own.
        email_of(first, f"{last}.{n}"),
        first_names=first,
        last_name=last,
        birth_date=_day(rng, OLDEST_BORN, YOUNGEST_BORN),
        birth_place=COMMUNES[rng.integers(len(COMMUNES))].name,
        address=f"{rng.integers(1, 120)} {STREETS[rng.integers(len(STREETS))]}",
        postcode=commune.postcode,
        commune=commune.name,
        tax_residence="BE" if n % 97 == 50 else "FR",
        iban=invented_iban(FIRST_IBAN + n) if n % WITH_ACCOUNT == 0 or n < 8 else "",
    )


def _day(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=int(rng.integers((last - first).days + 1)))


def _child(rng: np.random.Generator, person: Person, before: Sequence[Person]) -> Person:
    """A child of somebody who was there before: the same name and address, letters to the parent."""
    parent = before[int(rng.integers(len(before)))]
    while parent.kind != "natural" or parent.speaker or parent.account:
        parent = before[int(rng.integers(len(before)))]
    speaker = Speaker("parent", parent.first_names, parent.last_name, parent.email)
    return replace(
        person,
        last_name=parent.last_name,
        birth_date=_day(rng, CHILDREN_FROM, CHILDREN_TO),
        address=parent.address,
        postcode=parent.postcode,
        commune=parent.commune,
        iban="",
        speaker=speaker,
    )


def _firm(rng: np.random.Generator, person: Person, n: int) -> Person:
    called, form = FIRMS[rng.integers(len(FIRMS))]
    speaker = Speaker("delegate", person.first_names, person.last_name, person.email)
    # An association may have no SIREN.
    siren = "" if form.startswith("Association") else invented_siren(7_200_000 + n)
    return replace(
        _unborn(person),
        kind="legal",
        legal_name=f"{called} {person.last_name} de {person.commune}",
        legal_form=form,
        siren=siren,
        tax_residence="FR",
        speaker=speaker,
    )


def _unborn(person: Person) -> Person:
    return replace(person, first_names="", last_name="", birth_date=None, birth_place="")


def _together(rng: np.random.Generator, person: Person, kind: str) -> Person:
    """Two people of one family under one account."""
    other = FIRST_NAMES[rng.integers(len(FIRST_NAMES))]
    qualities = ("joint_owner", "joint_owner") if kind == "joint" else ("bare_owner", "usufructuary")
    assert person.birth_date is not None
    parts = (
        Part(qualities[0], person.first_names, person.last_name, person.birth_date, is_proxy=True),
        Part(qualities[1], other, person.last_name, _day(rng, OLDEST_BORN, person.birth_date)),
    )
    title = "Indivision" if kind == "joint" else "Démembrement"
    return replace(
        _unborn(person), kind=kind, legal_name=f"{title} {person.last_name}", tax_residence="FR", parts=parts
    )

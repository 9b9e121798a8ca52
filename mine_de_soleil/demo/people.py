"""The invented shareholders, drawn from a fixed seed. Pure.

What is known: 122 citizens, a mixed-economy company, an operator, the town. Who the citizens are is invented.
Some accounts show what a register has to bear: two children, joint owners, bare owner and usufructuary, an
association, somebody who died, somebody who left.
"""

import datetime as dt
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.names import COMMUNES, FIRST_NAMES, LAST_NAMES, STREETS
from mine_de_soleil.demo.roofs import COMMUNE_INSEE

SEED = 62528
CITIZENS = 122


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who acts for an account; `account` is the sign-in, empty if there is none."""

    quality: str
    first_names: str
    last_name: str
    email: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several people an account belongs to."""

    quality: str
    first_names: str
    last_name: str
    birth_date: dt.date
    is_proxy: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A shareholder as the register knows it; `college` is a code, `account` the sign-in it belongs to."""

    college: str
    email: str
    kind: str = "natural"
    first_names: str = ""
    last_name: str = ""
    legal_name: str = ""
    legal_form: str = ""
    siren: str = ""
    insee_code: str = ""
    birth_date: dt.date | None = None
    birth_place: str = ""
    died_on: dt.date | None = None
    address: str = ""
    postcode: str = ""
    commune: str = ""
    tax_residence: str = "FR"
    iban: str = ""
    account: str = ""
    speaker: Speaker | None = None
    parts: tuple[Part, ...] = ()


def _delegate(first: str, last: str) -> Speaker:
    return Speaker("delegate", first, last, email_of(first, last))


def email_of(first: str, last: str) -> str:
    """A plain address of the reserved domain `example`, which nobody can ever own."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()
    return plain.replace(" ", "-") + "@demo.example"


# SIREN numbers with a valid key that begin with 0, as no real one does [from memory, to be checked].
COMPANY_SIREN, SEM_SIREN, OPERATOR_SIREN = "012345674", "098765431", "062750112"
LEGAL_PERSONS = (
    Person(
        "sem",
        "sem@demo.example",
        kind="legal",
        legal_name="Énergies Hauts-de-France",
        legal_form="SEM",
        siren=SEM_SIREN,
        address="12 avenue des Quatre-Vents",
        postcode="62300",
        commune="Lens",
        iban=invented_iban(10),
        speaker=_delegate("Étienne", "Warembourg"),
    ),
    Person(
        "exploitant",
        "sunelis@demo.example",
        kind="legal",
        legal_name="Sunelis",
        legal_form="SAS",
        siren=OPERATOR_SIREN,
        address="3 rue de la Lampisterie",
        postcode="62800",
        commune="Liévin",
        iban=invented_iban(11),
        speaker=_delegate("Sonia", "Blanquart"),
    ),
    Person(
        "communes",
        "mairie@demo.example",
        kind="public",
        legal_name="Commune de Loos-en-Gohelle",
        insee_code=COMMUNE_INSEE,
        address="1 place du Carreau",
        postcode="62750",
        commune="Loos-en-Gohelle",
        speaker=Speaker("delegate", "Marc", "Delebarre", "mairie@demo.example", "mairie@demo.example"),
    ),
)
# Two citizens one can sign in as. The second sits on the board too, so that a person with two roles exists.
NAMED = (
    ("Jeanne", "Delattre", "citoyenne@demo.example", 4),
    ("Bruno", "Ledru", "conseil@demo.example", 12),
)
# Places among the citizens, counted from 0.
JEANNE, BRUNO, GODMOTHER = 0, 1, 18
SPLIT, JOINT, ASSOCIATION, CHILD, GRANDDAUGHTER = 84, 85, 119, 120, 121
HEIRS = (45, 55)
# Beyond the 122, two who hold nothing any more.
DECEASED, LEAVER = CITIZENS, CITIZENS + 1
# Who acts in the demo besides the named ones: a sign-in of their own, without password.
SELLER, BUYER, FRIEND, SPOUSE, OTHER_SPOUSE, RETIRING = 17, 72, 58, 21, 39, 15
ACTING = (SELLER, BUYER, FRIEND, SPOUSE, OTHER_SPOUSE, RETIRING)
# An account in Belgium for taxes, at an address here.
TAXED_IN_BELGIUM = (42, 100)
OLDEST_BORN, YOUNGEST_BORN = dt.date(1938, 1, 1), dt.date(1999, 12, 31)


@dataclass(frozen=True, slots=True)
class Cast:
    """Citizens who sell, give or leave on the day of the load; each has an account of its own."""

    seller: Person
    buyer: Person
    friend: Person
    spouse: Person
    other_spouse: Person
    retiring: Person

    @property
    def people(self) -> tuple[Person, ...]:
        return (self.seller, self.buyer, self.friend, self.spouse, self.other_spouse, self.retiring)


def cast() -> Cast:
    """Those who act in Mine de Soleil."""
    return Cast(*(citizens()[place] for place in ACTING))


def people() -> tuple[Person, ...]:
    """Legal persons, then the 122 citizens, then the two who hold nothing any more."""
    return (*LEGAL_PERSONS, *citizens(), *_gone())


@cache
def citizens() -> tuple[Person, ...]:
    """The 122 citizens; the same at every call, on every machine."""
    rng = np.random.default_rng([SEED, 1])
    drawn = _with_births(_citizens(rng))
    for place, special in _specials(drawn).items():
        drawn[place] = special
    for place in ACTING:
        drawn[place] = replace(drawn[place], account=drawn[place].email)
    for place in (JEANNE, BRUNO, GODMOTHER, ASSOCIATION, JOINT, SPLIT, *ACTING):
        drawn[place] = replace(drawn[place], iban=invented_iban(100 + place))
    return tuple(drawn)


def _citizens(rng: np.random.Generator) -> list[Person]:
    names = [(first, last) for first, last, _, _ in NAMED]
    while len(names) < CITIZENS:
        name = (str(rng.choice(FIRST_NAMES)), str(rng.choice(LAST_NAMES)))
        if name not in names:
            names.append(name)
    accounts = [email for _, _, email, _ in NAMED]
    weights = np.array([weight for _, _, weight in COMMUNES], dtype=float)
    citizens = []
    for number, (first, last) in enumerate(names):
        account = accounts[number] if number < len(accounts) else ""
        place = int(rng.choice(len(COMMUNES), p=weights / weights.sum()))
        commune, postcode, _ = COMMUNES[0 if account else place]
        citizens.append(
            Person(
                college="citoyens",
                email=account or email_of(first, last),
                first_names=first,
                last_name=last,
                address=f"{rng.integers(1, 90)} {rng.choice(STREETS)}",
                postcode=postcode,
                commune=commune,
                account=account,
            )
        )
    return citizens


def _with_births(citizens: list[Person]) -> list[Person]:
    """A birth date and place for everybody, from draws of their own: names and shares stay what they were."""
    rng = np.random.default_rng([SEED, 5])
    span = (YOUNGEST_BORN - OLDEST_BORN).days
    places = [commune for commune, _, _ in COMMUNES]
    born = []
    for place, person in enumerate(citizens):
        day = OLDEST_BORN + dt.timedelta(days=int(rng.integers(0, span + 1)))
        tax = "BE" if place in TAXED_IN_BELGIUM else "FR"
        town = places[int(rng.integers(0, len(places)))]
        born.append(replace(person, birth_date=day, birth_place=town, tax_residence=tax))
    return born


def _specials(citizens: list[Person]) -> dict[int, Person]:
    """What isn't an adult alone, in place of the person drawn there."""
    mother, other = citizens[JEANNE], citizens[113]
    return {
        GRANDDAUGHTER: _child(mother, "Lina", dt.date(2017, 4, 9), mother.account),
        CHILD: _child(other, "Noé", dt.date(2021, 9, 14), ""),
        ASSOCIATION: replace(
            _without_birth(citizens[ASSOCIATION]),
            kind="legal",
            legal_name="Les Jardins du Chevalement",
            legal_form="Association loi 1901",
            email="jardins@demo.example",
            speaker=_delegate("Solène", "Wacheux"),
        ),
        JOINT: replace(
            _without_birth(citizens[JOINT]),
            kind="joint",
            legal_name="Indivision Szymanski",
            parts=(
                Part("joint_owner", "Ghislaine", "Szymanski", dt.date(1961, 2, 3), is_proxy=True),
                Part("joint_owner", "Hubert", "Szymanski", dt.date(1958, 11, 21)),
                Part("joint_owner", "Irène", "Szymanski", dt.date(1966, 7, 30)),
            ),
        ),
        SPLIT: replace(
            _without_birth(citizens[SPLIT]),
            kind="split",
            legal_name="Démembrement Obert",
            parts=(
                Part("bare_owner", "Amandine", "Obert", dt.date(1986, 5, 17), is_proxy=True),
                Part("usufructuary", "Roland", "Obert", dt.date(1947, 12, 1)),
            ),
        ),
    }


def _without_birth(person: Person) -> Person:
    return replace(person, first_names="", last_name="", birth_date=None, birth_place="")


def _child(parent: Person, first: str, born: dt.date, account: str) -> Person:
    """A child at its parent's address; letters go to the parent."""
    speaker = Speaker("parent", parent.first_names, parent.last_name, parent.email, account)
    return replace(
        parent,
        first_names=first,
        birth_date=born,
        birth_place="Lens",
        email=email_of(first, parent.last_name),
        account="",
        iban="",
        speaker=speaker,
    )


def _gone() -> tuple[Person, ...]:
    """In the order of DECEASED and LEAVER."""
    deceased = Person(
        "citoyens",
        email_of("Odette", "Lefèvre"),
        first_names="Odette",
        last_name="Lefèvre",
        birth_date=dt.date(1934, 3, 8),
        birth_place="Grenay",
        died_on=dt.date(2022, 11, 3),
        address="21 rue des Porions",
        postcode="62300",
        commune="Lens",
    )
    leaver = Person(
        "citoyens",
        email_of("Gaston", "Platel"),
        first_names="Gaston",
        last_name="Platel",
        birth_date=dt.date(1951, 6, 25),
        birth_place="Bully-les-Mines",
        address="5 allée du Puits-Vert",
        postcode="62160",
        commune="Bully-les-Mines",
        iban=invented_iban(100 + LEAVER),
    )
    return deceased, leaver

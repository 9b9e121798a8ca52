"""The invented funding rounds, and who asks for shares of the one that is open. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from mine_de_soleil.demo.movements import CAMPAIGNS, FOUNDED_ON, TOP_UP

OPENED_BEFORE, OPEN_FOR = dt.timedelta(days=18), dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Offer:
    """A round as it is announced; shares, and days."""

    slug: str
    name: str
    pitch: str
    minimum: int
    target: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Past:
    """A round that is over, before subscriptions were taken here."""

    offer: Offer
    opens_on: dt.date
    closes_on: dt.date
    pays_roofs: bool = True


PAST = (
    Past(
        Offer(
            "fondation-2019",
            "Fondation : huit toits communaux",
            "Les huit premiers toits : 2 500 m² de panneaux sur les écoles et les bâtiments de la commune. "
            "Les quatre collèges ont souscrit, dont plus de soixante citoyens.",
            0,
            1_600,
            2_000,
        ),
        FOUNDED_ON,
        CAMPAIGNS[1][1],
    ),
    Past(
        Offer(
            "renforts-2023",
            "Renforts 2023 : onduleurs et suivi",
            "Une réserve pour remplacer les onduleurs, offerte à celles et ceux qui étaient déjà là.",
            0,
            60,
            150,
        ),
        *TOP_UP,
        pays_roofs=False,
    ),
)
# Opened one after the other, each when the one before is over.
OFFERS = (
    Offer(
        "toit-salle-des-fetes",
        "Toit de la salle des fêtes",
        "220 m² de panneaux sur le toit de la salle des fêtes : de quoi éclairer et chauffer toutes les "
        "réunions de la commune, et vendre le reste.",
        100,
        300,
        400,
    ),
    Offer(
        "ombrieres-du-stade",
        "Ombrières du stade",
        "Des ombrières au-dessus du parking du stade : de l’ombre l’été, de l’électricité toute l’année.",
        120,
        280,
        360,
    ),
    Offer(
        "toit-de-la-mediatheque",
        "Toit de la médiathèque",
        "Un toit plein sud au-dessus des livres : 160 m² de panneaux.",
        80,
        200,
        260,
    ),
)
FAILED = Offer(
    "ombriere-du-marche",
    "Ombrière de la place du marché",
    "Une ombrière au-dessus des étals. Trop peu de souscriptions : chacun est remboursé.",
    60,
    120,
    160,
)

# Where somebody stands. Until signed: "started", "identified", "read". Then the two gates.
Step = Literal["started", "identified", "read", "signed", "given_up"]
Paid = Literal["", "exact", "partial", "excess", "no_reference"]
Answer = Literal["", "approved", "refused"]


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for `shares`; born in `birth_year`, living in `commune`."""

    first_names: str
    last_name: str
    commune: str
    shares: int
    birth_year: int = 1980
    step: Step = "signed"
    paid: Paid = ""
    answer: Answer = ""
    legal_name: str = ""
    parent: str = ""
    invited: bool = False
    giver: str = ""
    message: str = ""
    reason: str = ""

    @property
    def payer(self) -> str:
        """Whose name the bank shows."""
        return self.giver or (f"{self.parent} {self.last_name}" if self.parent else self.person)

    @property
    def person(self) -> str:
        return f"{self.first_names} {self.last_name}"


# Paid and approved ones stay below the round's minimum: no share is issued yet, so that citizens stay 122.
REQUESTS = (
    Request("Mélanie", "Bocquet", "Loos-en-Gohelle", 2, 1988, paid="exact"),
    Request("Farid", "Haddouche", "Liévin", 4, 1979, paid="exact", invited=True),
    Request("Sylvie", "Dransart", "Lens", 10, 1963, paid="exact"),
    Request("Mathis", "Caron", "Loos-en-Gohelle", 1, 2004, paid="exact"),
    Request("Aïcha", "Benali", "Grenay", 3, 1991, paid="exact"),
    Request("Denis", "Wojcik", "Loos-en-Gohelle", 8, 1957, paid="exact", answer="approved"),
    Request("Karine", "Lhomme", "Loos-en-Gohelle", 4, 1975, paid="exact", answer="approved"),
    Request("Raymond", "Poteau", "Divion", 20, 1949, paid="exact", answer="approved"),
    Request("Céline", "Brasseur", "Lens", 5, 1984, paid="exact", answer="approved"),
    Request("Antoine", "Delobel", "Wingles", 6, 1990, paid="exact", answer="approved"),
    Request("Marie-Paule", "Hochart", "Loos-en-Gohelle", 2, 1954, paid="excess", answer="approved"),
    Request("Kévin", "Drouart", "Loos-en-Gohelle", 4, 1994, answer="approved"),
    Request("Sabrina", "Kubiak", "Liévin", 2, 1986, answer="approved"),
    Request("Hugues", "Demailly", "Bully-les-Mines", 10, 1968, answer="approved"),
    Request("Lucette", "Varlet", "Mazingarbe", 3, 1946, paid="partial", answer="approved"),
    Request("Thibault", "Roussel", "Loos-en-Gohelle", 2, 1996),
    Request("Nora", "Ziani", "Lens", 5, 1982, paid="no_reference"),
    Request("Éliane", "Cuvelier", "Loos-en-Gohelle", 6, 1959),
    Request("Jules", "Lemoine", "Loos-en-Gohelle", 2, 2018, paid="exact", parent="Aurore"),
    Request(
        "Inès", "Facon", "Grenay", 1, 2000, paid="exact", giver="Pierre Facon", message="Pour tes 26 ans !"
    ),
    Request(
        "Zoé", "Leclerc", "Lens", 2, 1999, step="started", giver="Agathe Leclerc", message="Un toit à toi."
    ),
    Request(
        "Yann", "Quéval", "Loos-en-Gohelle", 20, 1971, legal_name="Atelier des Gaillettes", answer="approved"
    ),
    Request(
        "Octave",
        "Prévost",
        "Lens",
        40,
        1965,
        paid="exact",
        answer="refused",
        reason="Le conseil réserve cette levée aux habitants et aux associations du bassin minier.",
    ),
    Request("Gwenaëlle", "Le Goff", "Loos-en-Gohelle", 3, 1993, step="read", invited=True),
    Request("Ahmed", "Belkacem", "Liévin", 2, 1987, step="identified"),
    Request("Paul", "Vermeulen", "Divion", 1, 1998, step="started"),
    Request("Ophélie", "Tison", "Grenay", 2, 1992, step="given_up"),
)
# Of the round that failed.
FAILED_REQUESTS = (Request("Josiane", "Lecat", "Loos-en-Gohelle", 5, 1960, paid="exact"),)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Rounds of one cooperative: those over, those opened one after the other, who asks for shares."""

    past: tuple[Past, ...]
    offers: tuple[Offer, ...]
    requests: tuple[Request, ...]
    failed: Offer
    failed_requests: tuple[Request, ...]


SMALL = Campaign(PAST, OFFERS, REQUESTS, FAILED, FAILED_REQUESTS)


def days_of(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a round found open on `today`."""
    opens_on = today - OPENED_BEFORE
    return opens_on, opens_on + OPEN_FOR

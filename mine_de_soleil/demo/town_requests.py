"""The funding rounds of the demo's town, and who asks for shares of the one that is open. Pure.

People stand where those of Mine de Soleil do, many times over: the same steps, other names.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mine_de_soleil.demo.names import FIRST_NAMES, LAST_NAMES
from mine_de_soleil.demo.rounds import REQUESTS, Campaign, Offer, Past, Request
from mine_de_soleil.demo.town import COMMUNES, TOWN_SEED, TownPlan
from mine_de_soleil.demo.town_register import campaigns_of_town

# Above what all who have paid ask for: no share is issued by the load.
OPEN_MINIMUM, OPEN_TARGET, OPEN_MAXIMUM = 600, 1_500, 2_400
SEASONS = {5: "Fondation", 3: "Printemps", 9: "Automne"}
OFFERS = (
    Offer(
        "douze-toits-d-ecoles",
        "Douze toits d’écoles",
        "Les douze dernières écoles de l’agglomération qui n’ont pas encore leurs panneaux : 1 900 m², "
        "et de quoi couvrir leur consommation d’une année.",
        OPEN_MINIMUM,
        OPEN_TARGET,
        OPEN_MAXIMUM,
    ),
    Offer(
        "ombrieres-des-gares",
        "Ombrières des gares",
        "Des ombrières au-dessus des parkings de quatre gares : de l’ombre l’été, du courant toute l’année.",
        OPEN_MINIMUM,
        OPEN_TARGET,
        OPEN_MAXIMUM,
    ),
)
FAILED = Offer(
    "toit-du-marche-couvert",
    "Toit du marché couvert",
    "Un toit trop vieux pour porter des panneaux sans travaux. Trop peu de souscriptions : chacun est "
    "remboursé.",
    900,
    1_200,
    1_500,
)
FAILED_REQUESTS = (
    Request("Lucienne", "Bécourt", "Lens", 5, 1960, paid="exact"),
    Request("Alain", "Quesnel", "Liévin", 2, 1971, paid="exact"),
    Request("Fatima", "Loiseau", "Wingles", 1, 1988),
)


def campaign_of(plan: TownPlan) -> Campaign:
    """A round for each campaign of the register, and as many requests as the plan says."""
    return Campaign(
        past=tuple(_past(first, last) for first, last in campaigns_of_town()),
        offers=OFFERS,
        requests=tuple(_requests(plan.requests)),
        failed=FAILED,
        failed_requests=FAILED_REQUESTS,
    )


def _past(first: dt.date, last: dt.date) -> Past:
    season = SEASONS[first.month]
    offer = Offer(
        f"{season.lower()}-{first.year}",
        f"{season} {first.year}",
        "Les toits des communes de l’agglomération, l’un après l’autre.",
        0,
        6_000,
        30_000,
    )
    return Past(offer, first, last)


def _requests(count: int) -> Iterator[Request]:
    """As those of Mine de Soleil in turn; the one company that asks isn't there twice."""
    rng = np.random.default_rng([TOWN_SEED, 4])
    known = {(one.first_names, one.last_name) for one in FAILED_REQUESTS}
    for n in range(count):
        model = REQUESTS[n % len(REQUESTS)]
        name = _new_name(rng, known)
        yield _like(model, name, COMMUNES[rng.integers(len(COMMUNES))].name, is_first=n < len(REQUESTS))


def _new_name(rng: np.random.Generator, known: set[tuple[str, str]]) -> tuple[str, str]:
    name = (FIRST_NAMES[rng.integers(len(FIRST_NAMES))], LAST_NAMES[rng.integers(len(LAST_NAMES))])
    while name in known:
        name = (FIRST_NAMES[rng.integers(len(FIRST_NAMES))], LAST_NAMES[rng.integers(len(LAST_NAMES))])
    known.add(name)
    return name


def _like(model: Request, name: tuple[str, str], commune: str, *, is_first: bool) -> Request:
    first, last = name
    giver = f"{model.giver.partition(' ')[0]} {last}" if model.giver else ""
    return replace(
        model,
        first_names=first,
        last_name=last,
        commune=commune,
        giver=giver,
        legal_name=model.legal_name if is_first else "",
    )

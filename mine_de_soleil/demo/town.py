"""The demo's town: a cooperative of a whole conurbation, as large as a plan says. All of it is invented.

True are the names, INSEE codes, postcodes and places of the communes [codes from memory, to be checked].
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.demo.company import Company
from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.sirens import invented_siren

TOWN_SEED = 62498
FOUNDED_ON, HISTORY_UNTIL = dt.date(2018, 5, 26), dt.date(2026, 6, 30)
# A share was 40 €; reserves taken into the capital made it 50 €.
FOUNDING_NOMINAL, NOMINAL_NOW, NOMINAL_CHANGED_ON = Decimal("40.00"), Decimal("50.00"), dt.date(2022, 6, 18)


@dataclass(frozen=True, slots=True)
class TownPlan:
    """How large: accounts of the register, lines of it at least, roofs, people who ask for shares today.

    `first_day`: since when the roofs are metered, at every `step`.
    """

    holders: int
    lines: int
    plants: int
    requests: int
    first_day: dt.date
    step: dt.timedelta


TOWN_PLAN = TownPlan(
    holders=10_000,
    lines=30_000,
    plants=200,
    requests=90,
    first_day=dt.date(2025, 1, 1),
    step=dt.timedelta(hours=1),
)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the conurbation: its centre [°], and its weight among holders and roofs."""

    name: str
    insee: str
    postcode: str
    latitude_deg: float
    longitude_deg: float
    weight: int


COMMUNES = (
    Commune("Lens", "62498", "62300", 50.4289, 2.8319, 30),
    Commune("Liévin", "62510", "62800", 50.4217, 2.7786, 26),
    Commune("Loos-en-Gohelle", "62528", "62750", 50.4560, 2.7950, 12),
    Commune("Bully-les-Mines", "62186", "62160", 50.4425, 2.7239, 11),
    Commune("Wingles", "62895", "62410", 50.4925, 2.8550, 8),
    Commune("Grenay", "62386", "62160", 50.4494, 2.7514, 7),
    Commune("Mazingarbe", "62563", "62670", 50.4722, 2.7178, 7),
    Commune("Divion", "62270", "62460", 50.4714, 2.5033, 6),
)
SEAT = COMMUNES[0]

VILLE_DU_SOLEIL = Company(
    slug="ville-du-soleil",
    facts={
        "short_name": "Ville du Soleil",
        "legal_name": "SAS Ville du Soleil",
        "seat_commune": SEAT.name,
        "seat_insee": SEAT.insee,
        "latitude_deg": SEAT.latitude_deg,
        "longitude_deg": SEAT.longitude_deg,
        "altitude_m": 38.0,
        "founded_on": FOUNDED_ON,
        "nominal_value": FOUNDING_NOMINAL,
        "contact_email": "bonjour@villedusoleil.example",
        "is_demo": True,
    },
    details={
        "seat_address": "8 place du Carreau",
        "seat_postcode": SEAT.postcode,
        "siren": invented_siren(7_100_000),
        "trade_register": "Arras",
        "iban": invented_iban(2),
        "bic": "DEMOFRPPXXX",
        "payment_prefix": "VDS",
    },
    editions=("ville-du-soleil-2018-05-26", "ville-du-soleil-2022-06-18"),
    statutes_of=NOMINAL_CHANGED_ON,
    capital_band="entre 500 000 € et 12 000 000 €",
)

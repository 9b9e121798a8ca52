"""The roofs of the demo's town and how they are metered. Pure; all invented but the communes."""

import datetime as dt
import unicodedata
from decimal import Decimal
from functools import lru_cache

import numpy as np

from mine_de_soleil.core.calendar import PARIS
from mine_de_soleil.demo.roofs import ArrayOf, Roof
from mine_de_soleil.demo.series import Metering, Outage, Silence
from mine_de_soleil.demo.town import COMMUNES, TOWN_SEED, Commune, TownPlan

# What the building is called and is, fewest and most modules, chance.
BUILDINGS = (
    ("École", "École", 60, 300, 0.34),
    ("Salle", "Salle communale", 60, 240, 0.16),
    ("Gymnase", "Équipement sportif", 150, 600, 0.14),
    ("Crèche", "Crèche", 24, 90, 0.09),
    ("Ateliers", "Ateliers municipaux", 90, 420, 0.09),
    ("Médiathèque", "Médiathèque", 45, 180, 0.06),
    ("Résidence", "Logements", 90, 360, 0.08),
    ("Halle", "Marché couvert", 240, 900, 0.04),
)
# Called after plants, birds and the mine's words: nobody's name.
CALLED = (
    *("des Acacias", "des Alouettes", "de l’Aubépine", "de la Barrette", "des Bleuets", "du Carreau"),
    *("du Chevalement", "des Coquelicots", "du Coron", "des Érables", "de la Fosse-Neuve", "des Gaillettes"),
    *("des Genêts", "du Grand-Large", "des Herscheuses", "des Hirondelles", "de l’Horizon", "du Jour-Levant"),
    *("de la Lampe", "des Libellules", "du Moulin", "des Noisetiers", "des Peupliers", "du Pont-Neuf"),
    *("des Porions", "du Puits-Vert", "des Quatre-Vents", "du Terril", "des Tilleuls", "du Vert-Pré"),
)
FIRST_ROOF, LAST_ROOF = dt.date(2018, 11, 1), dt.date(2025, 10, 1)
WITHIN_DEG = 0.012  # of the commune's centre: about a kilometre


@lru_cache(maxsize=2)
def metering_of(plan: TownPlan) -> Metering:
    """As many roofs as the plan says, with half inverters stopped at one and a silence at another."""
    rng = np.random.default_rng([TOWN_SEED, 2])
    roofs = _roofs(rng, plan.plants)
    errors = tuple(float(error) for error in np.clip(rng.normal(0, 0.01, len(roofs)), -0.03, 0.03))
    stopped, silent = roofs[len(roofs) // 3].slug, roofs[len(roofs) // 2].slug
    return Metering(
        roofs=roofs,
        errors=errors,
        first_day=plan.first_day,
        step=plan.step,
        outages=(
            Outage(
                stopped,
                dt.datetime(2026, 4, 2, 11, tzinfo=PARIS),
                dt.datetime(2026, 4, 19, 15, tzinfo=PARIS),
                remaining=0.5,
            ),
        ),
        silences=(Silence(silent, dt.date(2025, 9, 6), dt.date(2025, 9, 9)),),
    )


def _roofs(rng: np.random.Generator, count: int) -> tuple[Roof, ...]:
    weights = np.array([commune.weight for commune in COMMUNES], dtype=float)
    chances = np.array([chance for *_rest, chance in BUILDINGS])
    roofs: dict[str, Roof] = {}
    while len(roofs) < count:
        commune = COMMUNES[rng.choice(len(COMMUNES), p=weights / weights.sum())]
        kind = int(rng.choice(len(BUILDINGS), p=chances / chances.sum()))
        called = CALLED[rng.integers(len(CALLED))]
        roof = _roof(rng, commune, kind, called, len(roofs) + 1)
        # The same name in the same commune would be the same building.
        roofs.setdefault(roof.slug, roof)
    return tuple(roofs.values())


def _roof(rng: np.random.Generator, commune: Commune, kind: int, called: str, number: int) -> Roof:
    word, building, fewest, most, _chance = BUILDINGS[kind]
    name = f"{word} {called}, {commune.name}"
    arrays = _arrays(rng, int(rng.integers(fewest // 3, most // 3 + 1)) * 3)
    peak_w = sum(array.peak_power_w for array in arrays)
    days = (LAST_ROOF - FIRST_ROOF).days
    return Roof(
        slug=_slug(name),
        name=name,
        building=building,
        meter_code=f"VDS-{number:04d}",
        latitude_deg=round(commune.latitude_deg + float(rng.uniform(-WITHIN_DEG, WITHIN_DEG)), 5),
        longitude_deg=round(commune.longitude_deg + float(rng.uniform(-WITHIN_DEG, WITHIN_DEG)) * 1.5, 5),
        commissioned_on=FIRST_ROOF + dt.timedelta(days=int(rng.integers(days))),
        inverter_power_w=round(peak_w * float(rng.uniform(0.82, 0.98)) / 1_000) * 1_000,
        loss_percent=Decimal(int(rng.integers(118, 142))) / 10,
        arrays=arrays,
        commune=commune.name,
        commune_insee=commune.insee,
    )


def _arrays(rng: np.random.Generator, modules: int) -> tuple[ArrayOf, ...]:
    """One side of the roof, or two that look apart by a right angle; every count a multiple of three."""
    tilt, azimuth = float(rng.integers(5, 38)), float(rng.integers(120, 240))
    if modules < 90 or rng.random() < 0.55:
        return (ArrayOf(modules, tilt, azimuth),)
    smaller = int(modules * float(rng.uniform(0.25, 0.5))) // 3 * 3
    turned = azimuth + 90 if azimuth < 180 else azimuth - 90
    return (ArrayOf(modules - smaller, tilt, azimuth), ArrayOf(smaller, tilt, turned))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("’", " ")).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())[:60]

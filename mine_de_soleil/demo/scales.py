"""The sizes a demo comes in: each is a description from which the same loaders run.

`small` is Mine de Soleil. `town` is what it would be if a whole conurbation had joined. Descriptions are
functions where drawing them takes time: nobody pays for the one that isn't loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mine_de_soleil.demo import movements, people, rounds
from mine_de_soleil.demo.company import MINE_DE_SOLEIL, Company
from mine_de_soleil.demo.movements import Register
from mine_de_soleil.demo.people import Cast
from mine_de_soleil.demo.rounds import Campaign
from mine_de_soleil.demo.series import EIGHT_ROOFS, Metering
from mine_de_soleil.demo.town import TOWN_PLAN, VILLE_DU_SOLEIL, TownPlan
from mine_de_soleil.demo.town_people import crowd_of
from mine_de_soleil.demo.town_register import history_of
from mine_de_soleil.demo.town_requests import campaign_of
from mine_de_soleil.demo.town_roofs import metering_of


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """What is loaded under one name. `in_bulk`: the register is written by thousands, not act by act."""

    name: str
    company: Company
    register: Callable[[], Register]
    cast: Callable[[], Cast]
    metering: Callable[[], Metering]
    campaign: Callable[[], Campaign]
    in_bulk: bool = False


def town_of(plan: TownPlan) -> Scale:
    """A town as large as `plan` says; the tests load a hamlet of it."""
    return Scale(
        name="town",
        company=VILLE_DU_SOLEIL,
        register=lambda: history_of(plan),
        cast=lambda: crowd_of(plan).cast,
        metering=lambda: metering_of(plan),
        campaign=lambda: campaign_of(plan),
        in_bulk=True,
    )


SMALL = Scale(
    name="small",
    company=MINE_DE_SOLEIL,
    register=movements.register,
    cast=people.cast,
    metering=lambda: EIGHT_ROOFS,
    campaign=lambda: rounds.SMALL,
)
TOWN = town_of(TOWN_PLAN)
SCALES = {scale.name: scale for scale in (SMALL, TOWN)}

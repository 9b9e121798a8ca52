"""A small cooperative on 16 June 2025, with figures a pencil can check; tests of pages read it back.

2,000 shares of €50: Jeanne Delattre 500 (25 %), the SEM 1,500. Two roofs, read on 14 June alone:
96 kWh in Loos-en-Gohelle, 24 kWh in Lens, 120 kWh together. Each was forecast 100 kWh for that day.
"""

import datetime as dt
import html
import re
from dataclasses import dataclass

from django.http import HttpResponse

from installations.models import Plant
from mine_de_soleil.core.models import User
from shareholders.models import Cooperative
from shareholders.roles import Role
from shareholders.services import issue_shares
from tests.factories import (
    CollegeFactory,
    CooperativeFactory,
    ShareholderFactory,
    flat_forecast,
    member,
    plant_with_meter,
)
from tests.production.deliveries import bring, paris_day

NOW = dt.datetime(2025, 6, 16, 10, tzinfo=dt.UTC)
SATURDAY = dt.date(2025, 6, 14)


@dataclass(frozen=True, slots=True)
class Scene:
    """The cooperative, its shareholder with an account, and its roofs."""

    cooperative: Cooperative
    jeanne: User
    school: Plant
    pool: Plant

    @property
    def base(self) -> str:
        return f"/{self.cooperative.slug}/"


def set_the_scene() -> Scene:
    cooperative = CooperativeFactory(short_name="Soleil d’essai")
    citizens = CollegeFactory(cooperative=cooperative, code="citizens", name="Citoyens", position=1)
    sem = CollegeFactory(cooperative=cooperative, code="sem", name="SEM", position=2)
    jeanne = member(cooperative, Role.SHAREHOLDER, full_name="Jeanne Delattre")
    own = ShareholderFactory(college=citizens, number=1, last_name="Delattre", user=jeanne)
    other = ShareholderFactory(college=sem, number=2, legal=True, legal_name="SEM d’essai")
    issue_shares(actor=None, shareholder=own, quantity=500, dated=dt.date(2019, 7, 12))
    issue_shares(actor=None, shareholder=other, quantity=1_500, dated=dt.date(2019, 7, 12))
    school = roof(cooperative, 4_000, name="École Ovide-Leroy")
    pool = roof(cooperative, 1_000, name="Piscine de Lens", commune="Lens", commune_insee="62498")
    return Scene(cooperative, jeanne, school, pool)


def roof(cooperative: Cooperative, hourly_wh: int, **fields: str) -> Plant:
    """A roof that made as much every hour of the Saturday."""
    meter = plant_with_meter(cooperative=cooperative, **fields)
    flat_forecast(meter.plant)
    bring(meter, paris_day(SATURDAY, hourly_wh), name=f"{meter.code}.csv")
    return meter.plant


def read(response: HttpResponse) -> str:
    """What a reader sees of the page itself: no tags, single ordinary spaces."""
    assert response.status_code == 200
    main = response.text.split("<main", 1)[1].split("</main>", 1)[0]
    text = html.unescape(re.sub(r"<[^>]*>", " ", "<main" + main))
    return re.sub(r"\s+", " ", text)

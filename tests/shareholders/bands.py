"""Editions of the statutes that differ by their band of variable capital alone, for tests."""

import datetime as dt

from shareholders.models import Cooperative, StatutesEdition
from shareholders.services.people import adopt_statutes
from tests.factories import demo_statutes

FIRST = dt.date(2019, 7, 12)


def edition_of(*, floor: int, ceiling: int = 500_000, adopted_on: dt.date = FIRST) -> str:
    """The demo's statutes with another band [€]; the stated capital is the floor."""
    changes = {
        "floor_eur = 7_000": f"floor_eur = {floor}",
        "stated_eur = 70_000": f"stated_eur = {floor}",
        "ceiling_eur = 500_000": f"ceiling_eur = {ceiling}",
        "adopted_on = 2019-07-12": f"adopted_on = {adopted_on}",
        'edition = "2019-07-12"': f'edition = "{adopted_on}"',
    }
    text = demo_statutes()
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return text


def put_in_force(
    cooperative: Cooperative,
    *,
    floor: int,
    ceiling: int = 500_000,
    adopted_on: dt.date = FIRST,
    effective_on: dt.date | None = None,
) -> StatutesEdition:
    """Statutes with this band [€], from `effective_on` on."""
    text = edition_of(floor=floor, ceiling=ceiling, adopted_on=adopted_on)
    return adopt_statutes(actor=None, cooperative=cooperative, text=text, effective_on=effective_on)

"""What migration 0009 reads in editions adopted before it, by its own means."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest

from tests.factories import demo_statutes

migration = import_module("shareholders.migrations.0009_capital_bounds")


class Editions(list):
    """As the manager of a model at that state would list them."""

    def select_related(self, _: str) -> "Editions":
        return self


def edition(text: str) -> SimpleNamespace:
    return SimpleNamespace(
        pk=7, text=text, adopted_on="2024-01-01", cooperative=SimpleNamespace(slug="essai"), save=lambda: None
    )


def read(found: SimpleNamespace) -> None:
    model = SimpleNamespace(objects=Editions([found]))
    migration.read_bands(SimpleNamespace(get_model=lambda *_: model), None)


def test_an_edition_s_band_is_read_from_its_text():
    found = edition(demo_statutes())
    read(found)
    assert (found.capital_floor, found.effective_on) == (Decimal(7_000), "2024-01-01")
    assert found.capital_ceiling >= found.capital_floor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a = ",
        "capital = 3",
        "[capital]\nfloor_eur = 1",
        "[capital]\nfloor_eur = 9\nceiling_eur = 5",
        "[capital]\nfloor_eur = nan\nceiling_eur = nan",
        "[capital]\nfloor_eur = [1]\nceiling_eur = 5",
    ],
)
def test_a_band_nobody_can_read_stops_the_migration_and_names_the_edition(text: str):
    with pytest.raises(migration.BandUnread, match="essai adopted on 2024-01-01"):
        read(edition(text))

"""What the page of one meter shows: its counter, how its files are read, and energies without a day."""

from dataclasses import dataclass

from installations.models import Meter, MeterReplacement
from production.models import MeterLayout
from production.spans import EVER, UnplacedEnergy, unplaced


@dataclass(frozen=True, slots=True)
class MeterPage:
    """One meter as its operator sees it."""

    meter: Meter
    replacements: tuple[MeterReplacement, ...]
    layouts: tuple[MeterLayout, ...]
    energies: tuple[UnplacedEnergy, ...]

    @property
    def unplaced_wh(self) -> int:
        return sum(energy.unplaced_wh for energy in self.energies)


def meter_page(meter: Meter) -> MeterPage:
    """Everything the page of a meter shows."""
    return MeterPage(
        meter,
        tuple(meter.replacements.select_related("entered_by").order_by("-at")),
        tuple(meter.layouts.select_related("drawn_by").order_by("-used_at")),
        unplaced([meter], *EVER),
    )

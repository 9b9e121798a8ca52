"""Bodies of readings and the meters they name: what both receiving and undoing ask."""

from installations.models import Meter
from production.formats import MeterSeries
from production.formats.errors import refuse
from production.models import ReadingImport
from production.readings_body import BodyRefused, KnownMeter, open_body, read_body


def known_meter(meter: Meter) -> KnownMeter:
    """What bounds the readings of a meter; its plant and its arrays are read."""
    plant = meter.plant
    peak_power_w = sum(array.peak_power_w for array in plant.arrays.all()) or None
    return KnownMeter(meter.code, plant.zone, peak_power_w, meter.installed_on, meter.removed_on)


def read_kept_body(received: ReadingImport) -> MeterSeries:
    """Read what the body of an import says of its meter once more. Raises FileRefused."""
    known = known_meter(received.meter)
    body = open_body(received.file.content, received.asked_format)
    try:
        found = read_body(body.only(known.code), {known.code: known}, latest=received.asked_at)
    except BodyRefused as refusal:
        # It was good once; what the plant is made of, or the meter's code, has been corrected since.
        raise refuse(received.file_name, str(refusal), "corrigez le compteur ou sa centrale") from refusal
    return found[known.code]

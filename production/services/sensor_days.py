"""After sensors spoke: what their roof should have made under what they measured."""

import logging

from installations.models import Plant
from mine_de_soleil.core.journal import record
from production.climate import ClimateError
from production.fleet import FleetError
from production.heat import HeatError
from production.models import ExpectedDay, FrozenWeather
from production.services.expected import expect_days
from production.weather import WeatherError

log = logging.getLogger(__name__)


def tell_sensor_days(weather_id: int) -> int:
    """Days of a plant under what its own sensors measured. Returns rows made; safe to repeat.

    Sensors that leave out what the engine needs tell none, and the journal says why.
    """
    kept = FrozenWeather.objects.get(pk=weather_id, kind=FrozenWeather.Kind.SENSOR)
    plants = Plant.objects.select_related("cooperative", "sheet", "network")
    plant = plants.prefetch_related("arrays", "network__buildings").get(weathers=kept)
    try:
        return expect_days([plant], kept, kind=ExpectedDay.Kind.PAST)
    except (WeatherError, ClimateError, FleetError, HeatError) as reason:
        log.warning("no expected days from the sensors of %s: %s", plant.slug, reason)
        record(None, "weather_failed", kept, scope=plant.cooperative.slug, reason=str(reason)[:300])
        return 0

"""Weather of a place asked of a service on somebody's word, and kept for all."""

import datetime as dt

from django.db import transaction

from mine_de_soleil.core.journal import record
from production.models import FrozenWeather
from production.services.weather import keep_weather
from production.services.weather_files import Brought, summary_of
from production.weather import get_pvgis_tmy
from production.weather.pvgis import TMY


def fetch_pvgis_year(
    latitude: float, longitude: float, *, dry_run: bool = False, now: dt.datetime
) -> Brought:
    """PVGIS' typical year at latitude, longitude [°], kept for every cooperative; the same year is kept once.

    Without the horizon of the terrain, which each roof's sheet tells. Raises climate.ClimateError,
    WeatherError: SourceUnreachable, SourceRefused and what `weather.read_pvgis_tmy` raises.
    """
    data, meta = get_pvgis_tmy(
        latitude, longitude, retrieved_at=now
    )  # before any transaction: it takes seconds
    summary = summary_of(data, meta)
    if dry_run:
        return Brought("pvgis-tmy", summary, None)
    public = FrozenWeather.objects.filter(plant=None, cooperative=None, source=meta.method)
    known = public.filter(sha256=meta.sha256).exists()
    with transaction.atomic():
        kept = keep_weather(data, meta)
        if not known:
            record(None, "keep_weather_file", kept, scope="", file=TMY, sha256=kept.sha256)
    return Brought("pvgis-tmy", summary, kept, already_kept=known)

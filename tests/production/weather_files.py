"""Weathers and drafts for tests of pages, routes and commands."""

import datetime as dt
import json

import pandas as pd

from installations.models import Plant
from production.models import FrozenWeather, WeatherDraft
from production.services.weather import keep_weather
from production.services.weather_files import WeatherDelivery, receive_weather_file
from production.weather.recognition import read_recognized
from tests.production.weather import LENS, clear_days, open_meteo_answer

NOON = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
LOGGER = """Date;Rayonnement global (W/m²);Temp. air (°C);Vent (m/s);Température panneau (°C)
"""


def past_weather(first: dt.date = dt.date(2025, 7, 1), days: int = 31) -> bytes:
    """Some days of a plain blue sky over Lens, as Open-Meteo answers."""
    return json.dumps(open_meteo_answer(first, days)).encode()


def july_weather() -> bytes:
    return past_weather()


def kept_weather(content: bytes = b"", name: str = "juin.json") -> FrozenWeather:
    """A weather kept with its file, by default the June of 2025."""
    content = content or past_weather(dt.date(2025, 6, 1), 30)
    data, meta = read_recognized(content, "open-meteo", filename=name, now=NOON)
    return keep_weather(data, meta, original=content, file_name=name)


def weather_examples(plant: Plant) -> dict[str, object]:
    """What the addresses of weather name: one kept, one waiting."""
    draft = draft_of(plant)
    return {"weather": kept_weather().pk, "weather_draft": draft.pk}


def draft_of(plant: Plant, content: bytes = b"") -> WeatherDraft:
    """A file an operator is looking into: the May of 2025."""
    delivery = WeatherDelivery("mai.json", content or past_weather(dt.date(2025, 5, 1), 31))
    return receive_weather_file(actor=None, cooperative=plant.cooperative, delivery=delivery, now=NOON)


def logger_file(
    first: str = "2025-06-01", days: int = 2, *, columns: str = "", factor: float = 1.0, zone: str = "UTC"
) -> bytes:
    """What a logger on a roof in Lens writes: hourly, semicolons, decimal commas."""
    starts = pd.date_range(first, periods=24 * days, freq="h", tz=zone)
    sky = clear_days(*LENS, starts.tz_convert("UTC") + pd.Timedelta(minutes=30))
    rows = [
        f"{start:%d/%m/%Y %H:%M};{light * factor:.1f};{12 + start.hour / 4:.2f};3,5;40,0".replace(".", ",")
        for start, light in zip(starts, sky["global"], strict=True)
    ]
    return ((columns or LOGGER) + "\n".join(rows) + "\n").encode()


MAPPING = {
    "columns": [
        {"title": "Rayonnement global (W/m²)", "quantity": "ghi", "unit": "W/m²", "plane": ""},
        {"title": "Temp. air (°C)", "quantity": "temp_air", "unit": "°C", "plane": ""},
        {"title": "Vent (m/s)", "quantity": "wind_speed", "unit": "m/s", "plane": ""},
    ],
    "label": "start",
    "timezone": "UTC",
}

"""A weather by the name somebody gives it: a number, a fingerprint, a code, or a file."""

import datetime as dt
import re
from pathlib import Path

import pandas as pd
from django.db.models import QuerySet

from production.models import FrozenWeather
from production.services.weather import thawed
from production.study import check_year
from production.weather import WeatherMeta
from production.weather.files import MAX_FILE_BYTES
from production.weather.recognition import read_recognized, recognize

# So few hexadecimal digits tell a weather from millions of others.
SHORTEST_HASH = 8
Weather = tuple[pd.DataFrame, WeatherMeta]


class UnknownName(Exception):
    """No weather has this name, or several have: `count`."""

    def __init__(self, name: str, count: int) -> None:
        self.name, self.count = name, count
        super().__init__(f"{count} weathers are named {name!r}")


def year_named(name: str, *, now: dt.datetime) -> Weather:
    """A whole year of weather by the name somebody gives it.

    A file of a form we recognize comes first, then what is kept: by its number, by the first digits of its
    fingerprint, by its code or name. Raises UnknownName, study.NotOneYear, WeatherError, ClimateError.
    """
    path = Path(name)
    if _is_file(path):
        with path.open("rb") as file:  # one byte over the limit is enough for the reader to say so
            content = file.read(MAX_FILE_BYTES + 1)
        found = read_recognized(content, recognize(content), filename=path.name, now=now)
    else:
        found = thawed(_kept(name))
    data, meta = found
    check_year(pd.DatetimeIndex(data.index), dt.timedelta(seconds=meta.step_s))
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name no file system would take
        return False


def _kept(name: str) -> FrozenWeather:
    found = list(_named(name)[:2])
    if len(found) != 1:
        raise UnknownName(name, len(found))
    return found[0]


def _named(name: str) -> QuerySet[FrozenWeather]:
    every = FrozenWeather.objects.order_by("pk")
    if "\0" in name:
        return every.none()
    if re.fullmatch(r"\d{1,9}", name) and every.filter(pk=int(name)).exists():
        return every.filter(pk=int(name))
    if re.fullmatch(rf"[0-9a-f]{{{SHORTEST_HASH},64}}", name):
        return every.filter(sha256__startswith=name)
    # A code begins with its source, and is made of what the details hold.
    same_source = every.without_numbers().filter(source=name.split(" ")[0])
    coded = [kept.pk for kept in same_source if WeatherMeta.from_json(kept.details).code == name]
    return every.filter(pk__in=coded) if coded else every.filter(name=name)

"""The first weather that can be had, and why those before it could not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from production.climate import ClimateError
from production.formats.errors import FileRefused
from production.weather.errors import DoesNotCover, SourceRefused, SourceUnreachable, WeatherError
from production.weather.meta import Kind, WeatherMeta


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a weather is for: kinds admitted (none: all); bounds (UTC) of days that were or will come."""

    kinds: tuple[Kind, ...] = ()
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source to try: its code, and a call that reads or fetches it."""

    source: str
    load: Callable[[], tuple[pd.DataFrame, WeatherMeta]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A source that was tried in vain: `code` of the error, `reason` in the source's own terms."""

    source: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class ChosenWeather:
    """The weather used, the source it came from, and the attempts before it in their order."""

    data: pd.DataFrame
    meta: WeatherMeta
    source: str
    attempts: tuple[Attempt, ...] = ()

    @property
    def is_fallback(self) -> bool:
        """Whether a source before this one failed: a page must say which one is used instead."""
        return bool(self.attempts)


class NoWeather(WeatherError):
    """No candidate gave what was wanted; `attempts` tell why, one by one."""

    code = "no-weather"

    def __init__(self, attempts: tuple[Attempt, ...]) -> None:
        self.attempts = attempts
        super().__init__("; ".join(f"{one.source}: {one.reason}" for one in attempts) or "no candidate")


def best_weather(wanted: Wanted, candidates: Sequence[Candidate]) -> ChosenWeather:
    """Try the candidates in their order; the first that gives what is wanted is used. Raises NoWeather.

    A typical year has no days of its own: it answers any bounds, as the last resort a page then names.
    Only errors about weather, climate and files are taken for a refusal; a fault of ours goes through.
    """
    attempts: list[Attempt] = []
    for candidate in candidates:
        try:
            data, meta = candidate.load()
            _check_wanted(wanted, meta)
        except (WeatherError, ClimateError, FileRefused) as error:
            attempts.append(_attempt(candidate.source, error))
            continue
        return ChosenWeather(data, meta, candidate.source, tuple(attempts))
    raise NoWeather(tuple(attempts))


def _check_wanted(wanted: Wanted, meta: WeatherMeta) -> None:
    if wanted.kinds and meta.kind not in wanted.kinds:
        raise DoesNotCover(f"a weather of kind {meta.kind}, wanted: {', '.join(wanted.kinds)}")
    if meta.kind == "typical" or meta.start is None or meta.end is None:
        return
    if wanted.start is not None and meta.start > wanted.start:
        raise DoesNotCover(f"begins {meta.start:%Y-%m-%d %H:%M} UTC, wanted {wanted.start:%Y-%m-%d %H:%M}")
    if wanted.end is not None and meta.end < wanted.end:
        raise DoesNotCover(f"ends {meta.end:%Y-%m-%d %H:%M} UTC, wanted {wanted.end:%Y-%m-%d %H:%M}")


def _attempt(source: str, error: WeatherError | ClimateError | FileRefused) -> Attempt:
    if isinstance(error, SourceUnreachable | SourceRefused):
        return Attempt(source, error.code, error.reason)
    code = error.code if isinstance(error, WeatherError) else _OTHER[isinstance(error, ClimateError)]
    return Attempt(source, code, str(error))


_OTHER = {True: "outside-climate", False: "file-refused"}

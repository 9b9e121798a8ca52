"""Why a weather is refused: errors that carry data; the sentence for people is written by who shows them."""

from __future__ import annotations

from typing import ClassVar


class WeatherError(ValueError):
    """A weather nothing may be computed from.

    `code` names the kind of fault for programs, `file` and `line` (from 1) the place, `problem` the fault in
    English.
    """

    code: ClassVar[str] = "weather"

    def __init__(self, problem: str, *, file: str = "", line: int | None = None) -> None:
        self.problem, self.file, self.line = problem, file, line
        place = file if line is None else f"{file}, line {line}".lstrip(", ")
        super().__init__(f"{place}: {problem}" if place else problem)


class MissingColumn(WeatherError):
    """A quantity the engine needs is absent."""

    code = "missing-column"


class WrongTimeZone(WeatherError):
    """Times without a zone, not in UTC, or a file whose zone cannot be its longitude's."""

    code = "wrong-time-zone"


class SunOutOfPlace(WrongTimeZone):
    """Light too early or too late for the sun of the place: wrong zone, wrong label, wrong place."""

    code = "sun-out-of-place"


class MissingHours(WeatherError):
    """Times that are not one regular series at the stated step."""

    code = "missing-hours"


class WrongYearLength(MissingHours):
    """A typical year that does not have 8,760 hours."""

    code = "wrong-year-length"


class MissingValues(WeatherError):
    """NaN, null, or a file's own mark for "not measured" among the numbers."""

    code = "missing-values"


class ImplausibleWeather(WeatherError):
    """Numbers that cannot be in the stated unit."""

    code = "implausible"


class WrongUnit(WeatherError):
    """A unit that is not one of the quantity's."""

    code = "wrong-unit"


class WrongPlane(WeatherError):
    """Irradiance given on a tilted or turning plane where the horizontal one is needed."""

    code = "wrong-plane"


class UnreadableFile(WeatherError):
    """A content that is not in the format it is read as: cut, binary, HTML, another format."""

    code = "unreadable"


class FileTooLarge(UnreadableFile):
    """A file beyond the limit, as it comes or once unpacked."""

    code = "too-large"


class AlteredWeather(WeatherError):
    """Frozen numbers whose fingerprint is no longer the one they were frozen with."""

    code = "altered"


class DifferentSteps(WeatherError):
    """Two weathers that cannot stand side by side: other steps, or no interval in common."""

    code = "different-steps"


class DoesNotCover(WeatherError):
    """A weather that leaves out a part of the days asked for."""

    code = "does-not-cover"


class SourceUnreachable(WeatherError):
    """A service that gave no whole answer.

    `reason`: "timeout", "connection", "cut-short", "too-large", "busy" (HTTP 429) or "http-500" and the like.
    """

    code = "unreachable"

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source} gave no answer: {reason}")


class SourceRefused(WeatherError):
    """A service that answered no, in its own words: a place at sea, days it does not have."""

    code = "refused"

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source} refused: {reason}")

"""What the page of a meter's quality shows: a year of days, troubles worst first, what years say."""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from installations.models import Meter, Plant
from mine_de_soleil.core.calendar import days_bounds
from mine_de_soleil.core.csv_text import csv_text
from mine_de_soleil.core.spreadsheets import no_formula
from mine_de_soleil.core.templatetags.page_kit import moment, short_day
from production.models import DayQuality, PlantTrend, ReadingImport
from production.quality.longterm import AVAILABILITY, DEGRADATION, SOILING
from production.quality_words import (
    LETTERS,
    MEANINGS,
    TREND_TITLES,
    Words,
    missing_days_of,
    trend_in_words,
    trend_reason,
    what_to_do,
    why,
)
from production.wording import month_name, weekday_name

State = DayQuality.State
WORST_FIRST = (State.OUTAGE, State.DOUBTFUL, State.LOST_CONTACT, State.SILENT, State.PARTIAL)
NOT_WHOLE = (State.LOST_CONTACT, State.SILENT, State.PARTIAL)
MOST_FILES = 3
DAY = dt.timedelta(days=1)
FINDING_COLUMNS = ("kind", "first", "last", "value", "other")
CSV_COLUMNS = ("meter", "day", "state", "finding", *FINDING_COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar; without state it was never checked."""

    day: dt.date
    state: str
    letter: Words
    label: Words
    anchor: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, by weeks from Monday on; None where a week begins or ends elsewhere."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One state in the legend, and how many days of the year it has."""

    state: str
    label: Words
    letter: Words
    meaning: Words
    days: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Days in a row with the same state for the same reasons."""

    state: str
    label: Words
    first: dt.date
    last: dt.date
    reasons: tuple[str, ...]
    action: str
    files: tuple[ReadingImport, ...]

    @property
    def anchor(self) -> str:
        return f"jour-{self.first}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A long-term figure in words, or why there is none."""

    title: Words
    text: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """One meter, one year."""

    plant: Plant
    meter: Meter | None
    meters: tuple[Meter, ...]
    year: int
    years: tuple[int, ...]
    months: tuple[Month, ...]
    kinds: tuple[Kind, ...]
    troubles: tuple[Trouble, ...]
    missing: str
    trend: PlantTrend | None
    trends: tuple[TrendLine, ...]
    weekdays: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def checked_days(self) -> int:
        return sum(kind.days for kind in self.kinds)

    @property
    def bad_days(self) -> int:
        return self.checked_days - next(kind.days for kind in self.kinds if kind.state == State.GOOD)


def quality_page(plant: Plant, today: dt.date, *, meter_code: str, year: str) -> QualityPage:
    """One meter of `plant`, its first unless named, in one year, the latest checked unless told."""
    meters = tuple(plant.meters.order_by("code"))
    meter = next((one for one in meters if one.code == meter_code), meters[0] if meters else None)
    years = _years(meter)
    # As texts: thousands of digits are no number to Python.
    chosen = {f"{known}": known for known in years}.get(year, max(years, default=today.year))
    rows = list(_days_of(meter, chosen)) if meter else []
    troubles = _troubles(rows, _files(meter, chosen) if meter else [])
    return QualityPage(
        plant=plant,
        meter=meter,
        meters=meters,
        year=chosen,
        years=years,
        months=_months(chosen, rows, troubles) if rows else (),
        kinds=_kinds(rows),
        troubles=troubles,
        missing=missing_days_of(sum(row.state in NOT_WHOLE for row in rows)),
        trend=(trend := PlantTrend.objects.filter(plant=plant).first()),
        trends=_trends(trend),
        weekdays=tuple(weekday_name(number) for number in range(7)),
        sources=_sources(rows, trend),
    )


def _years(meter: Meter | None) -> tuple[int, ...]:
    if meter is None:
        return ()
    span = DayQuality.objects.filter(meter=meter).aggregate(first=Min("day"), last=Max("day"))
    return tuple(range(span["first"].year, span["last"].year + 1)) if span["first"] else ()


def _days_of(meter: Meter, year: int) -> Iterable[DayQuality]:
    days = DayQuality.objects.filter(meter=meter).between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return days.order_by("day")


def _files(meter: Meter, year: int) -> list[ReadingImport]:
    """The files whose readings touch the year, the latest first."""
    bounds = days_bounds(dt.date(year, 1, 1), dt.date(year, 12, 31), meter.plant.zone)
    touching = ReadingImport.objects.filter(meter=meter).stored_within(*bounds)
    return list(touching.select_related("meter__plant").defer("file__packed").order_by("-id"))


def _kinds(rows: Sequence[DayQuality]) -> tuple[Kind, ...]:
    counts = dict.fromkeys((State.GOOD, *WORST_FIRST), 0)
    for row in rows:
        counts[State(row.state)] += 1
    return tuple(
        Kind(state.value, state.label, LETTERS[state], MEANINGS[state], days)
        for state, days in counts.items()
    )


def _troubles(rows: Sequence[DayQuality], files: Sequence[ReadingImport]) -> tuple[Trouble, ...]:
    """Runs of days alike, worst first, the latest of a kind before the others."""
    runs: list[list[DayQuality]] = []
    for row in rows:
        if row.state == State.GOOD:
            continue
        if runs and _alike(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    found = [_trouble(run, files) for run in runs]
    found.sort(key=lambda trouble: trouble.first, reverse=True)
    return tuple(sorted(found, key=lambda trouble: WORST_FIRST.index(State(trouble.state))))


def _alike(before: DayQuality, row: DayQuality) -> bool:
    return row.day - before.day == DAY and (before.state, _kinds_of(before)) == (row.state, _kinds_of(row))


def _kinds_of(row: DayQuality) -> set[str]:
    return {found["kind"] for found in row.findings}


def _trouble(run: Sequence[DayQuality], files: Sequence[ReadingImport]) -> Trouble:
    first, last = run[0], run[-1]
    return Trouble(
        state=first.state,
        label=State(first.state).label,
        first=first.day,
        last=last.day,
        # One sentence a kind: the first day's figure stands for the run.
        reasons=tuple({found["kind"]: why(found) for found in first.findings}.values()),
        action=what_to_do(_kinds_of(first)),
        files=tuple(file for file in files if _touches(file, first.day, last.day))[:MOST_FILES],
    )


def _touches(file: ReadingImport, first: dt.date, last: dt.date) -> bool:
    if not (file.first_start and file.last_end):
        return False
    begins, ends = file.local_days
    return begins <= last and ends >= first


def _months(year: int, rows: Sequence[DayQuality], troubles: Sequence[Trouble]) -> tuple[Month, ...]:
    by_day = {row.day: row for row in rows}
    anchors = {trouble.first + n * DAY: trouble.anchor for trouble in troubles for n in range(trouble.days)}
    return tuple(_month(year, month, by_day, anchors) for month in range(1, 13))


def _month(
    year: int, month: int, by_day: Mapping[dt.date, DayQuality], anchors: Mapping[dt.date, str]
) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return Month(
        month_name(month),
        tuple(
            tuple(_cell(day, by_day.get(day), anchors) if day.month == month else None for day in week)
            for week in weeks
        ),
    )


def _cell(day: dt.date, row: DayQuality | None, anchors: Mapping[dt.date, str]) -> Cell:
    if row is None:
        return Cell(day, "", "", _("non vérifié"), "")
    state = State(row.state)
    return Cell(day, state.value, LETTERS[state], state.label, anchors.get(day, ""))


def _sources(rows: Sequence[DayQuality], trend: PlantTrend | None) -> tuple[str, ...]:
    """Where the states come from: readings, rules, libraries, and when."""
    lines = [
        _(
            "Chaque jour est jugé d’après les relevés du compteur, le soleil du lieu par ciel clair et les "
            "toits voisins de la commune ; bibliothèques pvanalytics et ruptures."
        )
    ]
    if rows:
        checked = max(row.checked_at for row in rows)
        lines.append(_("Vérifié le %(moment)s.") % {"moment": moment(checked)})
    if trend:
        said = {
            "n": trend.days_used,
            "first": short_day(trend.first_day),
            "last": short_day(trend.last_day),
            "made": short_day(trend.made_at),
        }
        line = _(
            "Années : %(n)s jours complets dont le temps est connu, du %(first)s au %(last)s ; "
            "calcul RdTools du %(made)s ; l’intervalle vaut dix-neuf fois sur vingt."
        )
        lines.append(line % said)
    return tuple(lines)


def _trends(trend: PlantTrend | None) -> tuple[TrendLine, ...]:
    if trend is None:
        return ()
    return tuple(
        TrendLine(
            TREND_TITLES[name],
            trend_in_words(name, **trend.figures[name])
            if name in trend.figures
            else trend_reason(trend.reasons[name]),
        )
        for name in (DEGRADATION, SOILING, AVAILABILITY)
    )


def quality_csv(plant: Plant, first: dt.date, last: dt.date) -> str:
    """Every day of every meter, one line a finding, a day without any on a line of its own."""
    rows = DayQuality.objects.filter(meter__plant=plant).between(first, last)
    lines = [
        [no_formula(row.meter.code), row.day.isoformat(), row.state, *_finding_cells(found)]
        for row in rows.select_related("meter").order_by("meter__code", "day")
        for found in row.findings or [{}]
    ]
    return csv_text([CSV_COLUMNS, *lines])


def _finding_cells(found: dict[str, object]) -> list[object]:
    cells = [found.get(name, "") for name in FINDING_COLUMNS]
    return [no_formula(cell) if isinstance(cell, str) else cell for cell in cells]

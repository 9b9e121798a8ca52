"""An import or an undoing killed (SIGKILL) at any of its steps leaves what was there before, or all of it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from production.models import Reading, ReadingImport
from tests.factories import plant_with_meter
from tests.killing import Killer
from tests.production import killed_acts as acts
from tests.production.bad_files import GOOD
from tests.production.deliveries import bring, csv_of, day_sums, held, paris_day, sums_of
from tests.production.test_storage import database_url

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.date(2025, 6, 10)
DECIDED_ALREADY = "n’attend plus de décision"
NOT_STORED_AGAIN = "n’est pas enregistré"
# Of an import that was done, the next one finds nothing new but leaves its own report.
STORED = {
    "core_journalentry",
    "procrastinate_events",  # the days it touched are to be looked at
    "procrastinate_jobs",
    "production_dailyenergy",
    "production_meterfile",
    "production_reading",
    "production_readingimport",
    "production_readingorigin",
}
Keep = Callable[[Mapping[dt.datetime, int]], str]


@pytest.fixture(scope="module")
def killer(django_db_setup: None) -> Iterator[Killer]:
    with Killer.running(database_url()) as running:
        yield running


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Puts a meter's file where another process finds it."""

    def write(readings: Mapping[dt.datetime, int]) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_bytes(csv_of(readings))
        return str(path)

    return write


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A day with one line at fault."""
    path = tmp_path / "faulty.csv"
    path.write_bytes(GOOD.replace(b"T03:00:00Z;", b"T03:00:00Z;-"))
    return str(path)


def named(act: Callable[..., None]) -> str:
    return f"{acts.__name__}:{act.__name__}"


def stored(meter_pk: int) -> bool:
    return ReadingImport.objects.filter(meter=meter_pk, state=ReadingImport.State.STORED).exists()


def test_a_first_import_of_a_year_nobody_has_is_whole_or_not_there(killer: Killer, keep: Keep):
    meter, days = plant_with_meter(), paris_day(dt.date(2012, 12, 31), 100, 10)
    days |= paris_day(dt.date(2013, 1, 1), 200, 10)

    def whole() -> None:
        assert held(meter) == days and day_sums(meter) == sums_of(days)

    steps = killer.kill_everywhere(
        named(acts.import_file),
        meter=meter.pk,
        path=keep(days),
        check=whole,
        until=lambda: stored(meter.pk),
        stride=1,
    )
    assert steps == [STORED]


def test_a_correction_is_whole_or_not_there(killer: Killer, keep: Keep):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    days = paris_day(DAY, 1500) | paris_day(DAY + dt.timedelta(days=1), 1500)

    def whole() -> None:
        assert held(meter) == days and day_sums(meter) == sums_of(days)

    steps = killer.kill_everywhere(
        named(acts.import_file),
        meter=meter.pk,
        path=keep(days),
        check=whole,
        until=lambda: Reading.objects.filter(energy_wh=1500).exists(),
    )
    assert steps == [STORED | {"production_readinghistory"}]


def test_the_workers_store_is_whole_or_not_there_and_is_done_once(killer: Killer, keep: Keep):
    meter, days = plant_with_meter(), paris_day(DAY, 1000)
    killer.run(named(acts.receive_file), meter=meter.pk, path=keep(days))
    waiting = ReadingImport.objects.get()
    steps = killer.kill_everywhere(named(acts.store_waiting), received=waiting.pk)
    # The import says how far it is before it begins; then all of it, once.
    assert steps[0] == {"production_readingimport"}
    assert steps[1:] == [STORED - {"production_meterfile"}]
    assert held(meter) == days


def test_an_undoing_is_whole_or_not_there(killer: Killer):
    meter = plant_with_meter()
    bring(meter, paris_day(DAY, 1000))
    second = bring(meter, paris_day(DAY, 1500))

    def whole() -> None:
        assert held(meter) == paris_day(DAY, 1000) and day_sums(meter) == {DAY: 24_000}

    steps = killer.kill_everywhere(
        named(acts.undo_import), target=second.pk, check=whole, refused_again=NOT_STORED_AGAIN
    )
    assert len(steps) == 1


def test_a_file_is_held_back_once_or_not_there(killer: Killer, faulty: str):
    meter = plant_with_meter()
    steps = killer.kill_everywhere(
        named(acts.receive_file),
        meter=meter.pk,
        path=faulty,
        until=ReadingImport.objects.filter(state=ReadingImport.State.QUARANTINED).exists,
        stride=1,
    )
    assert len(steps) == 1
    assert not held(meter)


def test_a_consent_is_given_whole_or_not_at_all(killer: Killer, faulty: str):
    meter = plant_with_meter()
    killer.run(named(acts.receive_file), meter=meter.pk, path=faulty)
    waiting = ReadingImport.objects.get()
    steps = killer.kill_everywhere(
        named(acts.consent), target=waiting.pk, refused_again=DECIDED_ALREADY, stride=1
    )
    # The import with who consented to what, the job that stores it, and the journal: together.
    assert len(steps) == 1
    assert {"production_readingimport", "procrastinate_jobs", "core_journalentry"} <= steps[0]
    killer.run(named(acts.store_waiting), received=waiting.pk)
    assert len(held(meter)) == 23


def test_a_file_is_thrown_away_whole_or_not_at_all(killer: Killer, faulty: str):
    killer.run(named(acts.receive_file), meter=plant_with_meter().pk, path=faulty)
    steps = killer.kill_everywhere(
        named(acts.discard), target=ReadingImport.objects.get().pk, refused_again=DECIDED_ALREADY, stride=1
    )
    assert steps == [{"production_readingimport", "core_journalentry"}]


def test_of_two_imports_in_a_row_each_is_whole_or_not_there(killer: Killer, keep: Keep):
    first, second = plant_with_meter(), plant_with_meter()
    one, other = paris_day(DAY, 1000), paris_day(DAY, 2000)

    def whole() -> None:
        assert held(first) == one and held(second) in ({}, other)
        assert day_sums(second) == sums_of(held(second))

    killer.kill_everywhere(
        named(acts.import_two),
        meters=[first.pk, second.pk],
        paths=[keep(one), keep(other)],
        check=whole,
        until=lambda: stored(second.pk),
    )
    assert held(second) == other

"""Collective self-consumption from rows: keys, curves, surplus, silence, and each one’s euros."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from installations.models import Plant
from production.formats.errors import FileRefused
from production.models import ConsumptionCurve, Participant
from production.revenue import Dated, agreed
from production.revenue.curves import Curve, common_step_s, in_steps, joined, pack, unpack
from production.revenue.key_curves import read_keys
from production.revenue.terms import EnergyTerms
from production.revenue_rows import load_contracts, months_of
from production.services.imports import Delivery
from production.services.sales.contracts import enter_contract
from production.services.sales.sharing import KeysSaid, add_participant, receive_consumption, set_keys
from production.services.sales.words import SaleRefused
from production.sharing_rows import shared_energy
from tests.production.deliveries import csv_of, enedis, paris_day
from tests.production.sales.scenes import FIRST, LAST, NOW, a_roof, new

pytestmark = pytest.mark.django_db
HOURS = 30 * 24


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def curve(hourly_wh: int, days: int = 30, minutes: int = 60) -> bytes:
    rows: dict[dt.datetime, int] = {}
    for n in range(days):
        rows |= paris_day(FIRST + dt.timedelta(days=n), hourly_wh, minutes)
    return csv_of(rows)


def consumes(participant: Participant, content: bytes, name: str = "courbe.csv") -> ConsumptionCurve:
    delivery = Delivery(name, content)
    return receive_consumption(actor=None, participant=participant, delivery=delivery, now=NOW)[0]


def shared_roof(*hourly_wh: int, minutes: int = 60) -> tuple[Plant, list[Participant]]:
    """A roof of 8 kWh an hour, and participants who consume as much each hour."""
    plant = a_roof()
    people = [add_participant(actor=None, plant=plant, name=f"P{n}") for n in range(len(hourly_wh))]
    for one, wh in zip(people, hourly_wh, strict=True):
        consumes(one, curve(wh * minutes // 60, minutes=minutes))
    return plant, people


def totals(plant: Plant) -> list[int]:
    """June's energy of each participant, then the surplus [Wh]."""
    shared = shared_energy(plant, FIRST, LAST)
    got = [sum(day.energy_wh for day in shared.by_participant[key]) for key in sorted(shared.by_participant)]
    return [*got, sum(day.energy_wh for day in shared.surplus)]


def keyed(plant: Plant, method: str, since: dt.date = FIRST, **keys: int) -> None:
    people = {one.name: one.pk for one in Participant.objects.filter(plant=plant)}
    said = {people[name]: millionths for name, millionths in keys.items()}
    set_keys(actor=None, plant=plant, said=KeysSaid(since, method, said))


def test_fixed_keys_give_at_most_what_is_consumed_and_the_rest_is_surplus():
    plant, _people = shared_roof(3_000, 9_000)
    keyed(plant, "fixed", P0=600_000, P1=300_000)
    # 60 % of 8 kWh is 4.8: P0 takes 3. 30 % is 2.4: P1 takes all. 2.6 are left.
    assert totals(plant) == [3_000 * HOURS, 2_400 * HOURS, 2_600 * HOURS]


def test_in_proportion_nobody_gets_more_than_it_uses():
    plant, _people = shared_roof(3_000, 9_000)
    keyed(plant, "proportion")
    assert totals(plant) == [2_000 * HOURS, 6_000 * HOURS, 0]


def test_half_hours_are_shared_with_a_production_told_by_the_hour():
    plant, _people = shared_roof(3_000, 9_000, minutes=30)
    keyed(plant, "proportion")
    assert totals(plant) == [2_000 * HOURS, 6_000 * HOURS, 0]


def test_keys_that_change_hold_from_their_day_on():
    plant, _people = shared_roof(8_000)
    keyed(plant, "fixed", P0=500_000)
    keyed(plant, "fixed", since=dt.date(2025, 6, 16), P0=1_000_000)
    assert totals(plant) == [4_000 * HOURS // 2 + 8_000 * HOURS // 2, 4_000 * HOURS // 2]


def test_keys_of_each_step_come_from_a_file():
    plant, people = shared_roof(8_000)
    starts = sorted(paris_day(FIRST, 0))
    rows = [f"{at:%Y-%m-%dT%H:%M:%SZ};{50 if n < 12 else 25}" for n, at in enumerate(starts)]
    delivery = Delivery("cles.csv", "\n".join(["debut;P0", *rows]).encode())
    set_keys(actor=None, plant=plant, said=KeysSaid(FIRST, "by_step", delivery=delivery))
    first, *others = shared_energy(plant, FIRST, LAST).by_participant[people[0].pk]
    assert (first.energy_wh, first.days_read) == (12 * 4_000 + 12 * 2_000, 1)
    # Days the file doesn't speak of share nothing, and aren't read.
    assert {(day.energy_wh, day.days_read) for day in others} == {(0, 0)}


def test_a_silent_consumption_leaves_its_days_out():
    plant, people = shared_roof(8_000)
    late = add_participant(actor=None, plant=plant, name="Tard")
    consumes(late, curve(1_000, days=10), "tard.csv")
    keyed(plant, "proportion")
    days = shared_energy(plant, FIRST, LAST).by_participant[people[0].pk]
    assert [day.days_read for day in days] == [1] * 10 + [0] * 20


def test_nothing_is_shared_before_the_first_keys():
    plant, _people = shared_roof(8_000)
    assert totals(plant) == [0, 0]


def test_each_participant_pays_for_its_share_with_vat():
    plant, [school] = shared_roof(3_000)
    keyed(plant, "fixed", P0=1_000_000)
    vat = (Dated(FIRST, agreed(Decimal(20))),)
    terms = EnergyTerms((Dated(FIRST, agreed(Decimal("12.5"))),), vat=vat)
    said = {"actor": None, "plant": plant, "reason": "convention"}
    belongs = {"participant": school}
    shared = enter_contract(new=new("shared", "ACC 1", belongs=belongs), terms=terms, **said)
    rest = EnergyTerms((Dated(FIRST, agreed(Decimal(4))),))
    surplus = enter_contract(new=new("surplus", "S 1"), terms=rest, **said)
    earned = months_of(load_contracts([shared, surplus]), FIRST, LAST)
    # 3 kWh × 720 h = 2,160 kWh × 0.125 = 270.00; 5 × 720 = 3,600 kWh × 0.04 = 144.00
    assert [earned[one.pk].months[0].net for one in (shared, surplus)] == [
        Decimal("270.00"),
        Decimal("144.00"),
    ]


def test_the_same_curve_is_kept_once_and_a_later_one_holds_where_they_overlap():
    plant, [school] = shared_roof(3_000)
    assert consumes(school, curve(3_000)) == consumes(school, curve(3_000))
    assert ConsumptionCurve.objects.count() == 1
    consumes(school, curve(1_000, days=1), "correction.csv")
    keyed(plant, "fixed", P0=1_000_000)
    days = shared_energy(plant, FIRST, LAST).by_participant[school.pk]
    assert [day.energy_wh for day in days[:2]] == [24_000, 72_000]


def test_curves_that_are_none_or_anothers_are_refused():
    plant = a_roof(days=1)
    one = add_participant(actor=None, plant=plant, name="École", identifier="12345678901234")
    with pytest.raises(FileRefused, match="12345678901234"):
        consumes(one, enedis())
    with pytest.raises(FileRefused):
        consumes(one, b"rien")
    daily = (
        "horodate_utc;energie_wh\n2025-06-01T22:00:00Z;1\n2025-06-02T22:00:00Z;1\n2025-06-03T22:00:00Z;2\n"
    )
    with pytest.raises(FileRefused):
        consumes(one, daily.encode())


def test_keys_beyond_the_whole_or_of_nobody_are_refused():
    plant, _people = shared_roof(8_000)
    with pytest.raises(SaleRefused, match="100"):
        keyed(plant, "fixed", P0=1_000_001)
    with pytest.raises(SaleRefused, match="ne participe pas"):
        set_keys(actor=None, plant=plant, said=KeysSaid(FIRST, "fixed", {0: 1}))
    with pytest.raises(SaleRefused, match="participants"):
        set_keys(actor=None, plant=a_roof(1, 1), said=KeysSaid(FIRST, "proportion"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("debut;X\n2025-06-01T00:00:00Z;5", "n’est pas un participant"),
        ("debut\n", "une seule colonne"),
        ("debut;P0\n", "aucune ligne"),
        ("debut;P0\n2025-06-01 10:00;5", "ligne 2, début"),
        ("debut;P0\n2025-06-01T10:00:00Z;101", "ligne 2, clé"),
        ("debut;P0\n2025-06-01T10:00:00Z;-1", "ligne 2, clé"),
        ("debut;P0\n2025-06-01T10:00:00Z;un", "ligne 2, clé"),
        ("debut;P0\n2025-06-01T10:00:00Z;sNaN", "ligne 2, clé"),
        ("debut;P0\n2025-06-01T10:00:00Z;1e999999", "ligne 2, clé"),
        ("debut;P0\n2025-06-01T10:00:00Z;1e-999999", "ligne 2, clé"),
        (f"debut;P0\n{'5' * 200_000};5", "sans fin"),
        ("\ufeff", "vide|une seule colonne"),
        ("debut;P0\n2025-06-01T10:00:00Z;5\n2025-06-01T10:00:00Z;6", "ligne 3, début"),
        ("debut;P0;P1\n2025-06-01T10:00:00Z;60;60", "plus de 100"),
    ],
)
def test_files_of_keys_that_cannot_be_are_refused_with_their_line(text: str, told: str):
    with pytest.raises(FileRefused, match=told):
        read_keys(text.encode(), "cles.csv", {"P0": 1, "P1": 2})


def test_a_reading_across_two_steps_leaves_both_unknown():
    crooked = Curve(
        *(np.array(column, dtype=np.int64) for column in ([0, 1800, 5400], [1800, 3600, 1800], [1, 2, 3]))
    )
    steps = in_steps(crooked, 0, 7200, 3600)
    assert (steps.energy_wh.tolist(), steps.known.tolist()) == ([0, 0], [False, False])
    assert common_step_s([crooked]) == 1800
    kept = unpack(pack(joined([crooked, crooked])))
    assert kept.energy_wh.tolist() == [1, 2, 3]

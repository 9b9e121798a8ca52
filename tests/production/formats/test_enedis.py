from __future__ import annotations

import pandas as pd
import pytest

from . import by_local_day, messages, read, refused, starts

PRM = "19125759625988"
PREAMBLE = (
    "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
    "Etape metier;Unite;Pas en minutes\n"
    "{prm};Courbe de charge;{first};{last};Energie active;{business};Comptage Brut;{unit};\n"
)


def curve(
    rows: list[tuple[str, str]],
    *,
    prm: str = PRM,
    first: str = "01/06/2025",
    last: str = "02/06/2025",
    business: str = "Production",
    unit: str = "W",
    blank: str = "\n",
) -> str:
    head = PREAMBLE.format(prm=prm, first=first, last=last, business=business, unit=unit)
    return head + blank + "Horodate;Valeur\n" + "".join(f"{t};{v}\n" for t, v in rows)


def labels(first: str, last: str, step: str, zone: str = "Europe/Paris") -> list[str]:
    return [t.isoformat() for t in pd.date_range(first, last, freq=step, tz=zone)]


def test_ten_minute_instants_are_interval_starts() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    series = read(curve(rows))
    assert series.format == "enedis"
    assert series.label == "start"
    assert series.meter_identifier == PRM
    assert starts(series)[0] == "2025-05-31T22:00"
    assert set(series.readings["length_s"]) == {600}
    assert series.energy_wh == 24 * 600
    assert list(series.readings["line"][:2]) == [5, 6]
    assert "débuts d’intervalle" in messages(series)


def test_linky_half_hour_instants_are_interval_ends() -> None:
    rows = [(t, "1000") for t in labels("2025-06-01 00:30", "2025-06-02 00:00", "30min")]
    series = read(curve(rows))
    assert series.label == "end"
    assert starts(series)[0] == "2025-05-31T22:00"
    assert by_local_day(series) == {"2025-06-01": 24_000}
    assert "fins d’intervalle" in messages(series)


@pytest.mark.parametrize(("step", "label"), [("30min", "end"), ("10min", "start")])
def test_without_a_whole_day_the_step_decides_and_says_so(step: str, label: str) -> None:
    rows = [(t, "100") for t in labels("2025-06-01 08:00", "2025-06-01 12:00", step)]
    series = read(curve(rows))
    assert series.label == label
    assert any(r.severity == "warning" and "usage d’Enedis" in r.message for r in series.remarks)


def test_the_convention_can_be_imposed() -> None:
    rows = [(t, "100") for t in labels("2025-06-01 00:00", "2025-06-01 23:30", "30min")]
    assert starts(read(curve(rows), label="end"))[0] == "2025-05-31T21:30"


def test_an_empty_value_is_a_gap_not_a_zero() -> None:
    times = labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")
    series = read(curve([(t, "" if i == 3 else "600") for i, t in enumerate(times)]))
    assert series.counts.gaps == 1
    assert len(series.readings) == 143
    assert series.energy_wh == 14_300


def test_a_missing_row_does_not_stretch_its_neighbour() -> None:
    times = labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")
    series = read(curve([(t, "600") for t in times[:20] + times[22:]]))
    assert set(series.readings["length_s"]) == {600}
    assert series.energy_wh == 14_200
    assert "2 pas de mesure absents" in messages(series)


@pytest.mark.parametrize(("shift", "label"), [("0min", "start"), ("0min", "end")])
def test_a_step_change_is_followed_to_the_row(shift: str, label: str) -> None:
    hours = labels("2025-06-01 00:00", "2025-06-01 11:00", "60min")
    halves = labels("2025-06-01 12:00", "2025-06-02 00:00", "30min")
    times = (hours + halves)[1:] if label == "end" else (hours + halves)[:-1]
    series = read(curve([(t, "1000") for t in times]))
    assert series.label == label
    assert series.energy_wh == 24_000
    assert set(series.readings["length_s"]) == {3600, 1800}


def test_rows_repeated_four_times_are_counted_once() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min") for _ in range(4)]
    series = read(curve(rows))
    assert series.energy_wh == 14_400
    assert series.counts.duplicates == 3 * 144
    assert "répétée(s) à l’identique" in messages(series)


def test_repeated_rows_that_disagree_are_refused_with_their_line() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    refusal = refused(curve([*rows, (rows[0][0], "601")]))
    assert refusal.line == 149
    assert "ligne 5" in str(refusal)


def test_unsorted_rows_are_sorted_with_a_remark() -> None:
    rows = [(t, str(i)) for i, t in enumerate(labels("2025-06-01 00:00", "2025-06-01 23:50", "10min"))]
    straight, turned = read(curve(rows)), read(curve(rows[::-1]))
    assert list(straight.readings["energy_wh"]) == list(turned.readings["energy_wh"])
    assert "triées" in messages(turned)


@pytest.mark.parametrize(
    ("day", "following", "hours"), [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
)
@pytest.mark.parametrize("label", ["start", "end"])
def test_daylight_saving_days_are_right_to_the_watt_hour(
    day: str, following: str, hours: int, label: str
) -> None:
    times = labels(day, following, "30min")
    times = times[1:] if label == "end" else times[:-1]
    series = read(curve([(t, "1001") for t in times]))
    assert by_local_day(series) == {day: round(hours * 1001)}
    assert len(series.readings) == 2 * hours


def test_every_day_is_rounded_on_its_own() -> None:
    rows = [(t, "7") for t in labels("2025-06-01 00:00", "2025-06-03 23:50", "10min")]
    series = read(curve(rows))
    assert set(by_local_day(series).values()) == {168}
    alone = read(curve(rows[144:288]))
    assert list(alone.readings["energy_wh"]) == list(series.readings["energy_wh"][144:288])


def test_a_file_with_only_its_header_is_refused() -> None:
    assert "ne contient que son en-tête" in str(refused(curve([])))


def test_a_second_meter_in_the_file_is_refused() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    later = [(t, "600") for t in labels("2025-06-02 00:00", "2025-06-02 23:50", "10min")]
    refusal = refused(curve(rows) + curve(later, prm="30001234567890"))
    assert "deux compteurs" in str(refusal)
    assert refusal.line == 4 + 144 + 2


def test_a_meter_number_of_13_digits_is_refused() -> None:
    refusal = refused(curve([("2025-06-01T00:00:00+02:00", "1")], prm="1912575962598"))
    assert (refusal.line, refusal.field) == (2, "Identifiant PRM")


def test_several_blocks_make_one_series_and_an_index_block_is_set_aside() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    later = [(t, "600") for t in labels("2025-06-02 00:00", "2025-06-02 23:50", "10min")]
    index = f"Identifiant PRM;Type de donnees;Unite\n{PRM};Index;Wh\n\nDate;Valeur\n01/06/2025;12\n\n"
    series = read(curve(rows) + index + curve(later, blank=""))
    assert series.energy_wh == 28_800
    assert "«\u202fIndex\u202f»" in messages(series)


def test_production_is_kept_when_consumption_stands_beside_it() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    drawn = [(t, "5") for t, _ in rows]
    series = read(curve(drawn, business="Consommation") + curve(rows))
    assert series.energy_wh == 14_400
    assert "laissées de côté" in messages(series)
    assert "annonce une consommation" in messages(read(curve(drawn, business="Consommation")))


def test_an_unreadable_date_and_value_are_both_told() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-01 23:50", "10min")]
    rows[3], rows[9] = ("2025-06-31T00:30:00+02:00", "600"), (rows[9][0], "6OO")
    refusal = refused(curve(rows))
    assert [(fault.line, fault.field) for fault in refusal.faults] == [(8, "Horodate"), (14, "Valeur")]


def test_a_file_cut_before_its_announced_end_is_refused() -> None:
    rows = [(t, "600") for t in labels("2025-06-01 00:00", "2025-06-05 23:50", "10min")]
    whole = curve(rows, last="06/06/2025")
    assert read(whole).energy_wh == 5 * 14_400
    cut = whole[: whole.index("2025-06-03T00:00:00+02:00;600") + len("2025-06-03T00:00:00+02:00;6")]
    refusal = refused(cut)
    assert "inachevée" in str(refusal)
    assert refusal.line == cut.count("\n") + 1


R63 = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;"
    "Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\n"
)


def r63(
    times: list[str], value: str = "692", unit: str = "W", business: str = "PROD", step: str = "PT30M"
) -> str:
    physical = "PA" if unit == "W" else "EA"
    head = f"{PRM};2025-03-01 00:00:00;2025-11-01 00:00:00;{physical};{business};BRUT;{unit};"
    return "".join(f"{head}{t};{value};B;{step};0;0\n" for t in times)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_r63_lines_carry_everything(mark: str) -> None:
    times = [t.replace("T", " ")[:19] for t in labels("2025-06-01 00:30", "2025-06-02 00:00", "30min")]
    series = read(mark + R63 + r63(times))
    assert series.meter_identifier == PRM
    assert series.label == "end"
    assert series.energy_wh == 24 * 692
    assert list(series.readings["line"][:2]) == [2, 3]


@pytest.mark.parametrize(
    ("day", "following", "hours"), [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
)
def test_r63_clock_times_cross_daylight_saving(day: str, following: str, hours: int) -> None:
    times = [t.replace("T", " ")[:19] for t in labels(day, following, "30min")[1:]]
    assert by_local_day(read(R63 + r63(times, "1001"))) == {day: hours * 1001}


def test_r63_energies_and_stated_steps() -> None:
    times = labels("2025-06-01 00:00", "2025-06-01 23:30", "30min")
    series = read(R63 + r63(times, "250", unit="Wh"))
    assert series.energy_wh == 48 * 250
    assert "pas de temps illisible" in str(refused(R63 + r63(times, step="PTxx") + r63(times)))


def test_a_step_longer_than_a_day_is_refused_with_its_line() -> None:
    times = ["2025-06-01 00:00:00", "2025-06-04 00:00:00"]
    refusal = refused(R63 + r63(times, step="PT72H"))
    assert "un intervalle de 72\u202fh, plus long qu’un jour" in str(refusal)
    assert (refusal.fault_count, refusal.line) == (2, 2)


def test_r63_consumption_lines_are_set_aside() -> None:
    times = labels("2025-06-01 00:00", "2025-06-01 23:30", "30min")
    mixed = "".join(
        a + "\n"
        for pair in zip(r63(times).splitlines(), r63(times, "3", business="CONS").splitlines(), strict=True)
        for a in pair
    )
    assert read(R63 + mixed).energy_wh == 24 * 692

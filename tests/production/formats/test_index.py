"""Heat meters and other counters read as indexes, by their header or by choice."""

from __future__ import annotations

import pytest

from . import messages, read, refused


@pytest.mark.parametrize(
    "header",
    [
        "Index (kWh)",
        "Énergie cumulée (kWh)",
        "Zählerstand [kWh]",
        "Cumulative energy kWh",
        "Index chaleur kWh",
    ],
)
def test_a_column_named_an_index_is_differenced(header: str) -> None:
    series = read(f"Date;{header}\n2025-06-01;10\n2025-06-02;12\n2025-06-03;15\n")
    assert series.format == "index"
    assert list(series.readings["energy_wh"]) == [2000, 3000]
    assert "minuit" in messages(series)


def test_a_heat_meter_with_volume_and_temperatures() -> None:
    text = (
        "Horodatage;Volume (m3);Index énergie (MWh);Départ (°C);Retour (°C)\n"
        "01/06/2025 06:00;100,1;251,002;70,1;49,9\n01/06/2025 07:00;101,3;251,042;70,0;50,2\n"
        "01/06/2025 08:00;102,4;251,079;69,8;50,0\n"
    )
    series = read(text)
    assert list(series.readings["energy_wh"]) == [40_000, 37_000]
    assert list(series.readings["length_s"]) == [3600, 3600]


def test_the_sender_may_say_that_a_column_is_an_index() -> None:
    text = "Date;kWh\n2025-06-01;10\n2025-06-02;12\n2025-06-03;15\n"
    assert read(text).energy_wh == 37_000
    assert read(text, format="index").energy_wh == 5000
    bare = "2025-06-01;10\n2025-06-02;12\n2025-06-03;15\n"
    assert read(bare, format="index", unit="kWh").energy_wh == 5000
    assert "unité" in str(refused(bare, format="index"))


def test_an_index_of_power_and_a_single_index_are_refused() -> None:
    text = "Date;x\n2025-06-01;10\n2025-06-02;12\n"
    assert "pas une puissance" in str(refused(text, format="index", unit="kW"))
    assert "un seul index" in str(refused("Date;Index (kWh)\n2025-06-01;10\n"))


def test_hand_readings_weeks_apart_belong_to_no_day() -> None:
    text = "Date;Index (kWh)\n2025-06-01 08:00;10\n2025-06-28 09:30;120\n2025-07-30 08:15;200\n"
    series = read(text, spans_alone=True)
    assert [span.energy_wh for span in series.spans] == [110_000, 80_000]


def test_two_indexes_that_disagree_are_refused() -> None:
    text = "Date;Index (kWh)\n2025-06-01;10\n2025-06-02;12\n2025-06-02;13\n2025-06-03;14\n"
    assert refused(text).line == 4


def test_a_running_total_beside_energies_is_not_what_is_read() -> None:
    series = read("Date;Production (kWh);Cumul (kWh)\n2025-06-01;2;12\n2025-06-02;3;15\n")
    assert (series.format, series.energy_wh) == ("generic", 5000)

from __future__ import annotations

from . import by_local_day, messages, read, refused
from .samples import PRM, enedis_index, index_row
from .test_enedis import curve


def rows(*totals: int, month: int = 6) -> str:
    return "".join(
        index_row(f"2025-{month:02}-{d:02}T00:00:00+02:00", total) for d, total in enumerate(totals, start=1)
    )


def test_daily_indexes_make_days_and_name_their_meter() -> None:
    series = read(enedis_index(rows(1000, 4000, 9000)))
    assert series.format == "enedis-index"
    assert series.meter_identifier == PRM
    assert by_local_day(series) == {"2025-06-01": 3000, "2025-06-02": 5000}
    assert list(series.readings["line"]) == [6, 7]


def test_monthly_indexes_give_energy_to_no_day() -> None:
    text = enedis_index(
        "".join(index_row(f"2025-0{m}-01T00:00:00+02:00", 1000 * m, "Cyclique") for m in (5, 6, 7))
    )
    assert "trop espacés" in str(refused(text))
    assert [span.energy_wh for span in read(text, spans_alone=True).spans] == [1000, 1000]


def test_a_meter_that_keeps_winter_time_is_read_at_its_own_midnight() -> None:
    text = enedis_index("".join(index_row(f"2025-06-0{d}T01:00:00+02:00", 1000 * d) for d in (1, 2, 3)))
    series = read(text)
    assert set(series.readings["length_s"]) == {86_400}
    assert by_local_day(series) == {"2025-06-01": 1000, "2025-06-02": 1000}


def test_the_calendar_below_and_a_curve_beside_are_told_apart() -> None:
    calendar = "\nPeriode;Identifiant calendrier fournisseur\nDu 2025-06-01 au 2025-06-03;X\n"
    index = enedis_index(rows(1000, 4000, 9000))
    assert read(index + calendar).energy_wh == 8000
    points = [(f"2025-06-01T{h:02}:00:00+02:00", "600") for h in range(24)]
    series = read(index + calendar + curve(points))
    assert (series.format, series.energy_wh) == ("enedis", 14_400)
    assert "«\u202fIndex\u202f»" in messages(series)


def test_indexes_of_consumption_are_read_with_a_warning() -> None:
    series = read(enedis_index(rows(1000, 4000), business="Consommation", way="EAS"))
    assert "annonce une consommation" in messages(series)


def test_another_quantity_two_meters_and_no_total_are_refused() -> None:
    good = enedis_index(rows(1000, 4000))
    assert "énergie active" in str(refused(enedis_index(rows(1, 2), unit="VArh")))
    other = good.replace(PRM, "99999999999999")
    assert "deux compteurs" in str(refused(good + other))
    assert "14 chiffres" in str(refused(good.replace(PRM, "123")))
    two = "".join(f"2025-06-0{d}T00:00:00+02:00;Arrêté quotidien;{d};{d};;;;;;;;;;;;;\n" for d in (1, 2, 3))
    assert "index total" in str(refused(enedis_index(two)))


def test_the_curve_format_imposed_on_indexes_is_refused() -> None:
    assert "format choisi" in str(refused(enedis_index(rows(1000, 4000)), format="enedis"))


def test_a_replaced_meter_is_refused_with_its_line() -> None:
    assert refused(enedis_index(rows(1000, 4000, 12, 900))).line == 7


def test_a_damaged_heading_is_refused() -> None:
    good = enedis_index(rows(1000, 4000))
    assert "en-tête" in str(refused(good.replace("Type de releve;", "Type de relevex;")))

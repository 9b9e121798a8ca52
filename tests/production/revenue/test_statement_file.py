"""A buyer's statement as a table: columns by their headings, exact amounts, every fault with its line."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from production.formats.errors import FileRefused
from production.revenue.lines import Part
from production.revenue.statement import StatementLine
from production.revenue.statement_file import MAX_BYTES, read_statement

JUNE = (dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def read(text: str) -> tuple[StatementLine, ...]:
    return read_statement(text.encode(), "releve.csv")


def workbook(rows: list[list[object]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), day)
            else:
                sheet.write(r, c, cell)
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "mois;énergie;prix;montant\n2026-06;6000;7,92;475,20\n",
        "Montant HT;Mois;Quantité (kWh);Tarif\n475,20 €;06/2026;6 000;7.92\n",
        "Relevé d’EDF OA\n\nmois\tkwh\tprix\tmontant\n2026-06\t6000\t7,92\t475,20\n\n",
        "Début,Fin,Énergie (kWh),Prix,Montant\n01/06/2026,30/06/2026,6000,7.92,475.20\n",
    ],
)
def test_headings_are_found_however_they_are_written(text: str):
    line = StatementLine(*JUNE, Part.ENERGY, Decimal("475.20"), 6_000_000, Decimal("7.92"))
    assert read(text) == (line,)


def test_a_workbooks_numbers_are_exact_and_its_days_days():
    rows: list[list[object]] = [
        ["Début", "Fin", "Poste", "kWh", "Prix", "Coefficient", "Montant"],
        [*JUNE, "R1", 6000.4, 0.1, 1.01325, 475.2],
    ]
    line = StatementLine(*JUNE, Part.HEAT, Decimal("475.20"), 6_000_400, Decimal("0.1"), Decimal("1.01325"))
    assert read_statement(workbook(rows), "releve.xlsx") == (line,)


def test_a_credit_is_negative_and_what_is_not_said_is_none():
    [line] = read("mois;poste;montant\n2026-06;complément;-12,5\n")
    assert line == StatementLine(*JUNE, Part.COMPLEMENT, Decimal("-12.50"))


def test_every_fault_is_told_with_its_line():
    with pytest.raises(FileRefused) as refused:
        read("mois;montant\n2026-06;1\n2026-13;1\n2026-06;\n\n2026-06;un\n")
    assert [fault.line for fault in refused.value.faults] == [3, 4, 6]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04" + b"0" * 100,
        b"mois;montant\n",
        b"mois;mois\n2026-06;1\n",
        b'mois;montant\n"2026-06;1\n',
        b"mois;montant\n1800-06;1\n",
        b"mois;montant\n2026-06;1e5\n",
        b"mois;montant\n2026-06;inf\n",
        "mois;montant\n2026-06;١٢\n".encode(),
        b"debut;fin;montant\n31/02/2026;01/03/2026;1\n",
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_statement_is_refused_in_a_sentence(content: bytes):
    with pytest.raises(FileRefused, match="Que faire"):
        read_statement(content, "releve.csv")


def test_a_spreadsheet_in_disguise_is_refused():
    with pytest.raises(FileRefused, match="renommé"):
        read_statement(workbook([["mois", "montant"], ["2026-06", 1]]), "releve.csv")


def test_a_worksheet_of_two_cells_far_apart_is_refused():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "mois")
    sheet.write(1_000_000, 16_000, 1)
    book.close()
    with pytest.raises(FileRefused, match="étendue"):
        read_statement(target.getvalue(), "releve.xlsx")


@given(st.text(max_size=200))
def test_any_text_gives_lines_or_a_sentence(text: str):
    for content in (text, f"mois;montant;prix\n{text}"):
        try:
            assert read(content)
        except FileRefused as refused:
            assert str(refused)


@given(
    amount=st.decimals("-99999.99", "99999.99", places=2),
    wh=st.integers(0, 10**9),
    price=st.decimals("0", "999.9999", places=4),
)
def test_what_is_written_is_what_is_read(amount: Decimal, wh: int, price: Decimal):
    kwh = f"{Decimal(wh) / 1000:f}".replace(".", ",")
    [line] = read(f"mois;kwh;prix;montant\n2026-06;{kwh};{price:f};{amount:f}\n")
    assert (line.amount, line.energy_wh, line.price) == (amount, wh, price)

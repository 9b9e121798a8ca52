"""Statements as banks send them: read whole, to the cent, or refused with the place and the reason."""

import datetime as dt
from decimal import Decimal

import pytest

from shareholders.banking.camt053 import Entry, Status, read_statements
from shareholders.banking.references import reference_for, references_in
from tests.shareholders.banking.bank_files import COOPERATIVE_BANK, FARMERS_BANK
from tests.shareholders.banking.statements import (
    DAY,
    OPENING,
    OTHER_IBAN,
    OUR_IBAN,
    Line,
    camt053,
    document,
    french_iban,
    statement,
    zipped,
)

REFERENCE = reference_for("MDS", 42)
JEANNE = french_iban(7)
VERSIONS = ("001.01", "001.02", "001.04", "001.06", "001.08", "001.09", "001.10", "001.13")


def only(line: Line, version: str = "001.02") -> Entry:
    """The single entry of a statement of one line."""
    (found,) = read_statements(camt053([line], version=version))
    (entry,) = found.entries
    return entry


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_says_the_same(version: str):
    line = Line(
        "100.00", REFERENCE, name="LEFEBVRE JEANNE", iban=JEANNE, bank_reference="B1", end_to_end="E1"
    )
    assert only(line, version) == Entry(
        position=1,
        part=0,
        iban=OUR_IBAN,
        amount=Decimal("100.00"),
        currency="EUR",
        booked_on=DAY,
        value_on=DAY,
        status=Status.BOOK,
        counterparty_name="LEFEBVRE JEANNE",
        counterparty_iban=JEANNE,
        text=REFERENCE,
        end_to_end_id="E1",
        bank_reference="B1",
        code="PMNT-RCDT-ESCT",
        is_reversal=False,
        is_return=False,
    )


def test_a_statement_gives_its_account_its_period_and_its_balances():
    lines = [Line("100.00"), Line("-40.00", on=DAY + dt.timedelta(1))]
    (found,) = read_statements(camt053(lines, identifier="2026-061"), ibans=[OUR_IBAN])
    assert (found.identifier, found.iban, found.currency) == ("2026-061", OUR_IBAN, "EUR")
    assert (found.opened_on, found.closed_on) == (DAY, DAY + dt.timedelta(1))
    assert (found.opening, found.closing) == (OPENING, Decimal("1060.00"))
    assert [entry.amount for entry in found.entries] == [Decimal("100.00"), Decimal("-40.00")]
    assert found.is_checked


def test_the_balance_of_the_day_before_serves_as_opening():
    data = camt053([Line("5.00")]).replace(b"OPBD", b"PRCD")
    assert read_statements(data)[0].opening == OPENING


def test_a_statement_without_entries_is_a_statement():
    (found,) = read_statements(camt053([]))
    assert found.entries == ()
    assert found.opening == found.closing


def test_a_pending_entry_is_listed_and_not_counted():
    (found,) = read_statements(camt053([Line("100.00"), Line("7.00", status="PDNG")]))
    assert [entry.status for entry in found.entries] == [Status.BOOK, Status.PDNG]
    assert [entry.amount for entry in found.booked] == [Decimal("100.00")]
    assert found.closing == OPENING + 100


def test_a_reversal_keeps_the_direction_of_its_money():
    entry = only(Line("-100.00", is_reversal=True))
    assert entry.is_reversal
    assert entry.amount == Decimal("-100.00")


def test_a_returned_transfer_is_told_by_its_reason_or_its_code():
    assert only(Line("50.00", is_return=True)).is_return
    assert only(Line("50.00", code="PMNT-ICDT-RRTN")).is_return
    assert not only(Line("50.00")).is_return


def test_a_transfer_of_ours_that_comes_back_names_the_one_it_was_sent_to():
    data = camt053([Line("50.00", iban=OUR_IBAN, name="MINE DE SOLEIL", is_return=True)])
    payee = f"<Cdtr><Nm>PETIT LUC</Nm></Cdtr><CdtrAcct><Id><IBAN>{JEANNE}</IBAN></Id></CdtrAcct></RltdPties>"
    entry = read_statements(data.replace(b"</RltdPties>", payee.encode()))[0].entries[0]
    assert (entry.counterparty_name, entry.counterparty_iban) == ("PETIT LUC", JEANNE)


def test_lines_of_remittance_keep_their_order_and_a_cut_reference_is_whole_again():
    entry = only(Line("100.00", "souscription " + REFERENCE[:6] + "\n" + REFERENCE[6:] + " Jeanne"))
    assert entry.text.splitlines()[1].endswith("Jeanne")
    assert references_in(entry.searchable) == [REFERENCE]


def test_a_reference_is_found_wherever_banks_put_it():
    for line in (
        Line("1.00", structured=REFERENCE),
        Line("1.00", end_to_end=REFERENCE),
        Line("1.00", information=f"VIREMENT SEPA RECU {REFERENCE}"),
    ):
        assert references_in(only(line).searchable) == [REFERENCE]


def test_another_currency_is_kept_as_it_came_and_the_sum_is_said_unchecked():
    lines = [Line("100.00"), Line("12.345", currency="TND")]
    (found,) = read_statements(camt053(lines, closing=Decimal("1105.00")))
    assert (found.entries[1].amount, found.entries[1].currency) == (Decimal("12.345"), "TND")
    assert not found.is_checked


def batch(*amounts: str, total: str, with_amounts: bool = True) -> Line:
    parts = tuple(
        Line(amount, reference_for("MDS", 10 + i), name=f"PAYEUR {i}", bank_reference=f"P{i}")
        for i, amount in enumerate(amounts)
    )
    return Line(
        total, batch=parts, bank_reference="LOT", information="3 VIREMENTS", with_amounts=with_amounts
    )


@pytest.mark.parametrize("version", ["001.02", "001.08"])
def test_a_batch_whose_amounts_add_up_is_split(version: str):
    (found,) = read_statements(camt053([batch("50.00", "30.00", "20.00", total="100.00")], version=version))
    assert [(e.position, e.part, e.amount) for e in found.entries] == [
        (1, 1, Decimal("50.00")),
        (1, 2, Decimal("30.00")),
        (1, 3, Decimal("20.00")),
    ]
    assert [e.counterparty_name for e in found.entries] == ["PAYEUR 0", "PAYEUR 1", "PAYEUR 2"]
    assert [e.bank_reference for e in found.entries] == ["P0", "P1", "P2"]
    assert found.entries[0].text == reference_for("MDS", 10)


@pytest.mark.parametrize(
    "line",
    [
        batch("50.00", "30.00", total="100.00"),
        batch("50.00", "50.00", total="100.00", with_amounts=False),
    ],
    ids=["amounts that don't add up", "no amounts"],
)
def test_a_batch_that_cannot_be_split_stays_whole_with_all_its_texts(line: Line):
    entry = only(line)
    assert (entry.amount, entry.part, entry.bank_reference) == (Decimal("100.00"), 0, "LOT")
    assert references_in(entry.text) == [reference_for("MDS", 10), reference_for("MDS", 11)]
    assert entry.counterparty_name == ""


def test_one_document_may_hold_several_statements():
    data = document([statement([Line("1.00")], identifier="A"), statement([Line("2.00")], identifier="B")])
    assert [found.identifier for found in read_statements(data)] == ["A", "B"]
    assert [found.entries[0].position for found in read_statements(data)] == [1, 1]


def test_an_archive_gives_all_its_statements_and_none_of_its_litter():
    data = zipped(
        {
            "mars/1.xml": camt053([Line("1.00")], identifier="A"),
            "mars/2.xml": camt053([Line("2.00")], identifier="B", version="001.08"),
            "__MACOSX/mars/._1.xml": b"\0\1",
            ".DS_Store": b"\0",
        }
    )
    assert [found.identifier for found in read_statements(data)] == ["A", "B"]


def test_a_document_inside_an_envelope_is_found():
    inside = camt053([Line("1.00")]).partition(b"\n")[2]
    space = b"urn:iso:std:iso:20022:tech:xsd:head.001.001.02"
    head = b'<AppHdr xmlns="' + space + b'"><Fr><FIId><a><b/></a></FIId></Fr></AppHdr>'
    assert len(read_statements(b"<Envelope>" + head + inside + b"</Envelope>")) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_an_old_encoding_is_read(encoding: str):
    data = camt053([Line("1.00", name="HÉLÈNE NOËL")]).decode()
    entry = read_statements(data.replace("UTF-8", encoding).encode(encoding))[0].entries[0]
    assert entry.counterparty_name == "HÉLÈNE NOËL"


def test_a_file_on_one_line_is_not_taken_for_a_table():
    one_line = camt053([Line("1.00", name="DUPONT & FILS", text="a, b, c; d; e")]).replace(b"\n", b"")
    assert read_statements(one_line)[0].entries[0].counterparty_name == "DUPONT & FILS"


def test_a_date_with_an_hour_or_a_zone_is_the_day_the_bank_wrote():
    data = camt053([Line("1.00")])
    late = data.replace(
        f"<BookgDt><Dt>{DAY}</Dt></BookgDt>".encode(),
        f"<BookgDt><DtTm>{DAY}T23:30:00.000-05:00</DtTm></BookgDt>".encode(),
    )
    assert read_statements(late)[0].entries[0].booked_on == DAY
    zoned = data.replace(f"<Dt>{DAY}</Dt>".encode(), f"<Dt>{DAY}+01:00</Dt>".encode())
    assert read_statements(zoned)[0].entries[0].booked_on == DAY


def test_an_entry_without_a_booking_day_takes_its_value_day():
    data = camt053([Line("1.00", value_on=DAY + dt.timedelta(1))])
    bare = data.replace(f"<BookgDt><Dt>{DAY}</Dt></BookgDt>".encode(), b"")
    assert read_statements(bare)[0].entries[0].booked_on == DAY + dt.timedelta(1)


def test_a_file_in_the_shape_of_a_cooperative_bank_is_read():
    (found,) = read_statements(COOPERATIVE_BANK, ibans=[OUR_IBAN, OTHER_IBAN])
    assert (found.opening, found.closing) == (Decimal("12480.35"), Decimal("12617.85"))
    transfer, fee, pending = found.entries
    assert references_in(transfer.searchable) == [REFERENCE]
    assert transfer.text.splitlines()[-1] == "VIR SEPA RECU /DE MME LEFEBVRE JEANNE"
    assert (fee.amount, fee.code, fee.counterparty_name) == (Decimal("-12.50"), "B1A", "")
    assert pending.status is Status.PDNG


def test_a_file_in_the_shape_of_a_farmers_bank_is_read():
    (found,) = read_statements(FARMERS_BANK, ibans=[OUR_IBAN])
    assert found.opened_on == dt.date(2026, 3, 2)
    transfer, refund = found.entries
    assert (transfer.counterparty_name, transfer.code) == ("M OU MME PETIT LUC", "PMNT-RCDT-ESCT")
    assert references_in(transfer.searchable) == [REFERENCE]
    assert (refund.amount, refund.counterparty_name) == (Decimal("-50.00"), "MARTIN PAUL")

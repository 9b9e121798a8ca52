"""Sales as files: months of a year, lines of an invoice, a comparison. Plain figures, units in the titles."""

from collections.abc import Iterable

from mine_de_soleil.core.csv_text import csv_text
from mine_de_soleil.core.spreadsheets import no_formula
from production.models import SaleInvoice
from production.revenue import Line
from production.revenue.stored import invoice_from
from production.sales_comparison import Compared
from production.sales_pages import SalesPage

Row = tuple[object, ...]


def months_csv(page: SalesPage) -> str:
    """A line a contract and month: energy [Wh], euros before VAT, days read, invoice."""
    return csv_text(_months(page), delimiter=";")


def _months(page: SalesPage) -> Iterable[Row]:
    yield "plant", "contract", "month", "energy_wh", "net_eur", "days", "days_read", "unpriced_wh", "invoice"
    for roof in page.roofs:
        for book in roof.books:
            for entry in book.months:
                month, issued = entry.month, entry.invoice
                yield (
                    roof.plant.slug,
                    no_formula(book.row.reference),
                    f"{month.first:%Y-%m}",
                    month.energy_wh,
                    month.net,
                    month.days,
                    month.days_read,
                    month.unpriced_wh,
                    issued.label if issued else "",
                )


def invoice_csv(issued: SaleInvoice) -> str:
    """The lines of an invoice, each with every figure it rests on."""
    return csv_text(_invoice(issued), delimiter=";")


def _invoice(issued: SaleInvoice) -> Iterable[Row]:
    yield (
        "first_day",
        "last_day",
        "part",
        "energy_wh",
        "subscribed_w",
        "price",
        "unit",
        "price_source",
        "price_mark",
        "coefficient",
        "reference_price",
        "vat_percent",
        "amount_eur",
    )
    for line in invoice_from(issued.content).invoice.lines:
        yield _line(line)


def _line(line: Line) -> Row:
    return (
        line.first,
        line.last,
        line.part.value,
        line.energy_wh,
        line.subscribed_w,
        line.price.value,
        line.unit.value,
        no_formula(line.price.source),
        line.price.confidence,
        line.coefficient.value if line.coefficient else "",
        line.reference.value if line.reference else "",
        line.vat.value if line.vat else "",
        line.amount,
    )


def comparison_csv(page: Compared) -> str:
    """A line a line of the statement, then those it lacks; causes with their euros."""
    return csv_text(_comparison(page), delimiter=";")


def _comparison(page: Compared) -> Iterable[Row]:
    yield "line", "first_day", "last_day", "part", "expected_eur", "received_eur", "difference_eur", "causes"
    for told in page.lines:
        one = told.comparison
        yield (
            one.number or "",
            one.first,
            one.last,
            one.part.value,
            one.expected_amount,
            one.received_amount,
            one.difference,
            " ".join(f"{share.cause.value}:{share.amount}" for share in one.shares),
        )

"""From an issued invoice to what its paper says, in the language that is active."""

from decimal import Decimal

from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.templatetags.page_kit import short_day
from production.models import SaleInvoice
from production.revenue import Line
from production.revenue.stored import invoice_from
from production.revenue_words import coefficient, euros, line_price, part_name, period, quantity
from production.wording import language
from shareholders.paper_contents import company_of


def sale_invoice_contents(issued: SaleInvoice, address: str) -> contents.SaleInvoice:
    """The paper of `issued`; `address` is where it is verified."""
    frozen, contract = invoice_from(issued.content), issued.contract
    taken_back = issued.cancels
    return contents.SaleInvoice(
        language="en" if language() == "en" else "fr",
        company=company_of(issued.cooperative, issued.issued_on),
        verification_address=address,
        is_demo=issued.cooperative.is_demo,
        number=issued.label,
        dated=short_day(issued.issued_on),
        takes_back=taken_back.label if taken_back else "",
        is_credit=issued.net < 0,
        reason=issued.reason,
        buyer=contract.buyer,
        buyer_address=contract.buyer_address,
        contract=contract.reference,
        plant=contract.plant.name,
        period=period(issued.first_day, issued.last_day),
        lines=tuple(_line(line) for line in frozen.invoice.lines),
        net=euros(issued.net),
        vat=tuple(_vat(v.percent, v.base, v.amount) for v in frozen.invoice.vat),
        total=euros(issued.total),
        mention=_mention(frozen.invoice.mention),
        notes=_gaps(issued),
    )


def _line(line: Line) -> contents.TableLine:
    name = f"{part_name(line.part)}\n{period(line.first, line.last)}"
    cells = (name, quantity(line), line_price(line), coefficient(line.coefficient), euros(line.amount))
    return contents.TableLine(cells=cells)


def _vat(percent: Decimal, base: Decimal, amount: Decimal) -> contents.TableLine:
    rate = figures.percent(percent / 100, 1 if percent % 1 else 0, language=language())
    return contents.TableLine(cells=(rate, euros(base), euros(amount)))


def _mention(mention: str | None) -> str:
    return _("Autoliquidation") if mention else ""


def _gaps(issued: SaleInvoice) -> tuple[str, ...]:
    """Days that weren't read: the buyer may know them, and sees that they aren't billed."""
    frozen = invoice_from(issued.content)
    return tuple(
        _("%(month)s\u202f: %(n)s jours sans relevé complet.")
        % {"month": f"{month.first:%m/%Y}", "n": month.days - month.days_read}
        for month in frozen.months
        if month.days_read < month.days
    )

"""Invoices: issued once, numbered without gap, frozen; taken back by a credit note; printed and sealed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.refusals import told_as
from production.judgement import days_in_month
from production.models import SaleContract, SaleInvoice
from production.revenue import Invoice, MonthRevenue, invoice
from production.revenue.errors import RevenueError
from production.revenue.stored import invoice_from, invoice_json, negated
from production.revenue_rows import Earned, load_contracts, months_of
from production.sale_invoice_contents import sale_invoice_contents
from production.services.sales.contracts import locked_contract
from production.services.sales.words import SENTENCES, SaleMoved, SaleRefused
from shareholders.models import Paper
from shareholders.services.paper_making import Order, make

# The same as in the trigger that holds the numbers: any number will do, as long as it is nobody else's.
NUMBERS_LOCK = 62_530


def issue_invoice(
    *,
    actor: User | None,
    contract: SaleContract,
    first: dt.date,
    last: dt.date,
    today: dt.date,
    incomplete_agreed: bool = False,
    seen_net: Decimal | None = None,
) -> SaleInvoice:
    """Issue the invoice of whole months; asked for again, the same one.

    seen_net: the sum that was read [€]; another one by now is refused. Raises SaleRefused, SaleMoved.
    """
    with told_as(SaleRefused, SENTENCES):
        locked = locked_contract(contract)
        standing = SaleInvoice.objects.standing().filter(contract=locked, first_day=first, last_day=last)
        known = standing.first()
        if known is not None:
            return known
        _check_period(locked, first, last, today)
        [one] = load_contracts([locked])
        months, made = _made(months_of([one], first, last)[locked.pk], incomplete_agreed)
        if seen_net is not None and seen_net != made.net:
            raise SaleMoved(_("Le montant a changé depuis que vous l’avez lu. Relisez-le, puis émettez."))
        issued = SaleInvoice.objects.create(
            **_number(locked, today),
            contract=locked,
            edition=one.edition,
            first_day=first,
            last_day=last,
            content=invoice_json(months, made),
            net=made.net,
            vat=made.vat_amount,
            total=made.total,
            incomplete_agreed=incomplete_agreed and not all(month.is_complete for month in months),
            issued_by=actor,
        )
        record(actor, "issue_sale_invoice", issued, scope=issued.cooperative.slug, **_told(issued))
    return issued


def _made(earned: Earned, incomplete_agreed: bool) -> tuple[Sequence[MonthRevenue], Invoice]:
    """The months and their invoice. Raises SaleRefused."""
    if earned.problem:
        raise SaleRefused(earned.problem)
    try:
        return earned.months, invoice(earned.months, incomplete_agreed=incomplete_agreed)
    except RevenueError as error:
        raise SaleRefused(str(error)) from error


def _check_period(contract: SaleContract, first: dt.date, last: dt.date, today: dt.date) -> None:
    if last < first:
        raise SaleRefused(_("La période finit avant de commencer."))
    if last >= today:
        raise SaleRefused(_("Le dernier mois n’est pas terminé\u202f: attendez le mois suivant."))
    begins = first.day == 1 or first == contract.first_day
    ends = last.day == days_in_month(last) or last == contract.last_day
    if not (begins and ends and contract.first_day <= first and last <= contract.last_day):
        raise SaleRefused(_("Une facture porte sur des mois entiers du contrat."))


def _number(contract: SaleContract, today: dt.date) -> dict[str, object]:
    """The cooperative, year and next number, held by a lock until the transaction ends."""
    cooperative = contract.plant.cooperative
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERS_LOCK, cooperative.pk])
    issued = SaleInvoice.objects.filter(cooperative=cooperative, year=today.year)
    last = issued.aggregate(last=Max("number"))["last"] or 0
    return {"cooperative": cooperative, "year": today.year, "number": last + 1, "issued_on": today}


def cancel_invoice(*, actor: User | None, target: SaleInvoice, reason: str, today: dt.date) -> SaleInvoice:
    """Take an invoice back by a credit note; asked for again, the same one. Raises SaleRefused."""
    if target.cancels_id is not None:
        raise SaleRefused(_("Un avoir ne s’annule pas\u202f: émettez une nouvelle facture."))
    with told_as(SaleRefused, SENTENCES):
        locked = locked_contract(target.contract)
        known = SaleInvoice.objects.filter(cancels=target).first()
        if known is not None:
            return known
        back = negated(invoice_from(target.content))
        note = SaleInvoice.objects.create(
            **_number(locked, today),
            contract=locked,
            edition_id=target.edition_id,
            first_day=target.first_day,
            last_day=target.last_day,
            cancels=target,
            reason=reason,
            content=invoice_json(back.months, back.invoice),
            net=-target.net,
            vat=-target.vat,
            total=-target.total,
            incomplete_agreed=target.incomplete_agreed,
            issued_by=actor,
        )
        record(actor, "cancel_sale_invoice", note, scope=note.cooperative.slug, **_told(note))
    return note


def _told(issued: SaleInvoice) -> dict[str, str]:
    """What the journal says of an invoice."""
    return {"number": issued.label, "plant": issued.contract.plant.slug, "total": f"{issued.total:f}"}


def invoice_paper(*, actor: User | None, issued: SaleInvoice, language: str) -> Paper:
    """The sealed paper of an invoice, made when first asked for, outside a transaction.

    Raises NoCertificate.
    """

    def build(_paper_number: str, address: str) -> contents.Paper:
        return sale_invoice_contents(issued, address)

    cause = f"sale_invoice:{issued.pk}:{language}"
    kind = Paper.Kind.SALE_INVOICE
    return make(Order(issued.cooperative, kind, cause, build, language=language, actor=actor))

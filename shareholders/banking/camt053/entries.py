"""One `Ntry` of a statement: an entry, or one for each payment of a batch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.banking.camt053.elements import amount, day, sign, signed_amount, text, texts
from shareholders.banking.camt053.refusal import BadElement, shown
from shareholders.banking.camt053.results import Entry, Status

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Sub-families of the ISO 20022 external code set that say: this money comes back [M, à vérifier].
RETURN_CODES = frozenset({"RRTN", "RPCR", "UPDD", "PRDD", "UPCQ"})
_NO_IDENTIFIER = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTPROVIDE"})


@dataclass(frozen=True, slots=True)
class _Whole:
    """What all payments of an `Ntry` share."""

    position: int
    iban: str
    amount: Decimal
    currency: str
    booked_on: dt.date
    value_on: dt.date | None
    status: Status


def read_entry(ntry: Element, position: int, iban: str) -> list[Entry]:
    """The entries of one `Ntry` of the account `iban`. Raises BadElement.

    A batch is split when each of its payments has an amount and they add up to the batch; otherwise it
    stays whole, with the texts of all.
    """
    whole = _whole(ntry, position, iban)
    details = ntry.findall("NtryDtls/TxDtls")
    shares = _shares(details, ntry, whole) if len(details) > 1 else []
    if shares:
        pairs = zip(details, shares, strict=True)
        return [_entry(ntry, [detail], whole, part, share) for part, (detail, share) in enumerate(pairs, 1)]
    return [_entry(ntry, details, whole, 0, whole.amount)]


def _whole(ntry: Element, position: int, iban: str) -> _Whole:
    value, currency = signed_amount(ntry)
    value_on = day(ntry, "ValDt")
    # The booking day is optional in the standard; the value day is the next best.
    booked_on = day(ntry, "BookgDt") or value_on
    if booked_on is None:
        raise BadElement("BookgDt", _("La date de l’écriture manque."))
    return _Whole(position, iban, value, currency, booked_on, value_on, _status(ntry))


def _status(ntry: Element) -> Status:
    """A plain text up to version 3, a code inside it later."""
    written = text(ntry, "Sts/Cd") or text(ntry, "Sts")
    if written not in Status.__members__:
        raise BadElement(
            "Sts", worded(_("L’état de l’écriture est inconnu : %(written)s."), written=shown(written))
        )
    return Status(written)


def _shares(details: list[Element], ntry: Element, whole: _Whole) -> list[Decimal]:
    """The signed amount of each payment of a batch; none unless they add up to it."""
    shares = []
    for detail in details:
        path = next((p for p in ("Amt", "AmtDtls/TxAmt/Amt") if detail.find(p) is not None), "")
        if not path:
            return []
        value, currency = amount(detail, path)
        if currency != whole.currency:
            return []
        shares.append(value * sign(detail if detail.find("CdtDbtInd") is not None else ntry))
    return shares if sum(shares) == whole.amount else []


def _entry(ntry: Element, details: list[Element], whole: _Whole, part: int, share: Decimal) -> Entry:
    only = details[0] if len(details) == 1 else None
    is_return = _is_return(ntry, details)
    name, iban = _counterparty(only, whole.iban, is_credit=share > 0) if only is not None else ("", "")
    return Entry(
        position=whole.position,
        part=part,
        iban=whole.iban,
        amount=share,
        currency=whole.currency,
        booked_on=whole.booked_on,
        value_on=whole.value_on,
        status=whole.status,
        counterparty_name=name,
        counterparty_iban=iban,
        text=_text(ntry, details, is_part=part > 0),
        end_to_end_id=_end_to_end(only),
        bank_reference=_bank_reference(ntry, only, is_part=part > 0),
        code=_code(ntry, only),
        is_reversal=text(ntry, "RvslInd") in ("true", "1"),
        is_return=is_return,
    )


def _counterparty(detail: Element, own_iban: str, *, is_credit: bool) -> tuple[str, str]:
    """Name and IBAN of the other side.

    The payer for money in, the payee for money out. But a transfer of ours that comes back keeps the
    parties of its first way: there the payer is ourselves, told by our own account or by having no name.
    """
    sides = ("Dbtr", "Cdtr") if is_credit else ("Cdtr", "Dbtr")
    for side in sides:
        name, iban = _party(detail, side), _account(detail, side)
        if (name or iban) and iban != own_iban:
            return name, iban
    return "", ""


def _party(detail: Element, side: str) -> str:
    """A name lies directly in the party up to version 7, one step deeper later."""
    party = f"RltdPties/{side}"
    return text(detail, f"{party}/Nm") or text(detail, f"{party}/Pty/Nm")


def _account(detail: Element, side: str) -> str:
    return text(detail, f"RltdPties/{side}Acct/Id/IBAN").replace(" ", "").upper()


def _text(ntry: Element, details: list[Element], *, is_part: bool) -> str:
    written = "\n".join(dict.fromkeys(line for detail in details for line in _lines(detail)))
    # What the bank says of a whole batch would put the references of all into each.
    if is_part and written:
        return written
    more = [line for line in texts(ntry, "AddtlNtryInf") if line not in written]
    return "\n".join(filter(None, [written, *more]))


def _lines(detail: Element) -> list[str]:
    paths = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
    return [line for path in paths for line in texts(detail, path)]


def _end_to_end(detail: Element | None) -> str:
    written = text(detail, "Refs/EndToEndId")
    return "" if written.upper() in _NO_IDENTIFIER else written


def _bank_reference(ntry: Element, detail: Element | None, *, is_part: bool) -> str:
    """The bank's own reference: of the payment inside a batch, of the entry otherwise."""
    own, shared = text(detail, "Refs/AcctSvcrRef"), text(ntry, "AcctSvcrRef")
    return own or shared if is_part else shared or own


def _code(ntry: Element, detail: Element | None) -> str:
    """`PMNT-RCDT-ESCT` for a SEPA transfer received; the bank's own code when it has no other."""
    for parent in (detail, ntry):
        domain = "BkTxCd/Domn"
        paths = (f"{domain}/Cd", f"{domain}/Fmly/Cd", f"{domain}/Fmly/SubFmlyCd")
        code = "-".join(filter(None, (text(parent, path) for path in paths)))
        if code := code or text(parent, "BkTxCd/Prtry/Cd"):
            return code
    return ""


def _is_return(ntry: Element, details: list[Element]) -> bool:
    if any(detail.find("RtrInf") is not None for detail in details):
        return True
    codes = {_code(ntry, None), *(_code(ntry, detail) for detail in details)}
    return any(code.rpartition("-")[2] in RETURN_CODES for code in codes)

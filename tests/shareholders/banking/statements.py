"""Bank statements for tests, built line by line in the shape of real CAMT.053 files.

    camt053([Line("100.00", reference_for("MDS", 42), name="LEFEBVRE JEANNE")], iban=OUR_IBAN)

gives the bytes of a statement of 2 March 2026 whose balances add up.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from stdnum import iban as registry

DAY = dt.date(2026, 3, 2)
OPENING = Decimal("1000.00")
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053."


def french_iban(number: int) -> str:
    """An invented French account: the bank code 99999 is nobody's. Same number, same account."""
    body = f"9999900001{number:011d}"
    key = 97 - int(f"{body}00") % 97
    return f"FR{registry.calc_check_digits(f'FR00{body}{key:02d}')}{body}{key:02d}"


OUR_IBAN = french_iban(1)
OTHER_IBAN = french_iban(999)


@dataclass(frozen=True)
class Line:
    """One entry. `amount` is signed: "100.00" in, "-40.00" out.

    `text`: free remittance lines, split on line breaks; `structured`: ISO 11649 reference in its own
    element; `bank_reference`: AcctSvcrRef; `information`: AddtlNtryInf; `batch`: the payments of a batch,
    each a Line of its own (`with_amounts` False hides their amounts, as some banks do).
    """

    amount: str
    text: str = ""
    on: dt.date = DAY
    name: str = ""
    iban: str = ""
    structured: str = ""
    end_to_end: str = "NOTPROVIDED"
    bank_reference: str = ""
    information: str = ""
    status: str = "BOOK"
    code: str = "PMNT-RCDT-ESCT"
    currency: str = "EUR"
    is_reversal: bool = False
    is_return: bool = False
    value_on: dt.date | None = None
    batch: tuple[Line, ...] = ()
    with_amounts: bool = True

    @property
    def value(self) -> Decimal:
        return Decimal(self.amount)

    @property
    def is_credit(self) -> bool:
        return self.value >= 0


def camt053(
    entries: Sequence[Line],
    iban: str = OUR_IBAN,
    *,
    version: str = "001.02",
    opening: Decimal = OPENING,
    closing: Decimal | None = None,
    identifier: str = "RELEVE-1",
    start: dt.date | None = None,
    end: dt.date | None = None,
    currency: str = "EUR",
) -> bytes:
    """A file of one statement; `closing` is what adds up unless given."""
    body = statement(
        entries,
        iban,
        version=version,
        opening=opening,
        closing=closing,
        identifier=identifier,
        start=start,
        end=end,
        currency=currency,
    )
    return document([body], version=version)


def document(statements: Sequence[str], *, version: str = "001.02") -> bytes:
    """A file of several statements, each from `statement`."""
    head = "<GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>2026-03-03T06:00:00+01:00</CreDtTm></GrpHdr>"
    inside = f"<BkToCstmrStmt>{head}{''.join(statements)}</BkToCstmrStmt>"
    root = f'<Document xmlns="{NAMESPACE}{version}">{inside}</Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def statement(
    entries: Sequence[Line],
    iban: str = OUR_IBAN,
    *,
    version: str = "001.02",
    opening: Decimal = OPENING,
    closing: Decimal | None = None,
    identifier: str = "RELEVE-1",
    start: dt.date | None = None,
    end: dt.date | None = None,
    currency: str = "EUR",
) -> str:
    """One `Stmt`, for `document`."""
    days = [line.on for line in entries] or [DAY]
    start, end = start or min(days), end or max(days)
    if closing is None:
        closing = opening + sum((line.value for line in entries if line.status == "BOOK"), Decimal(0))
    return (
        f"<Stmt><Id>{escape(identifier)}</Id>"
        f"<FrToDt><FrDtTm>{start}T00:00:00</FrDtTm><ToDtTm>{end}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        + balance("OPBD", opening, start, currency)
        + balance("CLBD", closing, end, currency)
        + "".join(_ntry(line, _is_late(version)) for line in entries)
        + "</Stmt>"
    )


def balance(code: str, value: Decimal, on: dt.date, currency: str = "EUR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(abs(value), currency)}"
        f"{_sense(value >= 0)}<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def _is_late(version: str) -> bool:
    """From version 8 on, names and states lie one element deeper."""
    return int(version.rpartition(".")[2]) >= 8


def _ntry(line: Line, late: bool) -> str:
    domain, family, sub = line.code.split("-")
    codes = f"<Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
    details = "".join(_details(part, late, amounts=line.with_amounts) for part in line.batch)
    return (
        f"<Ntry>{_money(abs(line.value), line.currency)}{_sense(line.is_credit)}"
        + ("<RvslInd>true</RvslInd>" if line.is_reversal else "")
        + (f"<Sts><Cd>{line.status}</Cd></Sts>" if late else f"<Sts>{line.status}</Sts>")
        + f"<BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.value_on or line.on}</Dt></ValDt>"
        + _tag("AcctSvcrRef", line.bank_reference)
        + f"<BkTxCd><Domn>{codes}</Domn></BkTxCd>"
        + f"<NtryDtls>{details or _details(line, late, amounts=False)}</NtryDtls>"
        + _tag("AddtlNtryInf", line.information)
        + "</Ntry>"
    )


def _details(line: Line, late: bool, *, amounts: bool) -> str:
    side = "Dbtr" if line.is_credit else "Cdtr"
    party = _tag("Nm", line.name)
    party = f"<Pty>{party}</Pty>" if late and party else party
    own_reference = line.bank_reference if amounts else ""
    return (
        "<TxDtls>"
        f"<Refs>{_tag('AcctSvcrRef', own_reference)}{_tag('EndToEndId', line.end_to_end)}</Refs>"
        + (_amounts(line, late) if amounts else "")
        + "<RltdPties>"
        + (f"<{side}>{party}</{side}>" if party else "")
        + (f"<{side}Acct><Id><IBAN>{line.iban}</IBAN></Id></{side}Acct>" if line.iban else "")
        + f"</RltdPties>{_remittance(line)}"
        + ("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" if line.is_return else "")
        + "</TxDtls>"
    )


def _amounts(line: Line, late: bool) -> str:
    money = _money(abs(line.value), line.currency)
    return f"{money}{_sense(line.is_credit)}" if late else f"<AmtDtls><TxAmt>{money}</TxAmt></AmtDtls>"


def _remittance(line: Line) -> str:
    inside = "".join(_tag("Ustrd", part) for part in line.text.splitlines())
    if line.structured:
        kind = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>"
        inside += f"<Strd><CdtrRefInf>{kind}<Ref>{line.structured}</Ref></CdtrRefInf></Strd>"
    return f"<RmtInf>{inside}</RmtInf>" if inside else ""


def _money(value: Decimal, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{value}</Amt>'


def _sense(is_credit: bool) -> str:
    return f"<CdtDbtInd>{'CRDT' if is_credit else 'DBIT'}</CdtDbtInd>"


def _tag(name: str, content: str) -> str:
    return f"<{name}>{escape(content)}</{name}>" if content else ""

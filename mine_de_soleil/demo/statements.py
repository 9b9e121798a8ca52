"""Statements of an invented bank, in CAMT.053 as real banks write them. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: `amount` [€] is positive for money in; `text` is what the payer wrote."""

    on: dt.date
    amount: Decimal
    name: str
    text: str
    iban: str = ""


def statement(*, iban: str, number: int, opening: Decimal, lines: Sequence[Line]) -> bytes:
    """A file of one statement whose balances add up; the same lines give the same bytes."""
    first, last = lines[0].on, lines[-1].on
    closing = opening + sum((line.amount for line in lines), Decimal(0))
    entries = "".join(_entry(number, rank, line) for rank, line in enumerate(lines, start=1))
    name = f"MDS-{first:%Y%m%d}-{number:03d}"
    text = (
        f'<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{last}T23:30:00+01:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{name}</Id><CreDtTm>{last}T23:30:00+01:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{first}T00:00:00+01:00</FrDtTm><ToDtTm>{last}T23:59:59+01:00</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening, first)}{_balance('CLBD', closing, last)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )
    return f"{_HEAD}{text}".encode()


def _balance(code: str, amount: Decimal, on: dt.date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(amount)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _money(amount: Decimal) -> str:
    sense = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{abs(amount):.2f}</Amt><CdtDbtInd>{sense}</CdtDbtInd>'


def _entry(number: int, rank: int, line: Line) -> str:
    family = "RCDT" if line.amount >= 0 else "ICDT"
    code = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    return (
        f"<Ntry>{_money(line.amount)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.on}</Dt></ValDt>"
        f"<AcctSvcrRef>DEMO{line.on:%Y%m%d}{number:03d}{rank:04d}</AcctSvcrRef>"
        f"<BkTxCd>{code}</BkTxCd><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties>{_party(line)}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _party(line: Line) -> str:
    side = "Dbtr" if line.amount >= 0 else "Cdtr"
    account = f"<{side}Acct><Id><IBAN>{line.iban}</IBAN></Id></{side}Acct>" if line.iban else ""
    return f"<{side}><Pty><Nm>{escape(line.name)}</Nm></Pty></{side}>{account}"

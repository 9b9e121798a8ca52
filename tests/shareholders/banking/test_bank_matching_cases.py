"""The treasurer's worked cases, from the file of the bank to what each subscription still owes."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shareholders.banking.camt053 import keyed_entries, read_statements
from shareholders.banking.matching import Claim, Credit, Verdict, match
from shareholders.banking.references import formatted, reference_for
from tests.shareholders.banking.statements import DAY, Line, camt053

FILE = Path(__file__).parents[2] / "cases" / "bank_matching.toml"
CASES = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]


def line(entry: dict[str, Any]) -> Line:
    references = " et ".join(formatted(reference_for("MDS", number)) for number in entry.pop("for", []))
    text = " ".join(filter(None, (entry.pop("text", ""), references)))
    return Line(text=text, on=DAY.replace(day=entry.pop("day", DAY.day)), **entry)


def credits(case: dict[str, Any]) -> list[Credit]:
    """The booked entries of all files, each once, numbered in order of appearance."""
    statements = []
    for described in case["statement"]:
        closing = Decimal(described["closing"]) if "closing" in described else None
        lines = [line(dict(entry)) for entry in described["entries"]]
        statements += read_statements(camt053(lines, closing=closing))
    booked = [entry for entry in keyed_entries(statements).values() if entry.is_counted]
    return [
        Credit(
            id=f"{rank:03d}",
            amount=entry.amount,
            booked_on=entry.booked_on,
            text=entry.searchable,
            payer_name=entry.counterparty_name,
            currency=entry.currency,
            is_return=entry.is_return,
        )
        for rank, entry in enumerate(booked)
    ]


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the file writes it: what is empty is left out."""
    written = {
        "kind": verdict.kind.value,
        "parts": {part.claim: str(part.amount) for part in verdict.parts},
        "proposals": {part.claim: str(part.amount) for part in verdict.proposals},
        "excess": str(verdict.excess) if verdict.excess else "",
        "unplaced": str(verdict.unplaced) if verdict.unplaced else "",
    }
    return {key: value for key, value in written.items() if value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_worked_case_comes_out_as_written(case: dict[str, Any]):
    claims = [
        Claim(
            str(c["number"]), reference_for("MDS", c["number"]), Decimal(c["due"]), tuple(c.get("names", ()))
        )
        for c in case["claims"]
    ]
    verdicts = match(credits(case), claims)
    assert [told(verdict) for verdict in verdicts] == case["expect"]
    placed = [part for verdict in verdicts for part in verdict.parts]
    left = {c.id: str(c.due - sum(p.amount for p in placed if p.claim == c.id)) for c in claims}
    assert left == case["left"]

"""Sealed registers for the tests of the chain and of its exports."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from shareholders.capital import SIDES, Kind
from shareholders.register_chain import GENESIS, Line, seal

FOUNDED = dt.date(2019, 7, 12)
NOON = dt.datetime(2019, 7, 12, 12, 0, 0, 5, dt.UTC)
# All that may be written in a name: no control character, no half of a pair, nothing XML can't hold.
_letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
names = st.text(_letters, min_size=1, max_size=20)


def line(kind: str = "issue", giver: int | None = None, taker: int | None = None, quantity: int = 10, **more):
    """A line not yet numbered nor sealed, with an identity for each side."""
    given = {
        "number": 0,
        "kind": kind,
        "dated": FOUNDED,
        "entered_at": NOON,
        "giver_number": giver,
        "giver_identity": "" if giver is None else f"Titulaire {giver}, 1 rue des Terrils, 62750",
        "taker_number": taker,
        "taker_identity": "" if taker is None else f"Titulaire {taker}, 1 rue des Terrils, 62750",
        "quantity": quantity,
        "nominal_value": Decimal("50.00"),
        "reverses": None,
        "reason": "",
        "previous_sha256": GENESIS,
        "entry_sha256": "",
    }
    return Line(**(given | more))


def chained(lines: Iterable[Line]) -> list[Line]:
    """The lines numbered from 1, each sealed to the one before."""
    register: list[Line] = []
    previous = GENESIS
    for number, one in enumerate(lines, start=1):
        sealed = seal(replace(one, number=number, previous_sha256=previous))
        register.append(sealed)
        previous = sealed.entry_sha256
    return register


@st.composite
def registers(draw: st.DrawFn, least: int = 0, most: int = 12) -> list[Line]:
    """Sound registers of every kind of movement, days in order, names of any script."""
    held: dict[int, int] = {}
    nominal, day = Decimal("50.00"), FOUNDED
    lines: list[Line] = []
    reversible: list[int] = []
    people = {number: draw(names) for number in range(1, 5)}
    for number in range(1, draw(st.integers(least, most)) + 1):
        day += dt.timedelta(days=draw(st.integers(0, 3)))
        givers = sorted(holder for holder, shares in held.items() if shares)
        kind = draw(st.sampled_from([k for k in SIDES if givers or not SIDES[k][0]]))
        undone = next((at for at in reversible if _can_reverse(lines[at - 1], held)), None)
        if undone and draw(st.booleans()):
            reversible.remove(undone)
            made = _reversal(lines[undone - 1], undone, day, nominal)
        elif kind == Kind.NOMINAL_CHANGE:
            nominal = Decimal(draw(st.integers(1, 10**6))) / 100
            made = line(kind, quantity=0)
        else:
            giver = draw(st.sampled_from(givers)) if SIDES[kind][0] else None
            taker = draw(st.sampled_from([n for n in people if n != giver])) if SIDES[kind][1] else None
            quantity = draw(st.integers(1, held[giver] if giver else 1000))
            made = line(kind, giver, taker, quantity, reason=draw(st.just("") | names))
            reversible.append(number)
        for holder, sign in ((made.giver_number, -1), (made.taker_number, 1)):
            if holder is not None:
                held[holder] = held.get(holder, 0) + sign * made.quantity
        identities = {
            "giver_identity": people.get(made.giver_number or 0, ""),
            "taker_identity": people.get(made.taker_number or 0, ""),
        }
        lines.append(replace(made, dated=day, nominal_value=nominal, **identities))
    return chained(lines)


def _can_reverse(original: Line, held: dict[int, int]) -> bool:
    return original.taker_number is None or held.get(original.taker_number, 0) >= original.quantity


def _reversal(original: Line, number: int, day: dt.date, nominal: Decimal) -> Line:
    return line(
        "reversal",
        original.taker_number,
        original.giver_number,
        original.quantity,
        reverses=number,
        reason="saisie par erreur",
        dated=day,
        nominal_value=nominal,
    )

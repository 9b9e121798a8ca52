"""A register of 100,000 holders and 300,000 lines: who holds what on a day, and its verification."""

import datetime as dt
import hashlib
import statistics
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from benchmarks._scratch import scratch_database
from shareholders.models import College, Cooperative
from shareholders.register_chain import GENESIS, canonical_text
from shareholders.register_reports import held_on, holders_on, lines_of, verified

HOLDERS = 100_000
LINES = 300_000
RUNS = 5
FOUNDED_ON = dt.date(2015, 1, 1)
DAYS = 3_650
DAY = FOUNDED_ON + dt.timedelta(days=DAYS * 9 // 10)

# As the trigger numbers, names and seals each line, in one pass over the staged ones.
_SEAL = """
DO $$
DECLARE
    line shareholders_sharemovement;
    last text := repeat('0', 64);
BEGIN
    FOR line IN SELECT * FROM staged ORDER BY number LOOP
        line.previous_sha256 := last;
        last := share_movement_sha256(line,
            (SELECT number FROM shareholders_shareholder WHERE id = line.from_shareholder_id),
            (SELECT number FROM shareholders_shareholder WHERE id = line.to_shareholder_id), NULL);
        line.entry_sha256 := last;
        INSERT INTO shareholders_sharemovement SELECT line.*;
    END LOOP;
END $$;
"""


def run() -> list[dict[str, Any]]:
    """Median seconds of each act and of its peer. The database is a scratch one, dropped after.

    Raises AssertionError where ours and the peer don't say the same.
    """
    with scratch_database():
        cooperative = _loaded()
        return [_holdings(cooperative), _cap_table(cooperative), _verification(cooperative)]


def _holdings(cooperative: Cooperative) -> dict[str, Any]:
    ours_s, ours = _median(lambda: held_on(cooperative, DAY))
    peer_s, peer = _median(lambda: _pandas_holdings(cooperative))
    assert peer == ours
    return {
        "case": "holdings on a day",
        "done": f"what each of {HOLDERS} holders had on {DAY}, from {LINES} lines; median of {RUNS}",
        "ours_s": ours_s,
        "peer": "the same lines read with pandas, summed by groupby",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours under 0.3 s",
    }


def _cap_table(cooperative: Cooperative) -> dict[str, Any]:
    ours_s, ours = _median(lambda: holders_on(cooperative, DAY))
    peer_s, peer = _median(lambda: _pandas_cap_table(cooperative))
    assert sorted(peer.itertuples(index=False)) == sorted(
        (row.number, row.name, row.college, row.shares) for row in ours
    )
    return {
        "case": "holders with names on a day",
        "done": f"number, name, commune, college, shares and part of the capital, sorted; median of {RUNS}",
        "ours_s": ours_s,
        "peer": "lines, people and colleges read with pandas, summed, merged and sorted",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours over peer, to be at most 1.5",
    }


def _verification(cooperative: Cooperative) -> dict[str, Any]:
    ours_s, report = _median(lambda: verified(cooperative))
    peer_s, last = _median(lambda: _bare_pass(cooperative))
    assert report.is_sound and report.lines == LINES, report.findings[:3]
    assert report.last_sha256 == last
    return {
        "case": "register_verify",
        "done": f"chain, numbers, sides, nominal values and holdings of {LINES} lines; median of {RUNS}",
        "ours_s": ours_s,
        "peer": "a bare pass that hashes the same lines with hashlib",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": "ours under 5 s",
    }


def _pandas_holdings(cooperative: Cooperative) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT from_shareholder_id, to_shareholder_id, quantity FROM shareholders_sharemovement"
            " WHERE cooperative_id = %s AND dated <= %s",
            [cooperative.pk, DAY],
        )
        frame = pd.DataFrame(cursor.fetchall(), columns=["giver", "taker", "quantity"])
    received = frame.groupby("taker")["quantity"].sum()
    held = received.sub(frame.groupby("giver")["quantity"].sum(), fill_value=0)
    held = held[held > 0].astype(int)
    return dict(zip(held.index.astype(int).tolist(), held.tolist(), strict=True))


def _pandas_cap_table(cooperative: Cooperative) -> pd.DataFrame:
    held = pd.Series(_pandas_holdings(cooperative), name="shares")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, first_names || ' ' || last_name FROM shareholders_shareholder"
            " WHERE cooperative_id = %s",
            [cooperative.pk],
        )
        people = pd.DataFrame(cursor.fetchall(), columns=["holder", "number", "name"])
        cursor.execute(
            "SELECT shareholder_id, name, since FROM shareholders_collegemembership m"
            " JOIN shareholders_college c ON c.id = m.college_id"
            " WHERE m.cooperative_id = %s AND since <= %s",
            [cooperative.pk, DAY],
        )
        entered = pd.DataFrame(cursor.fetchall(), columns=["holder", "college", "since"])
    last = entered.sort_values("since").drop_duplicates("holder", keep="last")
    table = people.merge(last, on="holder").merge(held, left_on="holder", right_index=True)
    return table.sort_values(["shares", "number"], ascending=[False, True])[
        ["number", "name", "college", "shares"]
    ]


def _bare_pass(cooperative: Cooperative) -> str:
    last = GENESIS
    for line in lines_of(cooperative):
        last = hashlib.sha256(canonical_text(line).encode()).hexdigest()
    return last


def _loaded() -> Cooperative:
    cooperative = Cooperative.objects.create(
        slug="bench",
        short_name="Bench",
        legal_name="Bench",
        seat_commune="Lens",
        seat_insee="62498",
        latitude_deg=50.43,
        longitude_deg=2.83,
        founded_on=FOUNDED_ON,
        nominal_value=Decimal(50),
        contact_email="bench@example.org",
    )
    college = College.objects.create(cooperative=cooperative, code="citoyens", name="Citoyens")
    with connection.cursor() as cursor:
        # Past the triggers, that would judge each line in turn; `verified` judges all of them after.
        cursor.execute("SET session_replication_role = replica")
        _copy_holders(cursor, cooperative, college)
        _copy_lines(cursor, cooperative)
        cursor.execute(_SEAL)
        cursor.execute("DROP TABLE staged")
        cursor.execute("SET session_replication_role = DEFAULT")
        # As the database's own housekeeping leaves a table.
        cursor.execute("VACUUM ANALYZE shareholders_sharemovement")
        cursor.execute("VACUUM ANALYZE shareholders_shareholder")
        cursor.execute("VACUUM ANALYZE shareholders_collegemembership")
    return cooperative


def _copy_holders(cursor: Any, cooperative: Cooperative, college: College) -> None:
    columns = (
        "id, cooperative_id, number, kind, first_names, last_name, birth_place, protection, legal_name, "
        "legal_form, siren, insee_code, email, address, postcode, commune, country, tax_residence"
    )
    with cursor.copy(f"COPY shareholders_shareholder ({columns}) FROM STDIN") as copy:
        for n in range(1, HOLDERS + 1):
            named = ("natural", "Jeanne", f"Essai{n}", *[""] * 7)
            place = (f"{n} rue des Terrils", "62750", "Loos-en-Gohelle", "FR", "FR")
            copy.write_row((n, cooperative.pk, n, *named, *place))
    with cursor.copy(
        "COPY shareholders_collegemembership (shareholder_id, college_id, cooperative_id, since, entered_at)"
        " FROM STDIN"
    ) as copy:
        entered = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
        for n in range(1, HOLDERS + 1):
            copy.write_row((n, college.pk, cooperative.pk, FOUNDED_ON, entered))


def _copy_lines(cursor: Any, cooperative: Cooperative) -> None:
    cursor.execute("CREATE TEMPORARY TABLE staged (LIKE shareholders_sharemovement)")
    columns = (
        "id, cooperative_id, number, kind, dated, entered_at, from_shareholder_id, to_shareholder_id, "
        "giver_identity, taker_identity, quantity, nominal_value, reason, previous_sha256, entry_sha256"
    )
    with cursor.copy(f"COPY staged ({columns}) FROM STDIN") as copy:
        for number, (kind, day, giver, taker, quantity) in enumerate(_movements(), start=1):
            entered = dt.datetime.combine(day, dt.time(12), dt.UTC)
            sides = (giver, taker, _identity(giver), _identity(taker))
            copy.write_row(
                (number, cooperative.pk, number, kind, day, entered, *sides, quantity, "50.00", "", "", "")
            )


def _identity(holder: int | None) -> str:
    return f"ESSAI{holder} Jeanne, {holder} rue des Terrils, 62750 Loos-en-Gohelle" if holder else ""


def _movements() -> Iterator[tuple[str, dt.date, int | None, int | None, int]]:
    """An issue for everybody, then as many further issues, sales, gifts and withdrawals of what is held."""
    random = np.random.default_rng(2019)
    kinds = random.choice(["issue", "transfer", "gift", "withdrawal"], LINES, p=[0.6, 0.25, 0.05, 0.1])
    people = random.integers(1, HOLDERS + 1, (LINES, 2)).tolist()
    held = dict.fromkeys(range(1, HOLDERS + 1), 0)
    for n in range(LINES):
        day = FOUNDED_ON + dt.timedelta(days=n * DAYS // LINES)
        giver, taker = people[n]
        if n < HOLDERS:
            kind, taker = "issue", n + 1
        elif kinds[n] == "issue" or held[giver] == 0 or giver == taker:
            kind = "issue"
        else:
            kind = str(kinds[n])
        quantity = 1 + n % 10 if kind == "issue" else 1 + n % held[giver]
        if kind != "issue":
            held[giver] -= quantity
        if kind != "withdrawal":
            held[taker] += quantity
        yield kind, day, None if kind == "issue" else giver, None if kind == "withdrawal" else taker, quantity


def _median(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the last run found; one run more, before, warms both sides."""
    work()
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), found

"""Every line of the register of the demo's town, drawn from a fixed seed, in order of date. Pure.

Two campaigns a year for eight years. Then what happens to shares: people take more, sell after five years,
give, die, leave; the assembly cancels a few; some issues are entered twice and reversed; once the nominal
value changes. Each act is possible on its day: givers hold what they give.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import numpy as np

from mine_de_soleil.demo.movements import Act, Kind, Register
from mine_de_soleil.demo.town import (
    FOUNDED_ON,
    HISTORY_UNTIL,
    NOMINAL_CHANGED_ON,
    NOMINAL_NOW,
    TOWN_SEED,
    TownPlan,
)
from mine_de_soleil.demo.town_people import crowd_of

LOCK_UP = dt.timedelta(days=5 * 366)
# SEM, operator; communes by their order.
COMPANY_SHARES = (9_000, 5_000)
TOWN_SHARES = (3_000, 2_000, 900, 700, 500, 400, 400, 300)
# Jeanne, Bruno, and those who act: founders with old shares.
NAMED_SHARES = (4, 12, 30, 6, 8, 10, 15, 9)
USUAL_SHARES = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 100)
USUAL_WEIGHTS = (18, 25, 8, 16, 13, 7, 5, 14, 4, 6, 2, 2, 0.3)
# What becomes of the lines that aren't somebody's first shares.
LATER: tuple[tuple[Kind, float], ...] = (
    ("issue", 0.73),
    ("transfer", 0.12),
    ("gift", 0.07),
    ("inheritance", 0.02),
    ("withdrawal", 0.04),
    ("cancellation", 0.005),
    ("reversal", 0.015),
)
REASONS = {
    "cancellation": "Actions annulées par décision de l’assemblée, à la demande du titulaire.",
    "reversal": "Même virement saisi deux fois : émission contre-passée.",
    "nominal_change": "Valeur nominale portée de 40 € à 50 € par incorporation de réserves, "
    "décidée par l’assemblée.",
}
TRIES = 40  # draws of somebody who can do it, before the act is left


@dataclass(slots=True)
class _Accounts:
    """What everybody holds as the years go by; `since`: when each came in."""

    held: list[int]
    since: list[dt.date | None]
    gone: set[int] = field(default_factory=set)
    free: list[int] = field(default_factory=list)

    def do(self, act: Act) -> Act:
        if act.taker is not None:
            self.held[act.taker] += act.quantity
            if self.since[act.taker] is None:
                self.since[act.taker] = act.dated
                self.free.append(act.taker)
        if act.giver is not None:
            self.held[act.giver] -= act.quantity
        return act


@lru_cache(maxsize=2)
def history_of(plan: TownPlan) -> Register:
    """The whole register of the town; the same at every call, on every machine."""
    rng = np.random.default_rng([TOWN_SEED, 3])
    return _History(plan, rng).written()


class _History:
    """Draws the acts day by day, and keeps count of what everybody holds."""

    def __init__(self, plan: TownPlan, rng: np.random.Generator) -> None:
        self._rng, self._plan = rng, plan
        self._crowd = crowd_of(plan)
        # Those one knows by name, and companies, do nothing here but come in.
        self._others = self._crowd.first_citizen + len(NAMED_SHARES)
        count = len(self._crowd.people)
        self._accounts = _Accounts([0] * count, [None] * count)
        self._died: dict[int, dt.date] = {}

    def written(self) -> Register:
        events = sorted(chain(self._arrivals(), self._later()), key=lambda event: event[0])
        acts = [self._accounts.do(act) for act in self._founders()]
        self._accounts.free.clear()
        changed = False
        for day, kind, who in events:
            if day > NOMINAL_CHANGED_ON and not changed:
                acts.append(_nominal_change())
                changed = True
            acts += [self._accounts.do(act) for act in self._acts(day, kind, who)]
        return Register(self._crowd.people, tuple(acts), tuple(sorted(self._died.items())))

    def _founders(self) -> Iterator[Act]:
        shares = chain(COMPANY_SHARES, TOWN_SHARES, NAMED_SHARES)
        for who, quantity in enumerate(shares):
            yield Act("issue", FOUNDED_ON, quantity, taker=who)

    def _arrivals(self) -> Iterator[tuple[dt.date, Kind, int]]:
        """Each account's first shares, more of them in the later campaigns."""
        campaigns = campaigns_of_town()
        weights = np.linspace(1, 2.2, len(campaigns))
        chosen = self._rng.choice(
            len(campaigns), size=len(self._crowd.people), p=weights / weights.sum()
        ).tolist()
        for who in range(self._others, len(self._crowd.people)):
            yield self._day(*campaigns[chosen[who]]), "issue", who

    def _later(self) -> Iterator[tuple[dt.date, Kind, int]]:
        """What happens besides: its day, and nobody yet."""
        count = self._plan.lines - len(self._crowd.people) - 1
        kinds = self._rng.choice(len(LATER), size=count, p=[share for _kind, share in LATER]).tolist()
        campaigns = campaigns_of_town()
        for n in kinds:
            kind = LATER[n][0]
            if kind in ("issue", "reversal"):
                first, last = campaigns[int(self._rng.integers(1, len(campaigns)))]
            else:
                # Nobody sells or leaves before the first five years are over.
                early = kind in ("gift", "inheritance", "cancellation")
                first = FOUNDED_ON + (dt.timedelta(days=300) if early else LOCK_UP)
                last = HISTORY_UNTIL
            yield self._day(first, last), kind, -1

    def _day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=int(self._rng.integers((last - first).days + 1)))

    def _acts(self, day: dt.date, kind: Kind, who: int) -> list[Act]:
        """The lines of one event; none where nobody is found who can do it."""
        if who >= 0:
            return [Act("issue", day, self._usual(), taker=who)]
        if kind in ("issue", "reversal"):
            return self._taken(day, twice=kind == "reversal")
        held_before = day - LOCK_UP if kind in ("transfer", "withdrawal") else day
        giver = self._somebody(held_before, least=2 if kind == "gift" else 1)
        if giver is None:
            return []
        if kind == "inheritance":
            return self._inherited(day, giver)
        return self._given(day, kind, giver)

    def _taken(self, day: dt.date, *, twice: bool) -> list[Act]:
        """Somebody takes more; entered twice, the second line is reversed three days later."""
        taker = self._somebody(day)
        if taker is None:
            return []
        issue = Act("issue", day, self._usual(), taker=taker)
        if not twice:
            return [issue]
        again = Act("issue", day, issue.quantity, taker=taker)
        undone = Act("reversal", day, issue.quantity, giver=taker, reason=REASONS["reversal"], undoes=again)
        return [issue, again, undone]

    def _given(self, day: dt.date, kind: Kind, giver: int) -> list[Act]:
        held = self._accounts.held[giver]
        leaves = kind == "withdrawal" and self._rng.random() < 0.4
        quantity = held if leaves else int(self._rng.integers(1, max(held // 2, 1) + 1))
        reason = REASONS.get(kind, "")
        if kind in ("withdrawal", "cancellation"):
            return [Act(kind, day, quantity, giver=giver, reason=reason)]
        taker = self._somebody(day, but=giver)
        return [] if taker is None else [Act(kind, day, quantity, taker=taker, giver=giver)]

    def _inherited(self, day: dt.date, deceased: int) -> list[Act]:
        """All shares of somebody who died some months before pass to one heir, or to two."""
        person = self._crowd.people[deceased]
        if person.kind != "natural" or person.speaker:
            return []
        heirs = [self._somebody(day, but=deceased), self._somebody(day, but=deceased)]
        held = self._accounts.held[deceased]
        if None in heirs:
            return []
        self._accounts.gone.add(deceased)
        self._died[deceased] = day - dt.timedelta(days=int(self._rng.integers(60, 200)))
        if held == 1 or heirs[0] == heirs[1]:
            return [Act("inheritance", day, held, taker=heirs[0], giver=deceased)]
        half = held // 2
        return [
            Act("inheritance", day, held - half, taker=heirs[0], giver=deceased),
            Act("inheritance", day, half, taker=heirs[1], giver=deceased),
        ]

    def _somebody(self, held_before: dt.date, *, least: int = 1, but: int = -1) -> int | None:
        """Somebody alive who came in by that day and still holds enough; None if nobody is found."""
        accounts = self._accounts
        for _try in range(TRIES if accounts.free else 0):
            who = accounts.free[int(self._rng.integers(len(accounts.free)))]
            since = accounts.since[who]
            assert since is not None
            is_able = since <= held_before and accounts.held[who] >= least
            if is_able and who != but and who not in accounts.gone:
                return who
        return None

    def _usual(self) -> int:
        return int(self._rng.choice(USUAL_SHARES, p=np.array(USUAL_WEIGHTS) / sum(USUAL_WEIGHTS)))


def _nominal_change() -> Act:
    return Act(
        "nominal_change",
        NOMINAL_CHANGED_ON,
        0,
        reason=REASONS["nominal_change"],
        nominal_value=NOMINAL_NOW,
    )


def campaigns_of_town() -> list[tuple[dt.date, dt.date]]:
    """First and last day of each campaign: spring and autumn of every year, the first at the foundation."""
    years = range(FOUNDED_ON.year, HISTORY_UNTIL.year + 1)
    days = [(dt.date(year, 3, 15), dt.date(year, 5, 10)) for year in years]
    days += [(dt.date(year, 9, 20), dt.date(year, 11, 15)) for year in years]
    return sorted(
        [(FOUNDED_ON, FOUNDED_ON + dt.timedelta(days=35))]
        + [span for span in days if span[0] > FOUNDED_ON and span[1] <= HISTORY_UNTIL]
    )

"""The whole register checked line by line: chain, sides, reversals, nominal values, holdings, sums."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from mine_de_soleil.core.figures import euros, number
from shareholders.capital import ISSUES, SIDES, Accounts, Kind
from shareholders.register_chain.line import GENESIS, Line, Unsealable, fingerprint

MAX_FINDINGS = 200
# Looked at for every line: plain texts compare faster than members.
_REVERSAL, _NOMINAL_CHANGE = Kind.REVERSAL.value, Kind.NOMINAL_CHANGE.value
_PARTIES = ("cédant", "cessionnaire")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a register claims to be, wherever it is said: lines, last fingerprint, shares, capital [€]."""

    lines: int
    last_sha256: str
    shares: int
    capital: Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong; `number` is the line's (None: of the whole), `rule` a stable code."""

    number: int | None
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying found: the first MAX_FINDINGS findings and how many there are; what the register is.

    `shares`: those of the capital; `holders`: accounts with shares; `capital` in €.
    """

    lines: int
    last_sha256: str
    shares: int
    holders: int
    nominal_value: Decimal
    findings: tuple[Finding, ...]
    finding_count: int

    @property
    def is_sound(self) -> bool:
        return not self.finding_count

    @property
    def capital(self) -> Decimal:
        return self.shares * self.nominal_value

    @property
    def stated(self) -> Stated:
        """To be written beside an export, so that lines missing at its end are seen."""
        return Stated(self.lines, self.last_sha256, self.shares, self.capital)


def verify(
    lines: Iterable[Line], *, stated: Stated | None = None, witnesses: Mapping[int, str] | None = None
) -> Report:
    """Check the chain and the sums, in one pass; `lines` in the order of the register.

    `stated`: what the register should come to, without which lines cut from its end leave no trace.
    `witnesses`: fingerprints known from outside by line number (certificates), which betray a register
    rewritten and sealed again as a whole. Time: some 10 µs a line. Memory: some 200 bytes a line, kept of
    what a later reversal may need, and the accounts.
    """
    check = _Verification(witnesses or {})
    for line in lines:
        check.read(line)
    return check.finish(stated)


class _Entered(NamedTuple):
    """What a reversal must know of an earlier line."""

    kind: str
    giver: int | None
    taker: int | None
    quantity: int
    dated: dt.date


class _Verification:
    def __init__(self, witnesses: Mapping[int, str]) -> None:
        self.witnesses = witnesses
        self.findings: list[Finding] = []
        self.finding_count = 0
        self.lines = 0
        self.next_number = 1
        self.last_sha256 = GENESIS
        self.entered: dict[int, tuple[str, int | None, int | None, int, dt.date]] = {}
        self.reversed: set[int] = set()
        self.accounts = Accounts()
        self.overdrawn: set[int] = set()
        self.capital_shares = 0
        self.first_nominal: Decimal | None = None
        self.nominal_changes: list[tuple[int, dt.date, Decimal]] = []
        self.latest = dt.date.min

    def find(self, number_: int | None, rule: str, sentence: str) -> None:
        self.finding_count += 1
        if len(self.findings) < MAX_FINDINGS:
            text = sentence if number_ is None else f"Ligne {number_} : {sentence}"
            self.findings.append(Finding(number_, rule, text))

    def read(self, line: Line) -> None:
        self.lines += 1
        self._link(line)
        original = self._original(line) if line.kind == _REVERSAL else None
        self._shape(line, original)
        self._nominal(line, original)
        self._move(line, original)
        if line.dated > self.latest:
            self.latest = line.dated
        # A plain tuple of plain values: the garbage collector soon leaves it alone.
        self.entered[line.number] = (
            line.kind,
            line.giver_number,
            line.taker_number,
            line.quantity,
            line.dated,
        )

    def _link(self, line: Line) -> None:
        if line.number != self.next_number:
            self._misnumbered(line.number)
        if line.previous_sha256 != self.last_sha256:
            self.find(line.number, "link", "elle ne s’enchaîne pas à la ligne qui la précède.")
        try:
            intact = fingerprint(line) == line.entry_sha256
        except Unsealable as error:
            self.find(line.number, "altered", f"{error}.")
        else:
            if not intact:
                self.find(line.number, "altered", "son contenu ne correspond plus à son empreinte.")
        if self.witnesses and self.witnesses.get(line.number, line.entry_sha256) != line.entry_sha256:
            self.find(line.number, "witness", "son empreinte n’est pas celle d’un document déjà remis.")
        self.last_sha256 = line.entry_sha256
        if line.number >= self.next_number:
            self.next_number = line.number + 1

    def _misnumbered(self, found: int) -> None:
        first, last = self.next_number, found - 1
        if last < first:
            self.find(found, "number", "ce numéro est déjà passé : la ligne est répétée ou déplacée.")
        elif first == last:
            self.find(found, "number", f"la ligne {first} manque avant elle.")
        else:
            self.find(found, "number", f"les lignes {first} à {last} manquent avant elle.")

    def _original(self, line: Line) -> _Entered | None:
        """The line a reversal undoes, once it is sure that it may."""
        reverses = line.reverses
        entered = None if reverses is None else self.entered.get(reverses)
        if reverses is None or entered is None:
            said = "ne dit pas quelle ligne" if reverses is None else f"vise la ligne {reverses}, inconnue,"
            self.find(line.number, "reversal", f"une contre-passation qui {said} annule une ligne absente.")
            return None
        original = _Entered(*entered)
        if original.kind == _REVERSAL:
            self.find(line.number, "reversal", "une contre-passation ne s’annule pas elle-même.")
        if reverses in self.reversed:
            self.find(line.number, "reversal", f"la ligne {reverses} était déjà contre-passée.")
        self.reversed.add(reverses)
        if (line.giver_number, line.taker_number) != (original.taker, original.giver):
            self.find(
                line.number, "reversal", f"cédant et cessionnaire ne sont pas ceux de {reverses}, inversés."
            )
        if line.quantity != original.quantity:
            told = f"elle porte sur {number(line.quantity)} actions, la ligne {reverses}"
            self.find(line.number, "reversal", f"{told} sur {number(original.quantity)}.")
        if line.dated < original.dated:
            self.find(line.number, "reversal", f"elle est datée d’avant la ligne {reverses} qu’elle annule.")
        return original

    def _shape(self, line: Line, original: _Entered | None) -> None:
        moves = line.kind != _NOMINAL_CHANGE and (original is None or original.kind != _NOMINAL_CHANGE)
        if line.quantity <= 0 if moves else line.quantity != 0:
            wanted = "doit porter sur une action au moins" if moves else "ne porte sur aucune action"
            self.find(line.number, "quantity", f"ce mouvement {wanted}, pas sur {number(line.quantity)}.")
        giver, taker = line.giver_number, line.taker_number
        if line.kind != _REVERSAL:
            self._sides(line)
            if line.reverses is not None:
                self.find(line.number, "reversal", "seule une contre-passation annule une autre ligne.")
        elif not line.reason:
            self.find(line.number, "reversal", "une contre-passation doit dire son motif.")
        if giver is not None and giver == taker:
            self.find(line.number, "sides", "cédant et cessionnaire sont la même personne.")
        if (giver is None and line.giver_identity) or (taker is None) != (not line.taker_identity):
            self.find(line.number, "identity", "une identité est sans numéro d’ordre, ou l’inverse.")

    def _sides(self, line: Line) -> None:
        sides = SIDES.get(line.kind)
        if sides is None:
            self.find(line.number, "kind", f"nature de mouvement inconnue : « {line.kind[:40]} ».")
        elif sides != (line.giver_number is not None, line.taker_number is not None):
            parts = [f"{'un' if has else 'pas de'} {name}" for has, name in zip(sides, _PARTIES, strict=True)]
            self.find(line.number, "sides", f"ce mouvement doit avoir {' et '.join(parts)}.")

    def _nominal(self, line: Line, original: _Entered | None) -> None:
        if not line.nominal_value.is_finite() or line.nominal_value <= 0:
            self.find(line.number, "nominal", "la valeur nominale n’est pas supérieure à zéro.")
        elif line.kind == _NOMINAL_CHANGE:
            self._change_nominal(line)
        elif original is not None and original.kind == _NOMINAL_CHANGE:
            self._restore_nominal(line)
        else:
            self._same_nominal(line)

    def _change_nominal(self, line: Line) -> None:
        if line.dated < self.latest:
            self.find(
                line.number,
                "nominal",
                f"la valeur nominale change le {_day(line.dated)}, mais des lignes déjà inscrites "
                f"vont jusqu’au {_day(self.latest)} avec l’ancienne.",
            )
        self.nominal_changes.append((line.number, line.dated, line.nominal_value))

    def _restore_nominal(self, line: Line) -> None:
        before = self.nominal_changes[-2][2] if len(self.nominal_changes) > 1 else self.first_nominal
        if self.nominal_changes[-1][0] != line.reverses:
            self.find(line.number, "nominal", "seul le dernier changement de valeur nominale peut s’annuler.")
        elif before is not None and line.nominal_value != before:
            self.find(line.number, "nominal", f"la valeur nominale rétablie doit être {euros(before)}.")
        self._change_nominal(line)

    def _same_nominal(self, line: Line) -> None:
        in_force = self._nominal_on(line.dated)
        if in_force is None:
            self.first_nominal = line.nominal_value
        elif line.nominal_value != in_force:
            told = f"sa valeur nominale est {euros(line.nominal_value)}"
            day = _day(line.dated)
            self.find(line.number, "nominal", f"{told}, alors que celle du {day} est {euros(in_force)}.")

    def _nominal_on(self, day: dt.date) -> Decimal | None:
        """As known so far: a line is held to what was in the register when it was written."""
        if self.nominal_changes:
            for _, changed_on, nominal_value in reversed(self.nominal_changes):
                if changed_on <= day:
                    return nominal_value
        return self.first_nominal

    def _move(self, line: Line, original: _Entered | None) -> None:
        issues = -ISSUES.get(original.kind, 0) if original else ISSUES.get(line.kind, 0)
        self.capital_shares += issues * line.quantity
        left = self.accounts.move(line.giver_number, line.taker_number, line.quantity, line.dated)
        if left < 0 and line.giver_number is not None:
            self.overdrawn.add(line.giver_number)
            held = number(left + line.quantity)
            told = f"l’actionnaire n° {line.giver_number} donne {number(line.quantity)} actions"
            self.find(line.number, "holding", f"{told} et n’en a que {held}.")

    def finish(self, stated: Stated | None) -> Report:
        for short in self.accounts.shortfalls():
            if short.holder not in self.overdrawn:
                told = f"l’actionnaire n° {short.holder} détiendrait {number(short.shares)} actions"
                self.find(None, "holding", f"Au soir du {_day(short.day)}, {told}.")
        holdings = self.accounts.holdings()
        held = sum(holdings.values())
        if held != self.capital_shares:
            told = f"Les comptes totalisent {number(held)} actions, mais {number(self.capital_shares)}"
            self.find(None, "sum", f"{told} ont été émises et ne sont pas annulées.")
        nominal = self.nominal_changes[-1][2] if self.nominal_changes else self.first_nominal
        found = Stated(self.lines, self.last_sha256, self.capital_shares, held * (nominal or Decimal(0)))
        if stated is not None:
            self._compare(found, stated)
        return Report(
            lines=self.lines,
            last_sha256=self.last_sha256,
            shares=self.capital_shares,
            holders=len(holdings),
            nominal_value=nominal or Decimal("0.00"),
            findings=tuple(self.findings),
            finding_count=self.finding_count,
        )

    def _compare(self, found: Stated, stated: Stated) -> None:
        if found.lines != stated.lines:
            told = f"Le registre a {number(found.lines)} lignes ; {number(stated.lines)} étaient annoncées"
            self.find(None, "stated", f"{told} : il en manque, ou il y en a trop.")
        elif found.last_sha256 != stated.last_sha256:
            self.find(None, "stated", "La dernière empreinte n’est pas celle qui était annoncée.")
        if found.shares != stated.shares:
            told = f"Le capital compte {number(found.shares)} actions"
            self.find(None, "stated", f"{told} ; {number(stated.shares)} étaient annoncées.")
        if found.capital != stated.capital:
            told = f"Le nombre d’actions multiplié par la valeur nominale donne {euros(found.capital)}"
            self.find(None, "stated", f"{told} ; le capital annoncé est {euros(stated.capital)}.")


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"

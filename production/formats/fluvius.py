"""Fluvius, quarter hours or days of a Belgian meter (CSV): from one instant to another, energy [kWh].

Source: the header and lines quoted in public tests of several readers; no raw file seen here.
Semicolons, byte-order mark, decimal comma, the number of the meter as ="541…". Injection counts, draw
doesn't; of days, the registers of day and night are added up. The autumn quarter that ends at 02:00 opened
at 02:45.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from production.formats.assembling import Findings, assemble
from production.formats.checks import MEND, Rows, in_order, without_duplicates
from production.formats.enedis import ONE_BY_ONE
from production.formats.enedis_blocks import plain
from production.formats.errors import quoted, refuse
from production.formats.instants import parse_instants
from production.formats.localtime import resolve
from production.formats.notes import Notes
from production.formats.portal import Portal, body_table, check_unit, head_lines, numbers, shown_names
from production.formats.series import Bools, MeterSeries, ReadOptions
from production.formats.text import RESEND, Table, TextFile, check_last_line

NAME = "fluvius"
_NEEDED = ("van (datum)", "van (tijdstip)", "register", "volume", "eenheid")
_EAN = re.compile(r"\d{18}", re.ASCII)


def recognises(source: TextFile) -> bool:
    """Whether the first line names Van (datum), Register, Volume and Eenheid."""
    names = _names(source)
    return all(name in names for name in _NEEDED)


def _names(source: TextFile) -> list[str]:
    return [plain(name) for name in shown_names(head_lines(source, 1)[0], ";")]


def read(source: TextFile, options: ReadOptions, notes: Notes) -> MeterSeries:
    """Read what one meter injected. Raises FileRefused."""
    names = _names(source)
    check_unit("kWh", options)
    portal = Portal(NAME, ";", names, 2, names.index("van (datum)"), names.index("volume"), "kWh")
    table = body_table(source, portal, options, notes)
    check_last_line(source, table.columns[portal.value], table.line, notes)
    ean = _only_ean(table, names, options, notes)
    wanted = _wanted(table, names, options, notes)
    days, times = table.columns[portal.instant], table.columns[names.index("van (tijdstip)")]
    rows = np.flatnonzero(wanted)
    texts = [f"{days[i]} {times[i]}" for i in rows]
    line = table.line[rows]
    found = parse_instants(texts, "day first")
    notes.refuse_rows(~found.valid, line, "Van", lambda i: f"date illisible, {quoted(texts[i])}", MEND)
    value = numbers([table.columns[portal.value][i] for i in rows], line, "Volume", notes, ",")
    label_s = resolve(found, texts, line, options.zone, notes, "Van")
    register = np.array([table.columns[names.index("register")][i] for i in rows], dtype=object)
    every = Rows(label_s, value, line).take(found.valid)
    summed, duplicates = _sum_of_registers(every, register[found.valid], options, notes)
    found_here = Findings(NAME, "kWh", "start", len(rows), meter_identifier=ean, duplicates=duplicates)
    return assemble(summed, found_here, options, notes)


def _sum_of_registers(
    rows: Rows, register: np.ndarray, options: ReadOptions, notes: Notes
) -> tuple[Rows, int]:
    """Add the registers of one instant up; a line repeated in the same register counts once."""
    parts, dropped = [], 0
    for name in dict.fromkeys(register.tolist()):
        part, repeated = without_duplicates(in_order(rows.take(register == name), notes), options, notes)
        parts.append(part)
        dropped += repeated
    if len(parts) < 2:
        return (parts[0] if parts else rows), dropped
    every = pd.DataFrame(
        {key: np.concatenate([getattr(part, key) for part in parts]) for key in ("label_s", "value", "line")}
    )
    by_instant = every.groupby("label_s")
    value = by_instant["value"].sum().to_numpy(dtype=np.float64, copy=True)
    value[by_instant["value"].count().to_numpy() < by_instant["value"].size().to_numpy()] = np.nan
    line = by_instant["line"].first().to_numpy(dtype=np.int64)
    return Rows(np.array(sorted(set(every["label_s"])), dtype=np.int64), value, line), dropped


def _wanted(table: Table, names: list[str], options: ReadOptions, notes: Notes) -> Bools:
    """Mark the lines of injection, shape (n,); the others are left aside with a remark."""
    registers = table.columns[names.index("register")]
    injected = np.array([name.lower().startswith("injectie") for name in registers], dtype=np.bool_)
    if not injected.any():
        problem = "aucun registre d’injection (« Injectie ») dans ce fichier"
        raise refuse(options.filename, problem, "exportez l’injection du compteur de production")
    others = sorted({name for name, taken in zip(registers, injected, strict=True) if not taken})
    if others:
        notes.say("info", "Register", f"Registres laissés de côté : {', '.join(map(quoted, others[:6]))}.")
    units = table.columns[names.index("eenheid")]
    wrong = injected & np.array([unit.lower() != "kwh" for unit in units], dtype=np.bool_)
    notes.refuse_rows(wrong, table.line, "Eenheid", lambda i: f"unité inconnue, {quoted(units[i])}", RESEND)
    ean = names.index("ean-code") if "ean-code" in names else None
    if options.part and ean is not None:
        injected &= np.array([options.part in cell for cell in table.columns[ean]], dtype=np.bool_)
    return injected


def _only_ean(table: Table, names: list[str], options: ReadOptions, notes: Notes) -> str | None:
    if "ean-code" not in names:
        return None
    found = [_EAN.search(cell) for cell in table.columns[names.index("ean-code")]]
    eans = tuple(dict.fromkeys(match.group() for match in found if match))
    if options.part in eans:
        return options.part
    if len(eans) > 1:
        at = next(i for i, match in enumerate(found) if match and match.group() == eans[1])
        problem = f"deux compteurs dans un même fichier ({eans[0]} et {eans[1]})"
        notes.refuse_parts(int(table.line[at]), "EAN-code", problem, ONE_BY_ONE, eans)
    return eans[0] if eans else None

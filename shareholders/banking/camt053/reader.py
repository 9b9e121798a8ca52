"""Statements out of XML, entry by entry: a year of a large account doesn't fill the memory."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError  # the error alone; parsing is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from mine_de_soleil.core.sentences import Words, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.banking.camt053.entries import read_entry
from shareholders.banking.camt053.envelope import documents
from shareholders.banking.camt053.refusal import (
    BadElement,
    Fault,
    Findings,
    StatementRefused,
    export_again,
    refuse,
    shown,
)
from shareholders.banking.camt053.results import Entry, Statement
from shareholders.banking.camt053.statements import account_of, read_statement

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_ENTRIES = 200_000
MAX_STATEMENTS = 2_000
# Twice what 20 MB of a true statement hold.
MAX_ELEMENTS = 1_500_000
MAX_DEPTH = 40
_KIND = re.compile(r"\b([a-z]{4}\.\d{3})\.(\d{3})\.\d{2}$", re.ASCII)
_STATEMENT = ["Document", "BkToCstmrStmt", "Stmt"]
# Messages of the same family that banks offer beside the statement.
_OTHERS = {
    "camt.052": _("C’est un relevé du jour en cours (CAMT.052), encore provisoire."),
    "camt.054": _("C’est un avis d’opérations (CAMT.054), sans les soldes."),
    "pain.001": _("C’est un ordre de virement (pain.001)."),
    "pain.002": _("C’est un compte rendu d’ordre (pain.002)."),
    "pain.008": _("C’est un ordre de prélèvement (pain.008)."),
}


def read_statements(data: bytes, *, ibans: Collection[str] = ()) -> list[Statement]:
    """Every statement of a CAMT.053 file, or of a ZIP of such files. Raises StatementRefused.

    `ibans` are the cooperative's own accounts: a statement of another one is refused. Nothing is taken
    from a file with a fault. Source: ISO 20022, BankToCustomerStatement, versions 001.01 and later.
    """
    findings = Findings()
    found: list[Statement] = []
    entry_count = 0
    for file, content in documents(data):
        reading = _Reading(file, findings, frozenset(ibans), entry_count)
        found += reading.statements(content)
        entry_count = reading.entry_count
        if len(found) > MAX_STATEMENTS:
            raise refuse(_("Ce fichier contient plus de 2 000 relevés. Exportez une période plus courte."))
    findings.raise_if_any()
    if not found:
        raise refuse(export_again(_("Ce fichier ne contient aucun relevé.")))
    return found


class _Reading:
    """One document being read; `entry_count` counts those of the whole file."""

    def __init__(self, file: str, findings: Findings, ibans: frozenset[str], entry_count: int) -> None:
        self.file = file
        self.findings = findings
        self.ibans = ibans
        self.entry_count = entry_count
        self._statement: Element | None = None
        self._entries: list[Entry] = []
        self._position = 0
        self._is_sound = True

    def statements(self, content: bytes) -> list[Statement]:
        """Read them all; faults of entries and of statements go to the findings."""
        try:
            return list(self._walk(content))
        except StatementRefused:
            raise
        except DefusedXmlException:
            problem = _("Ce fichier contient des définitions cachées (DTD) qu’aucune banque n’envoie.")
            raise self._refuse(export_again(problem)) from None
        except ParseError as error:
            words = _("Le fichier XML est abîmé ou coupé (ligne %(line)s).")
            raise self._refuse(export_again(words, line=error.position[0])) from None
        except (LookupError, UnicodeError, ValueError):
            raise self._refuse(export_again(_("L’encodage du fichier XML est illisible."))) from None

    def _walk(self, content: bytes) -> Iterator[Statement]:
        path: list[str] = []
        depth, count = -1, 0
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            space, name = element.tag.rpartition("}")[::2]
            if event == "start":
                path.append(name)
                count += 1
                self._refuse_monster(len(path), count)
                # A bank may wrap the document in an envelope of its own.
                if name == "Document" and depth in (-1, len(path) - 1):
                    depth = len(path) - 1
                    self._check_kind(space)
                elif path[depth:] == _STATEMENT:
                    self._open(element)
                continue
            # The namespaces of banks differ by version only: once read, a tag is its local name.
            element.tag = name
            if path[depth:] == [*_STATEMENT, "Ntry"]:
                self._read_entry(element)
                element.clear()
            elif path[depth:] == _STATEMENT:
                yield from self._close(element)
                element.clear()
            path.pop()
        if depth < 0:
            raise self._refuse(export_again(_("Ce fichier XML n’est pas un relevé de compte CAMT.053.")))

    def _check_kind(self, space: str) -> None:
        found = _KIND.search(space)
        kind = found.group(1) if found else ""
        if found and kind == "camt.053" and found.group(2) == "001":
            return
        what = _OTHERS.get(kind) or worded(
            _("Ce fichier XML n’est pas un relevé CAMT.053, mais %(shown)s."), shown=shown(space[1:])
        )
        raise self._refuse(export_again(what))

    def _refuse_monster(self, depth: int, count: int) -> None:
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise self._refuse(_("Ce fichier XML est démesuré : aucune banque n’en envoie de tel."))

    def _refuse(self, problem: Words) -> StatementRefused:
        return refuse(problem, file=self.file)

    def _open(self, statement: Element) -> None:
        self._statement = statement
        self._position = 0
        self._entries = []
        self._is_sound = True

    def _read_entry(self, ntry: Element) -> None:
        self._position += 1
        try:
            # The account stands before the entries in the standard.
            read = read_entry(ntry, self._position, account_of(self._statement))
        except BadElement as bad:
            self._find(bad, self._position)
            return
        self.entry_count += len(read)
        if self.entry_count > MAX_ENTRIES:
            raise self._refuse(_("Ce relevé a plus de 200 000 écritures. Exportez une période plus courte."))
        self._entries += read

    def _close(self, statement: Element) -> Iterator[Statement]:
        # With an entry missing the balances can't add up: one fault is enough.
        if not self._is_sound:
            return
        try:
            yield read_statement(statement, tuple(self._entries), self.ibans)
        except BadElement as bad:
            self._find(bad, None)

    def _find(self, bad: BadElement, position: int | None) -> None:
        self._is_sound = False
        self.findings.add(Fault(bad.problem, position, bad.element, self.file))

"""What the pages of the statutes show: the editions, one of them rule by rule, what a new one changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from mine_de_soleil.rules.statutes import Change, Statutes, read_statutes, rules_of
from shareholders.models import Cooperative, StatutesEdition
from shareholders.services.statutes_adoption import Adoption
from shareholders.statutes_words import MARKS, SECTIONS, label_of, value_in_words


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule in words, where it was read, and how sure that is; `before` is None outside a comparison."""

    label: str
    value: str
    before: str | None = None
    source: str = ""
    mark: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class SectionShown:
    """Rules that belong together."""

    title: str
    rules: tuple[RuleShown, ...]


@dataclass(frozen=True, slots=True)
class EditionShown:
    """One edition with its rules."""

    edition: StatutesEdition
    statutes: Statutes
    sections: tuple[SectionShown, ...]
    is_in_force: bool
    unsure: int


@dataclass(frozen=True, slots=True)
class StatutesPage:
    """The edition in force today, if any, and every edition, latest first."""

    now: EditionShown | None
    editions: tuple[StatutesEdition, ...]
    coming: tuple[StatutesEdition, ...]


def statutes_page(cooperative: Cooperative, today: dt.date) -> StatutesPage:
    """Every edition, and the one in force rule by rule."""
    rows = StatutesEdition.objects.filter(cooperative=cooperative).select_related("entered_by")
    editions = tuple(rows.order_by("-effective_on", "-pk"))
    ruling = next((one for one in editions if one.effective_on <= today), None)
    return StatutesPage(
        now=edition_shown(ruling, today, is_in_force=True) if ruling else None,
        editions=editions,
        coming=tuple(one for one in editions if one.effective_on > today),
    )


def edition_shown(
    edition: StatutesEdition, today: dt.date, *, is_in_force: bool | None = None
) -> EditionShown:
    """One edition, rule by rule; its English texts are left to the file."""
    statutes = read_statutes(edition.text)
    if is_in_force is None:
        rows = StatutesEdition.objects.filter(cooperative=edition.cooperative_id)
        is_in_force = rows.in_force_on(today).first() == edition
    sections = sections_of(statutes, edition.text)
    unsure = sum(rule.tone == "warn" for section in sections for rule in section.rules)
    return EditionShown(edition, statutes, sections, is_in_force, unsure)


def sections_of(statutes: Statutes, text: str) -> tuple[SectionShown, ...]:
    """The rules of a text under their headings, in the order of the file."""
    shown = [(path, written) for path, written in rules_of(text) if not path.endswith(("_en", ".code"))]
    return tuple(
        SectionShown(_title(section, statutes), tuple(_rule(statutes, *one) for one in rules))
        for section, rules in groupby(shown, key=lambda one: one[0].rpartition(".")[0])
    )


def _title(section: str, statutes: Statutes) -> str:
    if section in SECTIONS:
        return str(SECTIONS[section])
    return statutes.college(section.removeprefix("colleges.")).name


def _rule(statutes: Statutes, path: str, written: str) -> RuleShown:
    origin = statutes.origin_of(path)
    mark, tone = MARKS[origin.confidence]
    return RuleShown(
        label_of(path), value_in_words(path, written), source=origin.source, mark=str(mark), tone=tone
    )


def changes_shown(adoption: Adoption) -> tuple[SectionShown, ...]:
    """What a text changes against the edition before it, rule by rule."""
    return tuple(
        SectionShown(_changed_title(section, adoption), tuple(_change(one) for one in changes))
        for section, changes in groupby(_sorted(adoption.changes), key=_section_of)
    )


def _section_of(change: Change) -> str:
    return change.path.rpartition(".")[0]


def _sorted(changes: Sequence[Change]) -> list[Change]:
    """Rules of a section together, sections in the order they first come."""
    order = list(dict.fromkeys(_section_of(change) for change in changes))
    return sorted(changes, key=lambda change: order.index(_section_of(change)))


def _changed_title(section: str, adoption: Adoption) -> str:
    if section in SECTIONS:
        return str(SECTIONS[section])
    code = section.removeprefix("colleges.")
    texts = [adoption.statutes, *([read_statutes(adoption.before.text)] if adoption.before else [])]
    names = [college.name for statutes in texts for college in statutes.colleges if college.code == code]
    return names[0]


def _change(change: Change) -> RuleShown:
    return RuleShown(
        label=label_of(change.path),
        value=value_in_words(change.path, change.after),
        before=value_in_words(change.path, change.before),
    )

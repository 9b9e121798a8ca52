"""Translations without the gettext binaries: what is to be said in English, and what is missing.

French sentences are the msgids. `locale/en` says them in English; `locale/fr` is ours too: better French for
what packages (allauth) say in English. The files carry no line number, date or machine path, so that a diff
shows words and nothing else.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

MessageId = str | tuple[str, ...]
Key = tuple[str | None, MessageId]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a translation isn't complete: `missing`, `obsolete` or `placeholders`."""

    kind: str
    language: str
    msgid: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.language} {self.kind}: {self.msgid!r}{f' ({self.detail})' if self.detail else ''}"


# --- what the source says ---------------------------------------------------------------------------------


def messages_in_python(source: str) -> Iterator[Key]:
    """(context, msgid) of every marked string; msgid is a tuple when there is a plural."""
    stream = io.BytesIO(source.encode())
    for _, message, _, context in extract("python", stream, KEYWORDS, options={"encoding": "utf-8"}):
        # babel gives (singular, plural) as a tuple or a list, according to its version
        yield context, message if isinstance(message, str) else tuple(message)


def messages_in_template(source: str) -> Iterator[Key]:
    """The same for a Django template, through the pseudo-Python that Django itself makes of it."""
    # Indentation means nothing in a template, and would stop a Python tokenizer.
    python = "\n".join(line.strip() for line in templatize(source).splitlines())
    return messages_in_python(python)


def source_files(root: Path, packages: Iterable[str]) -> Iterator[Path]:
    """Python files and templates that may speak to a reader."""
    for package in packages:
        for path in sorted((root / package).rglob("*")):
            if (path.suffix == ".py" and "migrations" not in path.parts) or (
                path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts
            ):
                yield path


def messages_of(root: Path, packages: Iterable[str]) -> dict[Key, list[str]]:
    """Every message of the source, with the files that say it (relative to `root`)."""
    found: dict[Key, list[str]] = {}
    for path in source_files(root, packages):
        source = path.read_text(encoding="utf-8")
        messages = messages_in_python(source) if path.suffix == ".py" else messages_in_template(source)
        place = path.relative_to(root).as_posix()
        for key in messages:
            places = found.setdefault(key, [])
            if place not in places:
                places.append(place)
    return found


# --- catalogues -------------------------------------------------------------------------------------------


def parse(text: str, language: str) -> Catalog:
    """A catalogue from the text of a .po file. Raises babel's PoFileError for a malformed one."""
    return read_po(io.BytesIO(text.encode()), locale=language, abort_invalid=True)


def merged(found: dict[Key, list[str]], existing: Catalog, language: str, *, prune: bool = False) -> Catalog:
    """A catalogue of exactly what was found, with the translations that exist.

    What was translated and is no longer said stays as obsolete (`#~`), a quarry for the translator,
    unless `prune`.
    """
    catalog = Catalog(locale=language, fuzzy=False)
    for (context, msgid), places in found.items():
        known = existing.get(_singular(msgid), context) or existing.obsolete.get(_singular(msgid))
        catalog.add(
            msgid, _fitting(known, msgid), locations=[(place, 0) for place in places], context=context
        )
    if not prune:
        for message in [*existing, *existing.obsolete.values()]:
            gone = bool(message.id) and (message.context, _id(message)) not in found
            if gone and any(_forms(message)):
                catalog.obsolete[_singular(_id(message))] = message
    return catalog


def _fitting(known: Message | None, msgid: MessageId) -> str | tuple[str, ...]:
    """The translation kept, when it has as many forms as the message asks for."""
    string = known.string if known is not None else ""
    if isinstance(msgid, tuple):
        return tuple(string) if isinstance(string, (tuple, list)) else ("", "")
    return string if isinstance(string, str) else ""


def with_own_plurals(catalog: Catalog, said: Iterable[Key]) -> Catalog:
    """The French catalogue with every plural of the source as itself.

    A sentence that no catalogue has is counted the English way, "0 actions"; in French, zero is singular.
    """
    for context, msgid in said:
        if isinstance(msgid, tuple) and catalog.get(_singular(msgid), context) is None:
            catalog.add(msgid, msgid, context=context)
    return catalog


def to_text(catalog: Catalog, language: str) -> str:
    """The text of the .po file: sorted, without anything that changes when words don't."""
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    stream = io.BytesIO()
    write_po(stream, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return header + stream.getvalue().decode().strip() + "\n"


def to_mo(catalog: Catalog) -> bytes:
    """The compiled catalogue."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


# --- checks -----------------------------------------------------------------------------------------------


def problems(
    catalog: Catalog, said: set[Key], language: str, *, all_must_be_here: bool = True
) -> list[Problem]:
    """What keeps `catalog` from being complete, `said` being what is said by the source (or the packages)."""
    result: list[Problem] = []
    if all_must_be_here:
        result += [Problem("missing", language, _singular(msgid)) for _, msgid in said - keys_of(catalog)]
    for message in catalog:
        if message.id:
            result += _problems_of(message, said, language)
    result += [Problem("obsolete", language, _singular(_id(m))) for m in catalog.obsolete.values()]
    return sorted(result, key=lambda problem: (problem.kind, problem.msgid))


def _problems_of(message: Message, said: set[Key], language: str) -> Iterator[Problem]:
    msgid = _id(message)
    if (message.context, msgid) not in said:
        yield Problem("obsolete", language, _singular(msgid))
        return
    forms = _forms(message)
    if not forms or not all(forms) or message.fuzzy:
        yield Problem("missing", language, _singular(msgid))
        return
    difference = _placeholder_difference(msgid, forms)
    if difference:
        yield Problem("placeholders", language, _singular(msgid), difference)


def _placeholder_difference(msgid: MessageId, forms: list[str]) -> str:
    """What a form has too much or too little; a singular may leave the number out ("one roof")."""
    originals = [msgid] if isinstance(msgid, str) else list(msgid)
    wanted = set(_PLACEHOLDER.findall(originals[-1]))
    allowed = wanted.union(*(_PLACEHOLDER.findall(text) for text in originals))
    for index, form in enumerate(forms):
        has = set(_PLACEHOLDER.findall(form))
        may_leave_out = len(forms) > 1 and index == 0
        wrong = (has - allowed) | (set() if may_leave_out else wanted - has)
        if wrong:
            return ", ".join(sorted(wrong))
    return ""


def _forms(message: Message) -> list[str]:
    """Every form of the translation: one, or as many as the language has plurals."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def keys_of(catalog: Catalog) -> set[Key]:
    """Context and msgid of every message that isn't obsolete."""
    return {(message.context, _id(message)) for message in catalog if message.id}


def _id(message: Message) -> MessageId:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _singular(msgid: MessageId) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]

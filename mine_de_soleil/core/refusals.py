"""Refusals as a reader reads them: the database's by the name of its rule, a pure module's by its words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext

from mine_de_soleil.core.sentences import Sentence, filled


class AddressRefused(BadRequest):
    """An address that asks for nothing we have; its sentence is shown to the reader, with a 400."""


def rule_of(error: IntegrityError) -> str:
    """The name of the constraint or trigger that refused; empty where the database didn't say."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def told_as(
    refusal: Callable[[str], Exception],
    sentences: Mapping[str, str | Promise],
    *,
    apart: Mapping[str, Callable[[str], Exception]] | None = None,
) -> Iterator[None]:
    """Turn what the database refuses by a rule of `sentences` into `refusal`, with the sentence of that rule.

    The database judges last, as it alone sees every other writer. What is done inside is undone together;
    a refusal by another rule stays as it is. `apart`: rules whose refusal is told from the others.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rule = rule_of(error)
        if rule not in sentences:
            raise
        raise (apart or {}).get(rule, refusal)(str(sentences[rule])) from error


def said(sentence: Sentence) -> str:
    """A pure module's sentence in the language that is active."""
    return filled(sentence, gettext)

"""Bank account numbers (IBAN): checked before they are believed, masked before they are shown.

Source: ISO 13616 (structure by country, key by MOD 97-10). The list of SEPA countries is the European
Payments Council's as of October 2025 [M, à vérifier]; French overseas territories use FR, the Channel
Islands and Man use GB.
"""

from __future__ import annotations

import re
from enum import StrEnum

from stdnum import exceptions, numdb
from stdnum import iban as registry
from stdnum.iso7064 import mod_97_10

from mine_de_soleil.core.sentences import Sentence
from mine_de_soleil.core.sentences import gettext_noop as _

_SEPA = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL "
    "PT RO RS SE SI SK SM VA"
)
SEPA_COUNTRIES = frozenset(_SEPA.split())
_SEPARATORS = re.compile("[\\s.\\-\u00ad\u200b\u2010-\u2015\u2212]+")
_LABEL = re.compile(r"^IBAN:?")
_FIELD = re.compile(r"(\d+)!")
_STRUCTURES = numdb.get("iban")


class IbanFault(StrEnum):
    """What is wrong with an IBAN, for code; people read the sentence."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    COUNTRY = "country"
    OUTSIDE_SEPA = "outside_sepa"
    LENGTH = "length"
    KEY = "key"
    STRUCTURE = "structure"


class IbanRefused(ValueError):
    """An IBAN that can't be right. `sentence`, French by itself, never quotes the IBAN."""

    def __init__(self, fault: IbanFault, words: str, **gaps: str | int | Sentence) -> None:
        self.fault, self.sentence = fault, Sentence(words, gaps)
        super().__init__(str(self.sentence))


def check_iban(text: str) -> str:
    """The IBAN without spaces, in capitals, whatever separators were typed. Raises IbanRefused."""
    iban = _LABEL.sub("", _SEPARATORS.sub("", text).upper())
    _check_characters(iban)
    _check_length(iban, _country(iban))
    if not mod_97_10.is_valid(iban[4:] + iban[:4]):
        sentence = _(
            "La clé de contrôle de cet IBAN ne correspond pas : un caractère est faux ou deux sont inversés. "
            "Recopiez-le depuis votre relevé d’identité bancaire."
        )
        raise IbanRefused(IbanFault.KEY, sentence)
    _check_structure(iban)
    return iban


def masked(iban: str) -> str:
    """Country, key and last four characters, enough to recognise one's own: `FR76 •••• •••• 0189`."""
    # Too short to be an IBAN: the eight characters shown would be most of it.
    if len(iban) < 15:
        return "••••"
    return f"{iban[:4]} •••• •••• {iban[-4:]}"


def _check_characters(iban: str) -> None:
    if not iban:
        raise IbanRefused(IbanFault.EMPTY, _("Indiquez un IBAN."))
    strange = next((c for c in iban if not (c.isascii() and c.isalnum())), None)
    if strange is not None:
        words = _STRANGE if strange.isprintable() else _INVISIBLE
        raise IbanRefused(IbanFault.CHARACTERS, words, character=strange)


_STRANGE = _("Un IBAN n’a que des lettres et des chiffres : retirez le caractère « %(character)s ».")
_INVISIBLE = _("Un IBAN n’a que des lettres et des chiffres : retirez le caractère invisible.")


def _country(iban: str) -> str:
    country = iban[:2]
    if not re.fullmatch(r"[A-Z]{2}", country):
        sentence = _("Un IBAN commence par les deux lettres du pays, FR pour la France.")
        raise IbanRefused(IbanFault.COUNTRY, sentence)
    if country in SEPA_COUNTRIES:
        return country
    if _length(country) is None:
        sentence = _("Aucun IBAN ne commence par %(country)s : vérifiez les deux premières lettres.")
        raise IbanRefused(IbanFault.COUNTRY, sentence, country=country)
    sentence = _(
        "Ce compte (%(country)s) est tenu hors de la zone SEPA : indiquez un compte de France ou d’Europe."
    )
    raise IbanRefused(IbanFault.OUTSIDE_SEPA, sentence, country=country)


def _length(country: str) -> int | None:
    """Characters of an IBAN of that country; None if it has none."""
    # The registry looks a country up by the beginning of a number.
    fields = _STRUCTURES.info(country)[0][1].get("bban")
    return 4 + sum(int(size) for size in _FIELD.findall(fields)) if fields else None


def _check_length(iban: str, country: str) -> None:
    expected = _length(country)
    if len(iban) == expected:
        return
    words = _TOO_SHORT if len(iban) < (expected or 0) else _TOO_LONG
    sentence = words[country == "FR"]
    raise IbanRefused(IbanFault.LENGTH, sentence, found=len(iban), expected=expected or 0, country=country)


# Of another country, of France.
_TOO_SHORT = (
    _("Cet IBAN a %(found)s caractères au lieu de %(expected)s (%(country)s) : il en manque."),
    _("Cet IBAN français a %(found)s caractères au lieu de %(expected)s (%(country)s) : il en manque."),
)
_TOO_LONG = (
    _("Cet IBAN a %(found)s caractères au lieu de %(expected)s (%(country)s) : il y en a trop."),
    _("Cet IBAN français a %(found)s caractères au lieu de %(expected)s (%(country)s) : il y en a trop."),
)


def _check_structure(iban: str) -> None:
    """A letter where that country's banks only have figures."""
    try:
        # Without the national checks: their lists of banks grow old, and a new bank isn't a mistake.
        registry.validate(iban, check_country=False)
    except exceptions.ValidationError:
        sentence = _(
            "Cet IBAN n’est pas composé comme ceux de son pays. "
            "Vérifiez-le : un chiffre zéro n’est pas la lettre O, un chiffre un n’est pas la lettre I."
        )
        raise IbanRefused(IbanFault.STRUCTURE, sentence) from None

"""Numbers in words, as a form to be signed has them: quatre actions, deux cents euros. No Django.

Words come from num2words (traditional spelling). What it doesn't know is mended here: une before a feminine
noun, de after million, the singular up to two euros.
"""

import re
from decimal import Decimal

from num2words import num2words

# Past this a number of shares is a mistake.
LARGEST = 10**12
_MASCULINE_ONE = re.compile(r"\bun$")
# Million and milliard are nouns: one says deux millions d’actions.
_NOUN_LAST = re.compile(r"\b(millions?|milliards?|billions?)$")


def shares_in_words(n: int, language: str = "fr") -> str:
    """`n` shares in words: une action, quatre-vingts actions, deux cent une actions.

    French, or English for a language that starts with `en`. Raises ValueError below 0 or past 10¹².
    """
    if not 0 <= n <= LARGEST:
        raise ValueError(f"{n} is no number of shares")
    if language.startswith("en"):
        return f"{num2words(n, lang='en')} {'share' if n == 1 else 'shares'}"
    words = _MASCULINE_ONE.sub("une", num2words(n, lang="fr"))
    return _counted(words, "action" if n < 2 else "actions")


def euros_in_words(amount: Decimal, language: str = "fr") -> str:
    """Euros in words: deux cents euros, un euro et cinquante centimes, un million d’euros.

    Raises ValueError for an amount below zero, past 10¹² or not in whole cents.
    """
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount % Decimal("0.01"):
        raise ValueError(f"{amount} is no amount in euros and cents")
    euros, cents = divmod(int(amount * 100), 100)
    if language.startswith("en"):
        return _joined(euros, cents, "and", _english_euros(euros), _english_cents(cents))
    french_cents = _counted(num2words(cents, lang="fr"), "centime" if cents < 2 else "centimes")
    french_euros = _counted(num2words(euros, lang="fr"), "euro" if euros < 2 else "euros")
    return _joined(euros, cents, "et", french_euros, french_cents)


def _joined(euros: int, cents: int, link: str, euro_words: str, cent_words: str) -> str:
    if not cents:
        return euro_words
    return f"{euro_words} {link} {cent_words}" if euros else cent_words


def _english_euros(euros: int) -> str:
    return f"{num2words(euros, lang='en')} {'euro' if euros == 1 else 'euros'}"


def _english_cents(cents: int) -> str:
    return f"{num2words(cents, lang='en')} {'cent' if cents == 1 else 'cents'}"


def _counted(words: str, noun: str) -> str:
    """French words before their noun: mille actions, un million d’actions."""
    return f"{words} d’{noun}" if _NOUN_LAST.search(words) else f"{words} {noun}"

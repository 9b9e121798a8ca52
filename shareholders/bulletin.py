"""The subscription form to be signed: its whole text, line by line, as the paper prints it.

What it must say comes from code de commerce, art. R225-128 (consolidated text read in an older edition, to be
checked): name, form, capital, seat and registration of the company; amount and terms of the issue; shares
subscribed, in figures and words; where the money goes; who subscribes; day, signature, a copy given.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import override

from mine_de_soleil.core import figures
from shareholders.banking.references import formatted
from shareholders.instalments import Schedule
from shareholders.joining import Figures
from shareholders.letters import euros_in_words, shares_in_words
from shareholders.models import FundingRound, Subscription

# Its key, its label, what it says.
Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is signed: lines of a label and a text, in the order of the paper, in one language.

    `keys` name the lines, one for each, whatever the language: papers look them up by it.
    """

    lines: tuple[tuple[str, str], ...]
    schedule: Schedule
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines as one text: what the signature is bound to."""
        return "\n".join(f"{label}\t{said}" for label, said in self.lines)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def as_evidence(self) -> list[list[str]]:
        """For the JSON kept with the signature: the paper is printed from it."""
        return [[label, said, key] for (label, said), key in zip(self.lines, self.keys, strict=True)]


def bulletin_of(subscription: Subscription, known: Figures, *, place: str, day: dt.date) -> Bulletin:
    """The form that `subscription` comes to on `day`, signed at `place`, in the subscriber's language."""
    part = part_paid(subscription)
    calls = known.calls(subscription.quantity, part, day)
    with override(subscription.language):
        writer = _Writer(subscription, known, calls)
        lines = (*writer.company(), *writer.offer(), *writer.subscriber(), *writer.shares(), *writer.end())
        signed = (
            "signed",
            _("Fait à"),
            _("%(place)s, le %(day)s") % {"place": place, "day": writer.day(day)},
        )
    told = (*lines, signed)
    return Bulletin(
        tuple((label, said) for _key, label, said in told), calls, tuple(line[0] for line in told)
    )


def part_paid(subscription: Subscription) -> Fraction:
    """The part of the nominal value to be paid at once, as chosen."""
    return Fraction(str(subscription.evidence.get("paid_now", "1")))


class _Writer:
    """Writes the lines in the language that is active."""

    def __init__(self, subscription: Subscription, known: Figures, calls: Schedule) -> None:
        self.subscription, self.known, self.calls = subscription, known, calls
        self.language = subscription.language

    def euros(self, amount: Decimal) -> str:
        return figures.euros(amount, language=self.language)

    def day(self, day: dt.date) -> str:
        if self.language != "fr":
            return format_date(day, "d MMMM y", locale="en_GB")
        # The first is an ordinal in French.
        return format_date(day, "1'er' MMMM y" if day.day == 1 else "d MMMM y", locale="fr")

    def company(self) -> tuple[Line, ...]:
        """Name, form, capital, seat, registration."""
        coop, statutes = self.subscription.cooperative, self.known.statutes
        seat = ", ".join(
            t for t in (coop.seat_address, f"{coop.seat_postcode} {coop.seat_commune}".strip()) if t
        )
        stated = self.euros(statutes.capital.stated_eur)
        capital = _("%(stated)s (statuts du %(day)s)") % {
            "stated": stated,
            "day": self.day(statutes.adopted_on),
        }
        if statutes.variable_capital:
            floor = self.euros(statutes.capital.floor_eur)
            capital += " · " + _("capital variable, jamais sous %(floor)s") % {"floor": floor}
        registration = f"RCS {coop.trade_register} {coop.siren}" if coop.siren else _("en cours")
        return (
            ("company", _("Société"), coop.legal_name),
            ("legal_form", _("Forme"), coop.legal_form),
            ("capital", _("Capital"), capital),
            ("seat", _("Siège"), seat),
            ("registration", _("Immatriculation"), " ".join(registration.split())),
        )

    def offer(self) -> tuple[Line, ...]:
        """Amount and terms of the issue."""
        offer = self.subscription.round
        most = {
            "shares": f"{offer.maximum_shares}",
            "amount": self.euros(offer.maximum_shares * self.known.price),
        }
        dates = {"opens": self.day(offer.opens_on), "closes": self.day(offer.closes_on)}
        price = {"nominal": self.euros(self.known.nominal), "premium": self.euros(offer.premium)}
        return (
            ("round", _("Émission"), offer.name),
            (
                "round_amount",
                _("Montant"),
                _("%(shares)s actions au plus, soit %(amount)s, en espèces seulement") % most,
            ),
            ("period", _("Période"), _("du %(opens)s au %(closes)s") % dates),
            (
                "price_each",
                _("Prix d’une action"),
                _("%(nominal)s de valeur nominale et %(premium)s de prime") % price,
            ),
            ("terms", _("Conditions"), _terms(offer)),
        )

    def subscriber(self) -> tuple[Line, ...]:
        """Who subscribes, where they live, who signs for them."""
        identity, college = self.subscription.identity, self.subscription.college
        lines = [("subscriber", _("Souscripteur"), name_of(identity))]
        if identity.get("birth_date"):
            born = self.day(dt.date.fromisoformat(identity["birth_date"]))
            lines.append(("birth", _("Naissance"), _joined(born, identity.get("birth_place", ""))))
        lines += [
            ("part", _part_label(part["quality"]), f"{part['first_names']} {part['last_name']}")
            for part in identity.get("parts", ())
        ]
        lines.append(("address", _("Adresse"), address_of(identity)))
        numbers = [identity.get("siren", ""), identity.get("insee_code", "")]
        if any(numbers):
            lines.append(("numbers", _("Numéro"), " · ".join(number for number in numbers if number)))
        speaker = identity.get("representative")
        if speaker:
            lines.append(
                ("representative", _("Représenté par"), f"{speaker['first_names']} {speaker['last_name']}")
            )
        lines.append(("college", _("Collège"), college.name if college else ""))
        return tuple(lines)

    def shares(self) -> tuple[Line, ...]:
        """How many, in figures and words, and what they cost."""
        n, total = self.subscription.quantity, self.calls.total
        words, amount = shares_in_words(n, self.language), euros_in_words(total, self.language)
        lines = [
            ("shares", _("Actions souscrites"), f"{n} ({words})"),
            ("price", _("Prix à payer"), f"{self.euros(total)} ({amount})"),
            ("paid_now", _("À payer maintenant"), self.euros(self.calls.calls[0].amount)),
        ]
        later = [f"{self.euros(call.amount)} : {self.day(call.due_on)}" for call in self.calls.calls[1:]]
        if later:
            lines.append(("paid_later", _("À payer plus tard"), " ; ".join(later)))
        return tuple(lines)

    def end(self) -> tuple[Line, ...]:
        """Where the money goes, what was read, the copy."""
        subscription, coop = self.subscription, self.subscription.cooperative
        read = [f"{document['name']} ({document['sha256'][:16]})" for document in subscription.read_documents]
        account = f"{coop.legal_name}, IBAN {coop.iban}" if coop.iban else coop.legal_name
        return (
            ("funds_recipient", _("Destinataire des fonds"), account),
            ("reference", _("Référence"), formatted(subscription.reference)),
            ("documents", _("Documents lus"), " ; ".join(read)),
            (
                "outcome",
                _("Suite"),
                _(
                    "La souscription devient définitive quand elle est payée et agréée. Non agréée ou close "
                    "sans succès, elle est remboursée en entier."
                ),
            ),
            ("copy", _("Copie"), _("Une copie de ce bulletin est remise au souscripteur.")),
        )


def _terms(offer: FundingRound) -> str:
    """What happens below the minimum and beyond the maximum."""
    said = []
    if offer.minimum_shares:
        said.append(
            _("Sous %(shares)s actions, l’émission est annulée et chacun remboursé.")
            % {"shares": offer.minimum_shares}
        )
    if offer.rule == FundingRound.Rule.PRO_RATA:
        said.append(
            _("Au-delà du maximum, les demandes sont réduites en proportion et le surplus remboursé.")
        )
    else:
        said.append(_("Les actions sont attribuées dans l’ordre des signatures, jusqu’au maximum."))
    return " ".join(said)


def name_of(identity: dict[str, Any]) -> str:
    """The subscriber's name, as given."""
    return (
        identity.get("legal_name")
        or f"{identity.get('first_names', '')} {identity.get('last_name', '')}".strip()
    )


def address_of(identity: dict[str, Any]) -> str:
    """The subscriber's address on one line; the country only abroad."""
    country = identity.get("country", "FR")
    place = f"{identity.get('postcode', '')} {identity.get('commune', '')}".strip()
    return ", ".join(t for t in (identity.get("address", ""), place, "" if country == "FR" else country) if t)


def _joined(day: str, place: str) -> str:
    return _("%(day)s à %(place)s") % {"day": day, "place": place} if place else day


def _part_label(quality: str) -> str:
    labels = {
        "joint_owner": _("Indivisaire"),
        "bare_owner": _("Nu-propriétaire"),
        "usufructuary": _("Usufruitier"),
    }
    return labels[quality]

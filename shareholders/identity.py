"""How a holder is written into the register: name and address as they are that day (R228-9)."""

import datetime as dt
import unicodedata
from typing import Any

from django.utils import translation

from shareholders.models import HolderPart, Shareholder

LONGEST = 4_000  # characters, as the register's column


def register_identity(holder: Shareholder | None) -> str:
    """One line: « DELATTRE Jeanne, 3 rue des Terrils, 62750 Loos-en-Gohelle »; "" for nobody.

    An account of several people names each of them. What can't be seen (control and format characters) is
    left out: nothing may hide in a line that is kept for ever. Raises ValueError beyond LONGEST characters.
    """
    if holder is None:
        return ""
    name = holder.legal_name or f"{holder.last_name.upper()} {holder.first_names}"
    owners = " ; ".join(_owner(part) for part in _owners(holder))
    place = f"{holder.postcode} {holder.commune}".strip()
    country = "" if holder.country == "FR" else holder.country
    siren = f"SIREN {holder.siren}" if holder.siren else ""
    line = _visible(", ".join(part for part in (name, siren, owners, holder.address, place, country) if part))
    if len(line) > LONGEST:
        raise ValueError(f"holder {holder.number} has an identity of {len(line)} characters")
    return line


def _owners(holder: Shareholder) -> list[HolderPart]:
    together = (Shareholder.Kind.JOINT, Shareholder.Kind.SPLIT)
    return list(holder.parts.filter(until=None).order_by("pk")) if holder.kind in together else []


def _owner(part: HolderPart) -> str:
    # The register is kept in French, whoever happens to write in it.
    with translation.override("fr"):
        quality = part.get_quality_display()
    words = f"{quality} {part.last_name.upper()} {part.first_names}"
    return f"{words}, {part.address}" if part.address else words


def _visible(text: str) -> str:
    plain = unicodedata.normalize("NFC", text)
    shown = (" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in plain)
    return " ".join("".join(shown).split())


# Fields of an identity given in a subscription (JSON) that become those of a holder.
_FIELDS = (
    "kind",
    "first_names",
    "last_name",
    "birth_place",
    "protection",
    "legal_name",
    "legal_form",
    "siren",
    "insee_code",
    "address",
    "postcode",
    "commune",
    "country",
    "tax_residence",
)


def holder_fields(identity: dict[str, Any]) -> dict[str, Any]:
    """What a `Shareholder` takes from the identity given in a subscription or a transfer.

    Besides these an identity may hold `birth_date` (ISO), `representative` (quality, first_names, last_name,
    email), `parts` of a joint account, and for a public body `deliberation_reference` and `_date`.
    """
    born = identity.get("birth_date")
    fields = {name: identity[name] for name in _FIELDS if identity.get(name)}
    return fields | {"birth_date": dt.date.fromisoformat(born) if born else None}

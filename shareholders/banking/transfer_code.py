"""The square code a banking application reads to fill in a transfer (EPC069-12, version 002).

`payload` is the text inside, `transfer_code_svg` its drawing.
"""

from __future__ import annotations

import io
import re
from decimal import Decimal

import segno
from stdnum import exceptions, iso11649

from shareholders.banking.iban import check_iban

MAX_AMOUNT = Decimal("999999999.99")
MAX_NAME_CHARACTERS = 70
MAX_PAYLOAD_BYTES = 331
# Bytes: letters with accents count double in UTF-8, and the whole must stay under 331.
MAX_NAME_BYTES = 140


class TransferCodeRefused(ValueError):
    """A transfer no code can carry. `str()` is a French sentence."""


def payload(*, name: str, iban: str, amount: Decimal, reference: str) -> bytes:
    """What the code says: beneficiary `name`, its `iban`, `amount` [€], ISO 11649 `reference`, in UTF-8.

    Raises TransferCodeRefused, and IbanRefused for a wrong account. Source: EPC069-12, guidelines for a
    QR code that initiates a SEPA credit transfer.
    """
    lines = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        "",  # no BIC: needed outside the European Economic Area only
        _short_name(name),
        check_iban(iban),
        f"EUR{_checked_amount(amount):f}",
        "",  # no purpose code
        _checked_reference(reference),
    ]
    return "\n".join(lines).encode()


def transfer_code_svg(*, name: str, iban: str, amount: Decimal, reference: str, title: str) -> str:
    """The code as an inline SVG image, named `title` for those who can't see it. Raises as `payload` does.

    It has neither style attribute nor script, so it stands a strict content security policy; it has no
    size of its own, the page gives one. Dark on white whatever the theme: a camera needs the contrast.
    """
    data = payload(name=name, iban=iban, amount=amount, reference=reference)
    # Level M and no better: the guidelines allow no other.
    code = segno.make_qr(data, error="m", boost_error=False)
    drawing = io.BytesIO()
    code.save(
        drawing,
        kind="svg",
        xmldecl=False,
        nl=False,
        light="#fff",
        border=4,
        omitsize=True,
        svgclass="transfer-code",
        lineclass=None,
        title=title,
    )
    return drawing.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)


def _short_name(name: str) -> str:
    """The name on one line, cut between two words at 70 characters."""
    # A line break in a name would push the account it hides into the next field.
    words = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", name).strip()
    if not words:
        raise TransferCodeRefused("Le nom du bénéficiaire manque.")
    if len(words) > MAX_NAME_CHARACTERS:
        at_space, _, _ = words[: MAX_NAME_CHARACTERS + 1].rpartition(" ")
        words = at_space or words[:MAX_NAME_CHARACTERS]
    return words.encode()[:MAX_NAME_BYTES].decode(errors="ignore")


def _checked_amount(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount <= 0:
        raise TransferCodeRefused("Le montant d’un virement est plus grand que zéro.")
    if amount > MAX_AMOUNT:
        raise TransferCodeRefused("Le montant est trop grand pour un virement : 999 999 999,99 € au plus.")
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise TransferCodeRefused("Un montant en euros a deux décimales au plus.")
    return cents


def _checked_reference(reference: str) -> str:
    try:
        return iso11649.validate(reference)
    except exceptions.ValidationError:
        raise TransferCodeRefused("La référence de paiement est fausse : sa clé ne correspond pas.") from None

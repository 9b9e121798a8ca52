"""The order of movement: the text a giver signs, and the register then obeys. Always in French."""

import datetime as dt
from decimal import Decimal

from mine_de_soleil.core import figures
from shareholders.identity import register_identity
from shareholders.letters import euros_in_words, shares_in_words
from shareholders.models import MovementKind, ShareTransfer

NATURE = {
    MovementKind.TRANSFER.value: "vente",
    MovementKind.GIFT.value: "don",
    MovementKind.INHERITANCE.value: "succession",
}

# What the taker is to the giver; nobody proves it, so the order says whose word it is.
KINSHIP = {
    "spouse": "mari ou femme",
    "civil_partner": "partenaire de pacs",
    "descendant": "enfant ou petit-enfant",
    "ascendant": "parent ou grand-parent",
    "sibling": "frère ou sœur",
}


def order_text(transfer: ShareTransfer, nominal: Decimal, day: dt.date) -> str:
    """The whole order as it is signed on `day`: who, to whom, how many, of what class, for what price."""
    company, taker = transfer.cooperative, transfer.taker
    assert taker is not None
    quantity = transfer.quantity
    lines = [
        "ORDRE DE MOUVEMENT DE TITRES",
        "",
        f"Société : {company.legal_name}, {company.legal_form}, {company.seat_commune}"
        + (f", SIREN {company.siren}" if company.siren else ""),
        f"Ancien titulaire, n° {transfer.giver.number} : {register_identity(transfer.giver)}",
        f"Nouveau titulaire, n° {taker.number} : {register_identity(taker)}",
        f"Nombre : {figures.number(quantity)} ({shares_in_words(quantity)})",
        f"Catégorie : actions ordinaires, de {figures.euros(nominal)} de nominal chacune",
        f"Nature de l’opération : {NATURE[transfer.kind]}",
        *_kinship(transfer),
        *_price(transfer),
        f"Date : {day:%d/%m/%Y}",
        "",
        "L’ancien titulaire demande à la société d’inscrire ce mouvement "
        "au registre des mouvements de titres.",
    ]
    return "\n".join(lines) + "\n"


def _kinship(transfer: ShareTransfer) -> list[str]:
    said = KINSHIP.get(transfer.kinship, transfer.kinship) or "aucun, ou autre"
    if transfer.kind == MovementKind.GIFT:
        return [f"Lien de parenté, déclaré par l’ancien titulaire et non vérifié : {said}"]
    return []


def _price(transfer: ShareTransfer) -> list[str]:
    if transfer.kind != MovementKind.TRANSFER:
        return []
    words = euros_in_words(transfer.price)
    each = figures.euros(transfer.price_per_share)
    return [f"Prix : {figures.euros(transfer.price)} ({words}), soit {each} par action"]

"""One invented paper of each kind, as callers would write it in French."""

from mine_de_soleil.core.papers import contents

FINGERPRINT = "9f2c4e7ab0135d68e1f9a4c27b8d0e5361f7a29cc4b81d3e6059af74e2b1c8d3"

COMPANY = contents.Company(
    name="Mine de Soleil",
    legal_form="société par actions simplifiée à capital variable",
    capital="60 750 €",
    seat="1 place de la République, 62750 Loos-en-Gohelle",
    registration="RCS Arras 123 456 789",
)
ANNE = contents.Person(
    name="Anne Œuvrard",
    address="3 rue des Terrils, 62750 Loos-en-Gohelle",
    born="le 3 mars 1984 à Lens (Pas-de-Calais)",
    order_number="41",
)
KARIM = contents.Person(
    name="Karim Benoît", address="12 rue Basly, 62300 Lens", born="le 9 août 1990 à Liévin", order_number="57"
)
COMMON = {
    "language": "fr",
    "company": COMPANY,
    "verification_address": "https://exemple.org/mine-de-soleil/verifier/K7QM-2F9D",
    "is_demo": True,
}


def signature(signer: str = ANNE.name) -> contents.Signature:
    return contents.Signature(
        signer=signer,
        signed_at="20 novembre 2026 à 18 h 42 (heure de Paris)",
        email="a…d@exemple.org",
        network_address="192.0.2.17",
        text_fingerprint=FINGERPRINT,
    )


def bulletin(**changes) -> contents.Bulletin:
    fields = {
        **COMMON,
        "number": "S-2026-0041",
        "place": "Loos-en-Gohelle",
        "dated": "20 novembre 2026",
        "round_name": "Le toit de l’école Basly",
        "decision": "conseil du 2 octobre 2026",
        "round_amount": "20 000 €, soit 400 actions",
        "terms": "du 15 octobre au 15 décembre 2026, dans l’ordre d’arrivée",
        "subscriber": ANNE,
        "shares": "10",
        "shares_in_words": "dix",
        "share_class": "ordinaire",
        "nominal_value": "50,00 €",
        "premium": "0,00 €",
        "amount_due": "500,00 €",
        "in_cash": "500,00 €",
        "in_kind": "0,00 €",
        "paid_now": "500,00 €",
        "funds_recipient": "Mine de Soleil, compte FR76 •••• 4321",
        "documents_read": (
            contents.DocumentRead(title="Statuts", edition="12 juin 2025", fingerprint=FINGERPRINT),
            contents.DocumentRead(
                title="Document d’information et risques", edition="octobre 2026", fingerprint=FINGERPRINT
            ),
        ),
        "signature": signature(),
    }
    return contents.Bulletin(**{**fields, **changes})


def certificate(**changes) -> contents.Certificate:
    fields = {
        **COMMON,
        "number": "A-2026-0007",
        "place": "Loos-en-Gohelle",
        "dated": "20 novembre 2026",
        "holder": ANNE,
        "on_day": "3 mars 2026",
        "shares": "12",
        "shares_in_words": "douze",
        "share_class": "ordinaire",
        "nominal_value": "50,00 €",
        "total_nominal": "600,00 €",
        "movements": (
            contents.AccountLine(
                number="18", dated="14 juillet 2019", kind="émission", shares="+10", balance="10"
            ),
            contents.AccountLine(
                number="64", dated="2 février 2024", kind="cession", shares="−3", balance="7"
            ),
            contents.AccountLine(number="92", dated="8 mai 2025", kind="émission", shares="+5", balance="12"),
        ),
        "register_line": "131",
        "chain_hash": FINGERPRINT,
        "issued_by": "Lucie Marchand, présidente",
    }
    return contents.Certificate(**{**fields, **changes})


def movement_order(**changes) -> contents.MovementOrder:
    fields = {
        **COMMON,
        "number": "O-2026-0003",
        "place": "Loos-en-Gohelle",
        "dated": "20 novembre 2026",
        "seller": ANNE,
        "buyer": KARIM,
        "nature": "cession",
        "shares": "4",
        "shares_in_words": "quatre",
        "share_class": "ordinaire",
        "nominal_value": "50,00 €",
        "price_per_share": "52,00 €",
        "price": "208,00 €",
        "agreement": "conseil du 6 novembre 2026",
        "duty": contents.Duty(
            rate="0,1 %",
            article="article 726 du code général des impôts",
            deadline="un mois",
            form="n° 2759",
            amount="25 €",
        ),
        "seller_signature": signature(),
        "buyer_signature": None,
    }
    return contents.MovementOrder(**{**fields, **changes})


def newborn(**changes) -> contents.Newborn:
    fields = {
        **COMMON,
        "number": "41",
        "dated": "20 novembre 2026",
        "first_names": "Léonie",
        "born_on": "3 mars 2026",
        "commune": "Loos-en-Gohelle",
        "area": "1 m²",
        "plant": "école Basly, bâtiment 4",
        "offered_by": "la Ville de Loos-en-Gohelle",
        "message": "Bienvenue, et beaucoup de soleil.",
        "shares": "",
    }
    return contents.Newborn(**{**fields, **changes})


def register_extract(lines: int = 60, **changes) -> contents.RegisterExtract:
    fields = {
        **COMMON,
        "number": "R-2026-0002",
        "dated": "20 novembre 2026",
        "period": "du 1er juillet 2019 au 20 novembre 2026",
        "requested_by": "Maître Colette Vasseur, notaire à Lens",
        "movements": tuple(register_line(i) for i in range(1, lines + 1)),
        "issued_shares": "1 215",
        "capital": "60 750 €",
        "register_line": str(lines),
        "chain_hash": FINGERPRINT,
    }
    return contents.RegisterExtract(**{**fields, **changes})


def register_line(number: int) -> contents.RegisterLine:
    return contents.RegisterLine(
        number=str(number),
        dated="14 juillet 2019",
        kind="émission" if number % 3 else "cession",
        giver="" if number % 3 else f"{ANNE.name}, {ANNE.address}",
        taker=f"{KARIM.name}, {KARIM.address}",
        shares="10",
        nominal_value="50,00 €",
        share_class="ordinaire",
        chain_hash=FINGERPRINT[:16],
    )


ALL = (bulletin, certificate, movement_order, newborn, register_extract)

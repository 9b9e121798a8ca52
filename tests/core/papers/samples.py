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


def yield_study(lines: int = 12, **changes) -> contents.YieldStudy:
    fields = {
        **COMMON,
        "number": "93",
        "dated": "20 novembre 2026",
        "plant": "École Basly",
        "place": "Loos-en-Gohelle (50,4560° N)",
        "owner": "Mine de Soleil, exploitante",
        "headline": (fact("Puissance des panneaux", "36 kWc"), fact("Médiane", "31 556 kWh")),
        "arrays": (line("20 kWc", "19°", "le sud-est"),),
        "equipment": (fact("Onduleurs", "30 kW"),),
        "losses": (fact("Poussière", "2,3 %"),),
        "models": (fact("Modèle de ciel", "Perez-Driesse"),),
        "weather": (fact("Stations", "Uccle 66 %"), fact("Empreinte de la météo", FINGERPRINT)),
        "probabilities": ("P10", "P90"),
        "bands": (line("Une année", "9,5 %", "35 397", "27 714"),),
        "doubts": (line("Temps qu’il fait", "4,0 %", "1,3 %", "MINES ParisTech 2013", "à vérifier"),),
        "months": tuple(month_line(number) for number in range(1, lines + 1)),
        "year": line("Somme", "31 557", "27 715", "35 398", "1 231", "876,5", "71,2 %"),
        "steps": (line("Reflets", "40 320", "−1 478", "−3,5 %", drawn="1.0000 0.9650"),) * min(lines, 19),
        "life": tuple(line(f"année {year}", "31 475", "27 643") for year in range(1, lines + 1)),
        "directions": tuple(str(number * 15) for number in range(min(2 * lines, 24))),
        "slopes": (line("30°", *["97"] * min(2 * lines, 24), drawn=" ".join(["0.9700"] * 24)),),
        "best_orientation": "La meilleure : 30° vers 165°.",
        "sun": (line("janvier", "256", "148", "375"),) * min(lines, 12),
        "sun_drawn": ("0.3000 0.0100 0.5000 0.2000 0.7000 0.0100",),
        "horizon_drawn": "0.0000 0.0500 0.5000 0.1000 1.0000 0.0500",
        "horizon": "L’horizon coûte 1 958 kWh.",
        "limits": ("Le vieillissement est linéaire.",),
        "software": "Mine de Soleil 0.1.0",
        "engine": "fleet 2",
        "study_fingerprint": FINGERPRINT,
    }
    return contents.YieldStudy(**{**fields, **changes})


def heat_study(lines: int = 12, **changes) -> contents.HeatStudy:
    fields = {
        **COMMON,
        "number": "94",
        "dated": "20 novembre 2026",
        "network": "Centre-ville",
        "place": "Loos-en-Gohelle",
        "owner": "Mine de Soleil, exploitante",
        "headline": (fact("Puissance de la chaudière bois", "500 kW"), fact("Part du bois", "94 %")),
        "probabilities": ("P10", "P90"),
        "bands": (line("Une année", "12,7 %", "2 326", "1 675"),),
        "doubts": (line("Rigueur de l’hiver", "5,0 %", "estimation", "à vérifier"),),
        "months": tuple(heat_month_line(number) for number in range(1, lines + 1)),
        "year": line("Année", "2 000", "1 675", "2 326", "117", "1 825", "292", "94 %"),
        "steps": (line("Perdue par la chaudière", "2 000", "−422", "−17,4 %", drawn="1.0000 0.8260"),),
        "load": tuple(line(f"{number}", "589", "500") for number in range(1, lines + 1)),
        "load_drawn": ("0.0000 1.0000 1.0000 0.0700", "0.0000 0.8000 1.0000 0.0600"),
        "cold_week": "Une semaine à −7 °C demanderait jusqu’à 942 kW.",
        "sizes": (line("501", "85 %", "93,9 %", "4 010", "2 421", "129"),) * min(lines, 19),
        "wood": (line("30 %", "3,35", "724", "29"),),
        "buildings": (line("Mairie", "mairie, bureaux", "156", "3 %"),),
        "equipment": (fact("Rendement à pleine puissance", "84,0 %"),),
        "carbon": (fact("Évité", "432 t"),),
        "weather": (fact("Stations du climat", "Uccle 66 %"),),
        "sources": ("Gaz, 227 g par kWh de combustible.",),
        "limits": ("Les vacances scolaires ne sont pas comptées.",),
        "software": "Mine de Soleil 0.1.0",
        "engine": "heat 1",
        "study_fingerprint": FINGERPRINT,
    }
    return contents.HeatStudy(**{**fields, **changes})


def heat_month_line(number: int) -> contents.TableLine:
    cells = (f"mois n° {number}", "311", "260", "362", "20", "290", "41", "93,9 %")
    return line(*cells, drawn="0.9400 1.0000")


def fact(label: str, text: str) -> contents.Fact:
    return contents.Fact(label=label, text=text)


def line(*cells: str, drawn: str = "") -> contents.TableLine:
    return contents.TableLine(cells=cells, drawn=drawn)


def month_line(number: int) -> contents.TableLine:
    cells = (f"mois {number}", "2 862", "2 368", "3 355", "106,2", "79,5", "74,8 %")
    return line(*cells, drawn="0.5600 0.4600 0.6600")


def sale_invoice(lines: int = 12, **changes) -> contents.SaleInvoice:
    cells = ("Énergie\n1er juin 2026 – 30 juin 2026", "6 000 kWh", "7,92 c€/kWh", "1,01325", "481,50 €")
    fields = {
        **COMMON,
        "number": "2026-0012",
        "dated": "3 juillet 2026",
        "takes_back": "2026-0009",
        "reason": "mauvais prix",
        "buyer": "Acheteur d’essai",
        "buyer_address": "1 place de la Mairie, 62750 Loos-en-Gohelle",
        "contract": "BTA 1",
        "plant": "École Basly",
        "period": "1er juin 2026 – 30 juin 2026",
        "lines": tuple(contents.TableLine(cells=cells) for _ in range(lines)),
        "net": "5 778,00 €",
        "vat": (contents.TableLine(cells=("20 %", "5 778,00 €", "1 155,60 €")),),
        "total": "6 933,60 €",
        "mention": "Autoliquidation",
        "notes": ("06/2026 : 2 jours sans relevé complet.",),
    }
    return contents.SaleInvoice(**{**fields, **changes})


ALL = (
    bulletin,
    certificate,
    movement_order,
    newborn,
    register_extract,
    sale_invoice,
    yield_study,
    heat_study,
)

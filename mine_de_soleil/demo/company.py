"""What the demo cooperative is: its seat, its bank, its statutes and colleges."""

from typing import Any

from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.movements import FOUNDED_ON, NOMINAL_VALUE
from mine_de_soleil.demo.papers import statutes_in_brief
from mine_de_soleil.demo.people import COMPANY_SIREN
from mine_de_soleil.demo.roofs import ALTITUDE_M, COMMUNE, COMMUNE_INSEE, LATITUDE_DEG, LONGITUDE_DEG
from mine_de_soleil.rules.statutes.shipped import edition_text
from shareholders.models import Attachment, College, Cooperative
from shareholders.services.people import adopt_statutes, attach

SLUG = "mine-de-soleil"
EDITION = "mine-de-soleil-2019-07-12"
COLLEGES = (
    ("citoyens", "Citoyens"),
    ("sem", "SEM"),
    ("exploitant", "Exploitant"),
    ("communes", "Commune"),
)
FACTS: dict[str, Any] = {
    "short_name": "Mine de Soleil",
    "legal_name": "SAS Mine de Soleil",
    "seat_commune": COMMUNE,
    "seat_insee": COMMUNE_INSEE,
    "latitude_deg": LATITUDE_DEG,
    "longitude_deg": LONGITUDE_DEG,
    "altitude_m": ALTITUDE_M,
    "founded_on": FOUNDED_ON,
    "nominal_value": NOMINAL_VALUE,
    "contact_email": "bonjour@minedesoleil.example",
    "is_demo": True,
}
# What came later than the first demos: filled in where it is empty.
DETAILS = {
    "seat_address": "1 rue du Tournesol",
    "seat_postcode": "62750",
    "siren": COMPANY_SIREN,
    "trade_register": "Arras",
    "iban": invented_iban(1),
    "bic": "DEMOFRPPXXX",
    "payment_prefix": "MDS",
}


def found_company() -> tuple[Cooperative, bool]:
    """The cooperative, and whether it is new."""
    return Cooperative.objects.get_or_create(slug=SLUG, defaults=FACTS | DETAILS)


def complete(cooperative: Cooperative) -> None:
    """Fill in what an earlier demo left empty, and adopt the statutes. Done already, nothing changes."""
    missing = {name: value for name, value in DETAILS.items() if not getattr(cooperative, name)}
    for name, value in missing.items():
        setattr(cooperative, name, value)
    if missing:
        cooperative.save(update_fields=sorted(missing))
    adopt_statutes(actor=None, cooperative=cooperative, text=edition_text(EDITION))
    if not cooperative.attachments.filter(kind=Attachment.Kind.STATUTES).exists():
        attach(
            actor=None,
            cooperative=cooperative,
            kind=Attachment.Kind.STATUTES,
            file_name="statuts-2019-07-12.pdf",
            content_type="application/pdf",
            content=statutes_in_brief().as_pdf(),
            dated=FOUNDED_ON,
        )


def make_colleges(cooperative: Cooperative) -> dict[str, College]:
    """The four colleges, by code."""
    return {
        code: College.objects.create(cooperative=cooperative, code=code, name=name, position=position)
        for position, (code, name) in enumerate(COLLEGES, start=1)
    }

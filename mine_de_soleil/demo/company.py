"""What a demo cooperative is: its seat, its bank, its statutes and colleges."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.movements import FOUNDED_ON, NOMINAL_VALUE
from mine_de_soleil.demo.papers import statutes_in_brief
from mine_de_soleil.demo.people import COMPANY_SIREN
from mine_de_soleil.demo.roofs import ALTITUDE_M, COMMUNE, COMMUNE_INSEE, LATITUDE_DEG, LONGITUDE_DEG
from mine_de_soleil.rules.statutes.shipped import edition_text
from shareholders.models import Attachment, College, Cooperative
from shareholders.services.people import adopt_statutes, attach

COLLEGES = (
    ("citoyens", "Citoyens"),
    ("sem", "SEM"),
    ("exploitant", "Exploitant"),
    ("communes", "Commune"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """One cooperative of a demo.

    `details` came later than the first demos: filled in where they are empty. `editions`: names of shipped
    statutes, oldest first; `capital_band`: the last one's, in words.
    """

    slug: str
    facts: dict[str, Any]
    details: dict[str, str]
    editions: tuple[str, ...]
    statutes_of: dt.date
    capital_band: str


SLUG = "mine-de-soleil"
MINE_DE_SOLEIL = Company(
    slug=SLUG,
    facts={
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
    },
    details={
        "seat_address": "1 rue du Tournesol",
        "seat_postcode": "62750",
        "siren": COMPANY_SIREN,
        "trade_register": "Arras",
        "iban": invented_iban(1),
        "bic": "DEMOFRPPXXX",
        "payment_prefix": "MDS",
    },
    editions=("mine-de-soleil-2019-07-12",),
    statutes_of=FOUNDED_ON,
    capital_band="entre 7 000 € et 500 000 €",
)


def found_company(company: Company) -> tuple[Cooperative, bool]:
    """The cooperative, and whether it is new."""
    return Cooperative.objects.get_or_create(slug=company.slug, defaults=company.facts | company.details)


def complete(cooperative: Cooperative, company: Company) -> None:
    """Fill in what an earlier demo left empty, and adopt the statutes. Done already, nothing changes."""
    missing = {name: value for name, value in company.details.items() if not getattr(cooperative, name)}
    for name, value in missing.items():
        setattr(cooperative, name, value)
    if missing:
        cooperative.save(update_fields=sorted(missing))
    for edition in company.editions:
        adopt_statutes(actor=None, cooperative=cooperative, text=edition_text(edition))
    if not cooperative.attachments.filter(kind=Attachment.Kind.STATUTES).exists():
        notice = statutes_in_brief(cooperative.legal_name, company.statutes_of, company.capital_band)
        attach(
            actor=None,
            cooperative=cooperative,
            kind=Attachment.Kind.STATUTES,
            file_name=f"statuts-{company.statutes_of}.pdf",
            content_type="application/pdf",
            content=notice.as_pdf(),
            dated=company.statutes_of,
        )


def make_colleges(cooperative: Cooperative) -> dict[str, College]:
    """The four colleges, by code."""
    return {
        code: College.objects.create(cooperative=cooperative, code=code, name=name, position=position)
        for position, (code, name) in enumerate(COLLEGES, start=1)
    }

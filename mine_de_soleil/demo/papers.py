"""Short PDFs that the demo's people bring: statutes, information, deliberation, deed. Pure."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst

_TEMPLATE = Path(__file__).parent / "documents" / "notice.typ"
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
MENTION = "Document de démonstration, sans valeur"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its paragraphs."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A document of a page or two."""

    title: str
    subtitle: str
    parts: tuple[Part, ...]

    def as_pdf(self) -> bytes:
        """The document as PDF/UA-1; the same at every call."""
        data: dict[str, Any] = asdict(self) | {"mention": MENTION}
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        # Fonts of the library alone, so that every machine prints the same bytes.
        printed = typst.compile(
            str(_TEMPLATE),
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs=inputs,
            ignore_system_fonts=True,
        )
        assert isinstance(printed, bytes)
        return printed


@dataclass(frozen=True, slots=True)
class Deliberation:
    """What a council decided: to hold `shares` of `nominal_eur` [€], and who speaks for it."""

    commune: str
    company: str
    on: dt.date
    shares: int
    nominal_eur: int
    delegate: str


def deliberation(decided: Deliberation) -> Notice:
    """A council's decision to hold shares."""
    cost = f"{decided.shares * decided.nominal_eur:,}".replace(",", " ")
    return Notice(
        f"Délibération n° {decided.on}",
        f"Conseil municipal de {decided.commune}, séance du {_in_full(decided.on)}",
        (
            Part(
                "Objet",
                (
                    f"Entrée de la commune au capital de la {decided.company} : "
                    f"{decided.shares} actions de {decided.nominal_eur} €.",
                ),
            ),
            Part(
                "Décision",
                (
                    f"Le conseil, après en avoir délibéré, décide de souscrire {decided.shares} actions, "
                    f"soit {cost} €, et désigne {decided.delegate} pour représenter la commune.",
                    "Adopté à l’unanimité.",
                ),
            ),
        ),
    )


def _in_full(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def deed() -> Notice:
    """The notary's paper of an inheritance."""
    return Notice(
        "Attestation de dévolution",
        "Succession d’Odette Lefèvre, décédée le 3 novembre 2022",
        (
            Part(
                "Héritiers",
                ("Samuel Lefèvre et Élise Lefèvre, ses enfants, chacun pour moitié.",),
            ),
            Part("Actions", ("Huit actions Mine de Soleil : quatre à Samuel, quatre à Élise.",)),
        ),
    )


def statutes_in_brief(company: str, adopted_on: dt.date, capital: str) -> Notice:
    """What a subscriber is given to read; the rules themselves are in the edition. `capital`: its band."""
    return Notice(
        f"Statuts de la {company}",
        f"Édition du {_in_full(adopted_on)}, valeurs inventées pour la démonstration",
        (
            Part(
                "Capital",
                (f"Capital variable, {capital}. Une action vaut 50 €.",),
            ),
            Part(
                "Collèges",
                ("Citoyens, société d’économie mixte, exploitant, commune : chacun entre dans un collège.",),
            ),
            Part(
                "Entrer",
                (
                    "Toute souscription est agréée par le conseil. Elle est payée en entier.",
                    "Personne ne détient plus d’un cinquième du capital, sauf la société d’économie mixte "
                    "et l’exploitant.",
                ),
            ),
            Part(
                "Céder et partir",
                (
                    "Les actions se gardent cinq ans. Une vente passe d’abord par les autres actionnaires, "
                    "pendant trente jours, puis par le conseil.",
                    "Qui veut partir après cinq ans prévient six mois avant : l’action est remboursée à sa "
                    "valeur nominale.",
                ),
            ),
        ),
    )


def information(issuer: str, name: str, pitch: str, shares: tuple[int, int, int]) -> Notice:
    """What a round pays for, and what may go wrong; `shares`: minimum, target, maximum."""
    least, target, most = shares
    return Notice(
        f"Document d’information : {name}",
        issuer,
        (
            Part("Ce que votre argent paiera", (pitch,)),
            Part(
                "L’offre",
                (
                    f"Objectif : {target} actions de 50 €, {most} au plus.",
                    f"Sous {least} actions, l’offre est annulée et chacun est remboursé en entier.",
                ),
            ),
            Part(
                "Les risques",
                (
                    "Une action n’est pas un livret : sa valeur et son dividende ne sont pas garantis.",
                    "Elle ne se revend pas toujours, et jamais avant cinq ans sauf succession.",
                    "Vous pouvez perdre ce que vous apportez, jamais davantage.",
                ),
            ),
        ),
    )

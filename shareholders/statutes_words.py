"""The rules of an edition in a reader's words: what each is called, how its value is said, how sure it is."""

import re
from collections.abc import Callable
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.rules.statutes.table import MISSING, UNKNOWN

# The section a rule stands in; a college is called by its own name.
SECTIONS: dict[str, Promise] = {
    "company": gettext_lazy("La société"),
    "capital": gettext_lazy("Le capital"),
    "shares": gettext_lazy("Les actions"),
    "subscription": gettext_lazy("Devenir actionnaire"),
    "transfer": gettext_lazy("Vendre ou donner ses actions"),
    "withdrawal": gettext_lazy("Rendre ses actions"),
    "inheritance": gettext_lazy("Succession"),
    "usufruct": gettext_lazy("Usufruit"),
    "minors": gettext_lazy("Enfants"),
}
LABELS: dict[str, Promise] = {
    "company.legal_form": gettext_lazy("Forme de la société"),
    "company.variable_capital": gettext_lazy("Capital variable"),
    "capital.stated_eur": gettext_lazy("Capital écrit dans les statuts"),
    "capital.floor_eur": gettext_lazy("Plancher du capital"),
    "capital.ceiling_eur": gettext_lazy("Plafond du capital"),
    "shares.nominal_eur": gettext_lazy("Valeur d’une action"),
    "shares.minimum_paid": gettext_lazy("Part à payer à la souscription"),
    "shares.balance_within_months": gettext_lazy("Délai pour payer le reste"),
    "shares.lock_up_months": gettext_lazy("Durée pendant laquelle on ne peut pas vendre"),
    "shares.cap_fraction": gettext_lazy("Plus grande part du capital pour une personne"),
    "subscription.approval": gettext_lazy("Qui accepte une souscription"),
    "subscription.approval_days": gettext_lazy("Délai pour répondre"),
    "subscription.silence": gettext_lazy("Sans réponse dans ce délai"),
    "subscription.expires_after_days": gettext_lazy("Une souscription non payée est annulée après"),
    "transfer.pre_emption_days": gettext_lazy("Délai pendant lequel les autres achètent en premier"),
    "transfer.pre_emption_rank": gettext_lazy("Qui achète en premier"),
    "transfer.approval": gettext_lazy("Qui accepte une vente ou un don"),
    "transfer.approval_days": gettext_lazy("Délai pour répondre"),
    "transfer.silence": gettext_lazy("Sans réponse dans ce délai"),
    "transfer.approval_majority": gettext_lazy("Part des voix nécessaire"),
    "transfer.strictly_more": gettext_lazy("Il faut plus que cette part, pas seulement l’atteindre"),
    "transfer.free_between": gettext_lazy("Sans accord entre"),
    "withdrawal.notice_months": gettext_lazy("Délai après la demande"),
    "withdrawal.not_before_months": gettext_lazy("Durée à rester actionnaire avant de pouvoir partir"),
    "withdrawal.value": gettext_lazy("Valeur rendue"),
    "withdrawal.reimbursed_within_months": gettext_lazy("Délai du remboursement"),
    "inheritance.approval": gettext_lazy("Les héritiers doivent être acceptés"),
    "inheritance.heirs_days": gettext_lazy("Délai des héritiers pour se faire connaître"),
    "usufruct.votes_on_profit": gettext_lazy("Qui vote sur l’affectation du résultat"),
    "usufruct.votes_otherwise": gettext_lazy("Qui vote sur le reste"),
    "minors.note": gettext_lazy("Ce qui est dit des actions d’un enfant"),
    "college.code": gettext_lazy("Code"),
    "college.name": gettext_lazy("Nom"),
    "college.rule": gettext_lazy("Règle d’admission"),
    "college.admits": gettext_lazy("Qui peut en être"),
    "college.minimum_shares": gettext_lazy("Nombre d’actions au moins"),
    "college.territory": gettext_lazy("Territoire"),
    "college.cap_fraction": gettext_lazy("Plus grande part du capital pour une personne"),
}
_WORDS: dict[str, Promise] = {
    "true": gettext_lazy("oui"),
    "false": gettext_lazy("non"),
    "board": gettext_lazy("le conseil"),
    "president": gettext_lazy("la présidence"),
    "general_meeting": gettext_lazy("l’assemblée générale"),
    "none": gettext_lazy("personne"),
    "approval": gettext_lazy("c’est oui"),
    "refusal": gettext_lazy("c’est non"),
    "nothing": gettext_lazy("rien n’est décidé"),
    "spouse": gettext_lazy("époux"),
    "civil_partner": gettext_lazy("partenaires de PACS"),
    "ascendant": gettext_lazy("parents et grands-parents"),
    "descendant": gettext_lazy("enfants et petits-enfants"),
    "sibling": gettext_lazy("frères et sœurs"),
    "shareholder": gettext_lazy("actionnaires"),
    "nominal": gettext_lazy("la valeur nominale"),
    "equity_share": gettext_lazy("une part de ce que vaut la société"),
    "usufructuary": gettext_lazy("l’usufruitier"),
    "bare_owner": gettext_lazy("le nu-propriétaire"),
    "natural": gettext_lazy("personnes"),
    "legal": gettext_lazy("entreprises et associations"),
    "public": gettext_lazy("communes et organismes publics"),
}
# Rules whose value is a sentence of the statutes, never one of the words above.
_SENTENCES = ("name", "rule", "territory", "note", "legal_form", "pre_emption_rank", "code")
# Rules whose value is a part of a whole.
_PARTS = ("minimum_paid", "cap_fraction", "approval_majority")
# How sure a value is: the words, and the tone of the badge.
MARKS: dict[str, tuple[Promise, str]] = {
    "V": (gettext_lazy("lu dans les statuts"), "good"),
    "S": (gettext_lazy("lu ailleurs"), ""),
    "O": (gettext_lazy("texte ancien"), "warn"),
    "M": (gettext_lazy("de mémoire, à vérifier"), "warn"),
    "D": (gettext_lazy("valeur de démonstration"), "warn"),
}


def label_of(path: str) -> str:
    """What the rule at `path` is called: `colleges.sem.admits` as any college's; its English text apart."""
    plain = path.removesuffix("_en")
    section, _dot, rest = plain.partition(".")
    known = LABELS.get(f"college.{rest.rpartition('.')[2]}" if section == "colleges" else plain)
    label = str(known) if known else path
    return _("%(label)s (texte anglais)") % {"label": label} if plain != path else label


def value_in_words(path: str, written: str | None) -> str:
    """A value as `rules_of` writes it, as a reader says it; a dash for none."""
    if written is None:
        return "–"
    name = path.rpartition(".")[2]
    for ending, words in _UNITS.items():
        if name.endswith(ending):
            return words(written)
    if name.removesuffix("_en") in _SENTENCES:
        return written
    if name in _PARTS and written == "1":
        return _("la totalité")
    return ", ".join(str(_WORDS.get(word, word)) for word in written.split(", ")) or "–"


def _euros(written: str) -> str:
    return figures.euros(Decimal(written), language=get_language() or "fr")


def _months(written: str) -> str:
    months = int(written)
    return ngettext("%(n)s mois", "%(n)s mois", months) % {"n": figures.number(months)}


def _days(written: str) -> str:
    days = int(written)
    return ngettext("%(n)s jour", "%(n)s jours", days) % {"n": figures.number(days)}


_UNITS: dict[str, Callable[[str], str]] = {"_eur": _euros, "_months": _months, "_days": _days}
_FAULT_PLACE = re.compile(r"^colleges\[(\d+)\]\.(\w+)$")


def fault_in_words(path: str, sentence: str) -> str:
    """A fault with the rule's own name, then the key to look for in the file."""
    found = _FAULT_PLACE.match(path)
    label = label_of(f"colleges.x.{found[2]}" if found else path)
    said = sentence[:1].upper() + sentence[1:].rstrip(".")
    if not path:
        return f"{said}."
    if sentence == MISSING:
        return _missing(path, label)
    if sentence == UNKNOWN and label == path:
        told = _(
            "«\u202f%(key)s\u202f» n’est le nom d’aucune règle\u202f: corrigez-le, ou retirez-le du fichier."
        )
        return told % {"key": path}
    known = f"{label} ({path})" if label != path else path
    return f"{known}\u202f: {said[:1].lower() + said[1:]}."


def _missing(path: str, label: str) -> str:
    """What a file lacks, by its name on the pages and by the word to write."""
    if path in SECTIONS:
        return _("Il manque la partie «\u202f%(name)s\u202f» ([%(key)s]).") % {
            "name": SECTIONS[path],
            "key": path,
        }
    if label != path:
        return _("Il manque la règle «\u202f%(name)s\u202f» (%(key)s).") % {"name": label, "key": path}
    return _("«\u202f%(key)s\u202f» manque dans ce fichier.") % {"key": path}

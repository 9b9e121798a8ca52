"""What a person asks of a line or of a payout on its page: one word, one act, one sentence in answer."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from shareholders.forms.payments import AccountForm, AsideForm, AssignForm, LineForm, SuggestionForm
from shareholders.models import Payout, StatementLine
from shareholders.services import payouts, recalls, statements, suggested
from shareholders.services.money_words import MoneyRefused

LineAct = Callable[[User, StatementLine, Any], str]
PayoutAct = Callable[[User, Payout, Any], str]


def act_on_line(act: str, actor: User, line: StatementLine, data: Any) -> str:
    """Do `act`; the sentence to show. Raises MoneyRefused, for an unknown word too."""
    if act not in _LINE_ACTS:
        raise MoneyRefused(_("Choisissez ce qu’il faut faire."))
    return _LINE_ACTS[act](actor, line, data)


def act_on_payout(act: str, actor: User, payout: Payout, data: Any) -> str:
    """The same for a payout."""
    if act not in _PAYOUT_ACTS:
        raise MoneyRefused(_("Choisissez ce qu’il faut faire."))
    return _PAYOUT_ACTS[act](actor, payout, data)


def _said(form: forms.Form) -> dict[str, Any]:
    """What a form holds. Raises MoneyRefused with the first thing wrong."""
    if form.is_valid():
        return form.cleaned_data
    first = next(iter(form.errors.values()))
    raise MoneyRefused(str(first[0]))


def _assign(actor: User, line: StatementLine, data: Any) -> str:
    form = AssignForm(line.cooperative, data)
    said = _said(form)
    statements.assign_line(
        actor=actor,
        line=line,
        subscription=said["reference"],
        carried=form.carried,
        amount=said["amount"],
        free_then=said["free"],
    )
    return _("C’est noté : l’argent est à sa place.")


def _accept(actor: User, line: StatementLine, data: Any) -> str:
    said = _said(SuggestionForm(data))
    suggested.accept_suggestion(actor=actor, line=line, told=said["told"], free_then=said["free"])
    return _("C’est noté : l’argent est à sa place.")


def _set_aside(actor: User, line: StatementLine, data: Any) -> str:
    said = _said(AsideForm(data))
    statements.set_line_aside(
        actor=actor, line=line, why=said["why"], note=said["note"], free_then=said["free"]
    )
    return _("La ligne est mise de côté.")


def _return(actor: User, line: StatementLine, data: Any) -> str:
    payouts.return_line(actor=actor, line=line, free_then=_said(LineForm(data))["free"])
    return _("Le remboursement est prêt : donnez l’ordre à la banque.")


def _recall(actor: User, line: StatementLine, data: Any) -> str:
    form = AssignForm(line.cooperative, data)
    said = _said(form)
    recalls.recall_payment(
        actor=actor,
        line=line,
        subscription=said["reference"],
        carried=form.carried,
        amount=said["amount"],
        free_then=said["free"],
    )
    return _("C’est noté : ce virement est repris, et la souscription le dit.")


def _send(actor: User, payout: Payout, data: Any) -> str:
    payouts.send_payout(actor=actor, payout=payout)
    return _("C’est noté. Le prochain relevé dira quand l’argent est parti.")


def _fail(actor: User, payout: Payout, data: Any) -> str:
    payouts.payout_failed(actor=actor, payout=payout)
    return _("C’est noté. La somme reste due : un autre remboursement la remplace.")


def _complete(actor: User, payout: Payout, data: Any) -> str:
    said = _said(AccountForm(data))
    payouts.complete_payout(actor=actor, payout=payout, beneficiary=said["beneficiary"], iban=said["iban"])
    return _("Le compte est enregistré.")


_LINE_ACTS: dict[str, LineAct] = {
    "assign": _assign,
    "accept": _accept,
    "aside": _set_aside,
    "return": _return,
    "recall": _recall,
}
_PAYOUT_ACTS: dict[str, PayoutAct] = {"send": _send, "fail": _fail, "complete": _complete}

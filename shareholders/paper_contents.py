"""From rows to what papers say: every figure and day written for the reader, in the language that is active.

Called with the paper's language and the cooperative's time zone active; see `core.papers.contents`.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.papers import contents
from mine_de_soleil.core.templatetags.page_kit import moment, short_day
from shareholders.bulletin import address_of, name_of
from shareholders.duty import transfer_duty
from shareholders.letters import shares_in_words
from shareholders.models import (
    Cooperative,
    MovementKind,
    NewbornPanel,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Subscription,
)
from shareholders.register_chain import GENESIS
from shareholders.register_reports import holders_on
from shareholders.reports import capital_on, nominal_on
from shareholders.signed_lines import company_signed, signed_lines
from shareholders.unpaid import PaidUp, paid_of, paid_up, unpaid_in


def language() -> contents.Language:
    """The active language, of those papers are written in."""
    return "en" if (get_language() or "").startswith("en") else "fr"


def _euros(amount: Decimal) -> str:
    return figures.euros(amount, language=language())


def _count(n: int, *, sign: bool = False) -> str:
    return figures.number(n, language=language(), sign=sign)


def _in_words(n: int) -> str:
    """The number alone: the paper's own sentence says « actions »."""
    words = shares_in_words(n, language())
    return words.removesuffix("s").removesuffix(" share").removesuffix(" action").removesuffix(" d’action")


def _ordinary() -> str:
    return _("ordinaire")


def company_of(cooperative: Cooperative, day: dt.date) -> contents.Company:
    """The company as it stood on `day`, its capital counted from the register."""
    place = f"{cooperative.seat_postcode} {cooperative.seat_commune}".strip()
    registered = f"RCS {cooperative.trade_register} {cooperative.siren}" if cooperative.siren else ""
    return contents.Company(
        name=cooperative.legal_name,
        legal_form=cooperative.legal_form,
        capital=_euros(capital_on(cooperative, day).amount),
        seat=", ".join(part for part in (cooperative.seat_address, place) if part),
        registration=" ".join(registered.split()),
    )


def _frame(cooperative: Cooperative, day: dt.date, address: str) -> dict[str, Any]:
    """What every paper has."""
    return {
        "language": language(),
        "company": company_of(cooperative, day),
        "verification_address": address,
        "is_demo": cooperative.is_demo,
    }


def person_of(holder: Shareholder, day: dt.date) -> contents.Person:
    """A holder as the register knows it, and who speaks for it on `day`."""
    place = f"{holder.postcode} {holder.commune}".strip()
    country = "" if holder.country == "FR" else holder.country
    speakers = [f"{one} ({one.get_quality_display()})" for one in holder.representatives.filter(until=None)]
    speakers += [f"{part} ({_('mandataire')})" for part in holder.parts.filter(until=None, is_proxy=True)]
    return contents.Person(
        name=str(holder),
        address=", ".join(part for part in (holder.address, place, country) if part),
        born=_born(holder.birth_date, holder.birth_place),
        registration=f"SIREN {holder.siren}" if holder.siren else "",
        represented_by=", ".join(speakers),
        order_number=_count(holder.number),
    )


def _born(day: dt.date | None, place: str) -> str:
    if day is None:
        return ""
    said = str(short_day(day))
    return _("%(day)s à %(place)s") % {"day": said, "place": place} if place else said


def bulletin_of(subscription: Subscription, address: str) -> contents.Bulletin:
    """The form as it was signed: its text word for word, and the same facts set out to be read.

    Nothing here is computed again from what may have changed since: amounts and lines are those frozen by
    the signature.
    """
    cooperative, said = subscription.cooperative, signed_lines(subscription)
    assert subscription.nominal_value is not None and subscription.premium is not None
    assert subscription.signed_at is not None and subscription.first_call is not None
    total = subscription.quantity * (subscription.nominal_value + subscription.premium)
    day = subscription.signed_at.astimezone(cooperative.zone).date()
    return contents.Bulletin(
        **_frame(cooperative, day, address) | {"company": company_signed(cooperative, said)},
        number=subscription.reference,
        place=subscription.signed_place,
        dated=str(short_day(day)),
        round_name=subscription.round.name,
        decision="",
        round_amount=said.get("round_amount", ""),
        terms=" ".join(said.get(key, "") for key in ("period", "terms")).strip(),
        subscriber=_subscriber(subscription.identity),
        shares=_count(subscription.quantity),
        shares_in_words=_in_words(subscription.quantity),
        share_class=_ordinary(),
        nominal_value=_euros(subscription.nominal_value),
        premium=_euros(subscription.premium),
        amount_due=_euros(total),
        in_cash=_euros(total),
        in_kind=_euros(Decimal(0)),
        paid_now=_euros(subscription.first_call),
        balance_terms=said.get("paid_later", ""),
        funds_recipient=said.get("funds_recipient", cooperative.legal_name),
        documents_read=tuple(
            contents.DocumentRead(title=document["name"], fingerprint=document["sha256"])
            for document in subscription.read_documents
        ),
        signature=_signature(
            _signer(subscription.identity),
            subscription.signed_at,
            subscription.evidence,
            subscription.bulletin_sha256,
        ),
        signed_text=_signed_text(subscription.evidence.get("bulletin", ())),
    )


def _subscriber(identity: Mapping[str, Any]) -> contents.Person:
    born = identity.get("birth_date")
    numbers = [identity.get("siren", ""), identity.get("insee_code", "")]
    speaker = identity.get("representative")
    return contents.Person(
        name=name_of(dict(identity)),
        address=address_of(dict(identity)),
        born=_born(dt.date.fromisoformat(born) if born else None, identity.get("birth_place", "")),
        registration=" · ".join(number for number in numbers if number),
        represented_by=f"{speaker['first_names']} {speaker['last_name']}" if speaker else "",
    )


def _signer(identity: Mapping[str, Any]) -> str:
    """Who typed the code: the person, or who speaks for it."""
    proxies = (part for part in identity.get("parts", ()) if part.get("is_proxy"))
    speaker = identity.get("representative") or next(proxies, None)
    return f"{speaker['first_names']} {speaker['last_name']}" if speaker else name_of(dict(identity))


def _signature(
    signer: str, signed_at: dt.datetime, evidence: Mapping[str, Any], sha256: str
) -> contents.Signature:
    return contents.Signature(
        signer=signer,
        signed_at=_("%(moment)s (heure du siège)") % {"moment": moment(signed_at)},
        email=veiled(str(evidence.get("email", ""))),
        text_fingerprint=sha256,
        network_address=str(evidence.get("network_address", "")),
    )


def veiled(email: str) -> str:
    """An address its owner knows again and others can't write to: « j…e@essai.example »."""
    name, at, host = email.partition("@")
    if not at:
        return ""
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}@{host}"


def _signed_text(lines: Sequence[Sequence[str]]) -> tuple[contents.SignedLine, ...]:
    return tuple(contents.SignedLine(label=line[0], text=line[1]) for line in lines)


def certificate_of(holder: Shareholder, day: dt.date, number: str, address: str) -> contents.Certificate:
    """What `holder` has by the close of `day`, line after line, and the register line it rests on."""
    cooperative = holder.cooperative
    lines = _account_lines(holder, day)
    shares = sum(change for _line, change in lines)
    nominal, last = nominal_on(cooperative, day), _last_line(cooperative, day)
    return contents.Certificate(
        **_frame(cooperative, day, address),
        number=number,
        place=cooperative.seat_commune,
        dated=str(short_day(day)),
        holder=person_of(holder, day),
        on_day=str(short_day(day)),
        shares=_count(shares),
        shares_in_words=_in_words(shares),
        share_class=_ordinary(),
        nominal_value=_euros(nominal),
        total_nominal=_euros(shares * nominal),
        paid_up=_paid_up(holder, shares, nominal, day),
        movements=tuple(_with_balance(lines)),
        register_line=_count(last.number) if last else "0",
        chain_hash=last.entry_sha256 if last else GENESIS,
        issued_by=cooperative.legal_name,
    )


def _paid_up(holder: Shareholder, shares: int, nominal: Decimal, day: dt.date) -> str:
    """How far shares paid in several times are paid; empty where nothing is left to pay."""
    return _paid(paid_up(holder, shares, nominal, day))


def _paid(told: PaidUp | None) -> str:
    if told is None:
        return ""
    words = {"paid": _euros(told.paid), "nominal": _euros(told.nominal)}
    return _("libérées de %(paid)s sur %(nominal)s") % words


def _account_lines(holder: Shareholder, day: dt.date) -> list[tuple[ShareMovement, int]]:
    """The lines of one account and what each changes."""
    lines = (
        ShareMovement.objects.filter(cooperative=holder.cooperative).up_to(day).order_by("dated", "number")
    )
    incoming = [(line, line.quantity) for line in lines.filter(to_shareholder=holder)]
    outgoing = [(line, -line.quantity) for line in lines.filter(from_shareholder=holder)]
    return sorted(incoming + outgoing, key=lambda pair: (pair[0].dated, pair[0].number))


def _with_balance(lines: list[tuple[ShareMovement, int]]) -> list[contents.AccountLine]:
    held, told = 0, []
    for line, change in lines:
        held += change
        told.append(
            contents.AccountLine(
                number=_count(line.number),
                dated=str(short_day(line.dated)),
                kind=line.get_kind_display(),
                shares=_count(change, sign=True),
                balance=_count(held),
            )
        )
    return told


def _last_line(cooperative: Cooperative, day: dt.date) -> ShareMovement | None:
    return ShareMovement.objects.filter(cooperative=cooperative).up_to(day).order_by("-number").first()


def order_of(transfer: ShareTransfer, number: str, address: str) -> contents.MovementOrder:
    """The order as the giver signed it. Its price, if any, with the reminder of the buyer's duty."""
    assert transfer.signed_at is not None and transfer.taker is not None
    day = transfer.signed_at.astimezone(transfer.cooperative.zone).date()
    is_sale = transfer.kind == MovementKind.TRANSFER
    return contents.MovementOrder(
        **_frame(transfer.cooperative, day, address),
        number=number,
        place=transfer.cooperative.seat_commune,
        dated=str(short_day(day)),
        seller=person_of(transfer.giver, day),
        buyer=person_of(transfer.taker, day),
        nature=str(MovementKind(transfer.kind).label),
        shares=_count(transfer.quantity),
        shares_in_words=_in_words(transfer.quantity),
        share_class=_ordinary(),
        nominal_value=_euros(nominal_on(transfer.cooperative, day)),
        price_per_share=_euros(transfer.price_per_share) if is_sale else "",
        price=_euros(transfer.price) if is_sale else "",
        agreement=_agreement(transfer),
        duty=_duty(transfer.price, day) if is_sale and transfer.price else None,
        seller_signature=_seller_signature(transfer),
        signed_text=_signed_text([("", line) for line in _order_lines(transfer)]),
    )


def _order_lines(transfer: ShareTransfer) -> list[str]:
    return str(transfer.evidence.get("text", "")).splitlines()


def _seller_signature(transfer: ShareTransfer) -> contents.Signature | None:
    """None for an inheritance: nobody signs for the dead."""
    if not transfer.evidence.get("email") or transfer.signed_at is None:
        return None
    return _signature(_who_signed(transfer), transfer.signed_at, transfer.evidence, transfer.order_sha256)


def _who_signed(transfer: ShareTransfer) -> str:
    """Who typed the code, by the name under which she acts for the giver."""
    giver, signed_by = transfer.giver, transfer.evidence.get("signed_by")
    if signed_by is None or giver.user_id == signed_by:
        return str(giver)
    named = giver.representatives.filter(user=signed_by).first() or giver.parts.filter(user=signed_by).first()
    return str(named or giver)


def _agreement(transfer: ShareTransfer) -> str:
    """The board is named only if it answered: time alone settles others."""
    if transfer.decided_at is None:
        return _("par l’effet des statuts") if transfer.by_silence else ""
    day = short_day(transfer.decided_at)
    if transfer.by_silence:
        return _("silence du conseil au %(day)s") % {"day": day}
    if transfer.decided_by_id is None:
        return _("par l’effet des statuts")
    return _("conseil, le %(day)s") % {"day": day}


def _duty(price: Decimal, day: dt.date) -> contents.Duty:
    duty = transfer_duty(price, day)
    amount = _euros(duty.amount)
    return contents.Duty(
        rate=figures.percent(duty.rate_percent / 100, 1, language=language()),
        article=duty.sources[0].source,
        deadline=_("jusqu’au %(day)s") % {"day": short_day(duty.declare_before)},
        amount=amount if duty.is_verified else _("%(amount)s (à vérifier)") % {"amount": amount},
    )


def newborn_of(panel: NewbornPanel, day: dt.date, address: str) -> contents.Newborn:
    """A child's panel, dated the day it was given."""
    issued = panel.subscription is not None and panel.subscription.state == Subscription.State.ISSUED
    return contents.Newborn(
        **_frame(panel.cooperative, day, address),
        number=_count(panel.number),
        dated=str(short_day(day)),
        first_names=panel.child_first_names,
        born_on=str(short_day(panel.born_on)),
        commune=panel.commune,
        area=f"1{figures.NARROW}m²",
        offered_by=panel.offered_by,
        message=_("Bienvenue, et beaucoup de soleil."),
        shares=_shares_of_child(panel.subscription.shares) if issued and panel.subscription else "",
    )


def _shares_of_child(n: int) -> str:
    words = shares_in_words(n, language())
    return _("S’y ajoutent, inscrites au registre au nom de l’enfant : %(shares)s.") % {"shares": words}


def extract_of(
    cooperative: Cooperative, day: dt.date, number: str, asked_by: str, address: str
) -> contents.RegisterExtract:
    """All lines of the register up to `day`, and who held what at its close."""
    lines = list(ShareMovement.objects.filter(cooperative=cooperative).up_to(day).order_by("number"))
    capital, last = capital_on(cooperative, day), lines[-1] if lines else None
    unpaid = unpaid_in(cooperative, day)
    first = short_day(lines[0].dated) if lines else short_day(cooperative.founded_on)
    return contents.RegisterExtract(
        **_frame(cooperative, day, address),
        number=number,
        dated=str(short_day(day)),
        period=_("du %(first)s au %(last)s") % {"first": first, "last": short_day(day)},
        requested_by=asked_by,
        movements=tuple(_register_line(line) for line in lines),
        issued_shares=_count(capital.shares),
        capital=_euros(capital.amount),
        register_line=_count(last.number) if last else "0",
        chain_hash=last.entry_sha256 if last else GENESIS,
        holders=tuple(
            contents.HolderLine(
                number=_count(row.number),
                name=row.name,
                college=row.college,
                shares=_count(row.stake.shares),
                part=figures.percent(row.stake.fraction, 2, language=language()),
                paid_up=_paid(paid_of(row.stake.value, unpaid.get(row.id, Decimal(0)))),
            )
            for row in holders_on(cooperative, day)
        ),
    )


def _register_line(line: ShareMovement) -> contents.RegisterLine:
    return contents.RegisterLine(
        number=_count(line.number),
        dated=str(short_day(line.dated)),
        kind=line.get_kind_display(),
        giver=line.giver_identity,
        taker=line.taker_identity,
        shares=_count(line.quantity),
        nominal_value=_euros(line.nominal_value),
        share_class=_ordinary(),
        chain_hash=line.entry_sha256[:16],
    )

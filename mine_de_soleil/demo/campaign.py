"""The demo's funding rounds: two that are over, one that failed, one that is open and lives."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from installations.models import Plant, RoundPlant
from mine_de_soleil.core.models import User
from mine_de_soleil.demo import papers
from mine_de_soleil.demo.ibans import invented_iban
from mine_de_soleil.demo.letters import nobody_is_written_to
from mine_de_soleil.demo.movements import NOMINAL_VALUE
from mine_de_soleil.demo.rounds import OPEN_FOR, SMALL, Campaign, Offer, Past, days_of
from mine_de_soleil.demo.statements import Line, statement
from mine_de_soleil.demo.subscribing import Asked, subscribe_all, subscribe_as_member
from shareholders.banking.references import formatted
from shareholders.models import Attachment, Cooperative, FundingRound, Shareholder, Subscription
from shareholders.services.gates import decide
from shareholders.services.invitations import follow_link, give_link
from shareholders.services.people import attach
from shareholders.services.register import locked
from shareholders.services.rounds import close_round, create_round
from shareholders.services.statements import import_statement

JEANNES_SHARES = 2
# Neighbours who opened her link and went no further.
ONLY_LOOKED = 5
OPENING = Decimal("18432.57")


@transaction.atomic
def write_past_rounds(cooperative: Cooperative, users: dict[str, User], campaign: Campaign) -> None:
    """The rounds that paid the roofs we have. There already, nothing changes."""
    held = locked(cooperative.pk)
    known = set(FundingRound.objects.of(held).values_list("slug", flat=True))
    board = users["conseil@demo.example"]
    roofs = _paid_by(held, campaign.past)
    for past in campaign.past:
        if past.offer.slug not in known:
            _write_past(board, held, past, roofs[past.offer.slug])


def _paid_by(cooperative: Cooperative, past: Sequence[Past]) -> dict[str, list[Plant]]:
    """The roofs each round paid: a roof is paid by the last round opened before its first day."""
    paying = [one for one in past if one.pays_roofs]
    roofs: dict[str, list[Plant]] = {one.offer.slug: [] for one in past}
    for plant in Plant.objects.of(cooperative):
        before = [one for one in paying if one.opens_on <= plant.commissioned_on]
        if before:
            roofs[before[-1].offer.slug].append(plant)
    return roofs


def _write_past(board: User, cooperative: Cooperative, past: Past, roofs: Sequence[Plant]) -> None:
    offer = _create(board, cooperative, past.offer, past.opens_on, past.closes_on, past.offer.slug)
    RoundPlant.objects.bulk_create(
        RoundPlant(round=offer, plant=plant, cooperative=cooperative) for plant in roofs
    )
    close_round(actor=board, offer=offer)


def _create(
    board: User,
    cooperative: Cooperative,
    planned: Offer,
    opens_on: dt.date,
    closes_on: dt.date,
    slug: str,
    information: Attachment | None = None,
) -> FundingRound:
    return create_round(
        actor=board,
        cooperative=cooperative,
        slug=slug,
        name=planned.name,
        pitch=planned.pitch,
        opens_on=opens_on,
        closes_on=closes_on,
        minimum_shares=planned.minimum,
        target_shares=planned.target,
        maximum_shares=planned.maximum,
        information=information,
    )


def is_campaign_needed(cooperative: Cooperative, today: dt.date) -> bool:
    """Whether no round is open on `today` or still to come."""
    return not FundingRound.objects.of(cooperative).filter(closes_on__gte=today, closed_at=None).exists()


@transaction.atomic
def open_campaign(
    cooperative: Cooperative, users: dict[str, User], today: dt.date, campaign: Campaign = SMALL
) -> FundingRound | None:
    """Open the next round, with people at every step of it; None while another is open."""
    held = locked(cooperative.pk)
    if not is_campaign_needed(held, today):
        return None
    with nobody_is_written_to():
        offer = _open_next(users["conseil@demo.example"], held, today, campaign)
        _fill(offer, users, today, campaign)
    return offer


def _open_next(board: User, cooperative: Cooperative, today: dt.date, campaign: Campaign) -> FundingRound:
    past = [one.offer.slug for one in campaign.past] + [campaign.failed.slug]
    rank = FundingRound.objects.of(cooperative).exclude(slug__in=past).count()
    planned = campaign.offers[rank % len(campaign.offers)]
    turn = rank // len(campaign.offers)
    opens_on, closes_on = days_of(today)
    figures = (planned.minimum, planned.target, planned.maximum)
    slug = f"{planned.slug}-{turn + 1}" if turn else planned.slug
    paper = attach(
        actor=board,
        cooperative=cooperative,
        kind=Attachment.Kind.INFORMATION,
        file_name=f"information-{slug}.pdf",
        content_type="application/pdf",
        content=papers.information(_issuer(cooperative), planned.name, planned.pitch, figures).as_pdf(),
        dated=opens_on,
    )
    return _create(board, cooperative, planned, opens_on, closes_on, slug, paper)


def _issuer(cooperative: Cooperative) -> str:
    return f"{cooperative.legal_name}, {cooperative.seat_commune}"


def _fill(offer: FundingRound, users: dict[str, User], today: dt.date, campaign: Campaign) -> None:
    """Subscriptions, what the bank tells of them, what the board answers."""
    jeanne, board = users["citoyenne@demo.example"], users["conseil@demo.example"]
    own = Shareholder.objects.get(cooperative=offer.cooperative, user=jeanne)
    for _neighbour in range(ONLY_LOOKED):
        follow_link(cooperative=offer.cooperative, code=give_link(holder=own).code)
    asked = subscribe_all(offer, campaign.requests, own)
    subscribe_as_member(jeanne, own, offer, JEANNES_SHARES)
    failed = _ask_in_vain(board, own, today, campaign)
    # Earlier days in a file of their own, as a treasurer who imports every week has them.
    _import(users, offer, 1, OPENING, _earlier_lines(today))
    opening = OPENING + sum((line.amount for line in _earlier_lines(today)), Decimal(0))
    _import(users, offer, 2, opening, _lines([*asked, *failed], today))
    for one in asked:
        _answer(board, one)
    for one in failed:
        close_round(actor=board, offer=one.subscription.round)


def _ask_in_vain(board: User, own: Shareholder, today: dt.date, campaign: Campaign) -> list[Asked]:
    """A round that ends today below its minimum; only once in the life of the demo."""
    cooperative, failed = own.cooperative, campaign.failed
    if FundingRound.objects.of(cooperative).filter(slug=failed.slug).exists():
        return []
    opens_on = today - OPEN_FOR
    paper = FundingRound.objects.of(cooperative).exclude(information=None).latest("pk").information
    offer = _create(board, cooperative, failed, opens_on, today, failed.slug, paper)
    return subscribe_all(offer, campaign.failed_requests, own)


def _import(
    users: dict[str, User], offer: FundingRound, number: int, opening: Decimal, lines: Sequence[Line]
) -> None:
    cooperative = offer.cooperative
    content = statement(iban=cooperative.iban, number=number, opening=opening, lines=lines)
    import_statement(
        actor=users["tresorier@demo.example"],
        cooperative=cooperative,
        file_name=f"releve-{lines[-1].on}-{number}.xml",
        content=content,
    )


def _earlier_lines(today: dt.date) -> list[Line]:
    """What the bank told before today: sales of electricity, a fee, somebody without a reference."""
    day = today - dt.timedelta(days=9)
    return [
        Line(day, Decimal("4812.36"), "ACHETEUR ELECTRICITE DEMO", "OBLIGATION ACHAT FACTURE 2026-10"),
        Line(day + dt.timedelta(days=2), Decimal("-14.90"), "BANQUE DE DEMONSTRATION", "FRAIS DE TENUE"),
        Line(
            day + dt.timedelta(days=5),
            Decimal("150.00"),
            "M OU MME FLANQUART",
            "PARTS SOLAIRES",
            invented_iban(901),
        ),
        Line(day + dt.timedelta(days=8), Decimal("20.00"), "CHORALE DU CORON", "MERCI", invented_iban(902)),
    ]


def _lines(asked: Sequence[Asked], today: dt.date) -> list[Line]:
    return [_line(one, today) for one in asked if one.request.paid]


def _line(one: Asked, today: dt.date) -> Line:
    """One payment as its payer typed it: the reference in groups, glued, or forgotten."""
    reference = one.subscription.reference
    spoken = formatted(reference) if one.subscription.number % 2 else f"SOUSCRIPTION {reference}"
    if one.request.paid == "no_reference":
        # From an account we don't know: only the name tells.
        return Line(today, _amount(one), one.request.payer.upper(), "ACTIONS SOLAIRES", invented_iban(903))
    return Line(today, _amount(one), one.request.payer.upper(), spoken, one.iban)


def _amount(one: Asked) -> Decimal:
    due = one.request.shares * NOMINAL_VALUE
    return {"partial": due - NOMINAL_VALUE, "excess": due + NOMINAL_VALUE}.get(one.request.paid, due)


def _answer(board: User, one: Asked) -> None:
    request = one.request
    if request.answer:
        subscription = Subscription.objects.get(pk=one.subscription.pk)
        decide(
            actor=board,
            subscription=subscription,
            approved=request.answer == "approved",
            reason=request.reason,
        )

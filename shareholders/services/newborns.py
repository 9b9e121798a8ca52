"""Acts on newborns' panels: a symbolic square metre, asked by a family, offered by the town.

Anybody may type the name of a child. So a request counts only once the family said yes to a letter sent to
the address given; until then it takes nobody's place, and it is forgotten if no answer comes. Two requests
for one child both reach the board; one panel is given.
"""

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry, User
from mine_de_soleil.core.refusals import told_as
from shareholders.deadlines import add_months
from shareholders.models import Cooperative, FundingRound, NewbornPanel, Shareholder, Subscription
from shareholders.persons.writing import canonical
from shareholders.services.paper_letters import tell_panel
from shareholders.services.register import locked
from shareholders.services.subscription_starts import LinkTo, offer_gift
from shareholders.tasks import make_newborn_papers

log = logging.getLogger(__name__)

State = NewbornPanel.State
# A house rule, not a law: the panel is for newborns, and a family may take its time.
BORN_WITHIN_MONTHS = 36
# Time to open a letter, with a newborn at home; then nothing of the request is kept.
CONFIRMED_WITHIN = dt.timedelta(days=14)
# The same request typed again sends the letter again, but a double click doesn't.
LETTER_AGAIN_AFTER = dt.timedelta(minutes=10)
# Twins and their cousins pass; somebody else's letter box is soon left alone.
MOST_TO_CONFIRM = 5
_ONE_PER_CHILD = "one_panel_per_child"
_HAS_ONE = gettext_lazy("Cet enfant a déjà son panneau, par une autre demande : déclinez celle-ci.")


class PanelRefused(Exception):
    """A panel that can't be asked for or given; `str()` is the sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child as the family or the town names it."""

    first_names: str
    last_name: str
    born_on: dt.date
    commune: str
    commune_insee: str = ""


@transaction.atomic
def ask_panel(
    *,
    actor: User | None,
    cooperative: Cooperative,
    child: Child,
    offered_by: str,
    contact_email: str,
    language: str = "fr",
    by_municipality: bool = False,
) -> NewbornPanel:
    """Enter a request, and write to the family: once it confirms, the town or the board answers.

    The town's own request needs no letter. The same family's for the same child is the one it made before.
    Raises PanelRefused for a child that has a panel, or when too many letters wait for an answer.
    """
    held = locked(cooperative.pk)
    _check_birth(child.born_on, timezone.localdate(timezone=held.zone))
    _check_has_none(held, child)
    if not by_municipality:
        before = _asked_before(held, child, contact_email)
        if before is not None:
            return _remind(before)
        _check_letter_box(held, contact_email)
    commune = canonical(child.commune)
    panel: NewbornPanel = NewbornPanel.objects.create(
        cooperative=held,
        state=State.ASKED if by_municipality else State.TO_CONFIRM,
        number=_next_number(held),
        child_first_names=canonical(child.first_names),
        child_last_name=canonical(child.last_name),
        born_on=child.born_on,
        commune=commune,
        commune_insee=child.commune_insee or insee_of(held, commune),
        offered_by=canonical(offered_by),
        by_municipality=by_municipality,
        contact_email=contact_email,
        language=language,
        asked_by=actor,
        asked_at=timezone.now(),
    )
    record(actor, "ask_newborn_panel", panel, scope=held.slug, number=panel.number)
    if not by_municipality:
        tell_panel(panel, "newborn_confirm", until=confirmed_until(panel))
    return panel


def confirmed_until(panel: NewbornPanel) -> dt.datetime:
    """When a request nobody confirmed is forgotten."""
    return panel.asked_at + CONFIRMED_WITHIN


@transaction.atomic
def confirm_panel(*, panel: NewbornPanel) -> NewbornPanel:
    """The family's yes, by the key of its letter. Said already, it changes nothing. Raises PanelRefused."""
    found = _held(panel)
    if found.state != State.TO_CONFIRM:
        return found
    now = timezone.now()
    if now >= confirmed_until(found):
        raise PanelRefused(_("Cette demande est trop ancienne : refaites-la, cela prend une minute."))
    child = Child(found.child_first_names, found.child_last_name, found.born_on, found.commune)
    _check_has_none(found.cooperative, child)
    found.state, found.confirmed_at = State.ASKED, now
    found.save(update_fields=["state", "confirmed_at"])
    scope = found.cooperative.slug
    record(None, "confirm_newborn_panel", found, scope=scope, number=found.number)
    return found


def forget_unconfirmed(*, now: dt.datetime) -> int:
    """Delete the requests no family confirmed in time; how many. One that fails doesn't hold the others."""
    late = NewbornPanel.objects.filter(state=State.TO_CONFIRM, asked_at__lte=now - CONFIRMED_WITHIN)
    forgotten = 0
    for panel in late.order_by("pk"):
        try:
            forgotten += _forget(panel, now)
        except Exception:
            log.exception("the request for panel %s isn't forgotten", panel.pk)
    return forgotten


@transaction.atomic
def _forget(panel: NewbornPanel, now: dt.datetime) -> bool:
    found = _held(panel)
    # Confirmed, or asked for again, while the others were treated.
    if found.state != State.TO_CONFIRM or now < confirmed_until(found):
        return False
    scope = found.cooperative.slug
    record(None, "forget_newborn_panel", found, scope=scope, number=found.number)
    found.delete()
    return True


@transaction.atomic
def give_panel(*, actor: User, panel: NewbornPanel) -> NewbornPanel:
    """Offer the panel: its certificate and the family's letter follow. Given already, it is left as it is."""
    found = _held(panel)
    if found.state == State.GIVEN:
        return found
    _check_confirmed(found)
    if found.state != State.ASKED:
        raise PanelRefused(_("Cette demande a été déclinée : la famille peut en faire une autre."))
    found.state, found.given_at = State.GIVEN, timezone.now()
    _save_once(found)
    record(actor, "give_newborn_panel", found, scope=found.cooperative.slug, number=found.number)
    make_newborn_papers.defer(panel_id=found.pk)
    return found


@transaction.atomic
def decline_panel(*, actor: User, panel: NewbornPanel) -> NewbornPanel:
    """Say no, and tell the family. Declined already, it is left as it is. Raises PanelRefused once given."""
    found = _held(panel)
    if found.state == State.DECLINED:
        return found
    _check_confirmed(found)
    if found.state != State.ASKED:
        raise PanelRefused(_("Ce panneau est déjà offert : le certificat est parti."))
    found.state = State.DECLINED
    found.save(update_fields=["state"])
    record(actor, "decline_newborn_panel", found, scope=found.cooperative.slug, number=found.number)
    tell_panel(found, "newborn_declined")
    return found


@transaction.atomic
def offer_panel(
    *, actor: User, cooperative: Cooperative, child: Child, offered_by: str, contact_email: str
) -> NewbornPanel:
    """Ask and give at once, by the town or the board. Raises PanelRefused."""
    asked = ask_panel(
        actor=actor,
        cooperative=cooperative,
        child=child,
        offered_by=offered_by,
        contact_email=contact_email,
        by_municipality=True,
    )
    return give_panel(actor=actor, panel=asked)


@transaction.atomic
def link_subscription(*, panel: NewbornPanel, subscription: Subscription) -> NewbornPanel:
    """Remember which subscription puts shares in the child's name; one that ended gives way to another."""
    found = _held(panel)
    if found.subscription and not found.subscription.has_ended:
        raise PanelRefused(_("Une souscription est déjà commencée pour cet enfant."))
    found.subscription = subscription
    found.save(update_fields=["subscription"])
    return found


@transaction.atomic
def offer_shares(
    *,
    panel: NewbornPanel,
    offer: FundingRound,
    giver_name: str,
    giver_email: str,
    quantity: int,
    link_to: LinkTo,
) -> NewbornPanel:
    """Begin a gift of shares in the child's name: the family identifies and signs, the giver may pay at once.

    Raises PanelRefused, SubscriptionRefused.
    """
    locked(panel.cooperative_id)
    message = _("Une part du soleil pour %(child)s.") % {"child": panel.child_first_names}
    started = offer_gift(
        offer=offer,
        giver_name=giver_name,
        giver_email=giver_email,
        recipient_name=str(panel),
        recipient_email=panel.contact_email,
        quantity=quantity,
        message=message,
        language=panel.language,
        link_to=link_to,
    )
    return link_subscription(panel=panel, subscription=started.subscription)


def given_count(cooperative: Cooperative) -> int:
    """How many children have their panel."""
    return NewbornPanel.objects.filter(cooperative=cooperative, state=State.GIVEN).count()


def insee_of(cooperative: Cooperative, commune: str) -> str:
    """The INSEE code of a commune the cooperative knows: its seat's, or that of a town in the register."""
    wanted = canonical(commune).casefold()
    if wanted == cooperative.seat_commune.casefold():
        return cooperative.seat_insee
    towns = Shareholder.objects.filter(cooperative=cooperative, kind=Shareholder.Kind.PUBLIC)
    known = towns.exclude(insee_code="").values_list("commune", "insee_code").order_by("number")
    return next((insee for name, insee in known if name.casefold() == wanted), "")


def commune_of(cooperative: Cooperative, insee: str) -> str:
    """The name of a commune the cooperative knows, the other way round; empty for one it doesn't."""
    if insee == cooperative.seat_insee:
        return cooperative.seat_commune
    towns = Shareholder.objects.filter(cooperative=cooperative, insee_code=insee).exclude(commune="")
    return towns.order_by("number").values_list("commune", flat=True).first() or ""


def _check_birth(born_on: dt.date, today: dt.date) -> None:
    if born_on > today:
        raise PanelRefused(_("Cet enfant n’est pas encore né : revenez après la naissance."))
    if born_on < add_months(today, -BORN_WITHIN_MONTHS):
        raise PanelRefused(_("Le panneau de naissance est pour les enfants de moins de trois ans."))


def _next_number(cooperative: Cooperative) -> int:
    """The cooperative is locked: numbers are given one at a time, and never again once forgotten."""
    rows = NewbornPanel.objects.filter(cooperative=cooperative)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    asked = (
        JournalEntry.objects.filter(scope=cooperative.slug, act="ask_newborn_panel").order_by("-id").first()
    )
    return max(last, asked.detail["number"] if asked else 0) + 1


def _check_confirmed(panel: NewbornPanel) -> None:
    if panel.state == State.TO_CONFIRM:
        raise PanelRefused(_("La famille n’a pas encore confirmé cette demande : attendez sa réponse."))


def _of_child(cooperative: Cooperative, child: Child) -> QuerySet[NewbornPanel]:
    """Every request for that child, however the names were typed."""
    return NewbornPanel.objects.filter(
        cooperative=cooperative,
        child_first_names__iexact=canonical(child.first_names),
        child_last_name__iexact=canonical(child.last_name),
        born_on=child.born_on,
    )


def _check_has_none(cooperative: Cooperative, child: Child) -> None:
    if _of_child(cooperative, child).filter(state=State.GIVEN).exists():
        raise PanelRefused(
            _("Un panneau est déjà offert à cet enfant : regardez vos e-mails, ou écrivez-nous.")
        )


def _asked_before(cooperative: Cooperative, child: Child, email: str) -> NewbornPanel | None:
    """The request the same family made already and that still waits."""
    waiting = _of_child(cooperative, child).filter(state__in=(State.TO_CONFIRM, State.ASKED))
    return waiting.filter(contact_email__iexact=email).order_by("pk").first()


def _remind(panel: NewbornPanel) -> NewbornPanel:
    """Send the letter again to who asks again, with as much time as at first; a double click sends none."""
    now = timezone.now()
    if panel.state == State.TO_CONFIRM and now >= panel.asked_at + LETTER_AGAIN_AFTER:
        panel.asked_at = now
        panel.save(update_fields=["asked_at"])
        tell_panel(panel, "newborn_confirm", until=confirmed_until(panel))
    return panel


def _check_letter_box(cooperative: Cooperative, email: str) -> None:
    waiting = NewbornPanel.objects.filter(cooperative=cooperative, state=State.TO_CONFIRM)
    if waiting.filter(contact_email__iexact=email).count() >= MOST_TO_CONFIRM:
        raise PanelRefused(
            _("Plusieurs demandes attendent déjà une réponse à cette adresse : ouvrez les e-mails reçus.")
        )


def _save_once(panel: NewbornPanel) -> None:
    """Save a panel as given: of two requests for one child, the first answered."""
    with told_as(PanelRefused, {_ONE_PER_CHILD: _HAS_ONE}):
        panel.save(update_fields=["state", "given_at"])


def _held(panel: NewbornPanel) -> NewbornPanel:
    """The panel as it is now, held with its cooperative until the transaction ends."""
    cooperative = locked(panel.cooperative_id)
    rows = NewbornPanel.objects.select_for_update(of=("self",), no_key=True).select_related("subscription")
    found: NewbornPanel = rows.get(pk=panel.pk)
    found.cooperative = cooperative
    return found

"""Acts on newborns' panels: a symbolic square metre, asked by a family, offered by the town."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.deadlines import add_months
from shareholders.models import Cooperative, FundingRound, NewbornPanel, Shareholder, Subscription
from shareholders.persons.writing import canonical
from shareholders.services.paper_letters import tell_panel
from shareholders.services.register import locked
from shareholders.services.subscription_starts import LinkTo, offer_gift
from shareholders.tasks import make_newborn_papers

State = NewbornPanel.State
# A house rule, not a law: the panel is for newborns, and a family may take its time.
BORN_WITHIN_MONTHS = 36
_ONE_PER_CHILD = "one_panel_per_child"


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
    """Enter a request; the town or the board answers it. Raises PanelRefused for a child that has one."""
    held = locked(cooperative.pk)
    _check_birth(child.born_on, timezone.localdate(timezone=held.zone))
    commune = canonical(child.commune)
    panel = NewbornPanel(
        cooperative=held,
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
    )
    _save_once(panel)
    record(actor, "ask_newborn_panel", panel, scope=held.slug, number=panel.number)
    return panel


@transaction.atomic
def give_panel(*, actor: User, panel: NewbornPanel) -> NewbornPanel:
    """Offer the panel: its certificate and the family's letter follow. Given already, it is left as it is."""
    found = _held(panel)
    if found.state == State.GIVEN:
        return found
    if found.state != State.ASKED:
        raise PanelRefused(_("Cette demande a été déclinée : la famille peut en faire une autre."))
    found.state, found.given_at = State.GIVEN, timezone.now()
    found.save(update_fields=["state", "given_at"])
    record(actor, "give_newborn_panel", found, scope=found.cooperative.slug, number=found.number)
    make_newborn_papers.defer(panel_id=found.pk)
    return found


@transaction.atomic
def decline_panel(*, actor: User, panel: NewbornPanel) -> NewbornPanel:
    """Say no, and tell the family. Declined already, it is left as it is. Raises PanelRefused once given."""
    found = _held(panel)
    if found.state == State.DECLINED:
        return found
    if found.state != State.ASKED:
        raise PanelRefused(_("Ce panneau est déjà offert : le certificat est parti."))
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
        raise PanelRefused(_("Cet enfant n’est pas encore né : revenez après la naissance."))
    if born_on < add_months(today, -BORN_WITHIN_MONTHS):
        raise PanelRefused(_("Le panneau de naissance est pour les enfants de moins de trois ans."))


def _next_number(cooperative: Cooperative) -> int:
    """The cooperative is locked: numbers are given one at a time."""
    rows = NewbornPanel.objects.filter(cooperative=cooperative)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _save_once(panel: NewbornPanel) -> None:
    try:
        with transaction.atomic():
            panel.save(force_insert=True)
    except IntegrityError as error:
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if rule != _ONE_PER_CHILD:
            raise
        raise PanelRefused(
            _(
                "Un panneau est déjà demandé ou offert pour cet enfant : regardez vos e-mails, "
                "ou écrivez-nous."
            )
        ) from error


def _held(panel: NewbornPanel) -> NewbornPanel:
    """The panel as it is now, held with its cooperative until the transaction ends."""
    cooperative = locked(panel.cooperative_id)
    rows = NewbornPanel.objects.select_for_update(of=("self",), no_key=True).select_related("subscription")
    found: NewbornPanel = rows.get(pk=panel.pk)
    found.cooperative = cooperative
    return found

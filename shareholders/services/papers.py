"""Papers the company makes of its acts: asked for in the act's transaction, made by the worker."""

from shareholders.models import ShareTransfer, Subscription
from shareholders.tasks import make_papers, make_transfer_papers


def ask_for_papers(subscription: Subscription) -> None:
    """Let the worker make the papers that this subscription has come to deserve."""
    make_papers.defer(subscription_id=subscription.pk)


def ask_for_transfer_papers(transfer: ShareTransfer) -> None:
    """Let the worker make the order of movement and the new holder's certificate."""
    make_transfer_papers.defer(transfer_id=transfer.pk)

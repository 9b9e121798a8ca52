"""What an address of the operator or of a roof names."""

from django.shortcuts import get_object_or_404

from installations.models import Plant
from mine_de_soleil.core.models import User
from production.models import ReadingImport
from shareholders.permissions import Actor


def plant_of(actor: Actor, slug: str) -> Plant:
    """A roof of the actor's cooperative. Raises Http404."""
    found: Plant = get_object_or_404(
        Plant.objects.of(actor.cooperative).select_related("cooperative"), slug=slug
    )
    return found


def described_plant_of(actor: Actor, slug: str) -> Plant:
    """A roof of the actor's cooperative with its arrays and technical sheet. Raises Http404."""
    own = Plant.objects.of(actor.cooperative).select_related("cooperative", "sheet")
    found: Plant = get_object_or_404(own.prefetch_related("arrays"), slug=slug)
    return found


def heat_plant_of(actor: Actor, slug: str) -> Plant:
    """A heat network of the actor's cooperative with its buildings. Raises Http404."""
    own = Plant.objects.heating(actor.cooperative).select_related("cooperative", "network")
    found: Plant = get_object_or_404(own, slug=slug)
    return found


def import_of(actor: Actor, pk: int) -> ReadingImport:
    """An import of the actor's cooperative, without its file's bytes. Raises Http404."""
    own = ReadingImport.objects.of(actor.cooperative).without_content()
    found: ReadingImport = get_object_or_404(own, pk=pk)
    return found


def user_of(actor: Actor) -> User:
    """Who acts, on a page for signed-in people."""
    assert actor.user is not None  # pages behind `page_for` have signed-in actors only
    return actor.user

"""Writing the journal. Every service ends with one call to `record`."""

from typing import Any

from django.db import models

from mine_de_soleil.core.models import JournalEntry, User


def record(actor: User | None, act: str, subject: models.Model, *, scope: str, **detail: Any) -> JournalEntry:
    """Add one line to the journal, in the caller's transaction. `actor` is None for the machine itself."""
    name = f"{subject._meta.label}:{subject.pk}"
    return JournalEntry.objects.create(actor=actor, act=act, subject=name, scope=scope, detail=detail)

"""Extracts of the register as papers: a short one at once, a long one by the worker."""

import datetime as dt

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, Paper, ShareMovement
from shareholders.services.paper_making import extract_on_demand
from shareholders.tasks import make_register_extract

# About a second of typesetting; beyond, nobody waits in front of the page.
LINES_AT_ONCE = 1_000
# Some hundreds of pages. A longer register is read as a workbook or a CSV, which are verifiable too.
MOST_LINES = 20_000


class ExtractTooLong(Exception):
    """A register of more lines than a PDF is made of; `lines` says how many."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        super().__init__(f"{lines} lines")


def ask_extract(*, actor: User, cooperative: Cooperative, day: dt.date, language: str) -> Paper | None:
    """The extract up to `day`; None when it is left to the worker. Raises ExtractTooLong, NoCertificate."""
    lines = ShareMovement.objects.filter(cooperative=cooperative).up_to(day).count()
    if lines > MOST_LINES:
        raise ExtractTooLong(lines)
    if lines > LINES_AT_ONCE:
        make_register_extract.defer(
            cooperative_id=cooperative.pk, user_id=actor.pk, day=day.isoformat(), language=language
        )
        return None
    return extract_on_demand(actor=actor, cooperative=cooperative, day=day, language=language)


def make_asked_extract(cooperative_id: int, user_id: int, day: dt.date, language: str) -> Paper:
    """The worker's part: done twice, the same paper."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    actor = User.objects.get(pk=user_id)
    return extract_on_demand(actor=actor, cooperative=cooperative, day=day, language=language)


def extracts_of(cooperative: Cooperative) -> list[Paper]:
    """The latest extracts, without their bytes."""
    rows = Paper.objects.filter(cooperative=cooperative, kind=Paper.Kind.REGISTER_EXTRACT)
    return list(rows.defer("content")[:20])

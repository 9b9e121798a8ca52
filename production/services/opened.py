"""The row of an import: opened for a file, with what its reader found."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.formats import MeterSeries
from production.formats.errors import french_number
from production.formats.resting import as_ranges
from production.models import ReadingImport
from production.services.deliveries import Delivery
from production.storage import Stored, database_now, keep_file

MOST_RANGES_TOLD = 20


def new_import(actor: User | None, meter: Meter, delivery: Delivery, *, dry_run: bool) -> ReadingImport:
    """Open an import for a file, in the caller's transaction; what was consented to comes with its moment."""
    keep_file(delivery.sha256, delivery.content)
    consented = bool(delivery.without_lines or delivery.accepted)
    return ReadingImport.objects.create(
        meter=meter,
        file_id=delivery.sha256,
        file_name=delivery.name[:255],
        asked_by=actor,
        dry_run=dry_run,
        asked_format=delivery.format or "",
        asked_unit=delivery.unit,
        asked_label=delivery.label,
        asked_part=delivery.part,
        asked_mapping=dict(delivery.mapping),
        left_out=as_ranges(delivery.without_lines),
        accepted=sorted(delivery.accepted),
        consented_by=actor if consented else None,
        consented_at=database_now() if consented else None,
    )


def describe(target: ReadingImport, series: MeterSeries) -> None:
    """Copy what the reader found into the report (not saved)."""
    target.found_format = series.format
    target.rows_read = series.counts.rows_read
    target.gaps, target.duplicates = series.counts.gaps, series.counts.duplicates
    target.energy_wh, target.counter_energy_wh = series.energy_wh, series.counter_energy_wh
    target.devices = list(series.devices)
    first_s, end_s = series.extent_s
    target.first_start = dt.datetime.fromtimestamp(first_s, dt.UTC)
    target.last_end = dt.datetime.fromtimestamp(end_s, dt.UTC)
    target.rows_refused = sum(last - first + 1 for first, last in target.left_out)
    target.remarks = [*_left_out(target), *(asdict(remark) for remark in series.remarks)]


def _left_out(target: ReadingImport) -> list[dict[str, Any]]:
    """Name the lines left out by consent: whoever reads the report later must see what isn't there."""
    if not target.left_out:
        return []
    told = [f"{first}" if first == last else f"{first}-{last}" for first, last in target.left_out]
    listed = ", ".join(told[:MOST_RANGES_TOLD]) + ("…" if len(told) > MOST_RANGES_TOLD else "")
    words = ngettext(
        "%(count)s ligne fautive laissée de côté, et comptée comme un trou : %(lines)s.",
        "%(count)s lignes fautives laissées de côté, et comptées comme des trous : %(lines)s.",
        target.rows_refused,
    )
    return [warning(words % {"count": target.rows_refused, "lines": listed})]


def warning(message: str) -> dict[str, Any]:
    return {"severity": "warning", "line": None, "field": "", "message": message}


def count(target: ReadingImport, stored: Stored) -> None:
    """Copy what storing changes into the report (not saved)."""
    target.rows_new, target.rows_unchanged = stored.new, stored.unchanged
    target.rows_corrected, target.rows_displaced = stored.corrected, stored.displaced
    if stored.displaced:
        words = _(
            "%(count)s relevés d’un autre pas de temps font place à ce fichier, et vont à l’historique."
        )
        target.remarks = [*target.remarks, warning(words % {"count": stored.displaced})]
    if stored.displaced_in_part:
        words = _(
            "Dont %(count)s que ce fichier ne couvre pas en entier, à l’aube ou au crépuscule : "
            "%(energy)s Wh au plus ne sont plus comptés."
        )
        energy = french_number(stored.lost_wh)
        remark = warning(words % {"count": stored.displaced_in_part, "energy": energy})
        target.remarks = [*target.remarks, remark]

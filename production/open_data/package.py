"""What is published, under which licence, and what it is: a Frictionless Data Package."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.models import Plant
from production.models import DayQuality, ExpectedDay, Forecast, OpenDataLicence, ReadingImport
from production.open_data.licences import DEFAULT, LICENCES, Licence
from production.open_data.tables import ENDINGS, TABLES, Column, Series, Table
from production.reports import days_with_readings
from shareholders.models import Cooperative

# Counted up when what a file says changes, so that nobody keeps the old one.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Published:
    """Everything a cooperative publishes, as of now.

    `etag` changes whenever a file would; `modified` is the last act that could have changed one.
    """

    cooperative: Cooperative
    plants: tuple[Plant, ...]
    licence: Licence
    series: tuple[Series, ...]
    etag: str
    modified: dt.datetime | None
    formats: tuple[tuple[str, str], ...] = (("csv", "CSV"), ("json", "JSON"), ("parquet", "Parquet"))

    @property
    def latest_year(self) -> int:
        """The last year of the daily tables; 0 before the first."""
        return max((series.year or 0 for series in self.series), default=0)


def licence_of(cooperative: Cooperative) -> Licence:
    """The licence the board chose; the State's Licence Ouverte where it chose none."""
    code = OpenDataLicence.objects.filter(cooperative=cooperative).values_list("code", flat=True).first()
    return LICENCES[code or DEFAULT]


def published(cooperative: Cooperative, today: dt.date) -> Published:
    """What there is to take away: every table, the daily ones a year at a time, the latest first."""
    plants = tuple(Plant.objects.of(cooperative))
    licence = licence_of(cooperative)
    known = days_with_readings(plants)
    years = range(min(known[1].year, today.year), known[0].year - 1, -1) if known else ()
    series = [Series(table) for table in TABLES if not table.is_yearly]
    series += [Series(table, year) for year in years for table in TABLES if table.is_yearly]
    stamp, modified = _stamp(cooperative, plants)
    told = [FORMAT, today.isoformat(), licence.code, stamp, [_described(plant) for plant in plants]]
    etag = hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]
    return Published(cooperative, plants, licence, tuple(series), etag, modified)


def _described(plant: Plant) -> list[object]:
    return [plant.pk, plant.slug, plant.name, plant.commune, plant.peak_power_w, plant.commissioned_on]


def _stamp(
    cooperative: Cooperative, plants: Sequence[Plant]
) -> tuple[list[dict[str, Any]], dt.datetime | None]:
    """What changes with every act that changes a figure, and when the last one was: four queries."""
    stored = Count("pk", filter=Q(state=ReadingImport.State.STORED))
    undone = Count("pk", filter=Q(state=ReadingImport.State.UNDONE))
    acts = [
        ReadingImport.objects.of(cooperative).aggregate(
            last=Max("pk"), at=Max("ended_at"), stored=stored, undone=undone
        ),
        Forecast.objects.filter(plant__in=plants).aggregate(last=Max("pk"), at=Max("made_at")),
        ExpectedDay.objects.filter(plant__in=plants).aggregate(last=Max("pk"), at=Max("made_at")),
        DayQuality.objects.of(cooperative).aggregate(last=Count("pk"), at=Max("checked_at")),
    ]
    return acts, max((act["at"] for act in acts if act["at"]), default=None)


def about(found: Published, series: Series) -> dict[str, object]:
    """What a JSON or Parquet file says of itself."""
    return {
        "name": series.name,
        "title": _(series.table.title),
        "publisher": found.cooperative.legal_name,
        "licence": {"code": found.licence.code, "name": found.licence.name, "url": found.licence.url},
        "schema": schema_of(series.table),
    }


def schema_of(table: Table) -> dict[str, object]:
    """The table's columns, as a Frictionless Table Schema."""
    return {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "type": str(column.kind),
        "description": _(column.meaning),
        "constraints": {"required": column.is_required},
    }


def data_package(found: Published, site: str) -> dict[str, Any]:
    """`datapackage.json`: every file with its columns, the licence, who publishes. `site`: its address."""
    home = site + reverse("transparency", args=[found.cooperative.slug])
    return {
        "profile": "tabular-data-package",
        "name": f"{found.cooperative.slug}-production",
        "title": _("Production solaire de %(name)s") % {"name": found.cooperative.short_name},
        "homepage": home,
        "licenses": [
            {"name": found.licence.code, "title": found.licence.name, "path": found.licence.url},
        ],
        "contributors": [{"title": found.cooperative.legal_name, "role": "publisher"}],
        "sources": [{"title": _("Relevés des compteurs, prévisions figées et météos gardées"), "path": home}],
        "resources": [
            _resource(found, series, ending, site) for series in found.series for ending in ENDINGS
        ],
    }


def _resource(found: Published, series: Series, ending: str, site: str) -> dict[str, Any]:
    address = reverse("open_data_file", args=[found.cooperative.slug, series.name, ending])
    # Only CSV is a table to Frictionless; the others hold the same rows.
    profile = {"profile": "tabular-data-resource"} if ending == "csv" else {}
    return {
        **profile,
        "name": f"{series.name}-{ending}",
        "title": _(series.table.title),
        "path": site + address,
        "format": ending,
        "mediatype": ENDINGS[ending].split(";")[0],
        "encoding": "utf-8",
        "schema": schema_of(series.table),
    }

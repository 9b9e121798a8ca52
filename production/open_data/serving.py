"""Answering a request for a public file: streamed, kept by caches, named with its licence."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from production.open_data.package import Published, about, published
from production.open_data.rows import batches_of
from production.open_data.tables import ENDINGS, Series, series_named
from production.open_data.writing import Batch, csv_chunks, json_chunks, write_as_parquet
from shareholders.models import Cooperative

KEPT_S = 300
# A file of a year of two hundred roofs has some hundred thousand lines: nobody needs more than this.
FILES_AN_HOUR = "600/hour"
_IN_MEMORY = 8_000_000
_CHUNK = 64 * 1024


def file_response(
    request: HttpRequest, cooperative: Cooperative, name: str, ending: str, today: dt.date
) -> HttpResponseBase:
    """A series in one format, or 304 to who has it. Raises Http404 for a file that isn't published."""
    series = series_named(name)
    if series is None or ending not in ENDINGS:
        raise Http404
    found = published(cooperative, today)
    if series not in found.series:
        raise Http404
    etag = quote_etag(f"{found.etag}-{series.name}-{ending}")
    modified = int(found.modified.timestamp()) if found.modified else None
    kept = get_conditional_response(request, etag=etag, last_modified=modified)
    response = kept if kept is not None else _streamed(found, series, ending, today)
    response.headers["ETag"] = etag
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def licence_headers(found: Published) -> dict[str, str]:
    """The licence and the description, where a machine looks for them."""
    package = settings.SITE_URL + reverse("open_data_package", args=[found.cooperative.slug])
    return {
        "Link": f'<{found.licence.url}>; rel="license", <{package}>; rel="describedby"',
        "X-Licence": found.licence.code,
    }


def _streamed(found: Published, series: Series, ending: str, today: dt.date) -> HttpResponseBase:
    name = f"{found.cooperative.slug}_{series.name}_{found.licence.code}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **licence_headers(found)}
    batches = batches_of(series, found.plants, today)
    if ending == "csv":
        chunks = csv_chunks(series.table, batches)
    elif ending == "json":
        chunks = json_chunks(series.table, batches, about(found, series))
    else:
        chunks = _parquet(series, batches, about(found, series))
    return StreamingHttpResponse(chunks, content_type=ENDINGS[ending], headers=headers)


def _parquet(series: Series, batches: Iterable[Batch], said: Mapping[str, object]) -> Iterator[bytes]:
    """Written whole first, as its index comes last; on disk once it is large."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        write_as_parquet(series.table, batches, said, file)  # type: ignore[arg-type]
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk

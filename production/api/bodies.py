"""Bodies taken as they come: bytes, bounded before they are read and while they are unpacked."""

import zlib
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.parsers import BaseParser

from production.readings_body import API_CSV, API_JSON

MAX_BODY_BYTES = 16 * 1024 * 1024
CHUNK = 64 * 1024


class TooLarge(exceptions.APIException):
    """A body above what one request may bring."""

    status_code = 413
    default_detail = gettext_lazy("La demande dépasse 16 Mo : envoyez les relevés en plusieurs fois.")


class _Body(BaseParser):
    format: str

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body, unpacked. Raises TooLarge, UnsupportedMediaType, ParseError."""
        assert parser_context is not None
        meta = parser_context["request"].META
        encoding = meta.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() or "identity"
        if encoding not in ("identity", "gzip"):
            raise exceptions.UnsupportedMediaType(encoding)
        sent = _whole(stream, int(meta.get("CONTENT_LENGTH") or 0))
        return sent if encoding == "identity" else _unpacked(sent)


class JsonBody(_Body):
    """Readings in JSON."""

    media_type = "application/json"
    format = API_JSON


class CsvBody(_Body):
    """Readings in CSV."""

    media_type = "text/csv"
    format = API_CSV


def _whole(stream: IO[Any], length: int) -> bytes:
    if length > MAX_BODY_BYTES:
        raise TooLarge
    chunks, missing = [], length
    while missing and (chunk := stream.read(min(missing, CHUNK))):
        chunks.append(chunk)
        missing -= len(chunk)
    if missing:
        raise exceptions.ParseError(_("La demande a été coupée en route : rien n’a été lu."))
    return b"".join(chunks)


def _unpacked(sent: bytes) -> bytes:
    """A gzip body; a small one may unpack to gigabytes, of which no more than the limit is ever made."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(sent, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise exceptions.ParseError(
            _("La demande compressée (gzip) est abîmée : rien n’a été lu.")
        ) from error
    if len(found) > MAX_BODY_BYTES:
        raise TooLarge
    if not unpacker.eof or unpacker.unused_data:
        raise exceptions.ParseError(_("La demande compressée (gzip) est coupée : rien n’a été lu."))
    return found

"""Readings that a program sends, for many meters at once."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from knox.auth import TokenAuthentication
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.api import PROBLEM_JSON, idempotent, problem
from mine_de_soleil.core.models import User
from production.api.bodies import CsvBody, JsonBody, TooLarge
from production.api.imports import ImportSerializer
from production.api.meter_tokens import MeterTokenAuthentication
from production.doubts import Kind
from production.formats import FileRefused
from production.models import MeterToken, ReadingImport
from production.permissions import meters_operated_by, operates_somewhere
from production.readings_body import API_CSV, API_JSON, BodyRefused, BodyTooLarge, BodyUnreadable
from production.services.readings import MetersOfSeveralCooperatives, Posted, receive_readings


class SingleReadingSerializer(serializers.Serializer[Any]):
    """One reading: either `energy_wh` or `power_w`; null is a gap."""

    meter = serializers.CharField(max_length=40)
    start = serializers.DateTimeField(help_text="Start of the interval, with Z or its offset.")
    minutes = serializers.FloatField(help_text="Length of the interval; whole seconds, at most 25 hours.")
    energy_wh = serializers.FloatField(required=False, allow_null=True)
    power_w = serializers.FloatField(required=False, allow_null=True, help_text="Mean power.")


class ReadingSeriesSerializer(serializers.Serializer[Any]):
    """Readings of one meter that follow each other at one step: either `energy_wh` or `power_w`."""

    meter = serializers.CharField(max_length=40)
    start = serializers.DateTimeField(help_text="Start of the first interval, with Z or its offset.")
    step_minutes = serializers.FloatField()
    energy_wh = serializers.ListField(child=serializers.FloatField(allow_null=True), required=False)
    power_w = serializers.ListField(child=serializers.FloatField(allow_null=True), required=False)


class ReadingsBodySerializer(serializers.Serializer[Any]):
    """Readings of one or many meters of one cooperative: at most 16 MB, 100,000 readings, 2,000 meters."""

    readings = SingleReadingSerializer(many=True, required=False)
    series = ReadingSeriesSerializer(many=True, required=False)


class PostedImportSerializer(ImportSerializer):
    """What became of the readings of one meter; a dry run has no number."""

    id = serializers.IntegerField(read_only=True, allow_null=True)


_SUMS = ("rows_read", "rows_new", "rows_unchanged", "rows_corrected", "rows_displaced", "gaps", "duplicates")


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of a request: sums over its meters, and an import a meter."""

    rows_read = serializers.IntegerField(help_text="Readings in the request, gaps included.")
    rows_new = serializers.IntegerField()
    rows_unchanged = serializers.IntegerField(help_text="Stored before, with the same energy.")
    rows_corrected = serializers.IntegerField(help_text="Another energy: what was is in the history.")
    rows_displaced = serializers.IntegerField(help_text="Readings of another step that made way.")
    gaps = serializers.IntegerField(help_text="Without a value.")
    duplicates = serializers.IntegerField(help_text="Repeated identically in the request.")
    energy_wh = serializers.IntegerField()
    imports = PostedImportSerializer(many=True)


class FaultSerializer(serializers.Serializer[Any]):
    """One reason for a refusal."""

    line = serializers.IntegerField(
        allow_null=True, help_text="Line of a CSV, number of the reading in a JSON; null: the whole request."
    )
    pointer = serializers.CharField(allow_null=True, help_text="JSON Pointer into a JSON body.")
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField(help_text="A French sentence, with what to do.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457); the first 20 faults, and how many there are."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]
    rows_refused = serializers.IntegerField(required=False)


_PROBLEMS = {(code, PROBLEM_JSON): ProblemSerializer for code in (400, 401, 403, 404, 413, 415, 422, 429)}


class QuerySerializer(serializers.Serializer[Any]):
    """How to take a request."""

    dry_run = serializers.BooleanField(default=False, help_text="Check and report; keep nothing.")
    accept = serializers.MultipleChoiceField(
        choices=list(get_args(Kind)),
        required=False,
        help_text="Store in spite of doubts of these kinds, named by their refusal; may be repeated.",
    )


CSV_EXAMPLE = "meter;start;minutes;energy_wh\nMDS-LAMENDIN;2025-06-01T10:00:00Z;10;1234\n"


class PostReadings(APIView):
    """Bring readings: checked and stored at once, all of a request or nothing of it."""

    authentication_classes = [MeterTokenAuthentication, TokenAuthentication, SessionAuthentication]
    parser_classes = [JsonBody, CsvBody]

    @extend_schema(
        operation_id="readings_post",
        parameters=[QuerySerializer],
        request={"application/json": ReadingsBodySerializer, "text/csv": OpenApiTypes.STR},
        examples=[OpenApiExample("CSV", value=CSV_EXAMPLE, media_type="text/csv", request_only=True)],
        responses={201: ReceiptSerializer, 200: ReceiptSerializer, **_PROBLEMS},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = QuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        dry_run = asked.validated_data["dry_run"]
        accepted = frozenset(asked.validated_data.get("accept", ()))
        try:
            stored = receive_readings(
                actor=_sender(request),
                allowed=_allowed(request),
                posted=_posted(request),
                dry_run=dry_run,
                now=timezone.now(),
                accepted=accepted,
            )
        except BodyUnreadable as reason:  # raised, so that the whole body may come under the same key
            raise exceptions.ParseError(str(reason)) from reason
        except BodyTooLarge as reason:
            raise TooLarge(str(reason)) from reason
        except (BodyRefused, FileRefused, MetersOfSeveralCooperatives) as refusal:
            return _refused(refusal)
        return Response(ReceiptSerializer(_receipt(stored)).data, status=200 if dry_run else 201)


def _sender(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _allowed(request: Request) -> dict[str, int]:
    """The meters the caller may bring readings for: keys by code. Raises PermissionDenied."""
    token, user = request.auth, _sender(request)
    if isinstance(token, MeterToken):
        found = dict(token.own_meters().values_list("code", "pk"))
        may = bool(found)
    else:
        found = dict(meters_operated_by(user).values_list("code", "pk"))
        # Without a meter there is nothing to find; without the role, nothing to look for.
        may = bool(found) or operates_somewhere(user)
    if not may:
        raise PermissionDenied
    return found


def _posted(request: Request) -> Posted:
    """The body as it came. Raises ParseError for none."""
    content: object = request.data
    if not isinstance(content, bytes):
        raise exceptions.ParseError(_("La demande est vide, ou ne dit pas sa longueur (Content-Length)."))
    is_csv = (request.content_type or "").lower().startswith(CsvBody.media_type)
    sender = request.auth.name if isinstance(request.auth, MeterToken) else ""
    return Posted(content, API_CSV if is_csv else API_JSON, sender)


def _refused(refusal: BodyRefused | FileRefused | MetersOfSeveralCooperatives) -> Response:
    """The faults, each with its place; 404 where no meter of the request is there for the caller."""
    if isinstance(refusal, MetersOfSeveralCooperatives):
        return problem(422, _("Relevés refusés"), str(refusal))
    nobody = isinstance(refusal, BodyRefused) and refusal.knows_no_meter
    if isinstance(refusal, FileRefused):
        faults = [{"pointer": None} | row for row in refusal.rows()]
    else:
        faults = [asdict(one) for one in refusal.faults]
    return problem(
        404 if nobody else 422,
        _("Compteurs inconnus") if nobody else _("Relevés refusés"),
        str(refusal),
        errors=faults,
        rows_refused=refusal.fault_count,
    )


def _receipt(stored: list[ReadingImport]) -> Mapping[str, Any]:
    sums = {name: sum(getattr(target, name) for target in stored) for name in (*_SUMS, "energy_wh")}
    return sums | {"imports": stored}

"""Readings of meters, and the files they come from."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Meter
from mine_de_soleil.core.api import CursorByKey, idempotent, problem
from mine_de_soleil.core.calendar import days_bounds
from mine_de_soleil.core.models import User
from production.api.spans import span_asked
from production.formats import FORMATS, UNITS, FileRefused
from production.formats.detection import MAX_FILE_BYTES
from production.models import Reading, ReadingImport
from production.permissions import can_import_readings, can_see_operation
from production.services.consent import NotQuarantined, SomethingElseFound, discard_file, store_rest
from production.services.imports import Delivery, receive_file
from shareholders.access import check
from shareholders.permissions import Predicate, actor_in


class ReadingSerializer(serializers.ModelSerializer[Reading]):
    source_import = serializers.IntegerField(source="source_id")

    class Meta:
        model = Reading
        fields = ["start", "length_s", "energy_wh", "source_import", "line"]


def _meter_for(request: Request, code: str, predicate: Predicate) -> Meter:
    """The meter of that code, if the caller may. Raises Http404 or PermissionDenied, as pages do."""
    if "\0" in code:  # PostgreSQL has no such text, so it would fail rather than find nothing
        raise Http404
    meter = get_object_or_404(Meter.objects.select_related("plant__cooperative"), code=code)
    assert isinstance(request.user, User)
    check(actor_in(request.user, meter.plant.cooperative), predicate)
    return meter


class CursorByStart(CursorByKey):
    """Oldest reading first."""

    ordering = "start"


class Readings(generics.ListAPIView[Reading]):
    """A meter's single readings, each with the import and line it came from; oldest first."""

    serializer_class = ReadingSerializer

    pagination_class = CursorByStart

    def get_queryset(self) -> QuerySet[Reading]:
        if getattr(self, "swagger_fake_view", False):
            return Reading.objects.none()
        meter = _meter_for(self.request, self.kwargs["code"], can_see_operation)
        readings = Reading.objects.filter(meter=meter)
        if self.request.query_params.keys().isdisjoint(("from", "to")):
            return readings
        first, last = span_asked(self.request)
        zone = meter.plant.zone
        start, end = days_bounds(first, last, zone)
        return readings.filter(start__gte=start, start__lt=end)


class ImportSerializer(serializers.ModelSerializer[ReadingImport]):
    meter = serializers.CharField(source="meter.code")
    file = serializers.CharField(source="file_name")
    rows_stored = serializers.IntegerField(read_only=True, help_text="Readings added; none by a dry run.")

    class Meta:
        model = ReadingImport
        fields = [
            "id",
            "meter",
            "file",
            "file_id",
            "state",
            "dry_run",
            "found_format",
            "first_start",
            "last_end",
            "rows_read",
            "rows_new",
            "rows_stored",
            "rows_unchanged",
            "rows_corrected",
            "rows_displaced",
            "rows_refused",
            "asked_part",
            "left_out",
            "accepted",
            "consented_at",
            "quarantine",
            "gaps",
            "duplicates",
            "energy_wh",
            "counter_energy_wh",
            "devices",
            "remarks",
        ]


class UploadSerializer(serializers.Serializer[Any]):
    """A meter file as multipart form data."""

    meter = serializers.CharField(max_length=40)
    file = serializers.FileField(allow_empty_file=True)
    format = serializers.ChoiceField(choices=list(FORMATS), required=False)
    unit = serializers.ChoiceField(choices=list(UNITS), required=False, allow_blank=True)
    label = serializers.ChoiceField(  # type: ignore[assignment]
        choices=["start", "end"], required=False, allow_blank=True
    )
    part = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="The meter to take of a file with several.",
    )
    mapping = serializers.JSONField(
        required=False, help_text="What the columns hold: a ColumnMapping as JSON text."
    )
    dry_run = serializers.BooleanField(default=False)


class Imports(APIView):
    """Bring a meter file: checked at once, stored by the worker."""

    parser_classes = [parsers.MultiPartParser]

    @extend_schema(request=UploadSerializer, responses={202: ImportSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        meter = _meter_for(request, asked.validated_data["meter"], can_import_readings)
        file = asked.validated_data["file"]
        if file.size > MAX_FILE_BYTES:
            return problem(413, _("Fichier trop grand"), _("Exportez une période plus courte."))
        said = asked.validated_data
        delivery = Delivery(
            file.name,
            file.read(),
            said.get("format"),
            said.get("unit", ""),
            said.get("label", ""),
            said.get("part", ""),
            _mapping(said.get("mapping")),
        )
        return _received(request, meter, delivery, dry_run=said["dry_run"])


def _mapping(said: Any) -> dict[str, Any]:
    """An object, or nothing; its content is judged by the reader, with a sentence."""
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise exceptions.ValidationError({"mapping": [_("Attendu : un objet JSON.")]})
    return said


def _received(request: Request, meter: Meter, delivery: Delivery, *, dry_run: bool) -> Response:
    assert isinstance(request.user, User)
    try:
        received = receive_file(
            actor=request.user, meter=meter, delivery=delivery, dry_run=dry_run, now=timezone.now()
        )
    except FileRefused as refusal:
        return problem(
            422, _("Fichier refusé"), str(refusal), errors=refusal.rows(), rows_refused=refusal.fault_count
        )
    if received.state == ReadingImport.State.QUARANTINED:
        return _quarantined(received)
    return Response(ImportSerializer(received).data, status=202)


def _quarantined(held: ReadingImport) -> Response:
    """A problem that says why a file is held back, what the rest would bring, and under which import."""
    first = held.remarks[0]["message"] if held.remarks else ""
    return problem(
        422,
        _("Fichier en quarantaine"),
        first,
        errors=[
            {key: remark[key] for key in ("line", "field", "message")}
            for remark in held.remarks
            if remark["severity"] == "error"
        ],
        rows_refused=held.rows_refused,
        quarantine=held.quarantine,
        **{"import": held.pk},
    )


class ConsentSerializer(serializers.Serializer[Any]):
    """A person's consent: the part to take of a file with several meters, empty otherwise."""

    hold = serializers.CharField(
        max_length=16,
        required=False,
        help_text="`quarantine.id` as it was told: what came to light since is not consented to (409).",
    )
    part = serializers.CharField(max_length=200, required=False, allow_blank=True)


def _held(request: Request, pk: int) -> ReadingImport:
    found = get_object_or_404(ReadingImport.objects.without_content(), pk=pk)
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    check(actor_in(request.user, found.meter.plant.cooperative), can_import_readings)
    return found


class ImportConsent(APIView):
    """Store the rest of a quarantined file, without the lines at fault or against the doubts told."""

    @extend_schema(request=ConsentSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, pk: int) -> Response:
        found = _held(request, pk)
        said = ConsentSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            done = store_rest(
                actor=request.user,  # type: ignore[arg-type]
                target=found,
                part=said.validated_data.get("part", ""),
                hold=said.validated_data.get("hold"),
            )
        except NotQuarantined as reason:
            return problem(409, _("Pas en quarantaine"), str(reason))
        except SomethingElseFound as reason:
            found.refresh_from_db()
            return problem(409, _("Autre chose est apparu"), str(reason), quarantine=found.quarantine)
        except FileRefused as refusal:
            return problem(422, _("Fichier refusé"), str(refusal), errors=refusal.rows())
        if done.state == ReadingImport.State.QUARANTINED:
            return _quarantined(done)
        return Response(ImportSerializer(done).data, status=202)


class ImportDiscard(APIView):
    """Drop a quarantined file: nothing of it is stored."""

    @extend_schema(request=None, responses=ImportSerializer)
    def post(self, request: Request, pk: int) -> Response:
        found = _held(request, pk)
        try:
            discard_file(actor=request.user, target=found)  # type: ignore[arg-type]
        except NotQuarantined as reason:
            return problem(409, _("Pas en quarantaine"), str(reason))
        found.refresh_from_db()
        return Response(ImportSerializer(found).data)


class ImportDetail(APIView):
    """One import and how far it is."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(ReadingImport.objects.without_content(), pk=pk)
        if not isinstance(request.user, User):
            raise exceptions.NotAuthenticated
        check(actor_in(request.user, found.meter.plant.cooperative), can_see_operation)
        return Response(ImportSerializer(found).data)

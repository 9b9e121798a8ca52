"""API of plants, their expected and metered output, and of imports."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, parsers, permissions, serializers
from rest_framework.pagination import Cursor
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Meter, Plant, PVArray
from mine_de_soleil.core.api import CursorByKey, idempotent, problem
from mine_de_soleil.core.calendar import day_bounds
from mine_de_soleil.core.models import User
from production.formats import FORMATS, UNITS, FileRefused
from production.formats.detection import MAX_FILE_BYTES
from production.models import Reading, ReadingImport
from production.permissions import can_import_readings, can_see_operation
from production.reports import expectations, plant_days
from production.services import Delivery, receive_file
from shareholders.access import check
from shareholders.models import Cooperative
from shareholders.permissions import Predicate, actor_in

LONGEST_DAYS = 366 * 5
# Far enough from both ends of the calendar for a day's bounds to exist in UTC.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


class ArraySerializer(serializers.ModelSerializer[PVArray]):
    class Meta:
        model = PVArray
        fields = ["peak_power_w", "tilt_deg", "azimuth_deg"]


class PlantSerializer(serializers.ModelSerializer[Plant]):
    peak_power_w = serializers.IntegerField(read_only=True)
    arrays = ArraySerializer(many=True, read_only=True)

    class Meta:
        model = Plant
        fields = [
            "slug",
            "name",
            "commune",
            "commune_insee",
            "latitude_deg",
            "longitude_deg",
            "time_zone",
            "commissioned_on",
            "panel_area_m2",
            "inverter_power_w",
            "peak_power_w",
            "arrays",
        ]


def _plants(coop: str) -> QuerySet[Plant]:
    return Plant.objects.filter(cooperative__slug=coop).with_peak_power().prefetch_related("arrays")


class PlantList(generics.ListAPIView[Plant]):
    """The plants of a cooperative."""

    permission_classes = [permissions.AllowAny]
    serializer_class = PlantSerializer

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        # An unknown cooperative isn't one without plants.
        return _plants(get_object_or_404(Cooperative, slug=self.kwargs["coop"]).slug)


class PlantDetail(generics.RetrieveAPIView[Plant]):
    """One plant."""

    permission_classes = [permissions.AllowAny]
    serializer_class = PlantSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        return _plants(self.kwargs["coop"])


class ExpectedMonthSerializer(serializers.Serializer[Any]):
    month = serializers.IntegerField()
    p50_wh = serializers.IntegerField()
    p10_wh = serializers.IntegerField()
    p90_wh = serializers.IntegerField()


class ExpectedSerializer(serializers.Serializer[Any]):
    """The frozen forecast in force: an ordinary year by month, and the weather it rests on."""

    made_at = serializers.DateTimeField()
    valid_from = serializers.DateField()
    weather_name = serializers.CharField()
    weather_sha256 = serializers.CharField()
    engine = serializers.CharField()
    year_p50_wh = serializers.IntegerField()
    year_p10_wh = serializers.IntegerField()
    year_p75_wh = serializers.IntegerField()
    year_p90_wh = serializers.IntegerField()
    months = ExpectedMonthSerializer(many=True)


class Expected(APIView):
    """What a plant is expected to make in an ordinary year."""

    permission_classes = [permissions.AllowAny]

    @extend_schema(responses=ExpectedSerializer)
    def get(self, request: Request, coop: str, slug: str) -> Response:
        plant = get_object_or_404(_plants(coop), slug=slug)
        found = expectations([plant], timezone.localdate()).get(plant.pk)
        if found is None:
            raise Http404
        return Response(ExpectedSerializer(found.forecast).data)


class DaySerializer(serializers.Serializer[Any]):
    """One day: metered energy (null without readings) beside an ordinary day of the month."""

    day = serializers.DateField()
    metered_wh = serializers.IntegerField(allow_null=True)
    ordinary_wh = serializers.FloatField()
    is_complete = serializers.BooleanField()


class SpanSerializer(serializers.Serializer[Any]):
    """`from` and `to`, both included."""

    to = serializers.DateField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a Python keyword, so it can't be declared as an attribute.
        return {"from": serializers.DateField(), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("from", "to"):
            if not EARLIEST <= attrs[name] <= LATEST:
                raise serializers.ValidationError({name: _("Un jour de 1900 à 2200.")})
        length = (attrs["to"] - attrs["from"]).days
        if length < 0:
            raise serializers.ValidationError({"to": _("La fin précède le début.")})
        if length > LONGEST_DAYS:
            raise serializers.ValidationError({"to": _("Au plus cinq ans à la fois.")})
        return attrs


SPAN = [
    OpenApiParameter("from", dt.date, required=True, description="First day."),
    OpenApiParameter("to", dt.date, required=True, description="Last day, included."),
]


def _span(request: Request) -> tuple[dt.date, dt.date]:
    asked = SpanSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked.validated_data["from"], asked.validated_data["to"]


class CursorByDay(CursorByKey):
    """Pages of days: they are no rows of a table, so each page is a span, named by its first day."""

    days: int
    asked: tuple[dt.date, dt.date]
    shown: tuple[dt.date, dt.date]

    def span_of_page(self, request: Request, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
        """The days of the page asked for. Raises NotFound for a cursor somebody made up."""
        self.base_url, self.asked = request.build_absolute_uri(), (first, last)
        self.days = self.get_page_size(request) or 1
        cursor = self.decode_cursor(request)
        try:
            start = dt.date.fromisoformat(str(cursor.position)) if cursor and cursor.position else first
        except (TypeError, ValueError) as error:
            raise exceptions.NotFound(self.invalid_cursor_message) from error
        if not first <= start <= last:
            raise exceptions.NotFound(self.invalid_cursor_message)
        self.shown = start, min(last, start + dt.timedelta(days=self.days - 1))
        return self.shown

    def get_next_link(self) -> str | None:
        """The page that starts the day after this one."""
        after = self.shown[1] + dt.timedelta(days=1)
        return self._link(after) if after <= self.asked[1] else None

    def get_previous_link(self) -> str | None:
        """The page one length before this one."""
        start = self.shown[0]
        before = max(self.asked[0], start - dt.timedelta(days=self.days))
        return self._link(before) if before < start else None

    def _link(self, start: dt.date) -> str:
        # The stubs take a position for a number; DRF itself writes any text into the address.
        cursor = Cursor(offset=0, reverse=False, position=start.isoformat())  # type: ignore[arg-type]
        return str(self.encode_cursor(cursor))


class Days(APIView):
    """A plant's output day by day, oldest first."""

    permission_classes = [permissions.AllowAny]
    pagination_class = CursorByDay

    @extend_schema(parameters=SPAN, responses=DaySerializer(many=True))
    def get(self, request: Request, coop: str, slug: str) -> Response:
        plant = get_object_or_404(_plants(coop), slug=slug)
        first, last = _span(request)
        pages = self.pagination_class()
        found = plant_days([plant], *pages.span_of_page(request, first, last))[plant.pk]
        return pages.get_paginated_response(DaySerializer(found, many=True).data)


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
        first, last = _span(self.request)
        zone = meter.plant.zone
        return readings.filter(start__gte=day_bounds(first, zone)[0], start__lt=day_bounds(last, zone)[1])


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
            file.name, file.read(), said.get("format"), said.get("unit", ""), said.get("label", "")
        )
        return _received(request, meter, delivery, dry_run=said["dry_run"])


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
    return Response(ImportSerializer(received).data, status=202)


class ImportDetail(APIView):
    """One import and how far it is."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(ReadingImport.objects.without_content(), pk=pk)
        if not isinstance(request.user, User):
            raise exceptions.NotAuthenticated
        check(actor_in(request.user, found.meter.plant.cooperative), can_see_operation)
        return Response(ImportSerializer(found).data)

"""Plants, what is expected of them, and their output day by day."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, permissions, serializers
from rest_framework.pagination import Cursor
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant, PVArray
from mine_de_soleil.core.api import CursorByKey
from production.api.spans import SPAN, span_asked
from production.reports import expectations
from production.weather_reports import days_under_weather
from shareholders.models import Cooperative


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


def plants_of(coop: str, kind: Plant.Kind = Plant.Kind.SOLAR) -> QuerySet[Plant]:
    """The plants of a cooperative by its slug, with what a serializer shows; roofs unless told."""
    own = Plant.objects.filter(cooperative__slug=coop, kind=kind)
    return own.with_peak_power().prefetch_related("arrays")


class PlantList(generics.ListAPIView[Plant]):
    """The plants of a cooperative."""

    permission_classes = [permissions.AllowAny]
    serializer_class = PlantSerializer

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        # An unknown cooperative isn't one without plants.
        return plants_of(get_object_or_404(Cooperative, slug=self.kwargs["coop"]).slug)


class PlantDetail(generics.RetrieveAPIView[Plant]):
    """One plant."""

    permission_classes = [permissions.AllowAny]
    serializer_class = PlantSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        return plants_of(self.kwargs["coop"])


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
    kind = Plant.Kind.SOLAR

    @extend_schema(responses=ExpectedSerializer)
    def get(self, request: Request, coop: str, slug: str) -> Response:
        plant = get_object_or_404(plants_of(coop, self.kind), slug=slug)
        # What isn't built yet is told as of its first day.
        day = max(timezone.localdate(), plant.commissioned_on) if plant.under_study else timezone.localdate()
        found = expectations([plant], day).get(plant.pk)
        if found is None:
            raise Http404
        return Response(ExpectedSerializer(found.forecast).data)


class DaySerializer(serializers.Serializer[Any]):
    """One day: metered energy (null without readings), an ordinary day of the month, that day's weather."""

    day = serializers.DateField()
    metered_wh = serializers.IntegerField(allow_null=True)
    ordinary_wh = serializers.FloatField()
    is_complete = serializers.BooleanField()
    weather_wh = serializers.IntegerField(
        allow_null=True, help_text="Expected for the weather that was; null where it isn't known."
    )
    weather_name = serializers.CharField(allow_null=True)
    weather_sha256 = serializers.CharField(allow_null=True)


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
        plant = get_object_or_404(plants_of(coop), slug=slug)
        first, last = span_asked(request)
        pages = self.pagination_class()
        found = days_under_weather(plant, *pages.span_of_page(request, first, last))
        return pages.get_paginated_response(DaySerializer(found, many=True).data)

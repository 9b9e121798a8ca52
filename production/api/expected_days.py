"""What a plant should have made under the weather that was, or should make under the one announced."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant
from production.api.plants import CursorByDay, plants_of
from production.api.spans import SPAN, span_asked
from production.models import ExpectedDay


class ExpectedDaySerializer(serializers.ModelSerializer[ExpectedDay]):
    """One day as it was told last, and the weather it rests on."""

    weather_source = serializers.CharField(source="weather.source")
    weather_name = serializers.CharField(source="weather.name")
    weather_sha256 = serializers.CharField(source="weather.sha256")

    class Meta:
        model = ExpectedDay
        fields = [
            "day",
            "kind",
            "energy_wh",
            "weather_source",
            "weather_name",
            "weather_sha256",
            "engine",
            "made_at",
        ]


class KindSerializer(serializers.Serializer[Any]):
    """`kind`: the weather that was, unless the one announced is asked for."""

    kind = serializers.ChoiceField(choices=ExpectedDay.Kind.choices, default=ExpectedDay.Kind.PAST)


KIND = OpenApiParameter("kind", str, enum=ExpectedDay.Kind.values, description="past, unless told.")


class ExpectedDays(APIView):
    """Days nobody told are left out: no weather is known for them."""

    permission_classes = [permissions.AllowAny]
    pagination_class = CursorByDay
    kind = Plant.Kind.SOLAR

    @extend_schema(parameters=[*SPAN, KIND], responses=ExpectedDaySerializer(many=True))
    def get(self, request: Request, coop: str, slug: str) -> Response:
        plant = get_object_or_404(plants_of(coop, self.kind), slug=slug)
        first, last = span_asked(request)
        asked = KindSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        pages = self.pagination_class()
        shown = pages.span_of_page(request, first, last)
        days = ExpectedDay.objects.filter(plant=plant, kind=asked.validated_data["kind"], day__range=shown)
        found = days.latest_made().select_related("weather").defer("weather__numbers", "weather__original")
        return pages.get_paginated_response(ExpectedDaySerializer(found, many=True).data)

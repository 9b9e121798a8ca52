"""What the readings of a plant's meters are worth, day by day."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from production.api.plants import CursorByDay, plants_of
from production.api.spans import SPAN, span_asked
from production.models import DayQuality
from production.permissions import can_see_operation
from production.quality import Finding
from shareholders.api.asked import actor_for


class QualityFindingSerializer(serializers.Serializer[Any]):
    """One reason: from, to, and a figure in the unit of its kind (see docs/algorithms/quality.md)."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Finding])
    first = serializers.DateTimeField()
    last = serializers.DateTimeField()
    value = serializers.FloatField()
    other = serializers.CharField(required=False, help_text="The other meter's code, of swapped ones.")


class DayQualitySerializer(serializers.ModelSerializer[DayQuality]):
    """One meter, one local day."""

    meter = serializers.CharField(source="meter.code")
    findings = QualityFindingSerializer(many=True)

    class Meta:
        model = DayQuality
        fields = ["meter", "day", "state", "findings", "checked_at"]


class Quality(APIView):
    """The state of each day, and why; days nobody checked are left out."""

    pagination_class = CursorByDay

    @extend_schema(parameters=SPAN, responses=DayQualitySerializer(many=True))
    def get(self, request: Request, coop: str, slug: str) -> Response:
        actor_for(request, coop, can_see_operation)
        plant = get_object_or_404(plants_of(coop), slug=slug)
        pages = self.pagination_class()
        shown = pages.span_of_page(request, *span_asked(request))
        days = DayQuality.objects.filter(meter__plant=plant).between(*shown)
        found = days.select_related("meter").order_by("day", "meter__code")
        return pages.get_paginated_response(DayQualitySerializer(found, many=True).data)

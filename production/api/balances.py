"""Forecast against metered by cause, and the ratios of IEC 61724-1, by day, month or year."""

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant
from production.api.spans import SPAN, span_asked
from production.balance_json import judged_by, shown
from production.permissions import can_see_operation
from shareholders.api.asked import actor_for


class LostSerializer(serializers.Serializer[Any]):
    """One cause [Wh, €]; below zero: gained. `lost_amount` is null without a sale contract."""

    cause = serializers.CharField()
    energy_wh = serializers.IntegerField()
    lost_amount = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    alerts = serializers.ListField(child=serializers.IntegerField())


class JudgedSerializer(serializers.Serializer[Any]):
    """One span: forecast less compared is the sum of all causes, exactly. Ratios are null where not known."""

    first = serializers.DateField()
    last = serializers.DateField()
    forecast_wh = serializers.IntegerField()
    compared_wh = serializers.IntegerField()
    metered_wh = serializers.IntegerField(help_text="Incomplete days too.")
    days = serializers.IntegerField()
    days_missing = serializers.IntegerField()
    days_told = serializers.IntegerField(help_text="Compared days whose weather is known.")
    days_of_known_light = serializers.IntegerField()
    specific_yield_kwh_per_kwp = serializers.FloatField(allow_null=True)
    performance_ratio = serializers.FloatField(allow_null=True)
    temperature_corrected_performance_ratio = serializers.FloatField(allow_null=True)
    availability = serializers.FloatField(allow_null=True)
    lost = LostSerializer(many=True)
    weathers = serializers.ListField(child=serializers.IntegerField())
    forecasts = serializers.ListField(child=serializers.IntegerField())


class JudgementSerializer(serializers.Serializer[Any]):
    """A plant judged over a period, span by span."""

    plant = serializers.CharField()
    by = serializers.CharField()
    spans = JudgedSerializer(many=True)


class BySerializer(serializers.Serializer[Any]):
    """`by`: how long a span is."""

    by = serializers.ChoiceField(choices=["day", "month", "year"], default="month")


BY = OpenApiParameter("by", str, enum=["day", "month", "year"], description="month, unless told.")


class Judgement(APIView):
    """Forecast against metered by cause; at most five years at a time."""

    @extend_schema(parameters=[*SPAN, BY], responses=JudgementSerializer)
    def get(self, request: Request, coop: str, slug: str) -> Response:
        cooperative = actor_for(request, coop, can_see_operation).cooperative
        own = Plant.objects.of(cooperative).select_related("cooperative", "sheet").prefetch_related("arrays")
        plant: Plant = get_object_or_404(own, slug=slug)
        first, last = span_asked(request)
        last = min(last, timezone.localdate(timezone=plant.zone) - dt.timedelta(days=1))
        asked = BySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        by = asked.validated_data["by"]
        spans = [shown(one) for one in judged_by(plant, first, last, by)]
        return Response(JudgementSerializer({"plant": plant.slug, "by": by, "spans": spans}).data)

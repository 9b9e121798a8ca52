"""Alerts and the maintenance log of a cooperative's roofs."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant
from mine_de_soleil.core.api import idempotent, problem
from production.alert_words import seen, title
from production.models import MaintenanceEntry, PlantAlert
from production.permissions import can_answer_alerts, can_see_operation
from production.services.alerts import (
    LONGEST_TEXT,
    AlertAnswered,
    AlertRefused,
    close_alert,
    note_maintenance,
    take_alert,
)
from shareholders.api.asked import actor_for, caller
from shareholders.permissions import Predicate


class AlertSerializer(serializers.ModelSerializer[PlantAlert]):
    """One alert; `lost_sources` names each day, what was expected of it, by whom, and the price."""

    plant = serializers.CharField(source="plant.slug")
    meter = serializers.CharField(source="meter.code", default=None)
    title = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField()
    acknowledged_by = serializers.CharField(source="acknowledged_by.full_name", default=None)
    closed_by = serializers.CharField(source="closed_by.full_name", default=None)

    class Meta:
        model = PlantAlert
        fields = [
            "id",
            "plant",
            "meter",
            "kind",
            "state",
            "title",
            "seen",
            "began_on",
            "raised_on",
            "ended_on",
            "facts",
            "acknowledged_by",
            "acknowledged_at",
            "cause",
            "note",
            "closed_by",
            "closed_at",
            "lost_wh",
            "lost_amount",
            "lost_sources",
            "accepted_on",
        ]

    def get_title(self, alert: PlantAlert) -> str:
        return title(alert)

    def get_seen(self, alert: PlantAlert) -> str:
        return seen(alert)


class StateSerializer(serializers.Serializer[Any]):
    """`state`: only those in it."""

    state = serializers.ChoiceField(choices=PlantAlert.State.choices, required=False)


STATE = OpenApiParameter("state", str, enum=PlantAlert.State.values, description="Only those in it.")


@extend_schema(parameters=[STATE])
class Alerts(generics.ListAPIView[PlantAlert]):
    """The alerts on a cooperative's plants, oldest first."""

    serializer_class = AlertSerializer

    def get_queryset(self) -> QuerySet[PlantAlert]:
        if getattr(self, "swagger_fake_view", False):
            return PlantAlert.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_operation).cooperative
        asked = StateSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return PlantAlert.objects.of(cooperative).filter(**asked.validated_data)


class AlertDetail(APIView):
    """One alert."""

    @extend_schema(responses=AlertSerializer)
    def get(self, request: Request, coop: str, pk: int) -> Response:
        return Response(AlertSerializer(_alert(request, coop, pk, can_see_operation)).data)


class AlertTaken(APIView):
    """Take an alert in charge."""

    @extend_schema(request=None, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, coop: str, pk: int) -> Response:
        found = _alert(request, coop, pk, can_answer_alerts)
        try:
            taken = take_alert(actor=caller(request), alert=found, now=timezone.now())
        except AlertAnswered as answered:
            return problem(409, _("Alerte déjà prise"), str(answered))
        return Response(AlertSerializer(taken).data)


class ClosingSerializer(serializers.Serializer[Any]):
    """Why it happened and until when; `accept`: what is lost now is the plant's new usual."""

    cause = serializers.ChoiceField(choices=PlantAlert.Cause.choices)
    ended_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    accept = serializers.BooleanField(default=False)


class AlertClosed(APIView):
    """Close an alert: its cause is told, and what was lost is counted."""

    @extend_schema(request=ClosingSerializer, responses=AlertSerializer)
    @idempotent
    def post(self, request: Request, coop: str, pk: int) -> Response:
        found = _alert(request, coop, pk, can_answer_alerts)
        asked = ClosingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        now, today = timezone.now(), timezone.localdate(timezone=found.plant.cooperative.zone)
        try:
            closed = close_alert(
                actor=caller(request), alert=found, now=now, today=today, **asked.validated_data
            )
        except AlertAnswered as answered:
            return problem(409, _("Alerte déjà close"), str(answered))
        except AlertRefused as refusal:
            return problem(422, _("Clôture refusée"), str(refusal), errors={refusal.field: [str(refusal)]})
        return Response(AlertSerializer(closed).data)


def _alert(request: Request, coop: str, pk: int, predicate: Predicate) -> PlantAlert:
    """An alert of that cooperative, if the caller may. Raises Http404 or PermissionDenied."""
    cooperative = actor_for(request, coop, predicate).cooperative
    found: PlantAlert = get_object_or_404(PlantAlert.objects.of(cooperative), pk=pk)
    return found


class EntrySerializer(serializers.ModelSerializer[MaintenanceEntry]):
    """One line of the log."""

    entered_by = serializers.CharField(source="entered_by.full_name", default=None)

    class Meta:
        model = MaintenanceEntry
        fields = ["id", "day", "until", "text", "alert", "entered_by", "entered_at"]


class EntryAskedSerializer(serializers.Serializer[Any]):
    """A line to write; `alert`: the number of the alert it answers."""

    day = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True, default=None)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    alert = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class Maintenance(generics.ListAPIView[MaintenanceEntry]):
    """The maintenance log of a plant; written by POST."""

    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[MaintenanceEntry]:
        if getattr(self, "swagger_fake_view", False):
            return MaintenanceEntry.objects.none()
        plant = _plant(self.request, self.kwargs["coop"], self.kwargs["slug"], can_see_operation)
        return MaintenanceEntry.objects.filter(plant=plant).select_related("entered_by")

    @extend_schema(request=EntryAskedSerializer, responses={201: EntrySerializer})
    @idempotent
    def post(self, request: Request, coop: str, slug: str) -> Response:
        plant = _plant(request, coop, slug, can_answer_alerts)
        asked = EntryAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        number = said.pop("alert")
        about = _alert(request, coop, number, can_answer_alerts) if number else None
        today = timezone.localdate(timezone=plant.cooperative.zone)
        try:
            entry = note_maintenance(actor=caller(request), plant=plant, alert=about, today=today, **said)
        except AlertRefused as refusal:
            return problem(422, _("Ligne refusée"), str(refusal), errors={refusal.field: [str(refusal)]})
        return Response(EntrySerializer(entry).data, status=201)


def _plant(request: Request, coop: str, slug: str, predicate: Predicate) -> Plant:
    cooperative = actor_for(request, coop, predicate).cooperative
    own = Plant.objects.of(cooperative).select_related("cooperative")
    found: Plant = get_object_or_404(own, slug=slug)
    return found

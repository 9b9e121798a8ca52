"""Weathers: what is kept, and a file brought."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from installations.models import Plant
from mine_de_soleil.core.api import idempotent, problem
from production.climate import ClimateError
from production.formats import FileRefused
from production.models import FrozenWeather
from production.permissions import can_import_readings, can_see_operation
from production.services.weather_files import AlreadyKept, MappingRefused, WeatherDelivery, bring_weather
from production.weather import WeatherError
from production.weather.files import MAX_FILE_BYTES
from production.weather_forms import shown_name
from production.weather_words import refusal_sentences
from shareholders.api.asked import actor_for, caller
from shareholders.models import Cooperative


class WeatherSerializer(serializers.ModelSerializer[FrozenWeather]):
    """One kept weather; `details` is the reader's whole description, stations and remarks included."""

    plant = serializers.CharField(source="plant.slug", default=None)

    class Meta:
        model = FrozenWeather
        fields = [
            "id",
            "kind",
            "source",
            "name",
            "origin",
            "licence",
            "sha256",
            "latitude_deg",
            "longitude_deg",
            "altitude_m",
            "first_start",
            "end",
            "step_s",
            "columns",
            "original_sha256",
            "file_name",
            "plant",
            "kept_at",
            "details",
        ]


class MappingField(serializers.JSONField):
    """JSON so deep that it can't be read is no mapping either."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except RecursionError:
            self.fail("invalid")


class WeatherUploadSerializer(serializers.Serializer[Any]):
    """A weather file as multipart form data; a roof's sensors with their mapping (JSON)."""

    file = serializers.FileField(allow_empty_file=True)
    licence = serializers.CharField(max_length=120, default="", allow_blank=True)
    plant = serializers.SlugField(max_length=60, required=False, help_text="The sensors' roof.")
    mapping = MappingField(required=False, help_text="columns, label, timezone, longest_gap_s.")
    layout = serializers.CharField(max_length=80, default="", allow_blank=True)
    dry_run = serializers.BooleanField(default=False)


class BroughtSerializer(serializers.Serializer[Any]):
    """What a file amounts to; `weather` is empty after a dry run."""

    form = serializers.CharField()
    summary = serializers.DictField()
    already_kept = serializers.BooleanField()
    weather = WeatherSerializer(allow_null=True)


class Weathers(generics.ListAPIView[FrozenWeather]):
    """The weathers a cooperative may use, newest first; and the way a new one comes."""

    serializer_class = WeatherSerializer
    parser_classes = [parsers.MultiPartParser]

    def get_queryset(self) -> QuerySet[FrozenWeather]:
        if getattr(self, "swagger_fake_view", False):
            return FrozenWeather.objects.none()
        return _usable(self.request, self.kwargs["coop"])

    @extend_schema(
        request=WeatherUploadSerializer, responses={201: BroughtSerializer, 200: BroughtSerializer}
    )
    @idempotent
    def post(self, request: Request, coop: str) -> Response:
        cooperative = actor_for(request, coop, can_import_readings).cooperative
        asked = WeatherUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["file"].size > MAX_FILE_BYTES:
            return problem(413, _("Fichier trop grand"), _("Exportez une période plus courte."))
        return _brought(request, cooperative, asked.validated_data)


def _brought(request: Request, cooperative: Cooperative, said: dict[str, Any]) -> Response:
    plant = get_object_or_404(Plant.objects.of(cooperative), slug=said["plant"]) if "plant" in said else None
    delivery = WeatherDelivery(shown_name(said["file"].name), said["file"].read(), said["licence"], plant)
    try:
        brought = bring_weather(
            actor=caller(request),
            cooperative=cooperative,
            delivery=delivery,
            mapping=said.get("mapping"),
            layout_name=said["layout"],
            dry_run=said["dry_run"],
            now=timezone.now(),
        )
    except AlreadyKept as kept:
        return Response(BroughtSerializer(_kept_before(kept.weather)).data)
    except MappingRefused as fault:
        return problem(400, _("Lecture impossible"), refusal_sentences(fault, delivery.name)[0])
    except (WeatherError, ClimateError, FileRefused) as refusal:
        return _refused(refusal, delivery.name)
    return Response(BroughtSerializer(brought).data, status=201 if brought.weather else 200)


def _kept_before(weather: FrozenWeather) -> dict[str, Any]:
    return {"form": weather.source, "summary": {}, "already_kept": True, "weather": weather}


def _refused(refusal: Exception, name: str) -> Response:
    sentences = refusal_sentences(refusal, name)
    line, code = getattr(refusal, "line", None), getattr(refusal, "code", "file-refused")
    rows = [{"line": line, "code": code, "message": sentence} for sentence in sentences]
    errors = refusal.rows() if isinstance(refusal, FileRefused) else rows
    return problem(422, _("Fichier météo refusé"), sentences[0], errors=errors)


class WeatherDetail(generics.RetrieveAPIView[FrozenWeather]):
    """One kept weather."""

    serializer_class = WeatherSerializer

    def get_queryset(self) -> QuerySet[FrozenWeather]:
        if getattr(self, "swagger_fake_view", False):
            return FrozenWeather.objects.none()
        return _usable(self.request, self.kwargs["coop"])


def _usable(request: Request, coop: str) -> QuerySet[FrozenWeather]:
    cooperative = actor_for(request, coop, can_see_operation).cooperative
    usable = FrozenWeather.objects.usable_by(cooperative).without_numbers()
    return usable.select_related("plant")

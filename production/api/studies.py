"""Yield studies: those a plant was given, a draft of another, and freezing it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant
from mine_de_soleil.core.api import CursorByKey, idempotent, problem
from production.models import Forecast, FrozenWeather
from production.permissions import can_import_readings, can_read_studies, may_read_studies
from production.services.studies import draft_study, freeze_study
from production.services.study_papers import NoStudy, study_of
from production.study_forms import EARLIEST, FARTHEST
from production.study_pages import forecasts_of, usable_weathers
from production.study_refusals import CONFLICTS, REFUSALS, conflict_of_study, refusal_of_study
from shareholders.api.asked import actor_for, caller
from shareholders.permissions import Predicate


class StudySerializer(serializers.ModelSerializer[Forecast]):
    """A frozen study. `fingerprint` is null for a forecast older than studies: it has its figures alone."""

    plant = serializers.CharField(source="plant.slug")
    weather = serializers.IntegerField(source="weather_id", allow_null=True)
    fingerprint = serializers.CharField(allow_null=True)

    class Meta:
        model = Forecast
        fields = [
            "id",
            "plant",
            "made_at",
            "valid_from",
            "weather",
            "weather_name",
            "weather_sha256",
            "engine",
            "year_p50_wh",
            "year_p10_wh",
            "year_p75_wh",
            "year_p90_wh",
            "fingerprint",
        ]


class StudyDetailSerializer(StudySerializer):
    """The same with everything the study says; null for a forecast older than studies."""

    study = serializers.JSONField(allow_null=True)

    class Meta(StudySerializer.Meta):
        fields = [*StudySerializer.Meta.fields, "study"]


class WeatherAsked(serializers.Serializer[Any]):
    """The kept weather to compute under; null or left out for the embedded typical year."""

    weather = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)


class FreezeAsked(WeatherAsked):
    """`seen`: the fingerprint of a draft; what would be frozen must still be that."""

    valid_from = serializers.DateField(required=False, allow_null=True)
    seen = serializers.CharField(required=False, allow_blank=True, max_length=64)

    def validate_valid_from(self, day: Any) -> Any:
        """A day a study may begin at."""
        latest = timezone.localdate() + FARTHEST
        if day is not None and not EARLIEST <= day <= latest:
            raise serializers.ValidationError(_("Un jour de 1990 à dans cinq ans."))
        return day


class CursorByNewest(CursorByKey):
    """Newest first."""

    ordering = "-pk"


class Studies(generics.ListAPIView[Forecast]):
    """A plant's frozen studies, newest first; POST freezes one more, for ever."""

    serializer_class = StudySerializer

    class pagination_class(CursorByKey):
        ordering = "-pk"

    def get_queryset(self) -> QuerySet[Forecast]:
        if getattr(self, "swagger_fake_view", False):
            return Forecast.objects.none()
        return forecasts_of(_plant_of(self, can_read_studies)).select_related("plant")

    @extend_schema(request=FreezeAsked, responses={201: StudySerializer})
    @idempotent
    def post(self, request: Request, coop: str, slug: str) -> Response:
        plant = _plant_of(self, can_import_readings)
        asked = FreezeAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        said = {"valid_from": None, "seen": "", **asked.validated_data}
        said["weather"] = _weather_of(plant, said)
        try:
            frozen = freeze_study(actor=caller(request), plant=plant, **said)
        except CONFLICTS as reason:
            return problem(409, _("Étude non figée"), conflict_of_study(reason))
        except REFUSALS as refusal:
            return _refused(refusal)
        row = forecasts_of(plant).select_related("plant").get(pk=frozen.pk)
        return Response(StudySerializer(row).data, status=201)


class StudyDraft(APIView):
    """A study as it would be frozen now; nothing is stored."""

    @extend_schema(request=WeatherAsked, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, coop: str, slug: str) -> Response:
        plant = _plant_of(self, can_import_readings)
        asked = WeatherAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        weather = _weather_of(plant, asked.validated_data)
        try:
            study = draft_study(plant, weather, made_on=timezone.localdate(timezone=plant.zone))
        except REFUSALS as refusal:
            return _refused(refusal)
        return Response(study.as_json())


class StudyDetail(APIView):
    """One frozen study, with its hours, months, losses, bands, weather and fingerprint."""

    @extend_schema(responses=StudyDetailSerializer)
    def get(self, request: Request, coop: str, slug: str, pk: int) -> Response:
        plant = _plant_of(self, can_read_studies)
        rows = forecasts_of(plant).defer(None).select_related("plant")
        found = get_object_or_404(rows, pk=pk)
        try:
            study_of(found)
        except NoStudy:
            return Response(StudyDetailSerializer(found).data)
        except REFUSALS as refusal:
            return problem(409, _("Étude illisible"), " ".join(refusal_of_study(refusal)))
        return Response(StudyDetailSerializer(found).data)


def _plant_of(view: APIView, predicate: Predicate) -> Plant:
    """The plant of the address with what a study needs. Raises Http404, PermissionDenied."""
    actor = actor_for(view.request, view.kwargs["coop"], predicate)
    own = Plant.objects.filter(cooperative=actor.cooperative, kind=Plant.Kind.SOLAR)
    own = own.select_related("cooperative", "sheet")
    plant: Plant = get_object_or_404(own.prefetch_related("arrays"), slug=view.kwargs["slug"])
    if not may_read_studies(actor, plant):
        raise PermissionDenied
    return plant


def _weather_of(plant: Plant, said: dict[str, Any]) -> FrozenWeather | None:
    """The weather asked for. Raises ValidationError for one this plant can't be computed under."""
    pk = said.get("weather")
    if pk is None:
        return None
    try:
        kept: FrozenWeather = get_object_or_404(usable_weathers(plant), pk=pk)
    except Http404 as error:
        raise serializers.ValidationError({"weather": _("Cette météo n’est pas là.")}) from error
    return kept


def _refused(refusal: Exception) -> Response:
    return problem(422, _("Étude impossible"), " ".join(refusal_of_study(refusal)))

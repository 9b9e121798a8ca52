"""The public series by program: what there is, and the files themselves."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import permissions, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from production.open_data.package import data_package, published
from production.open_data.serving import file_response, licence_headers
from production.open_data.tables import ENDINGS
from shareholders.models import Cooperative


class LicenceSerializer(serializers.Serializer[Any]):
    """SPDX code, name and text of the licence."""

    name = serializers.CharField()
    title = serializers.CharField()
    path = serializers.URLField()


class FieldSerializer(serializers.Serializer[Any]):
    """One column of a table."""

    name = serializers.CharField()
    type = serializers.CharField()
    description = serializers.CharField()
    constraints = serializers.DictField(child=serializers.BooleanField())


class TableSchemaSerializer(serializers.Serializer[Any]):
    """A Frictionless Table Schema."""

    fields = serializers.ListField(child=FieldSerializer())  # type: ignore[assignment]
    primaryKey = serializers.ListField(child=serializers.CharField())
    missingValues = serializers.ListField(child=serializers.CharField())


class ResourceSerializer(serializers.Serializer[Any]):
    """One file: where it is, and its columns."""

    name = serializers.CharField()
    title = serializers.CharField()
    path = serializers.URLField()
    format = serializers.ChoiceField(choices=[(ending, ending) for ending in ENDINGS])
    mediatype = serializers.CharField()
    schema = TableSchemaSerializer()


class PackageSerializer(serializers.Serializer[Any]):
    """A Frictionless Data Package: every public series of a cooperative."""

    profile = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    homepage = serializers.URLField()
    licenses = serializers.ListField(child=LicenceSerializer())
    resources = serializers.ListField(child=ResourceSerializer())


class OpenData(APIView):
    """What there is to take away: tables, columns, licence."""

    permission_classes = [permissions.AllowAny]

    @extend_schema(responses=PackageSerializer)
    def get(self, request: Request, coop: str) -> Response:
        cooperative = get_object_or_404(Cooperative, slug=coop)
        found = published(cooperative, timezone.localdate(timezone=cooperative.zone))
        return Response(data_package(found, settings.SITE_URL), headers=licence_headers(found))


class AnyFormat(BaseContentNegotiation):
    """The address says the format: whatever a client says it accepts, it gets that."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class OpenDataFile(APIView):
    """One series in one format, whole; `ETag` and `Last-Modified` spare taking it twice."""

    permission_classes = [permissions.AllowAny]
    content_negotiation_class = AnyFormat

    @extend_schema(
        parameters=[
            OpenApiParameter("ending", str, OpenApiParameter.PATH, enum=list(ENDINGS)),
            OpenApiParameter("name", str, OpenApiParameter.PATH, description="mois, jours-2025…"),
        ],
        responses={
            (200, media_type.split(";")[0]): OpenApiTypes.BINARY if ending == "parquet" else OpenApiTypes.STR
            for ending, media_type in ENDINGS.items()
        }
        | {304: OpenApiResponse(description="What the client has is still right.")},
    )
    def get(self, request: Request, coop: str, name: str, ending: str) -> HttpResponseBase:
        cooperative = get_object_or_404(Cooperative, slug=coop)
        today = timezone.localdate(timezone=cooperative.zone)
        return file_response(request._request, cooperative, name, ending, today)

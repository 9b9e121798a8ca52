"""The days an address asks for, `from` and `to`."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

LONGEST_DAYS = 366 * 5
# Far enough from both ends of the calendar for a day's bounds to exist in UTC.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


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


def span_asked(request: Request) -> tuple[dt.date, dt.date]:
    """First and last day asked for. Raises ValidationError."""
    asked = SpanSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked.validated_data["from"], asked.validated_data["to"]

"""API of cooperatives and of their capital: what anyone may read."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shareholders.api.asked import ON, day_asked
from shareholders.models import Cooperative
from shareholders.reports import Capital, capital_on


class CooperativeSerializer(serializers.ModelSerializer[Cooperative]):
    class Meta:
        model = Cooperative
        fields = [
            "slug",
            "short_name",
            "legal_name",
            "seat_commune",
            "seat_insee",
            "founded_on",
            "nominal_value",
            "is_demo",
        ]


class CooperativeList(generics.ListAPIView[Cooperative]):
    """Every cooperative of this site."""

    permission_classes = [permissions.AllowAny]
    serializer_class = CooperativeSerializer
    queryset = Cooperative.objects.all()


class CooperativeDetail(generics.RetrieveAPIView[Cooperative]):
    """One cooperative."""

    permission_classes = [permissions.AllowAny]
    serializer_class = CooperativeSerializer
    queryset = Cooperative.objects.all()
    lookup_field = "slug"
    lookup_url_kwarg = "coop"


class CollegeShareSerializer(serializers.Serializer[Any]):
    """One college's part of the capital."""

    code = serializers.CharField()
    name = serializers.CharField()
    members = serializers.IntegerField()
    shares = serializers.IntegerField()
    value_eur = serializers.DecimalField(max_digits=20, decimal_places=2)
    capital_fraction = serializers.FloatField()


class CapitalSerializer(serializers.Serializer[Any]):
    """The capital by the close of a day; no names."""

    day = serializers.DateField()
    shares = serializers.IntegerField()
    nominal_value_eur = serializers.DecimalField(max_digits=10, decimal_places=2)
    capital_eur = serializers.DecimalField(max_digits=20, decimal_places=2)
    members = serializers.IntegerField()
    register_line = serializers.IntegerField(help_text="The last register movement this rests on.")
    colleges = CollegeShareSerializer(many=True)


class CapitalOn(APIView):
    """The capital of a cooperative on a day, and how it lies among the colleges."""

    permission_classes = [permissions.AllowAny]

    @extend_schema(parameters=[ON], responses=CapitalSerializer)
    def get(self, request: Request, coop: str) -> Response:
        cooperative = get_object_or_404(Cooperative, slug=coop)
        capital = capital_on(cooperative, day_asked(request, cooperative))
        return Response(CapitalSerializer(_told(capital)).data)


def _told(capital: Capital) -> dict[str, Any]:
    return {
        "day": capital.day,
        "shares": capital.shares,
        "nominal_value_eur": capital.nominal_value,
        "capital_eur": capital.amount,
        "members": capital.members,
        "register_line": capital.last_movement,
        "colleges": [
            {
                "code": share.college.code,
                "name": share.college.name,
                "members": share.members,
                "shares": share.stake.shares,
                "value_eur": share.stake.value,
                "capital_fraction": share.stake.fraction,
            }
            for share in capital.colleges
        ],
    }

"""API of cooperatives and of one's own holdings."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative
from shareholders.reports import Holding, holdings_of


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


class HoldingSerializer(serializers.Serializer[Any]):
    """One register account of the caller, on a day."""

    cooperative = serializers.CharField()
    shareholder_number = serializers.IntegerField()
    shareholder_name = serializers.CharField()
    college = serializers.CharField()
    day = serializers.DateField()
    shares = serializers.IntegerField()
    value_eur = serializers.DecimalField(max_digits=14, decimal_places=2)
    capital_fraction = serializers.FloatField()
    college_members = serializers.IntegerField()
    register_line = serializers.IntegerField(help_text="The last register movement this rests on.")


class MyHoldings(APIView):
    """What the caller holds, in every cooperative, today."""

    @extend_schema(responses=HoldingSerializer(many=True))
    def get(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        today = timezone.localdate()
        rows = [
            _holding(holding)
            for cooperative in Cooperative.objects.with_role_of(request.user)
            for holding in holdings_of(request.user, cooperative, today)
        ]
        return Response(HoldingSerializer(rows, many=True).data)


def _holding(holding: Holding) -> dict[str, str | int | float | Decimal | dt.date]:
    holder, stake = holding.shareholder, holding.stake
    return {
        "cooperative": holder.cooperative.slug,
        "shareholder_number": holder.number,
        "shareholder_name": str(holder),
        "college": holder.college.code,
        "day": holding.day,
        "shares": stake.shares,
        "value_eur": stake.value,
        "capital_fraction": stake.fraction,
        "college_members": holding.college_members,
        "register_line": holding.last_movement,
    }

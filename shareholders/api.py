"""API of cooperatives and of one's own holdings."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mine_de_soleil.core.models import User
from shareholders.models import Cooperative, Shareholder
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


class MyHoldings(generics.ListAPIView[Shareholder]):
    """What the caller holds, in every cooperative, today; by register account."""

    # `get` answers with pictures of holdings, not with the rows the pages are cut from.
    serializer_class = HoldingSerializer

    def get_queryset(self) -> QuerySet[Shareholder]:
        if getattr(self, "swagger_fake_view", False):
            return Shareholder.objects.none()
        assert isinstance(self.request.user, User)
        cooperatives = Cooperative.objects.with_role_of(self.request.user)
        return Shareholder.objects.filter(user=self.request.user, cooperative__in=cooperatives)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of holdings."""
        assert isinstance(request.user, User)
        accounts = self.paginate_queryset(self.get_queryset().select_related("cooperative"))
        assert accounts is not None  # every list of this API has pages
        rows = _holdings(request.user, accounts, timezone.localdate())
        return self.get_paginated_response(HoldingSerializer(rows, many=True).data)


Row = dict[str, str | int | float | Decimal | dt.date]


def _holdings(user: User, accounts: Sequence[Shareholder], day: dt.date) -> list[Row]:
    """The holdings of these accounts, in their order."""
    cooperatives = {account.cooperative for account in accounts}
    found = {
        holding.shareholder.pk: _holding(cooperative, holding)
        for cooperative in cooperatives
        for holding in holdings_of(user, cooperative, day)
    }
    return [found[account.pk] for account in accounts if account.pk in found]


def _holding(cooperative: Cooperative, holding: Holding) -> Row:
    holder, stake = holding.shareholder, holding.stake
    return {
        "cooperative": cooperative.slug,
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

"""API of what the caller holds, and of the register lines of those accounts."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mine_de_soleil.core.models import User
from shareholders.api.asked import caller
from shareholders.models import Cooperative, Shareholder, ShareMovement
from shareholders.reports import Holding, holdings_of


class HoldingSerializer(serializers.Serializer[Any]):
    """One register account of the caller, on a day."""

    cooperative = serializers.CharField()
    shareholder_number = serializers.IntegerField()
    shareholder_name = serializers.CharField()
    college = serializers.CharField()
    day = serializers.DateField()
    shares = serializers.IntegerField()
    value_eur = serializers.DecimalField(max_digits=20, decimal_places=2)
    capital_fraction = serializers.FloatField()
    college_members = serializers.IntegerField()
    register_line = serializers.IntegerField(help_text="The last register movement this rests on.")


def accounts_of(user: User) -> QuerySet[Shareholder]:
    """The accounts `user` acts for, in the cooperatives where `user` holds a role."""
    cooperatives = Cooperative.objects.with_role_of(user)
    return Shareholder.objects.acted_for_by(user).filter(cooperative__in=cooperatives)


class MyHoldings(generics.ListAPIView[Shareholder]):
    """What the caller holds, in every cooperative, today; by register account."""

    # `get` answers with pictures of holdings, not with the rows the pages are cut from.
    serializer_class = HoldingSerializer

    def get_queryset(self) -> QuerySet[Shareholder]:
        if getattr(self, "swagger_fake_view", False):
            return Shareholder.objects.none()
        return accounts_of(caller(self.request))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of holdings."""
        accounts = self.paginate_queryset(self.get_queryset().select_related("cooperative"))
        assert accounts is not None  # every list of this API has pages
        rows = _holdings(caller(request), accounts)
        return self.get_paginated_response(HoldingSerializer(rows, many=True).data)


Row = dict[str, str | int | float | Decimal | dt.date]


def _holdings(user: User, accounts: Sequence[Shareholder]) -> list[Row]:
    """The holdings of these accounts, in their order, each on the day it is at the cooperative's seat."""
    cooperatives = {account.cooperative for account in accounts}
    found = {
        holding.shareholder.pk: _holding(cooperative, holding)
        for cooperative in cooperatives
        for holding in holdings_of(user, cooperative, timezone.localdate(timezone=cooperative.zone))
    }
    return [found[account.pk] for account in accounts if account.pk in found]


def _holding(cooperative: Cooperative, holding: Holding) -> Row:
    holder, stake = holding.shareholder, holding.stake
    return {
        "cooperative": cooperative.slug,
        "shareholder_number": holder.number,
        "shareholder_name": str(holder),
        "college": holding.college.code,
        "day": holding.day,
        "shares": stake.shares,
        "value_eur": stake.value,
        "capital_fraction": stake.fraction,
        "college_members": holding.college_members,
        "register_line": holding.last_movement,
    }


class OwnMovementSerializer(serializers.ModelSerializer[ShareMovement]):
    """A register line that touches an account of the caller; the other side isn't named."""

    cooperative = serializers.CharField(source="cooperative.slug")
    given_by = serializers.SerializerMethodField(help_text="Own account that gave the shares, by number.")
    taken_by = serializers.SerializerMethodField(help_text="Own account that took the shares, by number.")
    reverses = serializers.IntegerField(source="reverses.number", allow_null=True)

    class Meta:
        model = ShareMovement
        fields = [
            "cooperative",
            "number",
            "kind",
            "dated",
            "given_by",
            "taken_by",
            "quantity",
            "nominal_value",
            "reverses",
            "entry_sha256",
        ]

    def get_given_by(self, line: ShareMovement) -> int | None:
        return self._own(line.from_shareholder_id)

    def get_taken_by(self, line: ShareMovement) -> int | None:
        return self._own(line.to_shareholder_id)

    def _own(self, account: int | None) -> int | None:
        own: dict[int, int] = self.context["own"]
        return own.get(account) if account else None


class MyMovements(generics.ListAPIView[ShareMovement]):
    """The register lines of the accounts the caller acts for, in every cooperative, the oldest first."""

    serializer_class = OwnMovementSerializer

    def get_queryset(self) -> QuerySet[ShareMovement]:
        if getattr(self, "swagger_fake_view", False):
            return ShareMovement.objects.none()
        own = accounts_of(caller(self.request)).values("pk")
        lines = ShareMovement.objects.filter(Q(from_shareholder__in=own) | Q(to_shareholder__in=own))
        return lines.select_related("cooperative", "reverses")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the numbers of the caller's own accounts."""
        context = dict(super().get_serializer_context())
        if getattr(self, "swagger_fake_view", False):
            return context
        own = accounts_of(caller(self.request)).values_list("pk", "number").order_by("pk")
        return context | {"own": dict(own)}

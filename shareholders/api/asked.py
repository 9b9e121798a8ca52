"""Whom and what a request names: the cooperative, the caller's rights there, the day."""

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from mine_de_soleil.core.models import User
from shareholders.access import check
from shareholders.models import Cooperative
from shareholders.permissions import Actor, Predicate, actor_in

EARLIEST = dt.date(1900, 1, 1)
ON = OpenApiParameter("on", dt.date, description="By the close of that day; today without it.")


def actor_for(request: Request, slug: str, predicate: Predicate) -> Actor:
    """The caller in that cooperative. Raises Http404 or PermissionDenied, as pages do."""
    assert isinstance(request.user, User)
    actor = actor_in(request.user, get_object_or_404(Cooperative, slug=slug))
    check(actor, predicate)
    return actor


def caller(request: Request) -> User:
    """The account of a route for signed-in people."""
    assert isinstance(request.user, User)
    return request.user


class OnSerializer(serializers.Serializer[Any]):
    """`on`: a day of the past."""

    on = serializers.DateField(required=False)


def day_asked(request: Request, cooperative: Cooperative) -> dt.date:
    """The day of `?on=`, today at the cooperative's seat without it. Raises ValidationError."""
    today = timezone.localdate(timezone=cooperative.zone)
    asked = OnSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    day: dt.date = asked.validated_data.get("on", today)
    if not EARLIEST <= day <= today:
        raise serializers.ValidationError({"on": _("Un jour passé, depuis 1900.")})
    return day

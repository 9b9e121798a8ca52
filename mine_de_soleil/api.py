"""What answers at the edges of the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from mine_de_soleil.core.api import problem_outside_routes
from mine_de_soleil.core.refusals import AddressRefused


@extend_schema(exclude=True)
class NotHere(APIView):
    """An address the API doesn't have: a problem document like any other refusal, not a page."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What couldn't be understood: our own sentence where there is one, never another's."""
    sentence = str(exception) if isinstance(exception, AddressRefused) else ""
    return render(request, "400.html", {"sentence": sentence}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """What a failure nobody foresaw looks like: a problem document to a program, a page to a person."""
    if request.path.startswith("/api/"):
        return problem_outside_routes(500, _("La panne est notée. Réessayez plus tard."))
    return defaults.server_error(request)

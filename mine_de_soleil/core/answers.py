"""Answers of pages that several storeys give."""

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(to: str, *args: object) -> HttpResponse:
    """303 to a route: what a form asked is done, and opening that page again does it no second time."""
    response = redirect(to, *args)
    response.status_code = 303
    return response

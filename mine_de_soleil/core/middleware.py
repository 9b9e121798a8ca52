"""What happens to every request, before a page sees it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


def chosen_language(get_response: GetResponse) -> GetResponse:
    """French, unless the visitor chose English here: a browser's own preference isn't a choice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def way_back_from_forms(get_response: GetResponse) -> GetResponse:
    """Reloading what a form was sent to leads to the page above, where the form is, not to a blank page.

    Machines, which ask for no page, keep the bare 405.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not _wants_a_page(request):
            return response
        above = _page_above(request.path_info) if request.method in ("GET", "HEAD") else None
        # What may be read there is asked there; another address that only takes forms leads further up.
        if above is not None:
            return redirect(above)
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _wants_a_page(request: HttpRequest) -> bool:
    """Browsers say so; a client that takes anything isn't one."""
    return "text/html" in request.headers.get("Accept", "") and not request.path_info.startswith("/api/")


def _page_above(path: str) -> str | None:
    """The nearest address above `path` that the site knows, short of its root."""
    parts = path.strip("/").split("/")
    for n in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:n])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return None

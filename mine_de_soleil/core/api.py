"""What every API route shares: problem documents, pagination, idempotent writes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, transaction
from django.http import Http404, JsonResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from mine_de_soleil.core.models import IdempotentAnswer, User

PROBLEM_JSON = "application/problem+json"


class CursorByKey(CursorPagination):
    """Pages by primary key: rows added meanwhile neither repeat nor hide others."""

    ordering = "pk"
    page_size_query_param = "page_size"
    max_page_size = 1000

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """One page. Raises NotFound for a cursor somebody made up."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError, DataError) as error:
            raise exceptions.NotFound(self.invalid_cursor_message) from error


def problem(status_code: int, title: str, detail: str = "", **more: Any) -> Response:
    """An RFC 9457 problem document, from a route of the API."""
    body = _writable(_body(status_code, title, detail) | more)
    return Response(body, status=status_code, content_type=PROBLEM_JSON)


def _writable(value: Any) -> Any:
    """What a sender wrote and we say again, without the halves of characters that no answer can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "�")
    if isinstance(value, Mapping):
        return {_writable(name): _writable(one) for name, one in value.items()}
    return [_writable(one) for one in value] if isinstance(value, list | tuple) else value


def problem_outside_routes(status_code: int, detail: str) -> JsonResponse:
    """The same, where no route is at work: in a middleware, or after a failure."""
    body = _body(status_code, str(_TITLES[status_code]), detail)
    return JsonResponse(body, status=status_code, content_type=PROBLEM_JSON)


def _body(status_code: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status_code, "detail": detail}


def problem_document(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the same refusals, told as problem documents."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    # DRF turns Django's own refusals into its own classes on the way; do the same to read the sentence.
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    fields = response.data if isinstance(exception, exceptions.ValidationError) else None
    detail = _("Des champs sont à corriger.") if fields else str(getattr(exception, "detail", exception))
    title = _TITLES.get(response.status_code, _("Demande refusée"))
    more = {"errors": fields} if fields else {}
    answer = problem(response.status_code, str(title), detail, **more)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response.headers:
            answer.headers[header] = response.headers[header]
    return answer


_TITLES = {
    400: gettext_lazy("Demande mal formée"),
    401: gettext_lazy("Connexion nécessaire"),
    403: gettext_lazy("Non autorisé"),
    404: gettext_lazy("Introuvable"),
    405: gettext_lazy("Méthode non admise"),
    429: gettext_lazy("Trop de demandes"),
    500: gettext_lazy("Panne de notre côté"),
}


def _request_sha256(request: Request) -> str:
    """What tells one request from another: its method and address, its fields, its files' names and bytes."""
    sent = request.data if isinstance(request.data, Mapping) else {"": request.data}
    fields = []
    for name in sorted(sent):
        values = sent.getlist(name) if isinstance(sent, MultiValueDict) else [sent[name]]
        fields.append([name, *(_described(value) for value in values)])
    # As JSON, so that no two lists of fields can read the same.
    asked = json.dumps([request.method, request.get_full_path(), fields])
    return hashlib.sha256(asked.encode()).hexdigest()


def _described(value: Any) -> str:
    if isinstance(value, bytes):  # a body read as it came
        return hashlib.sha256(value).hexdigest()
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"


View = Callable[..., Response]


def idempotent(view: View) -> View:
    """Do a write once per `Idempotency-Key`: a repeat gets the first answer back.

    The key's row is locked while the first request works, so of two simultaneous ones the second waits.
    The same key with another request is a 422. A refusal the view answers (a file's faults) is kept as well;
    one it raises (a wrong field, a missing right) did nothing and leaves the key free.
    """

    @wraps(view)
    def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(self, request, *args, **kwargs)
        # A token that may do less than its owner has keys of its own: it replays no other's answers.
        key = getattr(request.auth, "keys_prefix", "") + key
        if len(key) > 200:
            return problem(400, _("Idempotency-Key trop longue"), _("Au plus 200 caractères."))
        return _once(request, key, lambda: view(self, request, *args, **kwargs))

    return wrapper


def _once(request: Request, key: str, act: Callable[[], Response]) -> Response:
    """The answer kept under `key`, or that of `act`, kept from now on."""
    assert isinstance(request.user, User)
    sha256 = _request_sha256(request)
    with transaction.atomic():
        IdempotentAnswer.objects.bulk_create(
            [IdempotentAnswer(user=request.user, key=key, request_sha256=sha256)], ignore_conflicts=True
        )
        kept = IdempotentAnswer.objects.select_for_update().get(user=request.user, key=key)
        if kept.request_sha256 != sha256:
            sentence = _("Cette clé a servi pour une autre demande : prenez-en une nouvelle.")
            return problem(422, _("Idempotency-Key déjà employée"), sentence)
        if kept.status is None:
            response = act()
            kept.status, kept.body = response.status_code, response.data
            kept.save()
            return response
    return _replayed(kept.status, kept.body)


def _replayed(status_code: int, body: Any) -> Response:
    content_type = PROBLEM_JSON if status_code >= status.HTTP_400_BAD_REQUEST else None
    return Response(
        body, status=status_code, headers={"Idempotency-Replayed": "true"}, content_type=content_type
    )

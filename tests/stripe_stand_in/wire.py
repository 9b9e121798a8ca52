"""Stripe's way of saying things: nested forms, errors, lists, expanded fields."""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

API_VERSION = "2026-10-28.endive"
LARGEST_PAGE = 100
Json = dict[str, Any]


@dataclass
class Answer:
    """What goes back: a status, one JSON document, headers."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An error as Stripe words it. `kept`: the idempotency layer remembers it, as the act had begun."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.kept = kept
        said = {"message": message, "type": kind, "code": code, "param": param}
        body = {"error": {key: value for key, value in said.items() if value is not None}}
        self.answer = Answer(status, body)


def missing(kind: str, key: str) -> Refused:
    return Refused(f"No such {kind}: '{key}'", status=404, code="resource_missing", param="id")


def decoded(form: str) -> Json:
    """`a[b][0]=x&e[]=y` as nested data. Everything stays text, as on the wire."""
    tree: Json = {}
    for name, value in parse_qsl(form, keep_blank_values=True, max_num_fields=1000):
        steps = [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        node = tree
        for step in steps[:-1]:
            node = node.setdefault(step or str(len(node)), {})
            if not isinstance(node, dict):
                raise Refused(f"Invalid parameter: {name}", param=name, code="parameter_invalid")
        node[steps[-1] or str(len(node))] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(node: Any) -> Any:
    """Numbered children are a list."""
    if not isinstance(node, dict):
        return node
    children = {key: _listed(value) for key, value in node.items()}
    if children and all(key.isdigit() for key in children):
        return [children[key] for key in sorted(children, key=int)]
    return children


def only_known(params: Mapping[str, Any], known: frozenset[str]) -> None:
    """Stripe refuses what it doesn't know; a parameter removed from the API is found out here."""
    for name in params:
        if name not in known:
            raise Refused(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def required(params: Mapping[str, Any], *path: str | int) -> Any:
    """The value at `path`. Raises Refused, naming it as Stripe does."""
    node: Any = params
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            name = str(path[0]) + "".join(f"[{later}]" for later in path[1:])
            raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name) from None
    if node == "":
        name = str(path[0])
        raise Refused(f"You passed an empty string for '{name}'.", code="parameter_invalid_empty", param=name)
    return node


def whole(text: Any, param: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,15}", str(text)):
        raise Refused(f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
    return int(text)


def page(rows: list[Json], params: Mapping[str, Any], url: str) -> Json:
    """One page of `rows` (newest first), after the cursor, within `created`."""
    limit = whole(params.get("limit", 10), "limit")
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused(
            "This value must be between 1 and 100.", param="limit", code="parameter_invalid_integer"
        )
    rows = [row for row in rows if _created_in(row, params.get("created"))]
    if after := params.get("starting_after"):
        keys = [row["id"] for row in rows]
        if after not in keys:
            raise missing("object", after)
        rows = rows[keys.index(after) + 1 :]
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": rows[:limit]}


BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def _created_in(row: Json, created: Any) -> bool:
    if created is None:
        return True
    if not isinstance(created, dict):
        return bool(row["created"] == whole(created, "created"))
    only_known(created, frozenset(BOUNDS))
    return all(BOUNDS[name](row["created"], whole(value, "created")) for name, value in created.items())


def expanded(body: Json, paths: list[str], find: Callable[[str, Json], Any]) -> Json:
    """A copy of `body` where each path of `paths` holds the object instead of its id."""
    body = copy.deepcopy(body)
    for path in paths:
        _expand(body, path.split("."), find, path)
    return body


def _expand(node: Any, steps: list[str], find: Callable[[str, Json], Any], path: str) -> None:
    step, later = steps[0], steps[1:]
    if isinstance(node, list):
        for one in node:
            _expand(one, steps, find, path)
        return
    if step == "data" and node.get("object") == "list":
        _expand(node["data"], later, find, path)
        return
    if not isinstance(node.get(step), dict | list):
        node[step] = find(step, node)
    if later and node[step] is not None:
        _expand(node[step], later, find, path)

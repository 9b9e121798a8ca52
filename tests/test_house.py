"""The house held to its own rules: layers, names, templates, sizes, translations."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

from mine_de_soleil.core.acts import is_named
from shareholders.models import MovementKind

ROOT = Path(__file__).resolve().parent.parent
APPS = ("mine_de_soleil", "shareholders", "installations", "production", "governance")
TOP = {*APPS, "tests", "docs", "benchmarks", "locale"}
SOURCES = [
    path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
]
TEMPLATES = [path for app in APPS for path in sorted((ROOT / app).rglob("templates/**/*.html"))]


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    # What is deleted stays listed until the commit.
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_top_level_folders_are_those_of_the_house():
    folders = {name.split("/")[0] for name in tracked() if "/" in name}
    assert {folder for folder in folders if not folder.startswith(".")} <= TOP


def test_a_storey_imports_only_those_below():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_module_of_the_roof_is_in_a_layer():
    """A module in no layer could be imported from anywhere, unseen."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = {name.strip() for layer in layers for name in layer.split(":")}
    entries = (ROOT / "mine_de_soleil").iterdir()
    roof = {f"mine_de_soleil.{e.stem}" for e in entries if e.suffix == ".py" or (e / "__init__.py").is_file()}
    assert roof - {"mine_de_soleil.__init__"} <= listed


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


HANDLERS = [path for path in SOURCES if {"views", "api"} & {path.stem, path.parent.name}]


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_handler_is_short_enough_to_read(path: Path):
    """A page's or a route's work is done below it; what it says of itself (docstring) isn't counted."""
    long = {node.name: lines_of(node) for node in functions(path) if lines_of(node) > 25}
    assert long == {}


def lines_of(function: ast.FunctionDef) -> int:
    """Lines of code: decorators and docstring left out."""
    assert function.end_lineno
    said = function.body[0]
    is_docstring = isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
    docstring = (said.end_lineno or 0) - said.lineno + 1 if is_docstring else 0
    return function.end_lineno - function.lineno + 1 - docstring


def recorded_acts() -> Iterator[tuple[str, str | None]]:
    """File and act of every `record(…)`; None for an act that isn't written out there."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                act = node.args[1]
                written = act.value if isinstance(act, ast.Constant) else None
                yield str(path.relative_to(ROOT)), written


def test_every_act_of_the_journal_has_words():
    acts = list(recorded_acts())
    assert len(acts) >= 9
    # Only the register's own: its act is the kind of the movement.
    assert [path for path, act in acts if act is None] == ["shareholders/services/register.py"]
    named = {act for _, act in acts if act is not None} | set(MovementKind.values)
    assert [act for act in sorted(named) if not is_named(act)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_enough_to_read(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in ("utils", "helpers", "misc")


def test_no_exception_is_swallowed():
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert silent == []


def test_only_the_edges_ask_the_clock():
    edges = (
        "views",
        "api",
        "tasks",
        "commands",
        "services",
        "models",
        "health",
        "storage",
        "loading",
        "checks",  # of a running site
    )
    asking = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(
            r"timezone\.(now|localdate)\(|date\.today\(|datetime\.now\(", path.read_text(encoding="utf-8")
        )
        and not any(edge in path.parts or path.stem == edge for edge in edges)
    ]
    assert asking == []


def test_every_template_can_be_read_and_is_used():
    texts = [path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES]]
    ours = [path for path in TEMPLATES if not {"allauth", "account", "mfa"} & set(path.parts)]
    names = [str(path).split("/templates/")[1] for path in ours]
    for name in names:
        get_template(name)
    named_by_others = {"400.html", "403.html", "404.html", "429.html", "500.html"}
    unused = [n for n in names if n not in named_by_others and not any(f'"{n}"' in text for text in texts)]
    # What later pages will take from the page kit is documented there before it is used.
    kit = (ROOT / "docs" / "page-kit.md").read_text(encoding="utf-8")
    assert [name for name in unused if name not in kit] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path).split("/templates/")[1])
def test_no_template_holds_inline_script_or_style(path: Path):
    text = path.read_text(encoding="utf-8")
    # A mail has no stylesheet to link to, and our policy doesn't reach who reads it.
    style = r"\sstyle=|\son[a-z]+=" if path.parent.name == "mail" else r"<style|\sstyle=|\son[a-z]+="
    assert not re.search(style, text)
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text)


def test_english_is_complete():
    call_command("translations", "check")


def test_lock_files_name_no_address():
    locks = [name for name in tracked() if name.endswith((".lock", "package-lock.json"))]
    assert len(locks) == 4
    for name in locks:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in re.sub(r'"url": "[^"]*"', "", text), name


def test_no_machine_path_is_committed():
    ours = [
        name
        for name in tracked()
        if name.endswith((".py", ".md", ".toml", ".html", ".js", ".css", "Makefile"))
    ]
    for name in ours:
        assert "/work/" + "main" not in (ROOT / name).read_text(encoding="utf-8"), name

"""pvanalytics and RdTools without what their front doors drag in.

Their `__init__` import matplotlib, scikit-image, scikit-learn and xgboost (230 MB) for plots and filters that
nothing here calls. Their modules are opened one by one instead, behind an empty package of the same name; the
algorithms are theirs, untouched. Figures: ``docs/decisions/0018-quality-libraries.md``.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from pandas.errors import Pandas4Warning


@cache
def library(name: str) -> Any:
    """The module `name` of pvanalytics or rdtools, such as ``pvanalytics.quality.gaps``.

    Imported when first asked for: statsmodels, which both stand on, takes two seconds. Raises ImportError.
    """
    _open(name.partition(".")[0])
    with warnings.catch_warnings():
        # RdTools calls its soiling module experimental at each import; the page says so instead. What they
        # stand on imports from places that scipy will close one day.
        warnings.simplefilter("ignore")
        found = importlib.import_module(name)
    if name == "rdtools.availability":
        # It takes one function from RdTools' front door, which stays shut.
        front = vars(sys.modules["rdtools"])
        front["energy_from_power"] = library("rdtools.normalization").energy_from_power
    return found


@contextmanager
def not_yet_pandas_4() -> Iterator[None]:
    """Around what fills flags by a bool, right today and to be written otherwise for pandas 4."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Pandas4Warning)
        yield


def _open(package: str) -> None:
    if package in sys.modules:
        return
    spec = find_spec(package)
    if spec is None:
        raise ImportError(f"{package} is not installed", name=package)
    # A loader would run the front door; without one the module is an empty package at the same place.
    spec.loader = None
    module: ModuleType = module_from_spec(spec)
    sys.modules[package] = module

"""Long-term heat of a network: `make_heat_study` computes it once, `HeatStudy` is kept and shown for ever."""

from production.study.heat.making import make_heat_study
from production.study.heat.study import (
    BoilerSize,
    Carbon,
    Factor,
    HeatMonth,
    HeatStudy,
    LoadPoint,
    NetworkDensity,
    WoodNeed,
)

__all__ = [
    "BoilerSize",
    "Carbon",
    "Factor",
    "HeatMonth",
    "HeatStudy",
    "LoadPoint",
    "NetworkDensity",
    "WoodNeed",
    "make_heat_study",
]

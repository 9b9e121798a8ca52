"""Long-term yield of one plant: `make_study` computes it once, `Study` is kept and shown for ever."""

from production.study.errors import AlteredStudy, NothingMade, NotOneYear, StudyError, UnknownStudy
from production.study.horizon import Shading, SunMonth, SunPoint
from production.study.making import Subject, check_year, make_study
from production.study.months import StudyMonth, month_weather_items
from production.study.orientation import Mark, OrientationMap
from production.study.percentiles import LifeYear, Percentile, Percentiles, percentiles
from production.study.study import Study, is_same_but_day
from production.study.waterfall import Stage, Waterfall, waterfall

__all__ = [
    "AlteredStudy",
    "LifeYear",
    "Mark",
    "NotOneYear",
    "NothingMade",
    "OrientationMap",
    "Percentile",
    "Percentiles",
    "Shading",
    "Stage",
    "Study",
    "StudyError",
    "StudyMonth",
    "Subject",
    "SunMonth",
    "SunPoint",
    "UnknownStudy",
    "Waterfall",
    "check_year",
    "is_same_but_day",
    "make_study",
    "month_weather_items",
    "percentiles",
    "waterfall",
]

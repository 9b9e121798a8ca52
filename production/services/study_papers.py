"""Yield studies as sealed papers: made when asked for, once for each study and language."""

from mine_de_soleil.core.models import User
from mine_de_soleil.core.papers import contents
from production.heat_contents import heat_contents
from production.models import Forecast
from production.study import Study
from production.study.heat import HeatStudy
from production.study_contents import study_contents
from shareholders.models import Paper
from shareholders.paper_contents import company_of
from shareholders.services.paper_making import Order, make

KIND, HEAT_KIND = "yield_study", "heat_study"


class NoStudy(Exception):
    """A forecast made before studies were: it keeps its figures, and nothing to print them with."""


def study_of(forecast: Forecast) -> Study:
    """The frozen study of a forecast. Raises NoStudy, study.UnknownStudy, study.AlteredStudy."""
    if forecast.study is None:
        raise NoStudy(f"forecast {forecast.pk} has no study")
    return Study.from_json(forecast.study)


def study_on_demand(*, actor: User, forecast: Forecast, language: str) -> Paper:
    """The sealed report of a forecast's study; asked for again, the same one.

    Raises NoStudy, study.StudyError, certificates.NoCertificate. Outside a transaction: it takes a second.
    """
    return _sealed(actor, forecast, study_of(forecast), language)


def heat_study_of(forecast: Forecast) -> HeatStudy:
    """The same of a heat network. Raises as `study_of`."""
    if forecast.study is None:
        raise NoStudy(f"forecast {forecast.pk} has no study")
    return HeatStudy.from_json(forecast.study)


def heat_study_on_demand(*, actor: User, forecast: Forecast, language: str) -> Paper:
    """The sealed report of a heat network's study; asked for again, the same one.

    Raises as `study_on_demand`. Outside a transaction: it takes a second.
    """
    return _sealed(actor, forecast, heat_study_of(forecast), language)


def _sealed(actor: User, forecast: Forecast, study: Study | HeatStudy, language: str) -> Paper:
    cooperative = forecast.plant.cooperative
    kind = HEAT_KIND if isinstance(study, HeatStudy) else KIND

    def build(number: str, address: str) -> contents.Paper:
        company, is_demo = company_of(cooperative, study.made_on), cooperative.is_demo
        if isinstance(study, HeatStudy):
            return heat_contents(study, company=company, number=number, address=address, is_demo=is_demo)
        return study_contents(study, company=company, number=number, address=address, is_demo=is_demo)

    # The study is frozen: its number and the language are all the paper depends on.
    cause = f"study:{forecast.pk}:{language}"
    return make(Order(cooperative, kind, cause, build, language=language, actor=actor))

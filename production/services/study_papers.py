"""Yield studies as sealed papers: made when asked for, once for each study and language."""

from mine_de_soleil.core.models import User
from mine_de_soleil.core.papers import contents
from production.heat_contents import heat_contents
from production.models import Forecast
from production.study import Study
from production.study.heat import HeatStudy
from production.study_contents import study_contents
from shareholders.models import Cooperative, Paper
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
    study, cooperative = study_of(forecast), forecast.plant.cooperative

    def build(number: str, address: str) -> contents.Paper:
        return study_contents(
            study,
            company=company_of(cooperative, study.made_on),
            number=number,
            address=address,
            is_demo=cooperative.is_demo,
        )

    # The study is frozen: its number and the language are all the paper depends on.
    cause = f"study:{forecast.pk}:{language}"
    return make(Order(cooperative, KIND, cause, build, language=language, actor=actor))


def heat_study_of(forecast: Forecast) -> HeatStudy:
    """The same of a heat network. Raises as `study_of`."""
    if forecast.study is None:
        raise NoStudy(f"forecast {forecast.pk} has no study")
    return HeatStudy.from_json(forecast.study)


def heat_study_on_demand(*, actor: User, forecast: Forecast, language: str) -> Paper:
    """The sealed report of a heat network's study; asked for again, the same one.

    Raises as `study_on_demand`. Outside a transaction: it takes a second.
    """
    study, cooperative = heat_study_of(forecast), forecast.plant.cooperative

    def build(number: str, address: str) -> contents.Paper:
        return heat_contents(
            study,
            company=company_of(cooperative, study.made_on),
            number=number,
            address=address,
            is_demo=cooperative.is_demo,
        )

    cause = f"study:{forecast.pk}:{language}"
    return make(Order(cooperative, HEAT_KIND, cause, build, language=language, actor=actor))


def study_papers_of(cooperative: Cooperative) -> list[Paper]:
    """The latest reports, without their bytes."""
    kinds = (KIND, HEAT_KIND)
    return list(Paper.objects.filter(cooperative=cooperative, kind__in=kinds).defer("content")[:20])

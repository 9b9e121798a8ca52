"""The licences under which a cooperative may publish its series. No Django, no clock."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence for data: its SPDX code, its name, where its text is."""

    code: str
    name: str
    url: str


# The State's own licence, made for public bodies and those who work for them: reuse, with the source named.
DEFAULT = "etalab-2.0"
LICENCES = {
    one.code: one
    for one in (
        Licence(
            DEFAULT,
            "Licence Ouverte 2.0",
            "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
        ),
        Licence(
            "ODbL-1.0",
            "Open Data Commons Open Database License 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
        ),
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
    )
}

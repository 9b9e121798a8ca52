"""Why a study can't be made, or read back."""

from __future__ import annotations


class StudyError(ValueError):
    """A study that cannot be."""


class NotOneYear(StudyError):
    """A weather that isn't one whole year: months or seasons would count twice, or not at all."""

    def __init__(self, days: float) -> None:
        self.days = days
        super().__init__(f"a study takes one whole year of weather, not {days:g} days")


class NothingMade(StudyError):
    """A year of zero: a description that makes nothing, which no plant could be judged by."""


class UnknownStudy(StudyError):
    """A stored study of another version, or that lacks what it should have."""


class AlteredStudy(StudyError):
    """A stored study whose numbers aren't those its fingerprint was taken of."""

"""Why neighbours can't be compared: each reason by name, said in French."""

from __future__ import annotations


class NeighboursRefused(ValueError):
    """Series nothing is judged from; `field` names the one at fault, `str()` is a French sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

    def __reduce__(self) -> tuple[type[NeighboursRefused], tuple[str, str]]:
        return type(self), (self.field, str(self))

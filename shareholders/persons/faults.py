"""One thing a form must put right, said in both languages where it stands."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """What doesn't hold in one field, as a sentence to the person who filled it."""

    field: str
    sentence: str
    sentence_en: str

    def sentence_in(self, language: str | None) -> str:
        """The sentence in French, or in English for a language that starts with `en`."""
        return self.sentence_en if (language or "").startswith("en") else self.sentence

    def under(self, prefix: str) -> "Fault":
        """The same fault, in a field of a part: `proxy.birth_date`."""
        return replace(self, field=f"{prefix}.{self.field}" if self.field else prefix)

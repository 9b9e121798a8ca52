"""The form in which somebody says, once, what the columns of a file hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from production.formats.grid import Grid
from production.formats.mapping import LAST_FIRST_LINE, ColumnMapping
from production.formats.suggesting import suggest
from production.formats.units import ENERGY_WH, POWER_W
from production.weather_forms import ZONES

# A table with more columns than this isn't shown one by one.
MOST_COLUMNS = 60
IGNORED, INSTANT, TIME, VALUE = "", "instant", "time", "value"
ROLES = (
    (IGNORED, gettext_lazy("ne pas prendre")),
    (INSTANT, gettext_lazy("la date (et l’heure)")),
    (TIME, gettext_lazy("l’heure, à côté de la date")),
    (VALUE, gettext_lazy("la production, à additionner")),
)
SEPARATORS = (
    (";", gettext_lazy("point-virgule")),
    (",", gettext_lazy("virgule")),
    ("\t", gettext_lazy("tabulation")),
    ("|", gettext_lazy("barre verticale")),
)


def _contents() -> list[tuple[str, Any]]:
    """Every unit, under what the values are."""
    energies = [(f"energy|{unit}", _("énergie de chaque intervalle (%s)") % unit) for unit in ENERGY_WH]
    powers = [(f"power|{unit}", _("puissance moyenne (%s)") % unit) for unit in POWER_W]
    indexes = [(f"index|{unit}", _("index du compteur (%s)") % unit) for unit in ENERGY_WH]
    return [
        ("", _("Choisissez")),
        (_("Énergie de chaque intervalle"), energies),
        (_("Puissance"), powers),
        (_("Index, qui ne fait que croître"), indexes),
    ]


class LayoutForm(forms.Form):
    """The role of each column, and how dates and numbers are written."""

    content = forms.ChoiceField(
        label=gettext_lazy("Les valeurs sont"),
        error_messages={"required": gettext_lazy("Dites ce que sont les valeurs, et leur unité.")},
    )
    label = forms.ChoiceField(
        label=gettext_lazy("Chaque date est"),
        choices=[
            ("start", gettext_lazy("le début de l’intervalle mesuré")),
            ("end", gettext_lazy("la fin de l’intervalle mesuré")),
        ],
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Les heures sont en"),
        choices=[("", gettext_lazy("heure locale de la centrale")), *ZONES],
        required=False,
    )
    day_order = forms.ChoiceField(
        label=gettext_lazy("03/04/2025 est"),
        choices=[
            ("", gettext_lazy("ce que le contenu montre")),
            ("day first", gettext_lazy("le 3 avril")),
            ("month first", gettext_lazy("le 4 mars")),
        ],
        required=False,
    )
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("Signe des décimales"),
        choices=[
            ("", gettext_lazy("celui que le contenu montre")),
            (",", gettext_lazy("la virgule (3,5)")),
            (".", gettext_lazy("le point (3.5)")),
        ],
        required=False,
    )
    first_line = forms.IntegerField(
        label=gettext_lazy("Première ligne de valeurs"), min_value=1, max_value=LAST_FIRST_LINE
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Signe entre deux colonnes"), choices=SEPARATORS, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Nom de ce genre de fichier"),
        help_text=gettext_lazy("Il sera retenu pour ce compteur : le prochain fichier sera lu tout seul."),
        max_length=80,
    )

    def __init__(self, grid: Grid, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grid = grid
        content = self.fields["content"]
        assert isinstance(content, forms.ChoiceField)
        content.choices = _contents()
        if not grid.separator:  # a worksheet has its columns
            del self.fields["separator"]
        columns: dict[str, forms.Field] = {
            f"column_{n}": forms.ChoiceField(label=title, choices=ROLES, required=False)
            for n, title in enumerate(grid.titles[:MOST_COLUMNS])
        }
        self.fields = columns | self.fields

    def clean(self) -> dict[str, Any]:
        """One column of dates, at most one of times, at least one of values."""
        said: dict[str, Any] = super().clean() or {}
        if len(self._titled(INSTANT)) != 1:
            self.add_error(None, _("Dites quelle colonne contient la date : une, et une seule."))
        if len(self._titled(TIME)) > 1:
            self.add_error(None, _("Une seule colonne peut contenir l’heure."))
        if not self._titled(VALUE):
            self.add_error(None, _("Dites quelle colonne contient la production."))
        return said

    def _titled(self, role: str) -> tuple[str, ...]:
        said = self.cleaned_data
        titles = self.grid.titles[:MOST_COLUMNS]
        return tuple(title for n, title in enumerate(titles) if said.get(f"column_{n}") == role)

    @property
    def columns(self) -> list[tuple[forms.BoundField, str]]:
        """Each column's field with its first values, in the order of the file."""
        return [(self[f"column_{n}"], self._samples(n)) for n in range(len(self.grid.titles[:MOST_COLUMNS]))]

    def _samples(self, column: int) -> str:
        rows = [row for number, row in self.grid.top if number >= self.grid.first_line]
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        return " · ".join(cell[:40] for cell in cells[:3])

    @property
    def settings(self) -> list[forms.BoundField]:
        """The fields about the whole file."""
        names = ["content", "label", "time_zone", "day_order", "decimal_mark", "first_line", "separator"]
        return [self[name] for name in [*names, "name"] if name in self.fields]

    def mapping(self) -> ColumnMapping:
        """What was said, as the reader takes it."""
        said = self.cleaned_data
        kind, _bar, unit = said["content"].partition("|")
        return ColumnMapping(
            titles=self.grid.titles,
            first_line=said["first_line"],
            separator=said.get("separator") or self.grid.separator,
            instant=self._titled(INSTANT)[0],
            time=next(iter(self._titled(TIME)), ""),
            values=self._titled(VALUE),
            unit=unit,
            is_index=kind == "index",
            label=said["label"],
            day_order=said["day_order"],
            time_zone=said["time_zone"],
            decimal_mark=said["decimal_mark"],
        )


def initial_layout(grid: Grid, known: ColumnMapping | None, name: str) -> dict[str, Any]:
    """What the form shows first: the nearest mapping drawn before, where it fits, and guesses."""
    guess = suggest(grid)
    instant, time, values = guess.instant, guess.time, guess.values
    said: dict[str, Any] = {"label": guess.label, "first_line": grid.first_line, "separator": grid.separator}
    kind, unit = ("index" if guess.is_index else ""), guess.unit
    if known is not None:
        instant = known.instant if known.instant in grid.titles else instant
        time = known.time if known.time in grid.titles else time
        values = tuple(title for title in known.values if title in grid.titles) or values
        kind, unit = ("index" if known.is_index else ""), known.unit
        said |= {key: getattr(known, key) for key in ("label", "time_zone", "day_order", "decimal_mark")}
    roles = {instant: INSTANT, time: TIME} | dict.fromkeys(values, VALUE)
    kind = kind or ("power" if unit in POWER_W else "energy")
    said["content"] = f"{kind}|{unit}" if unit else ""
    said["name"] = name or _("export du portail")
    columns = {f"column_{n}": roles.get(title, IGNORED) for n, title in enumerate(grid.titles[:MOST_COLUMNS])}
    return said | columns

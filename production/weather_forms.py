"""Forms of the weather page: a file to look into, then what its columns hold if sensors wrote it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from installations.models import Plant
from production.services.weather_files import LONGEST_GAP_S, WeatherDelivery
from production.weather import IN_PLANE, QUANTITIES, SensorColumn, SensorMapping, units_of
from production.weather.files import MAX_FILE_BYTES
from production.weather.suggesting import suggest
from production.weather_words import quantity_in_words
from shareholders.models import Cooperative

# A logger with more columns than this exports more than its sensors.
MOST_COLUMNS = 60
ZONES = (
    ("Europe/Paris", gettext_lazy("heure de Paris, été comme hiver")),
    ("Etc/GMT-1", gettext_lazy("heure d’hiver toute l’année")),
    ("UTC", gettext_lazy("temps universel (UTC)")),
    ("America/Guadeloupe", gettext_lazy("heure de la Guadeloupe")),
    ("America/Martinique", gettext_lazy("heure de la Martinique")),
    ("America/Cayenne", gettext_lazy("heure de la Guyane")),
    ("Indian/Reunion", gettext_lazy("heure de La Réunion")),
    ("Indian/Mayotte", gettext_lazy("heure de Mayotte")),
)
_DATES = re.compile(r"date|heure|time|horodat|instant|jour|day|hour", re.I)


class WeatherDropForm(forms.Form):
    """A weather file; the roof its sensors stand on, if sensors wrote it."""

    file = forms.FileField(
        label=gettext_lazy("Fichier météo"),
        allow_empty_file=True,  # the reader says it better than the form
        error_messages={"required": gettext_lazy("Choisissez un fichier.")},
    )
    plant = forms.ModelChoiceField(
        queryset=Plant.objects.none(),
        label=gettext_lazy("Capteurs posés sur"),
        empty_label=gettext_lazy("aucun toit\u202f: météo d’un lieu"),
        required=False,
    )
    licence = forms.CharField(
        label=gettext_lazy("Licence"),
        help_text=gettext_lazy("Ce que l’éditeur du fichier permet, si vous le savez."),
        max_length=120,
        required=False,
    )

    def __init__(self, cooperative: Cooperative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plant = self.fields["plant"]
        assert isinstance(plant, forms.ModelChoiceField)
        plant.queryset = Plant.objects.of(cooperative)

    def clean_file(self) -> Any:
        """Refuse by size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("«\u202f%(name)s\u202f» dépasse 64 Mo. Que faire\u202f: exportez une période plus courte.")
                % {"name": file.name[:100]}
            )
        return file

    def delivery(self) -> WeatherDelivery:
        """The file as the service takes it."""
        said = self.cleaned_data
        file = said["file"]
        return WeatherDelivery(shown_name(file.name), file.read(), said["licence"], said["plant"])


def shown_name(name: str) -> str:
    """A file's name without path or control characters, short enough to be kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-200:] or "meteo"


class SensorForm(forms.Form):
    """What each column of a logger's file holds: drawn once, remembered for the roof."""

    label = forms.ChoiceField(
        label=gettext_lazy("Chaque date est"),
        choices=[
            ("start", gettext_lazy("le début de l’intervalle mesuré")),
            ("end", gettext_lazy("la fin de l’intervalle mesuré")),
            ("middle", gettext_lazy("l’instant même de la mesure")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites ce que désigne chaque date.")},
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Les heures sont en"), choices=ZONES)
    longest_gap_min = forms.IntegerField(
        label=gettext_lazy("Combler les trous jusqu’à (minutes)"),
        help_text=gettext_lazy("0\u202f: aucun trou n’est admis. Un trou comblé est signalé."),
        min_value=0,
        max_value=LONGEST_GAP_S // 60,
        initial=0,
    )
    layout_name = forms.CharField(
        label=gettext_lazy("Nom de cet enregistreur"),
        help_text=gettext_lazy("Sa lecture est retenue pour les prochains fichiers de ce toit."),
        max_length=80,
        initial=gettext_lazy("capteurs du toit"),
    )

    def __init__(self, titles: tuple[str, ...], plant: Plant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titles = titles[:MOST_COLUMNS]
        choices = _choices(len(plant.arrays.all()))
        columns: dict[str, forms.Field] = {
            f"column_{n}": forms.ChoiceField(label=title or "–", choices=choices, required=False)
            for n, title in enumerate(self.titles)
        }
        self.fields = columns | self.fields

    def clean(self) -> dict[str, Any]:
        """One column a quantity, one at least."""
        said: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for n in range(len(self.titles)):
            quantity, _unit, plane = _parts(said.get(f"column_{n}") or "")
            name = f"{quantity}_{plane}"
            if quantity and name in seen:
                self.add_error(f"column_{n}", _("Cette grandeur est déjà dans une autre colonne."))
            seen |= {name} if quantity else set()
        if not seen and not self.errors:
            raise forms.ValidationError(_("Dites au moins ce que contient une colonne."))
        return said

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields of the columns, in the order of the file."""
        return [self[f"column_{n}"] for n in range(len(self.titles))]

    @property
    def settings(self) -> list[forms.BoundField]:
        """The fields about the whole file."""
        return [self[name] for name in ("label", "timezone", "longest_gap_min", "layout_name")]

    def mapping(self) -> SensorMapping:
        """What was said, as the reader takes it."""
        said = self.cleaned_data
        parts = [(title, *_parts(said[f"column_{n}"])) for n, title in enumerate(self.titles)]
        columns: list[Any] = [part for part in parts if part[1]]
        return SensorMapping(
            columns=tuple(
                SensorColumn(title, quantity, unit, plane) for title, quantity, unit, plane in columns
            ),
            label=said["label"],
            timezone=said["timezone"],
            longest_gap_s=said["longest_gap_min"] * 60,
        )


def initial_mapping(titles: tuple[str, ...], stored: dict[str, Any], layout_name: str) -> dict[str, Any]:
    """What the form shows first: the mapping remembered for this roof, or guesses from the titles."""
    if not stored:
        return {"timezone": "Europe/Paris"} | _suggested(titles)
    known = {column["title"]: column for column in stored["columns"]}
    shown: dict[str, Any] = {
        f"column_{n}": _code(known[title]["quantity"], known[title]["unit"], known[title]["plane"])
        for n, title in enumerate(titles)
        if title in known
    }
    gap_min = stored["longest_gap_s"] // 60
    own = {"label": stored["label"], "timezone": stored["timezone"], "longest_gap_min": gap_min}
    return shown | own | ({"layout_name": layout_name} if layout_name else {})


def _suggested(titles: tuple[str, ...]) -> dict[str, str]:
    """One column a quantity: of two that fit, the first."""
    shown: dict[str, str] = {}
    taken: set[str] = set()
    for n, title in enumerate(titles):
        guess = None if _DATES.search(title) else suggest(title)
        if guess and guess[0] not in taken:
            taken.add(guess[0])
            shown[f"column_{n}"] = _code(*guess)
    return shown


def _choices(arrays: int) -> list[tuple[str, Any]]:
    """Every quantity in each of its units; sunlight in the plane for each of several arrays too."""
    choices: list[tuple[str, Any]] = [("", _("ne pas prendre"))]
    for quantity in QUANTITIES:
        planes = ["", *map(str, range(arrays))] if quantity in IN_PLANE and arrays > 1 else [""]
        for plane in planes:
            words = quantity_in_words(f"{quantity}_{plane}" if plane else quantity)
            group = [
                (_code(quantity, unit, plane), f"{words} ({_unit(unit)})") for unit in units_of(quantity)
            ]
            choices.append((words, group))
    return choices


def _unit(unit: str) -> str:
    return _("de 0 à 1") if unit == "1" else unit


def _code(quantity: str, unit: str, plane: str = "") -> str:
    return f"{quantity}|{unit}|{plane}"


def _parts(code: str) -> tuple[str, str, str]:
    quantity, unit, plane = code.split("|") if code.count("|") == 2 else ("", "", "")
    return quantity, unit, plane

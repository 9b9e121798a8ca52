"""Forms of a heat network: kilowatts, megawatt-hours and per cents as people write them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from babel.dates import get_month_names
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from installations.models import HeatBuilding, HeatNetwork, Plant
from mine_de_soleil.core import figures
from production.described_heat import network_of
from production.services.heat_networks import NETWORK
from production.sheet_forms import NumberField
from production.wording import language

MOST_BUILDINGS, EXTRA_BUILDINGS = 80, 2
Loss = HeatNetwork.PipeLoss
# What each way of counting losses may say, in the unit it is written in.
LOSS_LIMITS = {Loss.PER_KELVIN: (0, 10), Loss.PER_METRE: (0, 500), Loss.FRACTION: (0, 90)}


class QuantityField(NumberField):
    """A number between two limits, as shown; `times`: what makes it the stored unit."""

    def __init__(
        self, *, low: float, high: float, times: int = 1, scale: int = 1, whole: bool = False, **kwargs: Any
    ) -> None:
        self.low, self.high, self.times, self.whole = low, high, times, whole
        super().__init__(scale=scale, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is None:
            return None
        if not self.low <= number * self.scale <= self.high:
            raise forms.ValidationError(between(self.low, self.high))
        # 0.07 × 100 isn't 7: what is stored is what was written.
        stored = round(number * self.times, 6)
        return round(stored) if self.whole else stored

    def stored_as(self, value: float) -> str:
        """What is stored, as the field shows it."""
        return self.shown(value / self.times if self.times != 1 else value)


def between(low: float, high: float) -> str:
    """The limits of a field, as a sentence."""
    ends = {"low": _plain(low), "high": _plain(high)}
    return _("Entre %(low)s et %(high)s. Que faire\u202f: vérifiez l’unité.") % ends


def _plain(value: float) -> str:
    return figures.number(value, 1 if value % 1 else 0, language=language())


def _percent(label: Promise, low: float = 0, high: float = 100, **more: Any) -> QuantityField:
    return QuantityField(label=label, scale=100, low=low, high=high, **more)


class NetworkForm(forms.Form):
    """Boilers and pipes."""

    boiler_power_w = QuantityField(
        label=gettext_lazy("Puissance de la chaudière bois (kW)"), low=1, high=1e6, times=1000, whole=True
    )
    minimum_fraction = _percent(gettext_lazy("Plus petite allure (%)"))
    efficiency = _percent(gettext_lazy("Rendement à pleine puissance (%)"), 30)
    minimum_efficiency = _percent(gettext_lazy("Rendement à la plus petite allure (%)"), 30)
    store_wh = QuantityField(
        label=gettext_lazy("Ballon de stockage (kWh)"), low=0, high=1e6, times=1000, whole=True
    )
    start_loss_fraction = _percent(gettext_lazy("Bois perdu aux démarrages (%)"), 0, 50)
    availability = _percent(gettext_lazy("Part du temps où elle peut brûler (%)"), 1)
    first_month = forms.TypedChoiceField(label=gettext_lazy("Allumée à partir de"), coerce=int)
    last_month = forms.TypedChoiceField(label=gettext_lazy("Jusqu’à"), coerce=int)
    humidity = _percent(gettext_lazy("Humidité du bois (% du poids)"), 0, 60)
    gas_power_w = QuantityField(
        label=gettext_lazy("Puissance de la chaudière gaz (kW)"),
        help_text=gettext_lazy("0\u202f: pas encore choisie."),
        low=0,
        high=1e6,
        times=1000,
        whole=True,
    )
    gas_efficiency = _percent(gettext_lazy("Rendement du gaz (%)"), 30, 110)
    pipes_length_m = QuantityField(label=gettext_lazy("Longueur de tranchée (m)"), low=1, high=1e6)
    pipe_loss_method = forms.ChoiceField(label=gettext_lazy("Pertes comptées"), choices=Loss.choices)
    pipe_loss = QuantityField(
        label=gettext_lazy("Pertes du réseau"),
        help_text=gettext_lazy(
            "En W par mètre et par degré, en W par mètre, ou en % de la chaleur envoyée, selon le choix "
            "au-dessus."
        ),
        low=0,
        high=500,
    )
    supply_cold_c = QuantityField(label=gettext_lazy("Départ par grand froid (°C)"), low=5, high=200)
    supply_mild_c = QuantityField(label=gettext_lazy("Départ par temps doux (°C)"), low=5, high=200)
    return_c = QuantityField(label=gettext_lazy("Retour (°C)"), low=5, high=200)
    depth_m = QuantityField(label=gettext_lazy("Profondeur des tuyaux (m)"), low=0, high=10)
    source = forms.CharField(
        label=gettext_lazy("D’où viennent ces indications"),
        help_text=gettext_lazy("Par exemple\u202f: étude d’un bureau, factures de gaz 2023 à 2025."),
        max_length=300,
        required=False,
    )
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = get_month_names("wide", locale=language())
        for name in ("first_month", "last_month"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [(month, names[month]) for month in range(1, 13)]

    def clean(self) -> dict[str, Any]:
        """The loss within what its way of counting may say; a part is stored as one."""
        said: dict[str, Any] = super().clean() or {}
        method, loss = said.get("pipe_loss_method"), said.get("pipe_loss")
        if method and loss is not None:
            low, high = LOSS_LIMITS[Loss(method)]
            if not low <= loss <= high:
                self.add_error("pipe_loss", between(low, high))
            said["pipe_loss"] = round(loss / 100, 8) if method == Loss.FRACTION else loss
        warmest_return = min(said.get("supply_cold_c") or 200, said.get("supply_mild_c") or 200)
        if (said.get("return_c") or 0) > warmest_return:
            self.add_error("return_c", _("Le retour est moins chaud que le départ. Corrigez l’un des deux."))
        return said

    @property
    def network(self) -> dict[str, Any]:
        """What `save_network` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class BuildingForm(forms.Form):
    """A building, known by its yearly heat, or by its area and need."""

    name = forms.CharField(label=gettext_lazy("Nom du bâtiment"), max_length=100)
    # Without an empty choice, an empty line would look like a house.
    kind = forms.ChoiceField(
        label=gettext_lazy("Usage du bâtiment"),
        choices=[("", gettext_lazy("choisissez un usage")), *HeatBuilding.Kind.choices],
    )
    annual_heat_wh = QuantityField(
        label=gettext_lazy("Chaleur par an (MWh)"),
        help_text=gettext_lazy("D’après les factures. Sinon, donnez la surface et le besoin."),
        low=0.1,
        high=1e6,
        times=1_000_000,
        whole=True,
        required=False,
    )
    floor_area_m2 = QuantityField(label=gettext_lazy("Surface (m²)"), low=1, high=1e7, required=False)
    heat_kwh_per_m2 = QuantityField(
        label=gettext_lazy("Besoin (kWh par m² et par an)"), low=1, high=5000, required=False
    )
    hot_water_fraction = _percent(gettext_lazy("Part de l’eau chaude (%)"))

    def clean(self) -> dict[str, Any]:
        """Heat known one way, and one only."""
        said: dict[str, Any] = super().clean() or {}
        if {"annual_heat_wh", "floor_area_m2", "heat_kwh_per_m2"} & self.errors.keys():
            return said
        heat, area, need = (
            said.get(name) is not None for name in ("annual_heat_wh", "floor_area_m2", "heat_kwh_per_m2")
        )
        if (heat, area, need) not in ((True, False, False), (False, True, True)):
            sentence = _("Donnez soit la chaleur par an, soit la surface et le besoin, pas les deux.")
            self.add_error("annual_heat_wh", sentence)
        return said

    @property
    def building(self) -> dict[str, Any]:
        """What `save_network` takes."""
        return {name: self.cleaned_data.get(name) for name in self.fields if name != "DELETE"}


# Django's own class takes no type while it runs; its stubs ask for one.
if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet[BuildingForm]
else:
    _FormSet = forms.BaseFormSet


class BuildingsFormSet(_FormSet):
    """The buildings of a network; empty lines count for nothing."""

    default_error_messages = {
        "missing_management_form": gettext_lazy(
            "Le formulaire est arrivé incomplet. Que faire\u202f: rouvrez la page, puis recommencez."
        ),
        "too_many_forms": gettext_lazy("Trop de bâtiments à la fois\u202f: %(num)d au plus."),
    }

    @property
    def kept(self) -> list[BuildingForm]:
        """The lines that describe a building."""
        standing = self.initial_form_count()
        written = [form for rank, form in enumerate(self.forms) if rank < standing or form.has_changed()]
        return [form for form in written if not form.cleaned_data.get("DELETE")]


Buildings = forms.formset_factory(
    BuildingForm,
    formset=BuildingsFormSet,
    extra=EXTRA_BUILDINGS,
    max_num=MOST_BUILDINGS,
    absolute_max=MOST_BUILDINGS + EXTRA_BUILDINGS,
    validate_max=True,
    can_delete=True,
)


def initial_network(row: HeatNetwork | None) -> dict[str, Any]:
    """What the form shows first: the description, or the usual figures."""
    stands = row or HeatNetwork(boiler_power_w=0, pipes_length_m=0, pipe_loss=0)
    shown: dict[str, Any] = {}
    for name, field in NetworkForm.base_fields.items():
        if name == "seen":
            continue
        value = getattr(stands, name)
        shown[name] = field.stored_as(value) if isinstance(field, QuantityField) else value
    if stands.pipe_loss_method == Loss.FRACTION:
        shown["pipe_loss"] = NumberField(scale=100).shown(stands.pipe_loss)
    return shown if row else shown | dict.fromkeys(("boiler_power_w", "pipes_length_m", "pipe_loss"), "")


def initial_buildings(buildings: Sequence[HeatBuilding]) -> list[dict[str, Any]]:
    """What the lines show first."""
    return [{name: _shown(building, name) for name in BuildingForm.base_fields} for building in buildings]


def _shown(building: HeatBuilding, name: str) -> Any:
    field, value = BuildingForm.base_fields[name], getattr(building, name)
    return field.stored_as(value) if isinstance(field, QuantityField) and value is not None else value


def forms_of(plant: Plant, seen: str) -> tuple[NetworkForm, BuildingsFormSet]:
    """Both forms as they are first shown."""
    row = network_of(plant)
    buildings = list(row.buildings.all()) if row else []
    form = NetworkForm(initial=initial_network(row) | {"seen": seen})
    return form, lines_of(initial=initial_buildings(buildings))


def lines_of(**arguments: Any) -> BuildingsFormSet:
    """The lines of buildings, from initial values or from what was sent."""
    made = Buildings(prefix="batiments", **arguments)
    assert isinstance(made, BuildingsFormSet)  # the factory forgets what it was given
    return made


def refuse(form: NetworkForm, lines: BuildingsFormSet, faults: dict[str | int, str]) -> None:
    """Put the engine's refusals beside what they are about."""
    kept = lines.kept
    for place, sentence in faults.items():
        if place == NETWORK or not isinstance(place, int):
            form.add_error(None, sentence)
        else:
            kept[place].add_error("annual_heat_wh", sentence)

"""What the heat engine is told: buildings, pipes, boiler, and the climate the buildings' heat refers to."""

from __future__ import annotations

from dataclasses import dataclass

UNVERIFIED = "unverified"
# Figures an operator replaces by those of the real plant. Each states where it comes from.
SOURCES = {
    "minimum_fraction": "Forestry Commission Scotland, usewoodfuel.co.uk; University of Strathclyde, "
    "biomass feasibility tool: wood-chip boilers regulate down to about 30 % of their power",
    "efficiency": f"middle of the 80 to 88 % of the fact sheet [M]; {UNVERIFIED}",
    "minimum_efficiency": f"three points below full load; {UNVERIFIED}",
    "start_loss_fraction": f"{UNVERIFIED}",
    "availability": f"{UNVERIFIED}",
    "gas_efficiency": f"{UNVERIFIED}",
    "supply and return temperatures": f"ordinary low-temperature network; {UNVERIFIED}",
    "depth_m": f"{UNVERIFIED}",
    "humidity": "30 %: 3,354 kWh/t [S]; law of the fact sheet, calibrated from 20 to 45 %",
}
ALL_MONTHS = tuple(range(1, 13))
# Degree days of COSTIC run from 1 September to 30 June [S].
HEATING_MONTHS = (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)


@dataclass(frozen=True, slots=True)
class Building:
    """A building and the heat it takes in a year of the reference climate [Wh], hot water included.

    kind: one of `profiles.KINDS`. hot_water_fraction [1]: the part of that heat which does not follow the
    weather.
    """

    name: str
    kind: str
    annual_heat_wh: float
    hot_water_fraction: float


@dataclass(frozen=True, slots=True)
class ReferenceClimate:
    """The year the buildings' heat refers to, and the ground the pipes lie in.

    degree_days [K·d] below base_c [°C] in heating_months, of weighted daily temperatures; ground: mean and
    half swing of the air [°C], coldest_day [day of the year]. weather_sha256: the weather it was read from.
    """

    degree_days: float
    ground_mean_c: float
    ground_swing_c: float
    coldest_day: float
    base_c: float = 18.0
    heating_months: tuple[int, ...] = HEATING_MONTHS
    weather_sha256: str = ""


@dataclass(frozen=True, slots=True)
class LossPerKelvin:
    """Loss of a trench, flow and return together [W/(m·K)], between the mean of both and the ground.

    Flow temperature [°C]: supply_cold_c at outdoor_cold_c and below, supply_mild_c at outdoor_mild_c and
    above, a line between.
    """

    w_per_m_k: float
    supply_cold_c: float = 80.0
    supply_mild_c: float = 70.0
    outdoor_cold_c: float = -7.0
    outdoor_mild_c: float = 15.0
    return_c: float = 55.0
    depth_m: float = 0.8


@dataclass(frozen=True, slots=True)
class LossPerMetre:
    """The same loss at all times [W/m] while the network is in service."""

    w_per_m: float


@dataclass(frozen=True, slots=True)
class LossFraction:
    """Loss as a fraction [1] of the heat that leaves the plant."""

    fraction: float


PipeLoss = LossPerKelvin | LossPerMetre | LossFraction


@dataclass(frozen=True, slots=True)
class Pipes:
    """Trench length [m], flow and return side by side, and what it loses."""

    length_m: float
    loss: PipeLoss


@dataclass(frozen=True, slots=True)
class WoodBoiler:
    """A wood boiler: nominal_power_w, heat output [W].

    Efficiencies refer to the lower heating value [1]: efficiency at nominal power, minimum_efficiency at
    minimum_fraction of it [1], a line of the fuel between. Below that load the fire goes out and gas takes
    over, unless a store of store_wh [Wh] takes an hour of the least output: then the boiler burns by turns,
    at start_loss_fraction [1] more fuel. availability [1]: part of the hours the boiler can burn.
    months: those in which it is lit. humidity [1]: of the wood, water over wet mass.
    """

    nominal_power_w: float
    minimum_fraction: float = 0.3
    efficiency: float = 0.84
    minimum_efficiency: float = 0.81
    store_wh: float = 0.0
    start_loss_fraction: float = 0.05
    availability: float = 0.95
    months: tuple[int, ...] = ALL_MONTHS
    humidity: float = 0.3

    @property
    def minimum_power_w(self) -> float:
        """Least output of a steady fire [W]."""
        return self.nominal_power_w * self.minimum_fraction

    @property
    def burns_by_turns(self) -> bool:
        """Whether the store takes an hour of the least output, so that the boiler serves small loads too."""
        return self.store_wh >= self.minimum_power_w


@dataclass(frozen=True, slots=True)
class HeatNetwork:
    """Buildings, pipes, a wood boiler and gas for the rest; gas is as powerful as need be.

    gas_efficiency [1] refers to the lower heating value. weather: number of its weather among those given.
    """

    buildings: tuple[Building, ...]
    pipes: Pipes
    boiler: WoodBoiler
    climate: ReferenceClimate
    gas_efficiency: float = 0.9
    timezone: str = "Europe/Paris"
    weather: int = 0

    @property
    def annual_heat_wh(self) -> float:
        """Heat of all buildings in a year of the reference climate [Wh]."""
        return sum(building.annual_heat_wh for building in self.buildings)

    @property
    def heating_fraction(self) -> float:
        """The part of it that follows the weather [1]."""
        heating = sum(b.annual_heat_wh * (1 - b.hot_water_fraction) for b in self.buildings)
        return heating / self.annual_heat_wh

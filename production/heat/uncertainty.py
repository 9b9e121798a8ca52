"""How sure the heat from wood is: the items `production.uncertainty` makes P50, P75 and P90 of."""

from __future__ import annotations

from statistics import mean, stdev

from production.heat.description import HeatNetwork
from production.uncertainty import UncertaintyItem

# French index of winter severity: degree days below 17 °C from January to May and October to December, over
# those of 1986-2015; years 1990 to 2019.
WINTERS = (
    *(0.939, 1.141, 1.052, 1.052, 0.902, 0.965, 1.115, 0.964, 1.019, 0.974),
    *(0.918, 0.976, 0.875, 1.015, 1.041, 1.042, 0.991, 0.912, 0.986, 1.006),
    *(1.168, 0.837, 1.003, 1.096, 0.816, 0.898, 1.002, 0.948, 0.902, 0.924),
)
WINTER_DEVIATION = stdev(WINTERS) / mean(WINTERS)
_SDES = "SDES, indicateurs-snbc.developpement-durable.gouv.fr, indice de rigueur de l’hiver, 1990-2019"
_ESTIMATE = "estimate without publication"


def heat_items(network: HeatNetwork) -> tuple[UncertaintyItem, ...]:
    """Doubts on a year of heat from wood [1], independent and normal.

    The weather moves heating and leaves hot water and pipes alone. The whole of its sway is counted, though
    gas takes part of a hard winter: so far the band is rather too wide. One town's winters differ more than
    those of all France: so far it is too narrow.
    """
    winter = WINTER_DEVIATION * network.heating_fraction
    return (
        UncertaintyItem("winter from year to year", winter, _SDES, True, "C", "France"),
        UncertaintyItem("heat of the buildings", 0.08, _ESTIMATE),
        UncertaintyItem("buildings that join late or leave", 0.05, _ESTIMATE),
        UncertaintyItem("losses of the pipes", 0.02, _ESTIMATE),
        UncertaintyItem("standstills of the boiler", 0.03, _ESTIMATE, averages_out=True),
        UncertaintyItem("model and other causes", 0.03, _ESTIMATE),
    )

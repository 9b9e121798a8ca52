"""Headers of the portals we know, to say of one that changed which columns are there and which are gone."""

from __future__ import annotations

from production.formats.errors import quoted

# What each portal's reader needs, and the columns it usually stands among.
HEADERS: dict[str, tuple[str, ...]] = {
    "Enphase": ("Date/Time", "Energy Produced (Wh)", "Energy Consumed (Wh)"),
    "SolarEdge": ("Time", "Measurement Time", "System Production (Wh)", "Production (Wh)", "Energie (Wh)"),
    "Fronius Solar.web": ("Datum und Uhrzeit", "Gesamt Erzeugung", "PV Produktion", "Gesamt Verbrauch"),
    "Sungrow iSolarCloud": ("Time", "Zeit", "PV(kWh)", "PV-Ertrag(W)", "Feed-in(kWh)", "Load(kWh)"),
    "SENEC": ("Uhrzeit", "Stromerzeugung [kW]", "Netzbezug [kW]", "Akku Spannung [V]"),
    "Solarman": ("Plant Name", "Updated Time", "Production-Today(kWh)"),
    "Huawei FusionSolar": ("ManageObject", "Start Time", "Active power(kW)", "Daily energy(kWh)"),
    "Huawei FusionSolar (rapport)": ("Statistical Period", "Inverter Yield (kWh)", "PV Yield (kWh)"),
    "Enedis": ("Identifiant PRM", "Horodate", "Valeur", "Unité", "Pas"),
}
FEWEST_FOUND = 2


def likeness(titles: tuple[str, ...]) -> str:
    """Name the portal a header resembles, with what is found and what is missing; "" where none does."""
    there = {_plain(title) for title in titles}
    scored = [
        (sum(_plain(title) in there for title in known), portal, known) for portal, known in HEADERS.items()
    ]
    count, portal, known = max(scored)
    missing = [title for title in known if _plain(title) not in there]
    if count < FEWEST_FOUND or not missing:
        return ""
    found = ", ".join(quoted(title) for title in known if _plain(title) in there)
    return (
        f"Ce fichier ressemble à un export de {portal} dont l’en-tête a changé. Retrouvé : {found}. "
        f"Introuvable : {', '.join(map(quoted, missing))}."
    )


def _plain(title: str) -> str:
    return "".join(title.lower().split())

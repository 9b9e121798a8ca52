"""Short files shaped like the portals' own, one of each format: two hours or three days of 1 kWh."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl

PRM = "19125759625988"


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sma_webui(rows: str, channels: str = "Metering.TotWhOut", units: str = "[Wh]") -> str:
    commas = "," * (channels.count(",") + 1)
    head = "\ufeffsep=,\nVersion CSV3|Tool WebUI|Linebreaks CR/LF|Delimiter comma\n\n"
    serials = "," + ",".join(f"30{i}" for i in range(len(commas)))
    names = ["SB", "SUNNY BOY"]
    for name in names:
        head += "".join(f",{name}" for _ in commas) + "\n"
    return (
        f"{head}{serials}\n,{channels}\n{commas.replace(',', ',Analog')}\nDD.MM.YYYY hh:mm:ss,{units}\n{rows}"
    )


def sunny_explorer(rows: str, day: bool = True) -> str:
    channels, layout = (
        ("Tagesertrag", "dd.MM.yyyy;kWh;kWh") if day else ("Leistung", "dd.MM.yyyy HH:mm:ss;kWh;kW")
    )
    return (
        "sep=;\nVersion CSV1|Tool SE|Linebreaks CR/LF|Delimiter semicolon|Decimalpoint comma|Precision 3\n\n"
        ";SN: 2100000001;SN: 2100000001\n;SB 5000TL-20;SB 5000TL-20\n;2100000001;2100000001\n"
        f";Gesamtertrag;{channels}\n;Counter;Analog\n{layout}\n{rows}"
    )


def api_answer(
    points: list[tuple[str, Any]], step: str = "HOUR", unit: str = "Wh", kind: str = "energy"
) -> str:
    values = [{"date": date, "value": value} for date, value in points]
    return json.dumps({kind: {"timeUnit": step, "unit": unit, "values": values}}, indent=1)


def enedis_index(rows: str, business: str = "Production", way: str = "EAI", unit: str = "Wh") -> str:
    registers = (
        ";".join(f"{way} F{i}" for i in range(1, 11)) + ";" + ";".join(f"{way} D{i}" for i in range(1, 5))
    )
    return (
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
        f"Etape metier;Unite\n{PRM};Index;01/06/2025;04/06/2025;Energie active;{business};"
        f"Comptage Brut;{unit}\n\n"
        f"Horodate;Type de releve;{registers};{way} T\n{rows}"
    )


def index_row(instant: str, total: Any, kind: str = "Arrêté quotidien") -> str:
    return f"{instant};{kind};{total};;;;;;;;;;;;;;{total}\n"


_DAYS = ("01", "02", "03")
TEXTS: dict[str, str] = {
    "enedis": (
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
        f"Etape metier;Unite;Pas en minutes\n{PRM};Courbe de charge;01/06/2025;01/06/2025;Energie active;"
        "Production;Comptage Brut;W;\n\nHorodate;Valeur\n"
        + "".join(f"2025-06-01T{h:02}:00:00+02:00;1000\n" for h in (10, 11, 12))
    ),
    "enedis-index": enedis_index(
        "".join(index_row(f"2025-06-{d:02}T00:00:00+02:00", 1000 * d) for d in range(1, 5))
    ),
    "sma": sma_webui("".join(f"01.06.2025 1{m}:00:00,{1000 * m}\n" for m in range(4))),
    "solaredge": "Time,Energie (Wh),Zähler E (Wh)\n" + "".join(f'{d}.06.2025,"1000","9"\n' for d in _DAYS),
    "enphase": "Date/Time,Energy Produced (Wh)\n" + "".join(f"06/{d}/2025 10:00,1000\n" for d in _DAYS),
    "fronius": (
        "Datum und Uhrzeit,Gesamt Erzeugung,Gesamt Verbrauch,\n[dd.MM.yyyy],[Wh],[Wh],\n"
        + "".join(f"{d}.06.2025,1000.0,13788.33,\n" for d in _DAYS)
    ),
    "sungrow": "\ufeffTime,PV(kWh),Load(kWh)\n" + "".join(f"2025-06-{d},1.0,2.5\n" for d in _DAYS),
    "senec": (
        "Uhrzeit;Netzbezug [kW];Stromerzeugung [kW];Akku Spannung [V]\n"
        + "".join(f"01.06.2025 1{h}:00:0{h};0,005859;1,000000;56,040001\n" for h in range(3))
    ),
    "pvoutput": "".join(f"202506{d},1000,0.500,0,9,400,13:00,Fine;" for d in _DAYS),
    "pvoutput-status": "".join(
        f"/service/r2/addstatus.jsp?d=20250601&t=1{h}:00&v1={1000 * h}&v2=900\n" for h in range(1, 4)
    ),
    "edf": (
        "Récapitulatif de mes puissances atteintes en W\n\nDate et heure de relève par le distributeur;"
        "Puissance atteinte (W);Nature de la donnée\n01/06/2025;;\n"
        "00:00:00;2000;Réelle\n23:30:00;2000;Réelle\n23:00:00;2000;Réelle\n"
    ),
    "fluvius": (
        "\ufeffVan (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Metertype;Register;"
        "Volume;Eenheid;Validatiestatus;Omschrijving\n"
        + "".join(
            f'01-06-2025;1{h}:00:00;01-06-2025;1{h + 1}:00:00;="541448820000000001";1SAG1;Digitale meter;'
            f"{register};{volume};kWh;Uitgelezen;\n"
            for h in range(3)
            for register, volume in (("Afname Dag", "9,5"), ("Injectie Dag", "1,000"))
        )
    ),
    "index": "Date;Index (kWh);Volume (m3)\n" + "".join(f"2025-06-0{d};{40 + d};1,5\n" for d in range(1, 5)),
    "generic": "Date;kWh\n" + "".join(f"2025-06-{d};1\n" for d in _DAYS),
}
BOOKS: dict[str, Callable[[], bytes]] = {
    "solarman": lambda: workbook(
        [
            ["Plant Name", "Updated Time", "Time Zone", "Production-Today(kWh)"],
            *([["Halle", f"2025/06/{d}", " UTC+01:00 ", "1.00"] for d in _DAYS]),
        ]
    ),
    "enedis-days": lambda: workbook(
        [
            ["Point Référence Mesure (PRM) : ", PRM, "Type de comptage : ", "Production Quotidienne"],
            [],
            ["Date", "Valeur (en kWh)"],
            *([[f"{d}/06/2025", 1] for d in _DAYS]),
        ]
    ),
    "fusionsolar-plant": lambda: workbook(
        [
            ["Plant report"],
            ["Statistical Period", "Total String Capacity (kWp)", "PV Yield (kWh)", " Inverter Yield (kWh)"],
            *([[f"2025-06-{d}", 36.0, 1.1, 1.0] for d in _DAYS]),
            ["Total", 36.0, 3.3, 3.0],
        ]
    ),
    "generic-xlsx": lambda: workbook(
        [["Suivi de la halle"], [], ["Jour", "Production (kWh)"], *([[f"{d}/06/2025", 1.0] for d in _DAYS])]
    ),
}


def sge_xml(
    points: list[tuple[str, str]], step: str = "PT10M", business: str = "PROD", unit: str = "W"
) -> str:
    measures = "".join(
        f"      <mesure><v>{value}</v><d>{instant}</d><p>{step}</p><n>B</n></mesure>\n"
        for instant, value in points
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ns:consulterMesuresDetailleesResponse xmlns:ns="http://x">\n'
        f"  <pointId>{PRM}</pointId>\n  <grandeur>\n    <grandeurMetier>{business}</grandeurMetier>\n"
        f"    <grandeurPhysique>PA</grandeurPhysique>\n    <unite>{unit}</unite>\n{measures}  </grandeur>\n"
        "</ns:consulterMesuresDetailleesResponse>\n"
    )

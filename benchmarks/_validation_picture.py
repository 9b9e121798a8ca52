"""The picture and the table of docs/algorithms/validation.md, drawn from the comparisons themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks import _metered as metered
from benchmarks.validation import HEADINGS, JUDGED, SETTINGS, Comparison, enerpos_expected_w, enerpos_lights

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "algorithms"
PAGE, PICTURE = FOLDER / "validation.md", FOLDER / "validation.svg"
BEGIN, END = "<!-- figures: python -m benchmarks validation --picture -->", "<!-- end of figures -->"

WIDTH, HEIGHT, LEFT, RIGHT = 900, 660, 230, 880
DAYS = ("2022-10-08", "2022-10-09", "2022-10-10")  # broken, clear and dull, in that order
LOCAL = "Indian/Reunion"
TOP, BOTTOM, HIGHEST_KW = 60, 260, 50
FIRST_ROW, ROW, WIDEST = 345, 22, 0.12
INK, SUN, PALE, GRID = "#2b2b2b", "#c2570c", "#fbe3cf", "#d9d9d9"


def rewrite(found: Sequence[Comparison]) -> None:
    """Draw the picture anew and set the table of the page. Raises ValueError where the page has no marks."""
    PICTURE.write_text(picture(found), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks the marks around its table")
    PAGE.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{after}", encoding="utf-8")


def table(found: Sequence[Comparison]) -> str:
    """The comparisons as a Markdown table."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(one.cells() for one in found)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def picture(found: Sequence[Comparison]) -> str:
    """An SVG: three days of ENERPOS above, all biases with what is allowed below."""
    says = "Expected and metered power of ENERPOS over three days; bias of every comparison"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            f' font-family="sans-serif" font-size="13" fill="{INK}">',
            f"<title>{says}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            *_days(),
            *_biases(found),
            "</svg>",
            "",
        ]
    )


def _days() -> list[str]:
    power = metered.enerpos_power_w().sum(axis=1, skipna=False)
    setting = SETTINGS[JUDGED]
    expected = enerpos_expected_w(enerpos_lights(setting)["global alone"], setting).sum(axis=1)
    parts = [_text(20, 30, "ENERPOS, AC power at 10 minutes, expected from global irradiance alone [kW]", 15)]
    for kw in range(0, HIGHEST_KW + 1, 10):
        y = _power_y(kw * 1000)
        parts += [_line(60, y, RIGHT, y, GRID), _text(52, y + 4, str(kw), anchor="end")]
    parts += [_curve(expected, SUN, 2.0), _curve(power, INK, 1.3)]
    for number, day in enumerate(DAYS):
        x = 60 + (RIGHT - 60) * (number + 0.5) / len(DAYS)
        parts.append(_text(x, BOTTOM + 18, pd.Timestamp(day).strftime("%-d %B %Y"), anchor="middle"))
    parts += [_line(640, 44, 665, 44, INK, 1.5), _text(670, 48, "metered")]
    return [*parts, _line(750, 44, 775, 44, SUN, 2.5), _text(780, 48, "expected")]


def _curve(power_w: pd.Series[float], colour: str, width: float) -> str:
    local = power_w.set_axis(pd.DatetimeIndex(power_w.index).tz_convert(LOCAL))
    shown = pd.concat([local.loc[day] for day in DAYS]).dropna()
    first = pd.Timestamp(DAYS[0], tz=LOCAL)
    span_s = len(DAYS) * 86_400
    points = " ".join(
        f"{60 + (RIGHT - 60) * (instant - first).total_seconds() / span_s:.1f},{_power_y(watts):.1f}"
        for instant, watts in shown.items()
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _biases(found: Sequence[Comparison]) -> list[str]:
    bottom = FIRST_ROW + ROW * len(found)
    parts = [_text(20, FIRST_ROW - 35, "Bias of the energy expected, and what is allowed (band)", 15)]
    for percent in range(-12, 13, 4):
        x = _bias_x(percent / 100)
        parts.append(_line(x, FIRST_ROW - 14, x, bottom - 8, INK if not percent else GRID))
        parts.append(_text(x, FIRST_ROW - 18, f"{percent:+d} %" if percent else "0", anchor="middle"))
    for number, one in enumerate(found):
        parts += _row(one, FIRST_ROW + ROW * number)
    return parts


def _row(one: Comparison, y: float) -> list[str]:
    left, right, x = _bias_x(-one.allowed_bias), _bias_x(one.allowed_bias), _bias_x(one.bias)
    label = f"{one.system.split()[0]}, {one.light.removesuffix(', typical year')}, {one.setting}"
    colour = INK if one.is_met else SUN
    return [
        f'<rect x="{left:.1f}" y="{y - 8}" width="{right - left:.1f}" height="16" fill="{PALE}"/>',
        _text(20, y + 4, label, 12),
        f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{colour}"/>',
        _text(x + (9 if one.bias > 0 else -9), y + 4, f"{one.bias:+.1%}", 11, _anchor(one.bias)),
    ]


def _anchor(bias: float) -> str:
    return "start" if bias > 0 else "end"


def _bias_x(bias: float) -> float:
    left = LEFT + 70
    return left + (RIGHT - 20 - left) * (bias + WIDEST) / (2 * WIDEST)


def _power_y(watts: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * watts / 1000 / HIGHEST_KW


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, words: str, size: int = 13, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{words}</text>'

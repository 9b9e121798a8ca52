"""Readings as a program sends them: one body, several meters, JSON or CSV. Pure: no Django, no clock.

`open_body` takes a body apart and keeps what is wrong with its items; `read_body` judges the readings with
what is known of the meters, and gives one series a meter, or refuses the whole body with every fault found.
The checks of power, instants, repetitions and overlaps are those of meter files (production.formats).
"""

from production.readings_body.body import API_CSV, API_JSON, BODY_FORMATS, MAX_READINGS, Body
from production.readings_body.csv_body import open_csv
from production.readings_body.errors import BodyFault, BodyRefused, BodyTooLarge, BodyUnreadable
from production.readings_body.json_body import open_json
from production.readings_body.reading import KnownMeter, read_body, watt_hours

__all__ = [
    "API_CSV",
    "API_JSON",
    "BODY_FORMATS",
    "MAX_READINGS",
    "Body",
    "BodyFault",
    "BodyRefused",
    "BodyTooLarge",
    "BodyUnreadable",
    "KnownMeter",
    "open_body",
    "read_body",
    "watt_hours",
]


def open_body(content: bytes, format: str) -> Body:
    """Take a body of one of BODY_FORMATS apart. Raises BodyUnreadable, BodyTooLarge, BodyRefused."""
    return open_json(content) if format == API_JSON else open_csv(content)

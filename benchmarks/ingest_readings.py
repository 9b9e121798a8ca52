"""Readings by API, through the web server as production runs it, against a bare `COPY` of the same rows.

A day of ten-minute readings of 200 roofs a request: 28,800 rows, each checked, stored with its import and
place, rolled up by day. Three ways to write them; the peer copies the rows, ready made, without HTTP.
"""

import http.client
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from django.db import connection
from django.utils import timezone

from benchmarks._meter_years import bench_plant
from benchmarks._scratch import scratch_database
from installations.models import Meter, Plant, PVArray
from mine_de_soleil.core.models import User
from production.models import DailyEnergy, Reading
from production.services.meter_tokens import make_meter_token
from shareholders.roles import Role
from shareholders.services import grant_role

METERS, STEPS, RUNS = 200, 144, 5
ROWS = METERS * STEPS
FIRST = date(2025, 1, 1)
TARGET_A_SECOND = 20_000

Frame = pd.DataFrame


def run(**_words: bool) -> list[dict[str, Any]]:
    """Median seconds of five requests of each kind, each of a day of its own, and of the peer.

    Raises AssertionError where what is stored isn't what was sent. The database is a scratch one.
    """
    with scratch_database():
        return _run()


def _run() -> list[dict[str, Any]]:
    codes, key = _cooperative()
    results = []
    with _server() as port:
        for n, (name, content_type, written) in enumerate(KINDS):
            first = FIRST + timedelta(days=n * (RUNS + 1))
            frames = [_day(codes, first + timedelta(days=k)) for k in range(RUNS + 1)]
            bodies = [written(frame) for frame in frames]
            ours = [_seconds(lambda b=body, c=content_type: _post(port, key, c, b)) for body in bodies]
            peers = [_seconds(lambda f=frame: _bare_copy(f)) for frame in frames]
            _same_energy(frames)
            # The first request warms the server's process, the first copy the planner.
            results.append(_result(name, len(bodies[1]), ours[1:], peers[1:]))
    return results


def _result(name: str, size: int, ours: list[float], peers: list[float]) -> dict[str, Any]:
    ours_s, peer_s = statistics.median(ours), statistics.median(peers)
    return {
        "case": f"readings by API, {name}",
        "done": f"{ROWS} readings of {METERS} meters in one request ({size / 1e6:.1f} MB) through granian: "
        f"{ROWS / ours_s:,.0f} a second (to be at least {TARGET_A_SECOND:,}); median of {RUNS}",
        "readings_a_second": round(ROWS / ours_s),
        "ours_s": ours_s,
        "peer": "bare COPY of the same rows, ready made, into a table with the same primary key",
        "peer_s": peer_s,
        "ratio": ours_s / peer_s,
        "target": f"ours over peer; {ROWS / TARGET_A_SECOND:.2f} s at most",
    }


def _cooperative() -> tuple[list[str], str]:
    plant = bench_plant()
    meters = [_roof(plant, n) for n in range(METERS)]
    user = User.objects.create_user("bench@example.org")
    grant_role(actor=None, cooperative=plant.cooperative, user=user, role=Role.OPERATOR)
    _, key = make_meter_token(
        actor=None,
        owner=user,
        cooperative=plant.cooperative,
        name="bench",
        meters=meters,
        life=timedelta(days=1),
        now=timezone.now(),
    )
    return [meter.code for meter in meters], key


def _roof(like: Plant, n: int) -> Meter:
    """A roof like that one, with a meter: in a town, each meter has its own."""
    roof = Plant.objects.get(pk=like.pk)
    roof.pk, roof.slug = None, f"bench-{n}"
    roof.save()
    PVArray.objects.create(plant=roof, peak_power_w=60_000, tilt_deg=15, azimuth_deg=180)
    return Meter.objects.create(plant=roof, code=f"BENCH-{n:03}")


def _day(codes: list[str], day: date) -> Frame:
    """A day of every meter, by meter and instant."""
    starts = pd.date_range(f"{day}T00:00:00Z", periods=STEPS, freq="10min")
    sun = np.clip(np.sin((np.arange(STEPS) / 6 - 6) / 12 * np.pi), 0, None)
    energy = np.random.default_rng(day.toordinal()).uniform(0.2, 1, (METERS, STEPS)) * sun * 7_000
    return pd.DataFrame(
        {
            "meter": np.repeat(codes, STEPS),
            "start": np.tile(starts, METERS),
            "energy_wh": energy.astype(np.int64).ravel(),
        }
    )


def _texts(frame: Frame) -> Iterator[tuple[str, str, int]]:
    starts = frame["start"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield from zip(frame["meter"], starts, frame["energy_wh"].tolist(), strict=True)


def _as_series(frame: Frame) -> bytes:
    series = [
        {
            "meter": code,
            "start": f"{rows['start'].iloc[0]:%Y-%m-%dT%H:%M:%SZ}",
            "step_minutes": 10,
            "energy_wh": rows["energy_wh"].tolist(),
        }
        for code, rows in frame.groupby("meter")
    ]
    return json.dumps({"series": series}).encode()


def _as_singles(frame: Frame) -> bytes:
    readings = [
        {"meter": code, "start": start, "minutes": 10, "energy_wh": wh} for code, start, wh in _texts(frame)
    ]
    return json.dumps({"readings": readings}).encode()


def _as_csv(frame: Frame) -> bytes:
    lines = [f"{code};{start};10;{wh}" for code, start, wh in _texts(frame)]
    return "\n".join(["meter;start;minutes;energy_wh", *lines, ""]).encode()


KINDS: tuple[tuple[str, str, Callable[[Frame], bytes]], ...] = (
    ("JSON, series", "application/json", _as_series),
    ("JSON, one by one", "application/json", _as_singles),
    ("CSV", "text/csv", _as_csv),
)


@contextmanager
def _server() -> Iterator[int]:
    """Granian on the scratch database, with the processes and threads of docs/deploy.md."""
    port = _free_port()
    environment = os.environ | {"DATABASE_URL": _database_url()}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "4", "--log-level", "warning"]
    with subprocess.Popen([*command, "mine_de_soleil.wsgi:application"], env=environment) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database_url() -> str:
    said = connection.settings_dict
    where = f"?host={quote(said['HOST'], safe='')}" if said["HOST"].startswith("/") else ""
    host = "" if where else f"{said['HOST']}:{said['PORT']}"
    user = quote(said["USER"]) + (f":{quote(said['PASSWORD'])}" if said["PASSWORD"] else "")
    return f"postgresql://{user}@{host}/{said['NAME']}{where}"


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            _ask(port, "GET", "/api/v1/cooperatives/", b"", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server never answered")


def _ask(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        wire.request(method, path, body, headers)
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


def _post(port: int, key: str, content_type: str, body: bytes) -> None:
    headers = {"Authorization": f"Token {key}", "Content-Type": content_type}
    status, answer = _ask(port, "POST", "/api/v1/readings/", body, headers)
    assert status == 201, (status, answer[:500])
    assert json.loads(answer)["rows_new"] == ROWS


def _bare_copy(frame: Frame) -> None:
    text = io.StringIO()
    ready = frame.assign(meter=np.repeat(np.arange(METERS), STEPS), length=600)
    ready.to_csv(text, index=False, header=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bare (meter bigint, start timestamptz, energy bigint, length integer,"
            " PRIMARY KEY (meter, start))"
        )
        with cursor.copy("COPY bare FROM STDIN WITH (FORMAT csv)") as copy:
            copy.write(text.getvalue())


def _same_energy(frames: list[Frame]) -> None:
    sent_wh = sum(int(frame["energy_wh"].sum()) for frame in frames)
    first, last = frames[0]["start"].iloc[0], frames[-1]["start"].iloc[-1]
    held = Reading.objects.filter(start__range=(first.to_pydatetime(), last.to_pydatetime()))
    assert sum(held.values_list("energy_wh", flat=True)) == sent_wh
    # The sun sets before midnight, in Paris as in UTC: local days hold the same.
    days = DailyEnergy.objects.between(first.date(), last.date()).values_list("energy_wh", flat=True)
    assert sum(days) == sent_wh


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

"""The first load of a resident's pages as Lighthouse sees it on a slow phone: the largest paint, and its score.

Lighthouse simulates the network from one real load, so the figures hold on a busy machine, within limits: a page
that misses is loaded again. It comes from npm into the bench's own folder; without Node 20 nothing is measured.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.bench.city import HOME, SQLITE, Bench
from tests.bench.figures import Figure
from tests.bench.pages import reader_of

PACKAGE = "lighthouse@12.8.2"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
TIMES, LONGEST_SECONDS = 3, 120


@dataclass(frozen=True)
class Network:
    """A network as Lighthouse names it: round trip in ms, kbit/s down, and the longest the largest paint may take."""

    name: str
    round_trip: int
    kilobits: float
    most_seconds: float


NETWORKS = (Network("slow 4G", 150, 1638.4, 1.0), Network("3G", 300, 700, 2.0))
LEAST_SCORE = 1.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the worst page on each network, and the lowest score; a sentence where it cannot be measured."""
    if bench.database != SQLITE:
        return  # A first load is the phone's and the network's; the database has no part in it.
    program = _program()
    if program is None:
        click.echo(
            "The first load is not measured here: Lighthouse needs node 20 with npm, and Chromium.", err=True
        )
        return
    reader = reader_of(bench)
    headers = HOME / "first_load_headers.json"
    cookie = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    headers.write_text(json.dumps({"Cookie": cookie, "Accept-Language": "zh-CN"}))
    pages = {**reader.pages, "signing in": "/sign-in", "joining": "/join"}
    with bench.served() as port:
        for network in NETWORKS:
            found = {}
            for name, path in pages.items():
                signed_in = [] if path in ("/sign-in", "/join") else [f"--extra-headers={headers}"]
                found[name] = _best(program, f"http://127.0.0.1:{port}{path}", network, signed_in)
            yield from _figures(network, found)
    headers.unlink()


def _figures(network: Network, found: Mapping[str, tuple[float, float]]) -> Iterator[Figure]:
    slowest = max(found, key=lambda name: found[name][0])
    lowest = min(found, key=lambda name: found[name][1])
    yield Figure(
        f"largest paint of the slowest of {len(found)} resident's pages, {network.name}", SQLITE, found[slowest][0],
        "s", most=network.most_seconds, beside=slowest,
    )  # fmt: skip
    # Lighthouse's score is made for its slow 4G; on 3G it is told.
    yield Figure(
        f"Lighthouse performance of the lowest of them, {network.name}", SQLITE, found[lowest][1], "",
        least=LEAST_SCORE if network is NETWORKS[0] else None, beside=lowest,
    )  # fmt: skip


def _program() -> list[str] | None:
    """Return how Lighthouse is called, put into the bench's folder first where it is not; None where it cannot be."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None or not Path(CHROMIUM).exists():
        return None
    folder = HOME / "lighthouse"
    script = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        asked = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE]
        if subprocess.run(asked, check=False, stdout=subprocess.DEVNULL).returncode:
            return None
    return [node, str(script)]


def _best(program: list[str], url: str, network: Network, more: list[str]) -> tuple[float, float]:
    """Return the largest paint in seconds and the score, from the best of up to ``TIMES`` loads."""
    best = (float("inf"), 0.0)
    for _time in range(TIMES):
        paint, score = _load(program, url, network, more)
        best = min(best[0], paint), max(best[1], score)
        if best[0] <= network.most_seconds and best[1] >= LEAST_SCORE:
            break
    return best


def _load(program: list[str], url: str, network: Network, more: list[str]) -> tuple[float, float]:
    asked = [
        *program, url, "--quiet", "--output=json", "--only-categories=performance", f"--chrome-flags={FLAGS}",
        "--throttling-method=simulate", f"--throttling.rttMs={network.round_trip}",
        f"--throttling.throughputKbps={network.kilobits}", *more,
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": CHROMIUM}
    ran = subprocess.run(
        asked, check=False, env=environ, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )
    if ran.returncode:
        raise click.ClickException(f"Lighthouse failed on {url}: {ran.stderr.strip()[-500:]}")
    told: dict[str, Any] = json.loads(ran.stdout)
    paint = told["audits"]["largest-contentful-paint"]["numericValue"] / 1000
    return paint, told["categories"]["performance"]["score"] or 0.0

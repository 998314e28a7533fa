"""The first load of a resident's pages as Lighthouse sees it on a slow phone: largest paint, score, bytes, requests.

Each page is opened by a browser that holds nothing but the sign-in, or not even that. Lighthouse simulates the network
from one real load, so the figures hold on a busy machine, within limits: a page that misses is loaded again. It comes
from npm into the bench's own folder; without Node 20 nothing is measured.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click

from tests.bench.city import HOME, SQLITE, Bench
from tests.bench.figures import Figure
from tests.bench.pages import in_the_middle, reader_of

PACKAGE = "lighthouse@12.8.2"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
TIMES, LONGEST_SECONDS = 3, 120
# Of a resident's pages those that a visitor sees too.
ANYONES = (
    "home", "events", "an event", "learning days", "a learning day", "the board", "the whole board", "my community"
)  # fmt: skip
MOST_KILOBYTES, MOST_REQUESTS = 14, 3


@dataclass(frozen=True)
class Network:
    """A network as Lighthouse names it: round trip in ms, kbit/s down, and what a load on it is promised to do.

    Lighthouse's score is made for its slow 4G; on 3G it is only told.
    """

    name: str
    round_trip: int
    kilobits: float
    most_seconds: float
    least_score: float | None = None


NETWORKS = (Network("slow 4G", 150, 1638.4, 1.0, least_score=1.0), Network("3G", 300, 700, 2.0))


class Load(NamedTuple):
    """What Lighthouse found: the largest paint in seconds, the score, KB as they travelled, requests."""

    paint: float
    score: float
    kilobytes: float
    requests: int


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the worst page of each promise; a sentence where it cannot be measured."""
    if bench.database != SQLITE:
        return  # A first load is the phone's and the network's; the database has no part in it.
    program = _program()
    if program is None:
        click.echo(
            "The first load is not measured here: Lighthouse needs node 20 with npm, and Chromium.", err=True
        )
        return
    reader = reader_of(bench, in_the_middle())
    for_anyone = {
        **{name: reader.pages[name] for name in ANYONES}, "boards": "/leaderboards", "checking in": "/check-in",
        "books": "/books", "the notice": "/notice",
    }  # fmt: skip
    signed_in = {**reader.pages, **for_anyone, "my card": "/me/card"}
    signed_out = {**for_anyone, "signing in": "/sign-in", "joining": "/join"}
    name = bench.app.config["SIGN_IN_COOKIE_NAME"]
    cookie = {"Cookie": f"{name}={reader.cookies[name]}"}
    found: dict[str, Load] = {}
    with bench.served() as port, TemporaryDirectory() as folder:
        for network in NETWORKS:
            for who, held, pages in (("signed in", cookie, signed_in), ("signed out", {}, signed_out)):
                headers = Path(folder) / "headers.json"
                headers.write_text(json.dumps({**held, "Accept-Language": "zh-CN"}))
                for page, path in pages.items():
                    asked = [*program, f"http://127.0.0.1:{port}{path}", f"--extra-headers={headers}"]
                    found[f"{page}, {who}"] = _best(asked, network)
            yield from _speed(network, found)
    yield from _weight(found)


def _speed(network: Network, found: Mapping[str, Load]) -> Iterator[Figure]:
    where, slowest = f", {network.name}", max(found, key=lambda name: found[name].paint)
    yield Figure(
        f"largest paint of the slowest of {len(found)} resident's pages{where}", SQLITE, found[slowest].paint, "s",
        most=network.most_seconds, beside=slowest,
    )  # fmt: skip
    lowest = min(found, key=lambda name: found[name].score)
    yield Figure(
        f"Lighthouse performance of the lowest of them{where}", SQLITE, found[lowest].score, "",
        least=network.least_score, beside=lowest,
    )  # fmt: skip


def _weight(found: Mapping[str, Load]) -> Iterator[Figure]:
    heaviest = max(found, key=lambda name: found[name].kilobytes)
    yield Figure(
        "the heaviest of them", SQLITE, found[heaviest].kilobytes, "KB", most=MOST_KILOBYTES, beside=heaviest
    )  # fmt: skip
    busiest = max(found, key=lambda name: found[name].requests)
    yield Figure(
        "requests of the busiest of them", SQLITE, found[busiest].requests, "", most=MOST_REQUESTS,
        beside=busiest,
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


def _best(asked: list[str], network: Network) -> Load:
    """Return the best of up to ``TIMES`` loads of a page."""
    best = Load(float("inf"), 0.0, 0.0, 0)
    for _time in range(TIMES):
        load = _load(asked, network)
        best = Load(min(best.paint, load.paint), max(best.score, load.score), *load[2:])
        if best.paint <= network.most_seconds and best.score >= (network.least_score or 0):
            break
    return best


def _load(asked: list[str], network: Network) -> Load:
    asked = [
        *asked, "--quiet", "--output=json", "--only-categories=performance", f"--chrome-flags={FLAGS}",
        "--throttling-method=simulate", f"--throttling.rttMs={network.round_trip}",
        f"--throttling.throughputKbps={network.kilobits}",
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": CHROMIUM}
    ran = subprocess.run(
        asked, check=False, env=environ, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )
    if ran.returncode:
        raise click.ClickException(f"Lighthouse failed: {' '.join(asked)}: {ran.stderr.strip()[-500:]}")
    told: dict[str, Any] = json.loads(ran.stdout)
    audits = told["audits"]
    # What is written in the page itself is no request, though it has an address.
    sent = [
        one for one in audits["network-requests"]["details"]["items"] if not one["url"].startswith("data:")
    ]
    return Load(
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        told["categories"]["performance"]["score"] or 0.0,
        sum(one["transferSize"] for one in sent) / 1024,
        len(sent),
    )

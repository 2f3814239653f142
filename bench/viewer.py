"""The viewer: its start, its rest, a chart's data, the first chart on the screen, frames a second, a point until seen.

``python bench/viewer.py`` (a quarter of an hour, 2 GB of temporary files), ``--quick`` for a smoke test; names of
sections run those only: ``python bench/viewer.py long wide``. Sightline and TensorBoard serve the same logs, each a
process of its own, and are looked at with the same browser (Chromium, headless). It needs playwright.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import platform
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import repeat
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

from sightline.format import kernel

FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
TAG = "loss/train"

ZOOM = """([selector, seconds]) => new Promise((done, failed) => {
  const target = document.querySelector(selector);
  if (!target) return failed(new Error(`nothing to zoom: ${selector}`));
  const box = target.getBoundingClientRect();
  const frames = [];
  let [last, start, turn] = [0, 0, 0];
  function frame(now) {
    if (start === 0) start = now; else frames.push(now - last);
    last = now;
    if (now - start > seconds * 1000) return done(frames);
    // In for half a second, out for half a second.
    const deltaY = Math.floor(turn++ / 30) % 2 === 0 ? -60 : 60;
    target.dispatchEvent(new WheelEvent('wheel', {
      bubbles: true, cancelable: true, altKey: true, deltaY,
      clientX: box.left + box.width * 0.6, clientY: box.top + box.height / 2,
    }));
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
})"""

SCROLL = """([selector, seconds, pixels]) => new Promise((done, failed) => {
  // What scrolls around the first such element: down, and up again at the end.
  let room = document.querySelector(selector);
  const scrolls = (one) =>
    one.scrollHeight > one.clientHeight + 50 && /auto|scroll/.test(getComputedStyle(one).overflowY);
  while (room && !scrolls(room)) room = room.parentElement;
  if (!room) return failed(new Error(`nothing scrolls around ${selector}`));
  const frames = [];
  let [last, start, by] = [0, 0, pixels];
  function frame(now) {
    if (start === 0) start = now; else frames.push(now - last);
    last = now;
    if (now - start > seconds * 1000) return done(frames);
    const before = room.scrollTop;
    room.scrollTop += by;
    if (room.scrollTop === before) by = -by;
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);
})"""

ZOOM_STEP = """(selector) => new Promise((done) => {
  // One turn of the wheel until the rows that it asked for have come and are drawn.
  const target = document.querySelector(selector);
  const box = target.getBoundingClientRect();
  const start = performance.now();
  const asked = (one) => one.name.endsWith('/scalar/series');
  const answers = () => performance.getEntriesByType('resource').filter(asked).length;
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  const before = answers();
  function look() {
    if (answers() > before) return drawn();
    if (performance.now() - start > 2000) return done(null);
    setTimeout(look, 2);
  }
  target.dispatchEvent(new WheelEvent('wheel', {
    bubbles: true, cancelable: true, altKey: true, deltaY: -120,
    clientX: box.left + box.width * 0.6, clientY: box.top + box.height / 2,
  }));
  look();
})"""

WEIGHT = """() => {
  // Bytes as they were sent, without the data: what a browser that was never here fetches for the first screen.
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const own = entries.filter((one) => !/\\/(api|data)\\//.test(new URL(one.name).pathname));
  return [own.length, own.reduce((sum, one) => sum + one.encodedBodySize, 0)];
}"""

WATCH_ROWS = """(selector) => {
  window.seen = [];
  const room = document.querySelector(selector);
  new MutationObserver(() => {
    const rows = Number(room.dataset.rows);
    requestAnimationFrame(() => window.seen.push([rows, performance.timeOrigin + performance.now()]));
  }).observe(room, { attributes: true, attributeFilter: ['data-rows'] });
}"""


def write_run(path: Path, tags: list[str], points: int, seed: int = 0) -> None:
    """One event file: falling curves with noise, a point each tenth of a second, float32 as every writer has it."""
    path.mkdir(parents=True)
    noise = random.Random(seed)
    with (path / "events.out.tfevents.1").open("wb") as file:
        file.write(kernel.frame(b"\x1a\x0dbrain.Event:2"))
        for tag in tags:
            name = tag.encode()
            for begin in range(0, points, 100_000):
                steps = range(begin, min(begin + 100_000, points))
                values = [2 / (1 + 9 * step / points) + noise.random() / 5 for step in steps]
                times = [1.7e9 + step / 10 for step in steps]
                file.write(b"".join(map(kernel.frame_scalar, repeat(name), values, steps, times)))


@dataclass(frozen=True)
class Served:
    """A viewer's process, and where it answers."""

    url: str
    process: int


@contextmanager
def serving(command: list[str], ready: str) -> Iterator[Served]:
    """A viewer's process, with the URL that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(ready, line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield Served(found[0].rstrip("/").replace("localhost", "127.0.0.1"), process.pid)
                return
        raise RuntimeError(f"{command[0]} ended without saying its address")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def sightline(logdir: Path) -> Iterator[Served]:
    """Ready when everything has been read."""
    with serving(
        [sys.executable, "-m", "sightline", str(logdir), "--port", "0", "--no-cache"], r"http://127\.0\.0\.1:\d+"
    ) as ours:
        while not json.loads(ask(ours.url, "GET", "/api/catalogue")[0])["progress"]["done"]:
            time.sleep(0.05)
        yield ours


@contextmanager
def tensorboard(logdir: Path, runs: int) -> Iterator[Served]:
    """Ready when it lists every run and has had a second look."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0"]
    with serving(command, r"http://localhost:\d+") as theirs:
        deadline = time.monotonic() + 120
        while len(json.loads(ask(theirs.url, "GET", "/data/runs")[0])) < runs:
            if time.monotonic() > deadline:
                raise RuntimeError("TensorBoard did not read its log directory in two minutes")
            time.sleep(0.1)
        time.sleep(1)
        yield theirs


def ask(url: str, method: str, path: str, body: str = "", media_type: str = "application/json") -> tuple[bytes, float]:
    """The answer, and milliseconds until its last byte."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    start = time.perf_counter()
    connection.request(method, path, body or None, {"Content-Type": media_type} if body else {})
    answer = connection.getresponse()
    data = answer.read()
    took = (time.perf_counter() - start) * 1e3
    connection.close()
    assert answer.status == 200, f"{path}: {answer.status} {data[:200]!r}"
    return data, took


def percentile(values: list[float], share: float) -> float:
    """The nearest rank: of fewer than twenty values the 95th percentile is the largest."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def told(name: str, unit: str, values: list[float], more: str = "") -> None:
    p50, p95 = statistics.median(values), percentile(values, 0.95)
    print(f"{name:<66}{p50:>9.1f}{p95:>9.1f} {unit:<6}{more}", flush=True)


def series(runs: list[str], **more: object) -> str:
    question = {"tag": TAG, "runs": runs, "width": 800, "smoothing": 0.6, **more}
    return json.dumps(question)


def measure_serving(ours: str, theirs: str, runs: list[str], rounds: int) -> None:
    def repeat(name: str, url: str, path: str, body: str, media_type: str = "application/json") -> None:
        _, first = ask(url, "POST", path, body, media_type)
        answers = [ask(url, "POST", path, body, media_type) for _ in range(rounds)]
        size = len(answers[0][0]) / 1e6
        told(name, "ms", [took for _, took in answers], f"{size:.2f} MB (the first answer: {first:.0f} ms)")

    many = f"{len(runs)} runs, 800 px"
    repeat(f"sightline: one tag, {many}, as the page asks", ours, "/api/scalar/series", series(runs, detail=False))
    repeat("sightline: the same with first, last, time", ours, "/api/scalar/series", series(runs))
    form = urlencode([("tag", TAG), *(("runs", run) for run in runs)])
    media_type = "application/x-www-form-urlencoded"
    repeat(
        "TensorBoard: the same, 1000 sampled points a run",
        theirs,
        "/data/plugin/scalars/scalars_multirun",
        form,
        media_type,
    )
    grouped = [{"name": f"group {number}", "runs": runs[number::10]} for number in range(10)]
    question = {"tag": TAG, "groups": grouped, "width": 800, "smoothing": 0.6}
    for band in ("minmax", "ci95"):
        body = json.dumps({**question, "band": band})
        repeat(f"sightline: the same runs in 10 groups, mean and {band}", ours, "/api/scalar/groups", body)


def measure_long(url: str, points: int, rounds: int) -> None:
    _, first = ask(url, "POST", "/api/scalar/series", series(["long"]))
    took, middle, half = [], points * 0.37, points / 2
    for _ in range(rounds):
        half = half * 0.7 if half > 200 else points / 2
        took.append(ask(url, "POST", "/api/scalar/series", series(["long"], range=[middle - half, middle + half]))[1])
    told(f"sightline: zoom steps of {points:,} points (the first answer: {first:.0f} ms)", "ms", took)


@dataclass(frozen=True)
class Looked:
    """A viewer as it is looked at: where, and what in its page is a chart, what is zoomed, what is scrolled."""

    name: str
    url: str
    chart: str
    plot: str
    card: str
    row: str


def ours_at(url: str, view: str = "") -> Looked:
    return Looked("sightline", f"{url}/?tab=scalar{view}", "[data-rows]", ".u-over", "article[data-card]", "[data-run]")


def theirs_at(url: str) -> Looked:
    return Looked(
        "TensorBoard",
        f"{url}/?darkMode=false#timeseries",
        "scalar-card line-chart .series-view",
        "line-chart-interactive-view svg",
        "scalar-card",
        "runs-data-table tb-data-table-content-row, runs-table-container [role=row]",
    )


def first_chart(page: Page, viewer: Looked) -> float:
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(viewer.url, wait_until="commit")
    page.wait_for_selector(viewer.chart, timeout=180_000)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return (time.perf_counter() - start) * 1e3


def frames(page: Page, script: str, selector: str, seconds: float, pixels: int = 0) -> list[float]:
    """Milliseconds that each frame took. ``pixels`` that a scroll moves in each."""
    page.wait_for_timeout(500)
    took: list[float] = page.evaluate(script, [selector, seconds, pixels])
    return took


def told_frames(name: str, took: list[float]) -> None:
    """Frames a second, of each tenth of them: the median and the worst; and the longest frame."""
    size = max(1, len(took) // 10)
    rates = [1e3 * size / sum(took[i : i + size]) for i in range(0, size * (len(took) // size), size)]
    more = f"a second (then: the worst tenth), longest {max(took):.0f} ms"
    print(f"{name:<66}{statistics.median(rates):>9.1f}{min(rates):>9.1f} {more}", flush=True)


def measure_page(
    page: Page, viewer: Looked, what: str, looks: int, seconds: float, scrolled: tuple[str, ...] = ()
) -> None:
    """Navigation to the first chart, then frames: zooming it, or scrolling what is named."""
    try:
        opened = [first_chart(page, viewer) for _ in range(looks)]
        told(f"{viewer.name}: navigation -> first chart, {what}", "ms", opened)
        if not scrolled:
            told_frames(f"{viewer.name}: frames while zooming, {what}", frames(page, ZOOM, viewer.plot, seconds))
        for name in scrolled:
            selector = viewer.card if name == "cards" else viewer.row
            for pixels in (12, 60) if name == "cards" else (60,):
                told_frames(
                    f"{viewer.name}: frames, {name} scrolled {pixels} px in each, {what}",
                    frames(page, SCROLL, selector, seconds, pixels),
                )
    except Error as error:
        print(f"{viewer.name}: {what}: could not be measured: {str(error).splitlines()[0]}", flush=True)


def measure_zoom_steps(page: Page, viewer: Looked, points: int, rounds: int) -> None:
    """In the page: from a turn of the wheel to the finer rows on the screen. Deep down it begins again at the top."""
    took: list[float] = []
    lost = 0
    for turn in range(rounds):
        if turn % 12 == 0:
            first_chart(page, viewer)
            page.wait_for_timeout(500)
        step: float | None = page.evaluate(ZOOM_STEP, viewer.plot)
        if step is None:
            lost += 1
        else:
            took.append(step)
    told(f"sightline: a turn of the wheel -> exact rows, {points:,} points", "ms", took, f"{lost} of {rounds} never")


def measure_live(page: Page, root: Path, points: int) -> None:
    """From a point's bytes being in the file to the frame that shows it."""
    path = root / "live" / "events.out.tfevents.1"
    path.parent.mkdir()
    with path.open("ab") as file:
        file.write(b"".join(kernel.frame_scalar(b"live/loss", 1.0, step, time.time()) for step in (0, 1)))
    written: dict[int, float] = {}
    with sightline(root) as ours:
        page.goto(f"{ours.url}/?tab=scalar&tags={quote('live/loss')}")
        page.wait_for_selector('article[aria-label="live/loss"] [data-rows]')
        page.evaluate(WATCH_ROWS, 'article[aria-label="live/loss"] [data-rows]')
        for step in range(2, points + 2):
            with path.open("ab") as file:
                file.write(kernel.frame_scalar(b"live/loss", 1.0, step, time.time()))
            written[step + 1] = time.time() * 1e3
            page.wait_for_timeout(300 + 37 * (step % 7))  # at no fixed place between two looks
        page.wait_for_timeout(2000)
        seen: list[list[float]] = page.evaluate("() => window.seen")
    delays = []
    for rows, wrote in written.items():
        shown = [at for count, at in seen if count >= rows]
        if shown:
            delays.append(min(shown) - wrote)
    lost = len(written) - len(delays)
    told("sightline: a point written -> on the screen", "ms", delays, f"{lost} of {len(written)} never")


def until_first_200(command: list[str], address: str) -> float:
    """Milliseconds from the start of a process until it answers ``GET /`` with the page, asked without a pause."""
    port = free_port()
    # As installed packages start: from their bytecode.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.request("GET", address)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return (time.perf_counter() - start) * 1e3
            except OSError:
                pass
            finally:
                connection.close()
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended without an answer")
            time.sleep(0.002)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def cpu_seconds(process: int) -> float:
    """Of a process and those that it started: TensorBoard's data server is one of its own."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(cpu_seconds(int(child)) for child in children)


def measure_idle(page: Page, viewer: Looked, process: int, runs: int, seconds: float) -> None:
    """Shares of a core that the server takes with nothing to do: nobody looks, then a page is open."""
    for what, looking in (("nobody looks", False), ("a page is open", True)):
        if looking:
            first_chart(page, viewer)
        time.sleep(seconds)  # what it still has to do after its start, or for the page
        before, start = cpu_seconds(process), time.perf_counter()
        time.sleep(2 * seconds)
        share = 100 * (cpu_seconds(process) - before) / (time.perf_counter() - start)
        name = f"{viewer.name}: idle with {runs:,} finished runs, {what}"
        print(f"{name:<66}{share:>9.2f}          % of a core", flush=True)


def measure_weight(browser: Browser, viewer: Looked) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(viewer.url)
        page.wait_for_selector(viewer.chart, timeout=180_000)
        page.wait_for_timeout(1000)
        files, size = page.evaluate(WEIGHT)
    name = f"{viewer.name}: the page itself, first screen, as sent"
    print(f"{name:<66}{size / 1e3:>9.0f}          kB     {files} files", flush=True)


SECTIONS = ("start", "serving", "2M", "10M", "long", "wide", "live")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, once each: only to see that it works")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no section is named {', '.join(sorted(unknown))}: want some of {', '.join(SECTIONS)}")
    sections, quick = options.sections or SECTIONS, options.quick
    rounds, looks, seconds = (3, 1, 0.5) if quick else (60, 5, 4.0)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorboard", "tensorboard-data-server", "playwright"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {kernel.NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':<66}{'p50':>9}{'p95':>9}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"{'':<66}Chromium {browser.version}")
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for name in SECTIONS:
            if name in sections:
                with tempfile.TemporaryDirectory() as folder:
                    bench = Bench(browser, page, Path(folder), quick, rounds, looks, seconds)
                    getattr(bench, f"measure_{name}")()
        browser.close()


@dataclass(frozen=True)
class Bench:
    """The sections. Each writes its own logs into an empty folder."""

    browser: Browser
    page: Page
    root: Path
    quick: bool
    rounds: int
    looks: int
    seconds: float

    def measure_start(self) -> None:
        """A log directory of a few runs until the first answer, what the page weighs; 1000 finished runs, idle."""
        for number in range(3):
            write_run(self.root / "few" / f"run{number}", [TAG], 1000, number)
        few = str(self.root / "few")
        ours = [sys.executable, "-m", "sightline", few, "--no-cache"]
        theirs = [sys.executable, "-m", "tensorboard.main", "--logdir", few]
        for name, command in (("sightline", ours), ("TensorBoard", theirs)):
            took = [until_first_200(command, "/") for _ in range(self.looks + 1)][1:]  # the first may compile
            told(f"{name}: process start -> first HTTP 200", "ms", took)
        with sightline(self.root / "few") as served:
            measure_weight(self.browser, ours_at(served.url))
        with tensorboard(self.root / "few", 3) as served:
            measure_weight(self.browser, theirs_at(served.url))
        runs, many = 30 if self.quick else 1000, self.root / "many"
        yesterday = time.time() - 86_400
        for number in range(runs):
            write_run(many / f"run{number:04d}", [TAG], 100, number)
            os.utime(many / f"run{number:04d}" / "events.out.tfevents.1", (yesterday, yesterday))
        seconds = 0.2 if self.quick else 20
        for viewer, look in ((sightline(many), ours_at), (tensorboard(many, runs), theirs_at)):
            with viewer as served:
                measure_idle(self.page, look(served.url), served.process, runs, seconds)
                self.page.goto("about:blank")

    def measure_serving(self) -> None:
        """One tag of 100 runs, 10,000 points each, over HTTP."""
        runs, points = (5, 200) if self.quick else (100, 10_000)
        names = [f"run{number:03d}" for number in range(runs)]
        for number, name in enumerate(names):
            write_run(self.root / name, [TAG], points, number)
        with sightline(self.root) as ours, tensorboard(self.root, runs) as theirs:
            measure_serving(ours.url, theirs.url, names, self.rounds)

    def measure_2M(self) -> None:
        """100 runs of 20 tags of 1000 points; then with all of them switched on, as TensorBoard has them by itself."""
        runs, tags, points = (5, 2, 100) if self.quick else (100, 20, 1000)
        self._compare_pages(runs, tags, points)
        with sightline(self.root) as ours:
            what = f"{runs} lines in each chart"
            measure_page(self.page, ours_at(ours.url, "&select=all"), what, self.looks, self.seconds)

    def measure_10M(self) -> None:
        """1000 runs of 10 tags of 1000 points; then 500 of the runs in one chart."""
        runs, tags, points = (12, 2, 100) if self.quick else (1000, 10, 1000)
        self._compare_pages(runs, tags, points)
        with sightline(self.root) as ours:
            some = ours_at(ours.url, f"&select=all&runs=run0[{0 if self.quick else '0-4'}]&tags=tag0")
            what = f"{min(runs, 500)} runs in one chart"
            measure_page(self.page, some, what, self.looks, self.seconds)

    def measure_long(self) -> None:
        """One series of ten million points."""
        points = 20_000 if self.quick else 10_000_000
        write_run(self.root / "long", [TAG], points)
        with sightline(self.root) as ours:
            measure_long(ours.url, points, self.rounds)
            measure_page(self.page, ours_at(ours.url), f"{points:,} points", self.looks, self.seconds)
            measure_zoom_steps(self.page, ours_at(ours.url), points, self.rounds)
        with tensorboard(self.root, 1) as theirs:
            measure_page(self.page, theirs_at(theirs.url), f"{points:,} points", self.looks, self.seconds)

    def measure_wide(self) -> None:
        """One run of 12,345 tags."""
        tags = 150 if self.quick else 12_345
        write_run(self.root / "wide", [f"layer{number // 100:03d}/weight{number:05d}" for number in range(tags)], 10)
        for viewer, look in ((sightline(self.root), ours_at), (tensorboard(self.root, 1), theirs_at)):
            with viewer as served:
                measure_page(self.page, look(served.url), f"{tags:,} tags", self.looks, self.seconds, ("cards",))

    def measure_live(self) -> None:
        """1000 finished runs: scrolling their table, and a point of another run until it is seen."""
        runs, points = (40, 3) if self.quick else (1000, 100)
        for number in range(runs):
            write_run(self.root / f"run{number:04d}", [TAG], 100, number)
        for viewer, look in ((sightline(self.root), ours_at), (tensorboard(self.root, runs), theirs_at)):
            with viewer as served:
                measure_page(self.page, look(served.url), f"{runs:,} runs", self.looks, self.seconds, ("runs",))
        measure_live(self.page, self.root, points)

    def _compare_pages(self, runs: int, tags: int, points: int) -> None:
        for number in range(runs):
            write_run(self.root / f"run{number:04d}", [f"tag{tag}" for tag in range(tags)], points, number)
        what = f"{runs} runs x {tags} tags x {points}"
        for viewer, look in ((sightline(self.root), ours_at), (tensorboard(self.root, runs), theirs_at)):
            with viewer as served:
                measure_page(self.page, look(served.url), what, self.looks, self.seconds)


if __name__ == "__main__":
    main()

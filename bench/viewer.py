"""The viewer: a chart's data over HTTP, the first chart on the screen, frames while zooming, a point until it is seen.

``python bench/viewer.py`` (a few minutes), ``--quick`` for a smoke test. Sightline and TensorBoard serve the same logs,
each a process of its own, and are looked at with the same browser (Chromium, headless). It needs playwright.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Error, Page, sync_playwright

from sightline.format import kernel

FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
TAG = "loss/train"

MEASURE_FRAMES = """([selector, seconds]) => new Promise((done) => {
  const target = document.querySelector(selector);
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

WATCH_ROWS = """(selector) => {
  window.seen = [];
  const room = document.querySelector(selector);
  new MutationObserver(() => {
    const rows = Number(room.dataset.rows);
    requestAnimationFrame(() => window.seen.push([rows, performance.timeOrigin + performance.now()]));
  }).observe(room, { attributes: true, attributeFilter: ['data-rows'] });
}"""


def write_run(path: Path, tag: str, points: int, seed: int = 0) -> None:
    """One event file: a falling curve with noise, a point each tenth of a second, float32 as every writer has it."""
    path.mkdir(parents=True)
    noise = random.Random(seed)
    name = tag.encode()
    with (path / "events.out.tfevents.1").open("wb") as file:
        file.write(kernel.frame(b"\x1a\x0dbrain.Event:2"))
        for begin in range(0, points, 100_000):
            steps = range(begin, min(begin + 100_000, points))
            values = [2 / (1 + 9 * step / points) + noise.random() / 5 for step in steps]
            file.write(
                b"".join(
                    kernel.frame_scalar(name, value, step, 1.7e9 + step / 10)
                    for step, value in zip(steps, values, strict=True)
                )
            )


@contextmanager
def serving(command: list[str], ready: str) -> Iterator[str]:
    """A viewer's process and the URL that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(ready, line):
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield found[0].rstrip("/").replace("localhost", "127.0.0.1")
                return
        raise RuntimeError(f"{command[0]} ended without saying its address")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def sightline(logdir: Path) -> Iterator[str]:
    """Ready when everything has been read."""
    with serving([sys.executable, "-m", "sightline", str(logdir), "--port", "0"], r"http://127\.0\.0\.1:\d+") as url:
        while not json.loads(ask(url, "GET", "/api/catalogue")[0])["progress"]["done"]:
            time.sleep(0.05)
        yield url


@contextmanager
def tensorboard(logdir: Path, runs: int) -> Iterator[str]:
    """Ready when it lists every run and has had a second look."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0"]
    with serving(command, r"http://localhost:\d+") as url:
        deadline = time.monotonic() + 120
        while len(json.loads(ask(url, "GET", "/data/runs")[0])) < runs:
            if time.monotonic() > deadline:
                raise RuntimeError("TensorBoard did not read its log directory in two minutes")
            time.sleep(0.1)
        time.sleep(1)
        yield url


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
    return sorted(values)[int(share * (len(values) - 1))]


def told(name: str, unit: str, values: list[float], more: str = "") -> None:
    p50, p95 = statistics.median(values), percentile(values, 0.95)
    print(f"{name:<66}{p50:>9.1f}{p95:>9.1f} {unit:<6}{more}", flush=True)


def series(runs: list[str], **more: object) -> str:
    question = {"tag": TAG, "runs": runs, "width": 800, "smoothing": 0.6, **more}
    return json.dumps(question)


def measure_serving(ours: str, theirs: str, runs: list[str], rounds: int) -> None:
    def repeat(name: str, url: str, path: str, body: str, media_type: str = "application/json") -> None:
        answers = [ask(url, "POST", path, body, media_type) for _ in range(rounds + 2)][2:]
        told(name, "ms", [took for _, took in answers], f"{len(answers[0][0]) / 1e6:.2f} MB")

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


def first_chart(page: Page, url: str, selector: str) -> float:
    page.goto("about:blank")
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(selector, timeout=120_000)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return (time.perf_counter() - start) * 1e3


def frames(page: Page, selector: str, seconds: float) -> list[float]:
    """Frames a second: one figure for every tenth of the frames."""
    page.wait_for_timeout(500)
    took: list[float] = page.evaluate(MEASURE_FRAMES, [selector, seconds])
    size = max(1, len(took) // 10)
    return [1e3 * size / sum(took[i : i + size]) for i in range(0, size * (len(took) // size), size)]


def told_frames(name: str, values: list[float]) -> None:
    worst = percentile(values, 0.05)
    print(
        f"{name:<66}{statistics.median(values):>9.1f}{worst:>9.1f} a second (the second figure: the worst 5 %)",
        flush=True,
    )


def measure_page(page: Page, ours: str, theirs: str, runs: int, rounds: int, seconds: float) -> None:
    told(
        f"sightline: navigation -> first chart of {runs} runs",
        "ms",
        [first_chart(page, ours, "[data-rows]") for _ in range(rounds)],
    )
    told_frames(f"sightline: frames while zooming {runs} lines", frames(page, ".u-over", seconds))
    try:
        chart = "scalar-card line-chart .series-view"
        told(
            f"TensorBoard: navigation -> first chart of {runs} runs",
            "ms",
            [first_chart(page, f"{theirs}/?darkMode=false#timeseries", chart) for _ in range(rounds)],
        )
        told_frames(
            f"TensorBoard: frames while zooming {runs} lines", frames(page, "line-chart-interactive-view svg", seconds)
        )
    except Error as error:
        print(f"TensorBoard's page could not be measured: {str(error).splitlines()[0]}")


def measure_live(page: Page, root: Path, points: int) -> None:
    """From a point's bytes being in the file to the frame that shows it."""
    path = root / "live" / "events.out.tfevents.1"
    path.parent.mkdir()
    with path.open("ab") as file:
        file.write(b"".join(kernel.frame_scalar(b"live/loss", 1.0, step, time.time()) for step in (0, 1)))
    written: dict[int, float] = {}
    with sightline(root) as url:
        page.goto(f"{url}/?tab=scalar&tags={quote('live/loss')}")
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once each: only to see that it works")
    options = parser.parse_args()
    quick = options.quick
    runs, points, long_points, live_runs = (5, 200, 20_000, 20) if quick else (100, 10_000, 10_000_000, 1000)
    rounds, looks, seconds, live_points = (3, 1, 0.5, 3) if quick else (60, 5, 4.0, 100)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorboard", "tensorboard-data-server", "playwright"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {kernel.NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':<66}{'p50':>9}{'p95':>9}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"{'':<66}Chromium {browser.version}")
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        root = Path(folder) / "runs"
        names = [f"run{number:03d}" for number in range(runs)]
        for number, name in enumerate(names):
            write_run(root / name, TAG, points, number)
        with sightline(root) as ours, tensorboard(root, runs) as theirs:
            measure_serving(ours, theirs, names, rounds)
            measure_page(page, ours, theirs, runs, looks, seconds)
        write_run(Path(folder) / "one" / "long", TAG, long_points)
        with sightline(Path(folder) / "one") as ours:
            measure_long(ours, long_points, rounds)
        many = Path(folder) / "many"
        for number in range(live_runs):
            write_run(many / f"run{number:04d}", TAG, 100, number)
        measure_live(page, many, live_points)
        browser.close()


if __name__ == "__main__":
    main()

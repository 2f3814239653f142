"""Make the README's picture: train the demo, serve it, open the page in Chromium, look at one step.

    make screenshot

Needs the test extra and the system's Chromium. The picture is what a reader of the README would see on her own machine.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

PICTURE = Path(__file__).with_name("scalars.png")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        logdir = Path(scratch) / "runs" / "digits"
        subprocess.run([sys.executable, "-m", "sightline", "demo", "--no-serve", "--logdir", str(logdir)], check=True)
        command = [sys.executable, "-m", "sightline", str(logdir), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
            assert server.stdout is not None
            url = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert url is not None
            chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            context = playwright.chromium.launch_persistent_context(
                str(Path(scratch) / "profile"),
                executable_path=chromium,
                args=FLAGS,
                viewport={"width": 1440, "height": 900},
            )
            page = context.pages[0]
            page.goto(url[0] + "/?step=420")
            cards = page.get_by_role("article")
            expect(cards.first.get_by_role("img").first).to_have_attribute("aria-label", re.compile("3 runs"))
            for tag in ("loss/val", "acc/val"):
                card = page.get_by_role("article", name=tag, exact=True)
                card.hover()
                card.get_by_role("button", name="Pin", exact=True).click()
            page.get_by_role("tab", name="Scalars").hover()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURE)
            context.close()
            server.terminate()
    print(f"wrote {PICTURE.name}")


if __name__ == "__main__":
    main()

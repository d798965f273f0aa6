"""Takes the pictures of the read-me from the running workbench on the sample case: ``python scripts/take_pictures.py``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT / "scripts"))

from check import ensure_chromium, font_environment  # noqa: E402

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _take(page: Page, base: str) -> None:
    page.goto(f"{base}/c/1/timeline")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "timeline.png")
    page.locator("figure.who svg[role=group]").screenshot(path=PICTURES / "contacted.png")
    page.goto(f"{base}/c/1/findings")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "findings.png")


def main() -> int:
    """Start the sample, look at its timeline and findings, stop the sample."""
    PICTURES.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cuijie", "demo", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as sample:
        address = next(found[0] for line in sample.stdout or () if (found := re.search(r"http://\S+", line)))
        with sync_playwright() as playwright:
            fonts = {**os.environ, **font_environment()}
            browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=FLAGS, env=fonts)
            page = browser.new_context(viewport={"width": 1100, "height": 860}, locale="zh-CN").new_page()
            page.goto(address)
            _take(page, address.split("/?")[0])
            browser.close()
        sample.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())

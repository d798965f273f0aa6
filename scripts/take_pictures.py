"""Takes the pictures of the read-me from the running workbench on the sample case: ``python scripts/take_pictures.py``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT / "scripts"))

from check import ensure_chromium  # noqa: E402

PLACES = ("timeline", "findings", "next", "papers")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _save(page: Page, name: str) -> None:
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> int:
    """Start the sample, look at each page at desk and phone size, stop the sample."""
    PICTURES.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cuijie", "demo", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as sample:
        address = next(found[0] for line in sample.stdout or () if (found := re.search(r"http://\S+", line)))
        base = address.split("/?")[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=FLAGS)
            for size, suffix in (((1100, 860), ""), ((360, 720), "-phone")):
                context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
                page = context.new_page()
                page.goto(address)
                _save(page, f"home{suffix}")
                for place in PLACES:
                    page.goto(f"{base}/c/1/{place}")
                    _save(page, f"{place}{suffix}")
                if not suffix:
                    page.goto(f"{base}/c/1/timeline")
                    page.wait_for_timeout(800)
                    page.locator("figure.who svg[role=group]").screenshot(path=PICTURES / "contacted.png")
                context.close()
            browser.close()
        sample.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
